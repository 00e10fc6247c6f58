import Foundation
import Measures
public import Scenarios

/// A scenario compiled for the engine. Immutable; its raw memory lives as long as it does.
///
/// `@unchecked Sendable`: nothing in it changes after `init`, so every reactor may read it at once.
public final class RunPlan: @unchecked Sendable {
    /// What a user does next, as plain numbers.
    enum Action {
        case step(Int)
        case pause(shortest: Int64, longest: Int64)
    }

    /// A step, as the hot path needs it: a plain value.
    struct CompiledStep {
        var request: RequestTemplate
        var origin: Int
        /// True where TLS carries the request.
        var isSecure: Bool
        var toHead: Bool
        /// True where the answer is looked at beyond its status.
        var keepsAnswer: Bool
        var keepsBody: Bool
        /// Nanoseconds.
        var timeout: Int64
        /// The number of the timeout among the plan's different ones.
        var timeoutClass: Int
        var firstExpected: ClosedRange<Int>
        /// The place of its conversation; -1: it is a request.
        var conversation: Int
    }

    let scenario: Scenario
    /// The endpoints that steps go to, each once.
    public let endpoints: [Endpoint]
    let steps: UnsafeMutableBufferPointer<CompiledStep>
    /// How each step's answers are judged, where the status alone doesn't tell.
    let judges: [AnswerJudge]
    /// What steps do on WebSockets.
    let conversations: [ConversationPlan]
    /// The actions of all flows, flow after flow.
    let actions: UnsafeMutableBufferPointer<Action>
    /// Where each flow's actions lie in `actions`.
    let flowActions: UnsafeMutableBufferPointer<Range<Int>>
    /// Where each flow's tables, those that its steps use, lie in `tableNumbers`.
    let flowTables: UnsafeMutableBufferPointer<Range<Int>>
    let tableNumbers: UnsafeMutableBufferPointer<Int>
    /// 0: no identities.
    let identityCount: Int
    let tables: RowTables
    let names: VariableNames
    let connectionPolicy: Defaults.Connections
    /// The different timeouts in nanoseconds.
    let timeouts: [Int64]
    let loadPlan: LoadPlan

    var captureCount: Int { names.captures.count }

    /// A step by its number, in place.
    func step(_ number: Int) -> UnsafeMutablePointer<CompiledStep> {
        guard let base = steps.baseAddress else { preconditionFailure("a plan has steps") }
        return base + number
    }

    /// The conversation of a step that has one.
    func conversation(of step: Int) -> ConversationPlan { conversations[steps[step].conversation] }

    /// Compiles a scenario. Throws where target or a step's URL is malformed, which a validated scenario's are not.
    public init(_ scenario: Scenario, userAgent: String) throws(Endpoint.Malformed) {
        let names = VariableNames(scenario)
        let surroundings = RequestTemplate.Surroundings(
            defaults: scenario.defaults, identities: scenario.identities, userAgent: userAgent, names: names)
        var endpoints: [Endpoint] = []
        var compiled: [CompiledStep] = []
        var judges: [AnswerJudge] = []
        var conversations: [ConversationPlan] = []
        let timeouts = Set(scenario.steps.map { Span($0.timeout).nanoseconds }).sorted()
        for var step in scenario.steps {
            if step.conversation != nil { step.expect = [101...101] }
            let (endpoint, path) = try Self.destination(of: step, target: scenario.target)
            var key = endpoint
            key.path = ""
            let origin = endpoints.firstIndex(of: key) ?? endpoints.count
            if origin == endpoints.count { endpoints.append(key) }
            let judge = AnswerJudge(step, names: names)
            judges.append(judge)
            let timeout = Span(step.timeout).nanoseconds
            let authority = Text(endpoint.authority)
            let request: RequestTemplate
            if let conversation = step.conversation {
                let conversation = ConversationPlan(conversation, timeout: step.timeout, names: names)
                conversations.append(conversation)
                request = RequestTemplate(
                    opening: step, path: path, authority: authority, handshake: conversation.handshake,
                    surroundings: surroundings)
            } else {
                request = RequestTemplate(step, path: path, authority: authority, surroundings: surroundings)
            }
            compiled.append(
                CompiledStep(
                    request: request, origin: origin, isSecure: endpoint.isSecure, toHead: step.method == .head,
                    keepsAnswer: judge.looksAtAnswer, keepsBody: judge.looksAtBody, timeout: timeout,
                    timeoutClass: timeouts.firstIndex(of: timeout) ?? 0,
                    firstExpected: step.expect.first ?? 200...399,
                    conversation: step.conversation == nil ? -1 : conversations.count - 1))
        }
        self.conversations = conversations
        self.scenario = scenario
        self.endpoints = endpoints
        self.timeouts = timeouts
        steps = .copy(of: compiled)
        self.judges = judges
        self.names = names
        connectionPolicy = scenario.defaults.connections
        tables = RowTables(scenario.data)
        var nextStep = 0
        var actions: [Action] = []
        var ranges: [Range<Int>] = []
        for flow in scenario.flows {
            let first = actions.count
            for action in flow.actions {
                switch action {
                case .request:
                    actions.append(.step(nextStep))
                    nextStep += 1
                case .pause(let range):
                    actions.append(
                        .pause(
                            shortest: Span(range.lowerBound).nanoseconds, longest: Span(range.upperBound).nanoseconds))
                }
            }
            ranges.append(first..<actions.count)
        }
        self.actions = .copy(of: actions)
        flowActions = .copy(of: ranges)
        var tableNumbers: [Int] = []
        var tableRanges: [Range<Int>] = []
        for flow in scenario.flows {
            let first = tableNumbers.count
            tableNumbers += Self.tables(of: flow, in: scenario)
            tableRanges.append(first..<tableNumbers.count)
        }
        self.tableNumbers = .copy(of: tableNumbers)
        flowTables = .copy(of: tableRanges)
        identityCount = scenario.identities?.count ?? 0
        loadPlan = LoadPlan(scenario)
    }

