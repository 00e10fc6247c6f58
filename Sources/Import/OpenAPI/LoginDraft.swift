/// The logins of a document: OAuth 2.0 flows that need no browser (RFC 6749 §4.3 and §4.4).
struct LoginDraft {
    /// What each user does once.
    private(set) var steps: [ScenarioDraft.Step] = []
    /// The captures that hold the tokens, by security scheme.
    private(set) var tokens: [String: String] = [:]
    /// What the user has to fill in.
    private(set) var hints: [String] = []
    /// Operations that the logins stand for.
    private(set) var operations: Set<JSONPointer> = []

    /// - Parameters:
    ///   - operations: What the scenario will send.
    ///   - server: The URL of the document's server, and so what paths follow.
    init(for operations: [Operation], in document: OpenAPIDocument, server: String) {
        let security = SecuritySchemes(document)
        var scopes: [(scheme: String, names: [String])] = []
        for operation in operations {
            for member in security.requirement(of: operation) {
                let names = (member.value.list ?? []).compactMap(\.text)
                if let index = scopes.firstIndex(where: { $0.scheme == member.name }) {
                    scopes[index].names += names.filter { !scopes[index].names.contains($0) }
                } else {
                    scopes.append((member.name, names))
                }
            }
        }
        for (name, scopes) in scopes {
            guard let scheme = try? security.scheme(name), scheme["type"]?.text == "oauth2" else { continue }
            let flows = scheme["flows"]
            let isInteractive = flows?["authorizationCode"] != nil || flows?["implicit"] != nil
            if let url = flows?["password"]?["tokenUrl"]?.text {
                add(name, url, grant: "password", scopes, operations, server)
            } else if !isInteractive, let url = flows?["clientCredentials"]?["tokenUrl"]?.text {
                add(name, url, grant: "client_credentials", scopes, operations, server)
            }
        }
    }

    private mutating func add(
        _ scheme: String, _ url: String, grant: String, _ scopes: [String], _ operations: [Operation], _ server: String
    ) {
        let number = steps.isEmpty ? "" : "_\(steps.count + 1)"
        let token = "access_token\(number)"
        guard let location = TokenURL(url, operations: operations, server: server) else { return }
        var step = ScenarioDraft.Step(name: "sign in\(number)", method: "post", url: TemplateText(location.url))
        var fields: [ScenarioDraft.Field] = [.init(name: "grant_type", value: TemplateText(grant))]
        let isUser = grant == "password"
        let names = isUser ? ("LOGIN_USERNAME", "LOGIN_PASSWORD") : ("CLIENT_ID", "CLIENT_SECRET")
        let user = TemplateText.environment(names.0 + number, default: isUser ? "user" : "client")
        let password = TemplateText.environment(names.1 + number)
        if isUser {
            fields += [.init(name: "username", value: user), .init(name: "password", value: password)]
        } else {
            step.auth = .basic(user: user, password: password)
        }
        if !scopes.isEmpty {
            fields.append(.init(name: "scope", value: TemplateText(scopes.joined(separator: " "))))
        }
        step.body = .form(fields)
        step.expect = ["200"]
        step.captures = [(token, "json $.access_token")]
        steps.append(step)
        tokens[scheme] = token
        if let pointer = location.operation { self.operations.insert(pointer) }
        hints.append("Set \(names.0)\(number) and \(names.1)\(number): each user signs in with them once.")
        if let host = location.otherHost {
            hints.append("The login goes to \(host), which has to be authorised, too: --authorise \(host)")
        }
    }
}

/// Where tokens are given out, as a step has it.
struct TokenURL {
    /// A path on the target, or a whole URL.
    private(set) var url: String
    /// The operation that the document describes there.
    private(set) var operation: JSONPointer?
    /// The host of a whole URL.
    private(set) var otherHost: String?

    /// - Parameters:
    ///   - text: A URL, or a reference to one that is relative to the server (OpenAPI 3.1 §4.8.30) or, in practice, to
    ///     the document.
    init?(_ text: String, operations: [Operation], server: String) {
        let base = RequestURL(server)
        let prefix = base?.path ?? ""
        let whole = RequestURL(text)
        if text.contains("://"), whole == nil { return nil }
        var path = whole?.path ?? String(text.prefix { $0 != "#" && $0 != "?" })
        while path.hasPrefix("./") { path.removeFirst(2) }
        let isRelative = whole == nil && !path.hasPrefix("/")
        if isRelative { path = "/\(path)" }
        if let whole, whole.origin != base?.origin {
            guard TargetURL.problem(whole.origin) == nil else { return nil }
            url = PercentCoding.cleaned(whole.origin + whole.path)
            otherHost = whole.host
            return
        }
        // With the server's own path, or without: both are written.
        let stripped = !prefix.isEmpty && path.hasPrefix("\(prefix)/") ? String(path.dropFirst(prefix.count)) : nil
        let posts = operations.filter { $0.method == "post" }
        for candidate in [stripped, path].compactMap({ $0 }) {
            guard let found = posts.first(where: { $0.sentPath == candidate }) else { continue }
            url = PercentCoding.cleaned(candidate)
            operation = found.pointer
            return
        }
        if let stripped {
            url = PercentCoding.cleaned(stripped)
        } else if prefix.isEmpty || prefix == "/" || isRelative {
            url = PercentCoding.cleaned(path)
        } else {
            url = PercentCoding.cleaned((base?.origin ?? "") + path)
        }
    }
}
