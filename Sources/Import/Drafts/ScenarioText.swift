import Scenarios

/// Writes a draft as a scenario file, within the bounds that a scenario file has.
struct ScenarioText {
    /// Room that is left for what stands around the steps, and for what the user adds.
    private static let spareBytes = 96 << 10
    private static let spareNodes = 2_000
    /// A step that is larger than this is left out: a scenario is to be read by people.
    static let maximumStepBytes = 256 << 10
    private static let maximumLargeSteps = 50
    /// Lines of the head that tell what was left out.
    private static let maximumNotes = 40

    private(set) var text: String
    /// The draft with what didn't fit left out.
    private(set) var draft: ScenarioDraft

    init(_ draft: ScenarioDraft) {
        var draft = draft
        let common = draft.takeCommonHeaders()
        let auth = draft.takeCommonAuth()
        let nodes = Self.fit(&draft)
        var entries: [YAMLNode.Entry] = [.init("name", .text(draft.name))]
        if let description = draft.description { entries.append(.init("description", .text(description))) }
        entries.append(.init("target", .text(draft.target.source)))
        let defaults = Self.defaults(draft, common, auth)
        if !defaults.isEmpty { entries.append(.init("defaults", .mapping(defaults))) }
        if !draft.login.isEmpty {
            entries.append(.init("login", .list(draft.login.map { Self.item(.request($0)) })))
        }
        let flows = zip(draft.flows, nodes).map { flow, items in
            YAMLNode.Entry(flow.name, .mapping([.init("steps", .list(items))]))
        }
        entries.append(.init("flows", .mapping(flows)))
        entries += Self.load(draft)
        text = YAMLWriter.document(entries, comments: Self.head(draft))
        self.draft = draft
    }

    // MARK: - Head and load

    private static func head(_ draft: ScenarioDraft) -> [String] {
        var lines = draft.heading
        for hint in draft.hints.prefix(maximumNotes) { lines.append(hint) }
        guard !draft.leftOut.isEmpty else { return lines }
        lines.append("Not taken over:")
        lines += draft.leftOut.prefix(maximumNotes).map { "  - \($0)" }
        if draft.leftOut.count > maximumNotes { lines.append("  - \(draft.leftOut.count - maximumNotes) more") }
        return lines
    }

    private static func load(_ draft: ScenarioDraft) -> [YAMLNode.Entry] {
        var entries: [YAMLNode.Entry] = [
            .init(
                "load",
                .list([
                    .init(
                        value: .inline([
                            .init("arrivals", .text("10/s")), .init("for", .text("2s")),
                            .init("warmup", .plain("true")),
                        ])),
                    .init(value: .inline([.init("arrivals", .text("10/s")), .init("for", .text("10s"))])),
                ]),
                comments: ["A modest load to begin with: set the rate that your users make."])
        ]
        // Iterations that pause must be able to end after the last arrival.
        let pauses = (draft.longestPauses + 999) / 1000
        if pauses > 0 {
            entries.append(.init("limits", .inline([.init("graceful_stop", .text("\(pauses + 5)s"))])))
        }
        entries.append(
            .init(
                "objectives",
                .list([
                    .init(value: .text("errors == 0")), .init(value: .text("p95 response_time < 200ms")),
                ])))
        return entries
    }

    private static func defaults(
        _ draft: ScenarioDraft, _ headers: [ScenarioDraft.Field], _ auth: ScenarioDraft.Auth?
    ) -> [YAMLNode.Entry] {
        let settings = draft.settings
        func text(_ text: String) -> YAMLNode { .text(TemplateText(text).source) }
        var http: [YAMLNode.Entry] = []
        if let version = settings.version { http.append(.init("version", .plain(version))) }
        if !headers.isEmpty { http.append(.init("headers", fields(headers))) }
        if let auth { http.append(.init("auth", Self.auth(auth))) }
        if settings.keepsCookies { http.append(.init("cookies", .plain("true"))) }
        if settings.unpacksAnswers { http.append(.init("compression", .plain("true"))) }
        if let proxy = settings.proxy { http.append(.init("proxy", .text(proxy.source))) }
        if !settings.resolve.isEmpty { http.append(.init("resolve", fields(settings.resolve))) }
        if let socket = settings.unixSocket { http.append(.init("unix_socket", text(socket))) }
        var tls: [YAMLNode.Entry] = []
        if let ca = settings.ca { tls.append(.init("ca", text(ca))) }
        if let certificate = settings.certificate { tls.append(.init("certificate", text(certificate))) }
        if let key = settings.key { tls.append(.init("key", text(key))) }
        if !settings.verifies { tls.append(.init("verify", .plain("false"))) }
        if let version = settings.minimumTLS { tls.append(.init("min_version", .plain(version))) }
        if let version = settings.maximumTLS { tls.append(.init("max_version", .plain(version))) }
        return (http.isEmpty ? [] : [.init("http", .mapping(http))])
            + (tls.isEmpty ? [] : [.init("tls", .mapping(tls))])
    }

    // MARK: - Steps

