import Scenarios

/// The security schemes of a document as fields with environment variables in them.
struct SecuritySchemes {
    /// What a request carries to be let in.
    struct Credentials {
        var headers: [ScenarioDraft.Field] = []
        var query: [ScenarioDraft.Field] = []
        var cookies: [ScenarioDraft.Field] = []
        var problems: [String] = []
    }

    private let document: OpenAPIDocument
    private let general: DocumentValue?
    private let schemes: DocumentValue?

    init(_ document: OpenAPIDocument) {
        self.document = document
        general = document.root["security"]
        schemes = document.root["components"]?["securitySchemes"]
    }

    /// What an operation asks for: all schemes of its first requirement (OpenAPI 3.1 §4.8.30).
    func credentials(of operation: Operation) -> Credentials {
        var credentials = Credentials()
        guard let requirements = (operation.value["security"] ?? general)?.list else { return credentials }
        // An empty requirement makes the others optional.
        guard !requirements.contains(where: { $0.object?.isEmpty ?? false }) else { return credentials }
        for member in requirements.first?.object?.members ?? [] {
            guard let scheme = schemes?[member.name] else {
                credentials.problems.append("the security scheme \(quoted(member.name)) is not among the components")
                continue
            }
            do throws(OpenAPIDocument.BrokenReference) {
                add(try document.resolve(scheme).value, named: member.name, to: &credentials)
            } catch {
                credentials.problems.append(error.message)
            }
        }
        return credentials
    }

    private func add(_ scheme: DocumentValue, named name: String, to credentials: inout Credentials) {
        let variable = SecretKeeper.variable(name)
        let field = scheme["name"]?.text ?? ""
        var text = TemplateText()
        switch scheme["type"]?.text {
        case "apiKey":
            let key = ScenarioDraft.Field(name: field, value: .environment(variable))
            switch scheme["in"]?.text {
            case "query": credentials.query.append(key)
            case "cookie": credentials.cookies.append(key)
            default: credentials.headers.append(key)
            }
            return
        case "http" where scheme["scheme"]?.text?.lowercased() == "basic":
            text = TemplateText("Basic ")
            text.append(.environment(variable, default: Base64.encoded("user:\(TemplateText.placeholder)")))
        case "http" where scheme["scheme"]?.text?.lowercased() != "bearer":
            text = .environment(variable)
        default:
            text = TemplateText("Bearer ")
            text.append(.environment(variable))
        }
        credentials.headers.append(.init(name: "Authorization", value: text))
    }

    /// What to set before a run, a line for each scheme in use.
    func hints(for operations: [Operation]) -> [String] {
        var names: [String] = []
        for operation in operations {
            let requirements = (operation.value["security"] ?? general)?.list ?? []
            guard !requirements.contains(where: { $0.object?.isEmpty ?? false }) else { continue }
            for member in requirements.first?.object?.members ?? [] where !names.contains(member.name) {
                names.append(member.name)
            }
        }
        return names.compactMap { name in
            guard let scheme = schemes?[name], let value = (try? document.resolve(scheme))?.value else { return nil }
            let variable = SecretKeeper.variable(name)
            switch (value["type"]?.text, value["scheme"]?.text?.lowercased()) {
            case ("apiKey", _): return "Set \(variable) to the API key."
            case ("http", "basic"): return "Set \(variable) to the base64 of user:password."
            case ("http", "bearer"): return "Set \(variable) to the bearer token."
            case ("http", let scheme):
                return "Set \(variable) to the whole value of Authorization (scheme \(scheme ?? "unknown"))."
            case (let type, _): return "Set \(variable) to an access token (\(type ?? "unknown"))."
            }
        }
    }
}
