import Scenarios

/// The security schemes of a document, as what requests carry.
struct SecuritySchemes {
    /// What a request carries to be let in.
    struct Credentials {
        var auth: ScenarioDraft.Auth?
        var headers: [ScenarioDraft.Field] = []
        var query: [ScenarioDraft.Field] = []
        var cookies: [ScenarioDraft.Field] = []
        var problems: [String] = []
    }

    private let document: OpenAPIDocument
    private let general: DocumentValue?
    private let schemes: DocumentValue?
    /// What the logins capture, by scheme.
    private let tokens: [String: String]

    /// - Parameter tokens: Names of captures that hold the token of a scheme; others come from the environment.
    init(_ document: OpenAPIDocument, tokens: [String: String] = [:]) {
        self.document = document
        self.tokens = tokens
        general = document.root["security"]
        schemes =
            document.dialect == .swagger2
            ? document.root["securityDefinitions"] : document.root["components"]?["securitySchemes"]
    }

    /// What an operation asks for: all schemes of its first requirement (OpenAPI 3.1 §4.8.30), in the order of the
    /// document, with the scopes that are asked for.
    func requirement(of operation: Operation) -> [DocumentObject.Member] {
        let requirements = (operation.value["security"] ?? general)?.list ?? []
        // An empty requirement makes the others optional.
        guard !requirements.contains(where: { $0.object?.isEmpty ?? false }) else { return [] }
        return requirements.first?.object?.members ?? []
    }

    /// A scheme by its name, as OpenAPI 3 has it; nil where the document has none.
    func scheme(_ name: String) throws(OpenAPIDocument.BrokenReference) -> DocumentValue? {
        guard let scheme = schemes?[name] else { return nil }
        let value = try document.resolve(scheme).value
        return document.dialect == .swagger2 ? Swagger2.scheme(value) : value
    }

    /// What a request of the operation carries.
    func credentials(of operation: Operation) -> Credentials {
        var credentials = Credentials()
        for member in requirement(of: operation) {
            do throws(OpenAPIDocument.BrokenReference) {
                if let scheme = try scheme(member.name) {
                    add(scheme, named: member.name, to: &credentials)
                } else {
                    credentials.problems.append(
                        "the security scheme \(quoted(member.name)) is not among the components")
                }
            } catch {
                credentials.problems.append(error.message)
            }
        }
        return credentials
    }

    private func add(_ scheme: DocumentValue, named name: String, to credentials: inout Credentials) {
        let variable = SecretKeeper.variable(name)
        let pair = (
            user: TemplateText.environment("\(variable)_USER", default: "user"),
            password: TemplateText.environment("\(variable)_PASSWORD")
        )
        let auth: ScenarioDraft.Auth
        switch (scheme["type"]?.text, scheme["scheme"]?.text?.lowercased()) {
        case ("apiKey", _):
            let key = ScenarioDraft.Field(name: scheme["name"]?.text ?? "", value: .environment(variable))
            switch scheme["in"]?.text {
            case "query": credentials.query.append(key)
            case "cookie": credentials.cookies.append(key)
            default: credentials.headers.append(key)
            }
            return
        // The client's certificate is the scenario's, not a request's.
        case ("mutualTLS", _): return
        case ("http", "basic"): auth = .basic(user: pair.user, password: pair.password)
        case ("http", "digest"): auth = .digest(user: pair.user, password: pair.password)
        case ("http", let scheme?) where scheme != "bearer":
            credentials.headers.append(.init(name: "Authorization", value: .environment(variable)))
            return
        default: auth = .bearer(tokens[name].map { TemplateText(placeholder: $0) } ?? .environment(variable))
        }
        // A request has one field `Authorization`: of several ways the first.
        if credentials.auth == nil { credentials.auth = auth }
    }

    /// What to set before a run, a line for each scheme in use.
    func hints(for operations: [Operation]) -> [String] {
        var names: [String] = []
        for operation in operations {
            for member in requirement(of: operation) where !names.contains(member.name) { names.append(member.name) }
        }
        return names.compactMap { name in
            guard tokens[name] == nil, let scheme = try? scheme(name) else { return nil }
            let variable = SecretKeeper.variable(name)
            switch (scheme["type"]?.text, scheme["scheme"]?.text?.lowercased()) {
            case ("apiKey", _): return "Set \(variable) to the API key."
            case ("mutualTLS", _): return "Set defaults.tls to the client's certificate (\(name))."
            case ("http", "basic"), ("http", "digest"):
                return "Set \(variable)_USER and \(variable)_PASSWORD to the user's name and password."
            case ("http", "bearer"): return "Set \(variable) to the bearer token."
            case ("http", let scheme):
                return "Set \(variable) to the whole value of Authorization (scheme \(scheme ?? "unknown"))."
            case (let type, _): return "Set \(variable) to an access token (\(type ?? "unknown"))."
            }
        }
    }
}