    /// The steps of each flow, as many as a scenario file holds. The others are taken out of the draft and told.
    private static func fit(_ draft: inout ScenarioDraft) -> [[YAMLNode.Item]] {
        var bytes = YAMLSource.Bounds.scenario.bytes - spareBytes
        var values = YAMLSource.Bounds.scenario.nodes - spareNodes
        var isFull = false
        var leftOut = 0
        var largeCount = 0
        var flows: [ScenarioDraft.Flow] = []
        var lists: [[YAMLNode.Item]] = []
        for flow in draft.flows {
            var kept: [ScenarioDraft.Action] = []
            var items: [YAMLNode.Item] = []
            var captured = Set(draft.login.flatMap { $0.captures.map(\.name) })
            for action in flow.actions {
                if !isFull, case .request(let step) = action {
                    guard step.needs.isSubset(of: captured) else {
                        draft.leftOut.append("\(step.name): it needs what a request that is left out would give")
                        continue
                    }
                }
                let item = item(action)
                let size = isFull ? 0 : YAMLWriter.item(item, indent: 6).utf8.count
                let isLarge = size > maximumStepBytes || item.value.depth > YAMLSource.Bounds.scenario.depth - 8
                if !isFull, !isLarge, size > bytes || item.value.count > values { isFull = true }
                guard !isFull, !isLarge else {
                    guard case .request(let step) = action else { continue }
                    if isFull {
                        leftOut += 1
                    } else {
                        draft.leftOut.append("\(step.name): its body is too large or too deep for a scenario file")
                        // To write a large body only to see its size takes time.
                        largeCount += 1
                        isFull = largeCount >= maximumLargeSteps
                    }
                    continue
                }
                if case .request(let step) = action { captured.formUnion(step.captures.map(\.name)) }
                bytes -= size
                values -= item.value.count
                kept.append(action)
                items.append(item)
            }
            guard items.contains(where: { if case .mapping = $0.value { true } else { false } }) else { continue }
            flows.append(ScenarioDraft.Flow(name: flow.name, actions: kept))
            lists.append(items)
        }
        if leftOut > 0 {
            draft.leftOut.insert(
                "\(leftOut) more requests: a scenario file has at most 1 MiB and \(YAMLSource.Bounds.scenario.nodes) values",
                at: 0)
        }
        draft.flows = flows
        return lists
    }

    private static func item(_ action: ScenarioDraft.Action) -> YAMLNode.Item {
        switch action {
        case .pause(let milliseconds):
            return YAMLNode.Item(value: .inline([.init("pause", .text(duration(milliseconds)))]))
        case .request(let step): return YAMLNode.Item(value: .mapping(entries(step)), comments: step.notes)
        }
    }

    /// `1500ms`, `3s`
    private static func duration(_ milliseconds: Int) -> String {
        milliseconds % 1000 == 0 ? "\(milliseconds / 1000)s" : "\(milliseconds)ms"
    }

    private static func entries(_ step: ScenarioDraft.Step) -> [YAMLNode.Entry] {
        var entries: [YAMLNode.Entry] = [
            .init("name", .text(step.name)), .init(step.method, .text(step.url.source)),
        ]
        if !step.conditions.isEmpty {
            let names = step.conditions.map { TemplateText(placeholder: $0).source }
            entries.append(.init("when", .text(names.joined())))
        }
        if !step.headers.isEmpty { entries.append(.init("headers", fields(step.headers))) }
        if let auth = step.auth { entries.append(.init("auth", Self.auth(auth))) }
        switch step.body {
        case .json(let value): entries.append(.init("json", YAMLNode(value)))
        case .form(let fields): entries.append(.init("form", Self.fields(fields)))
        case .text(let text): entries.append(.init("body", .text(text.source)))
        case .multipart(let parts): entries.append(.init("multipart", .mapping(parts.map(part))))
        case .upload(let path): entries.append(.init("upload", .text(TemplateText(path).source)))
        case nil: break
        }
        if let redirects = step.redirects { entries.append(.init("redirects", .plain("\(redirects)"))) }
        if step.expect.count == 1 {
            entries.append(.init("expect", status(step.expect[0])))
        } else if step.expect.count > 1 {
            entries.append(.init("expect", .list(step.expect.map { .init(value: status($0)) })))
        }
        if !step.checks.isEmpty {
            entries.append(.init("checks", .list(step.checks.map { .init(value: .text($0)) })))
        }
        if !step.captures.isEmpty {
            entries.append(.init("capture", .mapping(step.captures.map { .init($0.name, .text($0.source)) })))
        }
        if let timeout = step.timeout { entries.append(.init("timeout", .text(timeout))) }
        return entries
    }

    private static func part(_ part: ScenarioDraft.Part) -> YAMLNode.Entry {
        let value = YAMLNode.text(part.value.source)
        guard part.fileName != nil || part.type != nil || part.file != nil else { return .init(part.name, value) }
        var entries: [YAMLNode.Entry] = [.init("value", value)]
        if let file = part.file { entries = [.init("file", .text(TemplateText(file).source))] }
        if let type = part.type { entries.append(.init("type", .text(TemplateText(type).source))) }
        if let name = part.fileName { entries.append(.init("filename", .text(TemplateText(name).source))) }
        return .init(part.name, .inline(entries))
    }

    private static func auth(_ auth: ScenarioDraft.Auth) -> YAMLNode {
        func pair(_ user: TemplateText, _ password: TemplateText) -> YAMLNode {
            .inline([.init("user", .text(user.source)), .init("password", .text(password.source))])
        }
        return switch auth {
        case .bearer(let token): .inline([.init("bearer", .text(token.source))])
        case .aws(let fields): .mapping([.init("aws", Self.fields(fields))])
        case .basic(let user, let password): .mapping([.init("basic", pair(user, password))])
        case .digest(let user, let password): .mapping([.init("digest", pair(user, password))])
        }
    }

    private static func status(_ text: String) -> YAMLNode {
        text.contains(".") ? .text(text) : .plain(text)
    }

    private static func fields(_ fields: [ScenarioDraft.Field]) -> YAMLNode {
        .mapping(fields.map { .init($0.name, .text($0.value.source)) })
    }
}
