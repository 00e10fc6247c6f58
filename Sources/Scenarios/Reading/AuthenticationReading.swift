extension Reading {
    /// How requests prove who sends them: exactly one of the ways.
    func authentication(_ node: SourceNode?, _ scope: Scope, _ transport: Defaults.Transport) -> Authentication? {
        guard let node, let fields = fields(node, .authentication) else { return nil }
        let given = fields.presentKeys
        guard let kind = given.first else {
            // Keys that aren't known have been told of already.
            if case .mapping(let entries) = node.content, entries.isEmpty {
                let names = KeyTable.authentication.keys.map(\.name).joined(separator: ", ")
                report(fields.place, "expected one of \(names) in auth")
            }
            return nil
        }
        if given.count > 1 {
            report(
                fields.place(of: given[1]), "auth has one way: \(quoted(given[1])) can't stand beside \(quoted(kind))")
        }
        switch kind {
        case "bearer":
            let token = headerValue(fields["bearer"], scope)
            warnOfShort(token, fields["bearer"])
            return token.map { .bearer(token: $0) }
        case "aws":
            requireCurl(for: kind, at: fields.place(of: kind), transport)
            return signature(fields["aws"], scope).map { .aws($0) }
        default:
            if kind == "digest" { requireCurl(for: kind, at: fields.place(of: kind), transport) }
            guard let (user, password) = credentials(fields[kind], scope) else { return nil }
            return kind == "digest" ? .digest(user: user, password: password) : .basic(user: user, password: password)
        }
    }

    /// How a step's request proves who sends it: what the step says, else what the defaults say.
    func authentication(of fields: Fields, _ context: FlowContext) -> Authentication? {
        let defaults = context.defaults
        var authentication = defaults.http.authentication
        // What the login captures is known behind it: its own requests go without.
        if context.isLogin, authentication?.usesCaptures ?? false { authentication = nil }
        if let node = fields["auth"] {
            let isNone = node.scalar?.text == "none"
            authentication = isNone ? nil : self.authentication(node, context.scope, defaults.transport)
            // What a step says goes before the defaults, but of two values for one field neither does.
            if !isNone, Self.setsAuthorization(defaults.headers) {
                report(
                    fields.place(of: "auth"),
                    "auth can't stand beside the header field Authorization of defaults.http.headers")
            }
            if isNone { return nil }
        }
        let isGiven = fields["auth"] != nil || authentication != nil
        if isGiven, case .mapping(let headers)? = fields["headers"]?.content,
            let header = headers.first(where: { $0.key.lowercased() == "authorization" })
        {
            let hint = fields["auth"] == nil ? " of defaults.http (auth: none in the step leaves it out)" : ""
            report(header.place, "the header field \(header.key) can't stand beside auth\(hint)")
        }
        return authentication
    }

    /// True where a field says who sends the request.
    static func setsAuthorization(_ headers: [Header]) -> Bool {
        headers.contains { $0.name.lowercased() == "authorization" }
    }

    private func credentials(_ node: SourceNode?, _ scope: Scope) -> (user: Text, password: Text)? {
        guard let node, let fields = fields(node, .credentials) else { return nil }
        let user = text(fields["user"], scope)
        let password = text(fields["password"], scope)
        guard let user, let password else { return nil }
        warnOfShort(password, fields["password"])
        let hasColon = user.pieces.contains { piece in
            switch piece {
            case .literal(let value), .secret(let value, _): value.contains(":")
            case .variable: false
            }
        }
        if hasColon, let node = fields["user"] { report(node.place, "a user's name holds no colon (RFC 7617 §2)") }
        addPair(user: user, password: password)
        return (user, password)
    }

    /// So short a secret can't be told from other texts: what echoes it shows it.
    private func warnOfShort(_ text: Text?, _ node: SourceNode?) {
        guard let text, let node else { return }
        for case .secret(let value, let shown) in text.pieces
        where 1..<Redactor.shortest ~= value.utf8.count && !hasUnread(text) {
            warn(
                node.place,
                "the value of \(shown) is too short to be hidden: it has fewer than \(Redactor.shortest) bytes")
        }
    }

    private func signature(_ node: SourceNode?, _ scope: Scope) -> Authentication.Signature? {
        guard let node, let fields = fields(node, .signature) else { return nil }
        let region = awsName(fields["region"], "a region such as us-east-1")
        let service = awsName(fields["service"], "a service such as execute-api")
        let keyID = headerValue(fields["key_id"], scope)
        let secretKey = text(fields["secret_key"], scope)
        let token = headerValue(fields["session_token"], scope)
        guard let region, let service, let keyID, let secretKey else { return nil }
        return Authentication.Signature(
            region: region, service: service, keyID: keyID, secretKey: secretKey, sessionToken: token)
    }

    /// A part of a signature's scope, which slashes separate.
    package func awsName(_ node: SourceNode?, _ what: String) -> String? {
        value(node, "expected \(what)") { text throws(GrammarError) in
            let isName = text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
            guard isName, !text.isEmpty else {
                throw GrammarError(offset: 0, message: "expected \(what), found \(quoted(text))")
            }
            return text
        }
    }
}
