/// Makes the step of an operation.
struct OperationDraft {
    private let document: OpenAPIDocument
    private let operation: Operation
    private let plan: CapturePlan
    private let index: Int

    private(set) var step: ScenarioDraft.Step
    /// Why there is no such step; nil where there is one.
    private(set) var obstacle: String?
    /// Problems by place.
    private(set) var problems: [(pointer: JSONPointer, message: String)] = []

    init(_ index: Int, of plan: CapturePlan, in document: OpenAPIDocument, security: SecuritySchemes) {
        self.document = document
        self.plan = plan
        self.index = index
        operation = plan.operations[index]
        step = ScenarioDraft.Step(name: operation.name, method: operation.method, url: TemplateText())
        let credentials = security.credentials(of: operation)
        problems += credentials.problems.map { (operation.pointer.appending("security"), $0) }
        fillURL(credentials)
        fillHeaders(credentials)
        fillBody()
        fillAnswer()
        step.captures = plan.captures(of: index).map { ($0.variable, "json \($0.path)") }
    }

    private mutating func sample(_ schema: DocumentValue, named name: String, at pointer: JSONPointer) -> DocumentValue?
    {
        var sampler = SchemaSampler(document)
        let value = sampler.value(of: schema, named: name)
        take(sampler, at: pointer)
        return value
    }

    private mutating func take(_ sampler: SchemaSampler, at pointer: JSONPointer) {
        problems += sampler.problems.map { (pointer, $0) }
        for note in sampler.notes where !step.notes.contains(note) { step.notes.append(note) }
    }

    // MARK: - Parameters

    /// The value that a parameter is given.
    private mutating func value(_ parameter: Operation.Parameter) -> DocumentValue {
        let value = parameter.value
        var sampler = SchemaSampler(document)
        defer { take(sampler, at: parameter.pointer) }
        if let content = MediaTypes(value["content"]).entries.first {
            let sample = content.sample(document, &sampler, named: parameter.name) ?? .null
            return content.isJSON && sample.scalarText == nil ? .text(JSONText.text(sample)) : sample
        }
        let entry = MediaTypes.Entry(type: "", value: value)
        return entry.sample(document, &sampler, named: parameter.name) ?? .text("text")
    }

    private mutating func fillURL(_ credentials: SecuritySchemes.Credentials) {
        var url = TemplateText()
        var rest = operation.path[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            url.append(PercentCoding.cleaned(String(rest[..<open])))
            let name = String(rest[open...].dropFirst().prefix { $0 != "}" })
            url.append(pathValue(name))
            rest = rest[rest.index(after: close)...]
        }
        url.append(PercentCoding.cleaned(String(rest)))

        var isFirst = true
        func add(_ name: String, _ value: TemplateText) {
            url.append(isFirst ? "?" : "&")
            isFirst = false
            url.append(PercentCoding.encoded(name) + "=")
            url.append(value)
        }
        for parameter in operation.parameters where parameter.location == "query" && parameter.isRequired {
            for field in queryFields(parameter) { add(field.name, field.value) }
        }
        for field in credentials.query { add(field.name, field.value) }
        let optional = operation.parameters.filter { $0.location == "query" && !$0.isRequired }.map(\.name)
        if !optional.isEmpty { step.notes.append("optional in the query: \(optional.joined(separator: ", "))") }
        step.url = url
    }

    private mutating func pathValue(_ name: String) -> TemplateText {
        if let source = plan.source(of: name, for: index) { return TemplateText(place: source.variable) }
        guard let parameter = operation.parameters.first(where: { $0.location == "path" && $0.name == name }) else {
            problems.append((operation.pointer, "the path names {\(name)}, which is no parameter"))
            return TemplateText()
        }
        if !operation.isSafe {
            step.notes.append("{\(name)} is an example: nothing before it creates one")
        }
        let text = Self.encoded(value(parameter))
        // An empty segment would be another path.
        return text.isEmpty ? TemplateText("text") : text
    }

    private static func text(_ value: DocumentValue) -> String { value.scalarText ?? JSONText.text(value) }

    /// The value in a URL, a list's with commas between them.
    private static func encoded(_ value: DocumentValue) -> TemplateText {
        switch value {
        case .template(let text): return text
        case .list(let values):
            var text = TemplateText()
            for (index, value) in values.enumerated() {
                text.append(index > 0 ? "," : "")
                text.append(encoded(value))
            }
            return text
        default: return TemplateText(PercentCoding.encoded(text(value)))
        }
    }

