/// How a request of Postman proves who sends it.
struct PostmanAuth {
    private(set) var auth: ScenarioDraft.Auth?
    private(set) var headers: [ScenarioDraft.Field] = []
    private(set) var query: [ScenarioDraft.Field] = []
    /// Why it is not taken over; nil where it is.
    private(set) var obstacle: String?

    /// - Parameter value: As a request, a folder or a collection has it; nil where none says anything.
    init(_ value: DocumentValue?, _ variables: inout PostmanVariables, _ secrets: inout SecretKeeper) {
        guard let value, let kind = value["type"]?.text, kind != "noauth" else { return }
        let parameters = Self.parameters(value[kind])
        func secret(_ name: String, named variable: String) -> TemplateText {
            let text = parameters[name] ?? ""
            if text.isEmpty { return .environment(variable) }
            if PostmanVariables.hasVariable(text) {
                return variables.template(text, isSecret: true).mapLiterals(StepNames.line)
            }
            return secrets.placeholder(for: text, named: variable)
        }
        switch kind {
        case "bearer": auth = .bearer(secret("token", named: "TOKEN"))
        case "basic", "digest":
            let user = variables.template(parameters["username"] ?? "")
            let password = secret("password", named: "PASSWORD")
            if user.literal?.contains(":") ?? false {
                obstacle = "its user's name holds a colon"
            } else {
                auth =
                    kind == "basic" ? .basic(user: user, password: password) : .digest(user: user, password: password)
            }
        case "apikey":
            let name = parameters["key"] ?? ""
            let value = secret("value", named: name.isEmpty ? "API_KEY" : name)
            guard !name.isEmpty, !PostmanVariables.hasVariable(name) else {
                obstacle = "its API key has no name"
                return
            }
            if parameters["in"] == "query" {
                query = [.init(name: PercentCoding.encoded(name), value: value)]
            } else {
                headers = [.init(name: name, value: value)]
            }
        case "oauth2":
            let token = secret("accessToken", named: "ACCESS_TOKEN")
            if parameters["addTokenTo"] == "queryParams" {
                query = [.init(name: "access_token", value: token)]
            } else {
                auth = .bearer(token)
            }
        case "awsv4": obstacle = "it is signed (AWS Signature Version 4): auth: {aws: …} does that"
        default:
            obstacle = "its way to sign in (\(StepNames.fit(kind, otherwise: "unknown"))) is not known to scenarios"
        }
    }

    /// Version 2.1 has a list of keys and values here, 2.0 an object.
    private static func parameters(_ value: DocumentValue?) -> [String: String] {
        var result: [String: String] = [:]
        for entry in value?.list ?? [] {
            if let name = entry["key"]?.text, let text = entry["value"]?.scalarText { result[name] = text }
        }
        for member in value?.object?.members ?? [] { result[member.name] = member.value.scalarText }
        return result
    }

    /// The texts in which variables may stand.
    static func texts(_ value: DocumentValue?) -> [String] {
        guard let value, let kind = value["type"]?.text else { return [] }
        return Array(parameters(value[kind]).values)
    }
}
