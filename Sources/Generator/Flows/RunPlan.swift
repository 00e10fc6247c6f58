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
        /// True where what was asked is needed to judge the answer, or to take cookies from it.
        var keepsRequest: Bool
        /// True where the step must get the same answer to the same request.
        var isDeterministic: Bool
        /// Where its conditions lie in `conditions`.
        var conditions: Range<Int>
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
    /// The conditions of all steps, step after step.
    let conditions: UnsafeMutableBufferPointer<CompiledCondition>
    /// The actions of all flows, flow after flow, and of the login.
    let actions: UnsafeMutableBufferPointer<Action>
    /// Where each flow's actions lie in `actions`; the login's come last.
    let flowActions: UnsafeMutableBufferPointer<Range<Int>>
    /// Where each flow's tables, those that its steps use, lie in `tableNumbers`; the login's come last, and no flow has
    /// one of them: their rows are the user's own.
    let flowTables: UnsafeMutableBufferPointer<Range<Int>>
    let tableNumbers: UnsafeMutableBufferPointer<Int>
    /// The flows that iterations run; the login is none of them.
    let flowCount: Int
    let hasLogin: Bool
    /// The captures that the login doesn't make: an iteration begins without them.
    let iterationCaptures: UnsafeMutableBufferPointer<Int>
    /// The captures that the login makes.
    let loginCaptures: UnsafeMutableBufferPointer<Int>
    /// Whether users keep cookies.
    let keepsCookies: Bool
    /// The endpoints' hosts, as cookies are matched with them.
    let hosts: [[UInt8]]
    /// For each step what carries it, as the result says it.
    public let transports: [String]
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
        var conditions: [CompiledCondition] = []
        let timeouts = Set(scenario.steps.map { Span($0.timeout).nanoseconds }).sorted()
        for var step in scenario.steps {
            if step.conversation != nil { step.expect = [101...101] }
            let (endpoint, path) = try Self.destination(of: step, target: scenario.target)
            var key = endpoint
            key.path = ""
            let origin = endpoints.firstIndex(of: key) ?? endpoints.count
            if origin == endpoints.count { endpoints.append(key) }
            let judge = AnswerJudge(step, names: names, secrets: scenario.secrets)
            judges.append(judge)
            let firstCondition = conditions.count
            conditions += step.conditions.map { CompiledCondition($0, names: names) }
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
                    keepsAnswer: judge.looksAtAnswer || scenario.defaults.http.cookies,
                    keepsBody: judge.looksAtBody,
                    keepsRequest: step.calculation != nil || scenario.defaults.http.cookies,
                    isDeterministic: step.calculation?.isDeterministic ?? false,
                    conditions: firstCondition..<conditions.count, timeout: timeout,
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
        self.conditions = .copy(of: conditions)
        self.names = names
        connectionPolicy = scenario.defaults.connections
        tables = RowTables(scenario.data)
        var nextStep = 0
        var actions: [Action] = []
        var ranges: [Range<Int>] = []
        for flow in scenario.flowsAndLogin {
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
        let loginTables = scenario.login.map { Self.tables(of: $0, in: scenario) } ?? []
        for tables in scenario.flows.map({ Self.tables(of: $0, in: scenario) }) {
            let first = tableNumbers.count
            tableNumbers += tables.filter { !loginTables.contains($0) }
            tableRanges.append(first..<tableNumbers.count)
        }
        tableRanges.append(tableNumbers.count..<(tableNumbers.count + loginTables.count))
        tableNumbers += loginTables
        self.tableNumbers = .copy(of: tableNumbers)
        flowTables = .copy(of: tableRanges)
        identityCount = scenario.identities?.count ?? 0
        flowCount = scenario.flows.count
        hasLogin = scenario.login != nil
        let ofLogin = Set(scenario.login?.steps.flatMap(\.captures).map { names.capture($0.name) } ?? [])
        iterationCaptures = .copy(of: names.captures.indices.filter { !ofLogin.contains($0) })
        loginCaptures = .copy(of: ofLogin.sorted())
        keepsCookies = scenario.defaults.http.cookies
        hosts = endpoints.map { Array($0.host.utf8) }
        transports = scenario.steps.map { _ in "native" }
        loadPlan = LoadPlan(scenario)
    }

    deinit {
        for step in steps { step.request.release() }
        for conversation in conversations { conversation.release() }
        for judge in judges { judge.release() }
        for condition in conditions { condition.release() }
        steps.deallocate()
        conditions.deallocate()
        iterationCaptures.deallocate()
        loginCaptures.deallocate()
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
        let variables = flow.steps.flatMap(\.variables) + scenario.variablesOfAllSteps
        let used = Set(variables.compactMap { if case .column(let table, _) = $0 { table } else { nil } })
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