    deinit {
        for step in steps { step.request.release() }
        for conversation in conversations { conversation.release() }
        steps.deallocate()
        actions.deallocate()
        flowActions.deallocate()
        flowTables.deallocate()
        tableNumbers.deallocate()
        tables.release()
    }

    /// Where a step's request goes: endpoint and request target.
    private static func destination(of step: Step, target: Text) throws(Endpoint.Malformed) -> (Endpoint, Text) {
        if case .literal(let first) = step.url.pieces.first, first.hasPrefix("/") {
            let endpoint = try Endpoint(parsing: target.constant ?? "")
            let prefix = endpoint.path.hasSuffix("/") ? String(endpoint.path.dropLast()) : endpoint.path
            return (endpoint, Text(pieces: [.literal(prefix + first)] + step.url.pieces.dropFirst()))
        }
        // The authority is constant, so it ends within the constant beginning of the URL.
        let constant = Text(pieces: Array(step.url.pieces.prefix { if case .variable = $0 { false } else { true } }))
        let endpoint = try Endpoint(parsing: constant.constant ?? "", webSocket: step.conversation != nil)
        let path = endpoint.path.isEmpty || endpoint.path.hasPrefix("?") ? "/" + endpoint.path : endpoint.path
        return (endpoint, Text(pieces: [.literal(path)] + step.url.pieces.dropFirst(constant.pieces.count)))
    }

    private static func tables(of flow: Flow, in scenario: Scenario) -> [Int] {
        let used = Set(
            flow.steps.flatMap(\.variables).compactMap { if case .column(let table, _) = $0 { table } else { nil } })
        return scenario.data.indices.filter { used.contains(scenario.data[$0].name) }
    }
}

extension UnsafeMutableBufferPointer {
    /// New memory with the elements of an array.
    fileprivate static func copy(of elements: [Element]) -> Self {
        let memory = Self.allocate(capacity: elements.count)
        _ = memory.initialize(from: elements)
        return memory
    }
}

extension Step {
    /// The variables in all of the step's parts.
    fileprivate var variables: [Variable] {
        var texts = [url] + headers.map(\.value)
        var variables: [Variable] = []
        switch body {
        case .text(let text): texts.append(text)
        case .form(let fields): texts += fields.map(\.value)
        case .json(let template): variables += template.variables
        case .multipart(let parts):
            texts += parts.compactMap { if case .text(let text) = $0.content { text } else { nil } }
        case .file, nil: break
        }
        switch conversation?.message {
        case .text(let text): texts.append(text)
        case .json(let template): variables += template.variables
        case .binary, nil: break
        }
        texts += calculation?.answers.map(\.expected) ?? []
        for check in checks + (conversation?.reply.map { [$0] } ?? []) {
            switch check.predicate {
            case .text(_, let text), .contains(let text): texts.append(text)
            default: break
            }
        }
        return variables + texts.flatMap(\.variables)
    }
}

extension JSONTemplate {
    fileprivate var variables: [Variable] {
        switch self {
        case .raw: []
        case .text(let text): text.variables
        case .variable(let variable): [variable]
        case .array(let elements): elements.flatMap(\.variables)
        case .object(let members): members.flatMap(\.value.variables)
        }
    }
}
