import Scenarios

/// Makes a scenario from an OpenAPI document: a flow for each tag, a step for each operation.
struct OpenAPIImport {
    /// Where requests go while neither the document nor the user says it.
    private static let defaultHost = "http://127.0.0.1:8080"
    /// Steps that are drafted at most. A scenario file holds some thousands; the rest would be made to be thrown away.
    private static let maximumSteps = 12_000

    private let document: OpenAPIDocument
    /// Where the document came from; nil for a file.
    private let source: RequestURL?
    private var problems = SourceProblems()

    /// - Parameter source: The URL that the document came from: a server without a host is there.
    init(_ document: OpenAPIDocument, source: RequestURL? = nil) {
        self.document = document
        self.source = source
    }

    /// The draft, or all problems of the document.
    ///
    /// - Parameters:
    ///   - target: Replaces the document's first server.
    ///   - name: The scenario's name; the document's title unless given.
    mutating func draft(target: String?, name: String?) throws(InvalidSource) -> ScenarioDraft {
        let title = document.root["info"]?["title"]?.text ?? ""
        var draft = ScenarioDraft(
            name: name ?? StepNames.slug(title, otherwise: "imported"), target: TemplateText())
        if !title.isEmpty { draft.description = StepNames.fit(title, otherwise: "imported") }
        fillTarget(&draft, given: target)

        let reader = OperationReader(document)
        let login = LoginDraft(for: reader.operations, in: document, server: draft.target.literal ?? "")
        let operations = reader.operations.filter { !login.operations.contains($0.pointer) }
        let security = SecuritySchemes(document, tokens: login.tokens)
        draft.login = login.steps
        draft.leftOut += reader.leftOut
        draft.hints += login.hints + security.hints(for: operations)
        var flowNames = StepNames()
        var stepNames = StepNames()
        for step in login.steps { _ = stepNames.unique(step.name) }
        // Beside a login no flow has its name.
        if !login.steps.isEmpty { _ = flowNames.unique(Scenario.loginName) }
        var count = 0
        for (tag, operations) in Self.grouped(operations) {
            let plan = CapturePlan(operations, document: document)
            var actions: [ScenarioDraft.Action] = []
            for index in plan.operations.indices {
                let operation = plan.operations[index]
                count += 1
                guard count <= Self.maximumSteps else { continue }
                let made = OperationDraft(index, of: plan, in: document, security: security)
                for problem in made.problems { problems.report(document.location(problem.pointer), problem.message) }
                if let obstacle = made.obstacle {
                    draft.leftOut.append("\(operation.name): \(obstacle)")
                    continue
                }
                var step = made.step
                step.name = stepNames.unique(step.name)
                actions.append(.request(step))
            }
            draft.flows.append(.init(name: flowNames.unique(tag, otherwise: "api"), actions: actions))
        }
        if count > Self.maximumSteps {
            draft.leftOut.append("\(count - Self.maximumSteps) operations: more than \(Self.maximumSteps)")
        }
        try reader.problems.throwIfAny()
        try problems.throwIfAny()
        return draft
    }

    /// Operations by their first tag, in the order in which the tags occur.
    private static func grouped(_ operations: [Operation]) -> [(tag: String, operations: [Operation])] {
        let areTagged = operations.contains { $0.tag != nil }
        var order: [String] = []
        var groups: [String: [Operation]] = [:]
        for operation in operations {
            let tag = operation.tag ?? (areTagged ? "untagged" : "api")
            if groups[tag] == nil { order.append(tag) }
            groups[tag, default: []].append(operation)
        }
        return order.map { ($0, groups[$0] ?? []) }
    }

    // MARK: - Target

    private mutating func fillTarget(_ draft: inout ScenarioDraft, given: String?) {
        let servers =
            document.dialect == .swagger2
            ? [Swagger2.server(of: document.root, base: source)].compactMap { $0 }
            : document.root["servers"]?.list ?? []
        let server = servers.first.flatMap { serverURL($0) }
        if let given {
            draft.target = TemplateText(given)
            let path = server.map { RequestURL($0)?.path ?? $0 } ?? ""
            if !["", "/"].contains(path), RequestURL(given)?.path ?? "" != path {
                draft.hints.append("The document's server has the path \(path), which the target doesn't have.")
            }
            return
        }
        if servers.count > 1 { draft.leftOut.append("\(servers.count - 1) more servers: requests go to the first") }
        if let server, RequestURL(server) != nil {
            draft.target = TemplateText(Self.withoutSlash(server))
            return
        }
        // A relative URL is one on the host that the document came from, which a file doesn't tell.
        var path = server ?? ""
        while path.hasPrefix("./") { path.removeFirst(2) }
        if !path.hasPrefix("/") { path = "/\(path == "." ? "" : path)" }
        draft.target = TemplateText((source?.origin ?? Self.defaultHost) + Self.withoutSlash(path))
        if source == nil { draft.hints.append("The document names no host: set the target, or run with --target.") }
    }

    /// The server's URL with its variables' defaults (OpenAPI 3.1 §4.8.6).
    private mutating func serverURL(_ server: DocumentValue) -> String? {
        let pointer =
            document.dialect == .swagger2
            ? JSONPointer.root.appending("host")
            : JSONPointer.root.appending("servers").appending("0").appending("url")
        guard let url = server["url"]?.text else {
            problems.report(document.location(pointer), "a server has a URL")
            return nil
        }
        var result = ""
        var rest = url[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            let name = String(rest[open...].dropFirst().prefix { $0 != "}" })
            result += rest[..<open]
            guard let value = server["variables"]?[name]?["default"]?.scalarText else {
                problems.report(document.location(pointer), "the variable {\(name)} of the server's URL has no default")
                return nil
            }
            result += value
            rest = rest[rest.index(after: close)...]
        }
        result += rest
        if let problem = TargetURL.problem(result), result.contains("://") {
            problems.report(document.location(pointer), "\(problem); name another target with --target")
            return nil
        }
        return PercentCoding.cleaned(result)
    }

    private static func withoutSlash(_ url: String) -> String { url.hasSuffix("/") ? String(url.dropLast()) : url }
}
