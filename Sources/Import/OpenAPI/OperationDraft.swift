import Credentials

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
        step.captures = plan.captures(of: index).map { source in
            (source.variable, "json \(source.path)\(source.isCreation ? "" : " optional")")
        }
        step.conditions = plan.conditions(of: index)
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
        if let content = MediaTypes(value["content"], in: document).entries.first {
            let sample = content.sample(document, &sampler, named: parameter.name) ?? .null
            return content.isJSON && sample.scalarText == nil ? .text(JSONText.text(sample)) : sample
        }
        let entry = MediaTypes.Entry(type: "", value: value)
        return entry.sample(document, &sampler, named: parameter.name) ?? .text("text")
    }

    private mutating func fillURL(_ credentials: SecuritySchemes.Credentials) {
        var url = TemplateText()
        var rest = operation.sentPath[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            url.append(PercentCoding.cleaned(String(rest[..<open])))
            let name = String(rest[open...].dropFirst().prefix { $0 != "}" })
            url.append(pathValue(name))
            rest = rest[rest.index(after: close)...]
        }
        url.append(PercentCoding.cleaned(String(rest)))

        var isFirst = !operation.sentPath.contains("?")
        func add(_ name: String, _ value: TemplateText) {
            url.append(isFirst ? "?" : "&")
            isFirst = false
            url.append(name + "=")
            url.append(value)
        }
        for parameter in operation.parameters where parameter.location == "query" && parameter.isRequired {
            for field in queryFields(parameter) { add(field.name, field.value) }
        }
        for parameter in operation.parameters where parameter.location == "querystring" {
            for field in formFields(parameter) { add(field.name, field.value) }
        }
        for field in credentials.query { add(PercentCoding.encoded(field.name), field.value) }
        let optional = operation.parameters.filter { $0.location == "query" && !$0.isRequired }.map(\.name)
        if !optional.isEmpty { step.notes.append("optional in the query: \(optional.joined(separator: ", "))") }
        step.url = url
    }

    private mutating func pathValue(_ name: String) -> TemplateText {
        let parameter = operation.parameters.first { $0.location == "path" && $0.name == name }
        if let source = plan.source(of: name, for: index) {
            let text = TemplateText(placeholder: source.variable)
            return parameter?.allowsReserved == true ? .raw(text) : text
        }
        guard let parameter else {
            problems.append((operation.pointer, "the path names {\(name)}, which is not a parameter"))
            return TemplateText()
        }
        if !operation.isSafe {
            step.notes.append("{\(name)} is an example: nothing before it creates one")
        }
        let text = ParameterStyle(parameter.value, location: "path").path(name, value(parameter))
        // An empty segment would be another path.
        return text.isEmpty ? TemplateText("text") : text
    }

    private mutating func queryFields(_ parameter: Operation.Parameter) -> [ScenarioDraft.Field] {
        var value = value(parameter)
        if case .text = value, SensitiveName.isOne(parameter.name), parameter.value["schema"]?["enum"] == nil {
            value = .template(.environment(SecretKeeper.variable(parameter.name)))
        }
        return ParameterStyle(parameter.value, location: "query").urlFields(parameter.name, value)
    }

    /// The members of a parameter that is the whole query (OpenAPI 3.2 §4.12.1).
    private mutating func formFields(_ parameter: Operation.Parameter) -> [ScenarioDraft.Field] {
        let style = ParameterStyle(nil, location: "query")
        return (value(parameter).object?.members ?? []).flatMap { style.urlFields($0.name, $0.value) }
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
            var text = ParameterStyle(parameter.value, location: parameter.location).line(value(parameter))
            if SensitiveName.isOne(parameter.name) { text = .environment(SecretKeeper.variable(parameter.name)) }
            if isCookie { add(cookie: parameter.name, text) } else { put(parameter.name, text) }
        }
        step.auth = credentials.auth
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
        if step.auth != nil, name.lowercased() == "authorization" { return }
        step.headers.append(.init(name: name, value: value))
    }

    // MARK: - Body

    private mutating func fillBody() {
        guard let description = operation.requestBody else { return }
        var sampler = SchemaSampler(document)
        let made = BodyDraft(description, in: document, &sampler)
        take(sampler, at: operation.bodyPointer)
        step.body = made.body
        step.notes += made.notes
        if let type = made.contentType { put("Content-Type", TemplateText(type)) }
        obstacle = made.obstacle
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
        let types = successes.map { MediaTypes($0.value["content"], in: document).entries }
        if operation.isSafe, types.allSatisfy({ $0.map(\.type) == ["text/event-stream"] }) {
            obstacle = "its answer is a stream of events, which has no end"
        }
        guard let first = types.first?.first(where: \.isJSON) ?? types.first?.first, !first.type.contains("*"),
            types.allSatisfy({ $0.contains { $0.type == first.type } }), HeaderFields.isMediaType(first.type)
        else { return }
        step.checks = ["header content-type contains \(first.type)"]
        if types.contains(where: { $0.count > 1 }) { put("Accept", TemplateText(first.type)) }
    }
}