    /// The fields of the styles `form` and `deepObject` (OpenAPI 3.1 §4.8.12.3).
    private mutating func queryFields(_ parameter: Operation.Parameter) -> [ScenarioDraft.Field] {
        let isExploded = parameter.value["explode"]?.bool ?? true
        let isDeep = parameter.value["style"]?.text == "deepObject"
        switch value(parameter) {
        case .list(let values) where isExploded:
            return values.map { .init(name: parameter.name, value: Self.encoded($0)) }
        case .object(let object) where isExploded || isDeep:
            return object.members.map {
                .init(name: isDeep ? "\(parameter.name)[\($0.name)]" : $0.name, value: Self.encoded($0.value))
            }
        case let value: return [.init(name: parameter.name, value: Self.encoded(value))]
        }
    }

    private mutating func fillHeaders(_ credentials: SecuritySchemes.Credentials) {
        var cookies = TemplateText()
        func add(cookie name: String, _ value: TemplateText) {
            cookies.append(cookies.isEmpty ? "\(name)=" : "; \(name)=")
            cookies.append(value)
        }
        for parameter in operation.parameters where parameter.isRequired {
            let isCookie = parameter.location == "cookie"
            // These three are ruled by other parts of the document (OpenAPI 3.1 §4.8.12.2.1).
            let isOther = ["accept", "content-type", "authorization"].contains(parameter.name.lowercased())
            guard isCookie || parameter.location == "header" && !isOther else { continue }
            let value = value(parameter)
            var text = TemplateText(StepNames.fit(Self.text(value), otherwise: "text"))
            if case .template(let template) = value { text = template }
            if SecretNames.isSecret(parameter.name) { text = .environment(SecretKeeper.variable(parameter.name)) }
            if isCookie { add(cookie: parameter.name, text) } else { put(parameter.name, text) }
        }
        for field in credentials.headers { put(field.name, field.value) }
        for field in credentials.cookies { add(cookie: field.name, field.value) }
        if !cookies.isEmpty { put("Cookie", cookies) }
    }

    private mutating func put(_ name: String, _ value: TemplateText) {
        guard HeaderFields.canBeSent(name) else {
            step.notes.append("the header field \(name) can't be sent")
            return
        }
        if step.headers.contains(where: { $0.name.lowercased() == name.lowercased() }) { return }
        step.headers.append(.init(name: name, value: value))
    }

    // MARK: - Body

    private mutating func fillBody() {
        guard let body = operation.requestBody else { return }
        let types = MediaTypes(body["content"])
        var sampler = SchemaSampler(document)
        defer { take(sampler, at: operation.pointer.appending("requestBody")) }
        if let json = types.json {
            step.body = .json(json.sample(document, &sampler, named: "the body") ?? .object(DocumentObject()))
            if json.type != "application/json" { put("Content-Type", TemplateText(json.type)) }
            return
        }
        if let form = types.first("application/x-www-form-urlencoded"),
            let object = form.sample(document, &sampler, named: "the body")?.object
        {
            step.body = .form(
                object.members.map { member in
                    if case .template(let text) = member.value { return .init(name: member.name, value: text) }
                    return .init(name: member.name, value: TemplateText(Self.text(member.value)))
                })
            return
        }
        let other = types.entries.first { $0.type != MultipartBody.type }
        if let other, let text = other.sample(document, &sampler, named: "the body")?.text, !other.type.contains("*") {
            step.body = .text(TemplateText(text))
            put("Content-Type", TemplateText(other.type))
            return
        }
        let type = types.entries.first?.type ?? "no type"
        let reason = type == MultipartBody.type ? MultipartBody.obstacle : "there is no example of its body (\(type))"
        if body["required"]?.bool == true {
            obstacle = reason
        } else {
            step.notes.append("sent without a body: \(reason)")
        }
    }

    // MARK: - Answer

    private mutating func fillAnswer() {
        let successes = operation.successes
        step.expect = successes.map(\.status).sorted().map { status in
            status.hasSuffix("XX") ? "\(status.prefix(1))00..\(status.prefix(1))99" : status
        }.filter { status in
            status.prefix(3).allSatisfy { $0.isASCII && $0.isNumber }
        }
        guard operation.method != "head", !successes.isEmpty else { return }
        let types = successes.map { MediaTypes($0.value["content"]).entries }
        guard let first = types.first?.first(where: \.isJSON) ?? types.first?.first, !first.type.contains("*"),
            types.allSatisfy({ $0.contains { $0.type == first.type } }), HeaderFields.isMediaType(first.type)
        else { return }
        step.checks = ["header content-type contains \(first.type)"]
        if types.contains(where: { $0.count > 1 }) { put("Accept", TemplateText(first.type)) }
    }
}
