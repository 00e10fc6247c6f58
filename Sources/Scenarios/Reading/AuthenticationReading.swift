extension Reading {
    /// How requests prove who sends them: the first of the ways.
    func authentication(
        _ keys: KeyValues<AuthenticationKeys>, _ transport: Defaults.Transport
    ) -> Authentication? {
        let declared = keys.declared
        let given = keys.present(declared.basic, declared.digest, declared.bearer, declared.aws)
        guard let first = given.first else { return nil }
        switch first.name {
        case declared.bearer.name: return keys.bearer.map { .bearer(token: $0) }
        case declared.aws.name:
            requireCurl(for: first.name, at: first.location, transport)
            return keys.aws.map { .aws($0) }
        case declared.digest.name:
            requireCurl(for: first.name, at: first.location, transport)
            return keys.digest.map { .digest(user: $0.user, password: $0.password) }
        default: return keys.basic.map { .basic(user: $0.user, password: $0.password) }
        }
    }

    /// How a step's request proves who sends it: what the step says, else what the defaults say.
    func authentication(of keys: KeyValues<StepKeys>, _ context: FlowContext) -> Authentication? {
        let defaults = context.defaults
        var authentication = defaults.http.authentication
        // What the login captures is known behind it: its own requests go without.
        if context.isLogin, authentication?.usesCaptures ?? false { authentication = nil }
        if let own = keys.auth {
            guard case .keys(let ways) = own else { return nil }
            authentication = self.authentication(ways, defaults.transport)
            // What a step says goes before the defaults, but of two values for one field neither does.
            if Self.setsAuthorization(defaults.headers) {
                report(
                    keys.location(of: \.auth),
                    "auth can't stand beside the header field Authorization of defaults.http.headers")
            }
        }
        let isGiven = keys.has(\.auth) || authentication != nil
        if isGiven, case .mapping(let headers)? = keys.node(\.headers)?.content,
            let header = headers.first(where: { $0.key.lowercased() == "authorization" })
        {
            let hint = keys.has(\.auth) ? "" : " of defaults.http (auth: none in the step leaves it out)"
            report(header.location, "the header field \(header.key) can't stand beside auth\(hint)")
        }
        return authentication
    }

    /// True where a field says who sends the request.
    static func setsAuthorization(_ headers: [Header]) -> Bool {
        headers.contains { $0.name.lowercased() == "authorization" }
    }

    fileprivate func userAndPassword(_ keys: KeyValues<UserKeys>) -> UserAndPassword? {
        guard let user = keys.user, let password = keys.password else { return nil }
        warnOfShort(password, keys.node(\.password))
        let hasColon = user.pieces.contains { piece in
            switch piece {
            case .literal(let value), .secret(let value, _): value.contains(":")
            case .variable: false
            }
        }
        if hasColon, let node = keys.node(\.user) {
            report(node.location, "a user's name holds no colon (RFC 7617 §2)")
        }
        addPair(user: user, password: password)
        return UserAndPassword(user: user, password: password)
    }

    /// So short a secret can't be told from other texts: what echoes it shows it.
    fileprivate func warnOfShort(_ text: Text?, _ node: SourceNode?) {
        guard let text, let node else { return }
        for case .secret(let value, let shown) in text.pieces
        where 1..<Redactor.shortest ~= value.utf8.count && !hasUnread(text) {
            warn(
                node.location,
                "the value of \(shown) is too short to be hidden: it has fewer than \(Redactor.shortest) bytes")
        }
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

/// Who sends a request, and the proof.
struct UserAndPassword: Sendable {
    var user: Text
    var password: Text
}

/// What a step says of how its request proves who sends it.
enum StepAuthentication: Sendable {
    /// Not at all.
    case none
    case keys(KeyValues<AuthenticationKeys>)
}

extension KeyForm where Value == KeyValues<AuthenticationKeys> {
    /// How requests prove who sends them.
    static var authentication: KeyForm {
        group(AuthenticationKeys.self).then { keys, node, reading in
            // Keys that aren't known have been told of already.
            if case .mapping(let entries) = node.content, entries.isEmpty {
                let names = KeyTable(AuthenticationKeys.self).keys.map(\.name).joined(separator: ", ")
                reading.report(node.location, "expected one of \(names) in auth")
            }
            return keys
        }
    }
}

extension KeyForm where Value == StepAuthentication {
    static var stepAuthentication: KeyForm {
        let keys = KeyForm<KeyValues<AuthenticationKeys>>.authentication
        return KeyForm(.oneOf([.choice(["none"]), keys.shape])) { reading, node, context in
            node.scalar?.text == "none"
                ? StepAuthentication.none : keys.decode(reading, node, context).map { .keys($0) }
        }
    }
}

extension KeyForm where Value == UserAndPassword {
    static var userAndPassword: KeyForm {
        KeyForm<KeyValues<UserKeys>>.group(UserKeys.self).then { keys, _, reading in reading.userAndPassword(keys) }
    }
}

extension KeyForm where Value == Text {
    /// A bearer's token.
    static var token: KeyForm {
        headerValue.then { token, node, reading in
            reading.warnOfShort(token, node)
            return token
        }
    }
}

extension KeyForm where Value == Authentication.Signature {
    static var signature: KeyForm {
        KeyForm<KeyValues<SignatureKeys>>.group(SignatureKeys.self).then { keys, _, _ in
            guard let region = keys.region, let service = keys.service, let keyID = keys.keyID,
                let secretKey = keys.secretKey
            else { return nil }
            return Authentication.Signature(
                region: region, service: service, keyID: keyID, secretKey: secretKey,
                sessionToken: keys.sessionToken)
        }
    }
}

extension KeyForm where Value == String {
    /// A part of AWS's credential scope.
    package static func awsName(_ what: String) -> KeyForm {
        KeyForm(.text) { reading, node, _ in reading.awsName(node, what) }
    }
}
