import Measures
import Scenarios

/// Compiles a scenario's steps, one after the other.
struct StepCompiler {
    private let scenario: Scenario
    private let names: VariableNames
    private let surroundings: RequestTemplate.Surroundings
    /// Those of the login's requests: header fields that need what the login captures are known behind it.
    private let loginSurroundings: RequestTemplate.Surroundings
    private let choice: TransportChoice
    /// What untils wait for in the answers of steps, by the steps' numbers.
    private let goals: [Int: [BlockGoal]]
    /// The different timeouts in nanoseconds, ascending.
    let timeouts: [Int64]
    /// True where the native transport keeps users' cookies; libcurl has its own way to do so.
    let keepsCookies: Bool
    private(set) var steps: [CompiledStep] = []
    /// The endpoints that steps go to, each once.
    private(set) var endpoints: [Endpoint] = []
    private(set) var judges: [AnswerJudge] = []
    private(set) var conversations: [ConversationPlan] = []
    private(set) var conditions: [CompiledCondition] = []
    private(set) var events: [EventPlan] = []
    private(set) var transfers: [CurlRequestTemplate] = []

    /// `flows`: the scenario's, compiled; the conditions of their blocks stand before those of steps.
    init(
        _ scenario: Scenario, names: VariableNames, userAgent: String, choice: TransportChoice, flows: FlowCompiler
    ) {
        goals = flows.goalsOfSteps
        conditions = flows.conditions
        self.scenario = scenario
        self.names = names
        self.choice = choice
        surroundings = RequestTemplate.Surroundings(
            defaults: scenario.defaults, identities: scenario.identities, userAgent: userAgent, names: names)
        var ofLogin = surroundings
        ofLogin.defaults.headers.removeAll { $0.value.usesCaptures }
        loginSurroundings = ofLogin
        timeouts = Set(scenario.steps.map { Span($0.timeout).nanoseconds }).sorted()
        keepsCookies = scenario.defaults.http.cookies && !choice.usesCurl.contains(true)
    }

    /// Compiles the next step. Throws `Endpoint.Malformed` where its URL is, which a validated scenario's is not, and
    /// `SystemError` where a file to upload can't be opened, `UnusableSetting` where a websocket step would lack cookies.
    mutating func add(_ scenarioStep: Step, ofLogin: Bool) throws {
        let surroundings = ofLogin ? loginSurroundings : self.surroundings
        var step = scenarioStep
        if step.conversation != nil { step.expect = [101...101] }
        let (endpoint, path) = try Self.destination(of: step, target: scenario.target)
        var key = endpoint
        key.path = ""
        let origin = endpoints.firstIndex(of: key) ?? endpoints.count
        if origin == endpoints.count { endpoints.append(key) }
        let judge = AnswerJudge(step, names: names, keepsHead: scenario.drill?.answeredBy != nil)
        judges.append(judge)
        let firstCondition = conditions.count
        conditions += step.conditions.map { CompiledCondition($0, names: names) }
        let timeout = Span(step.timeout).nanoseconds
        let goals = goals[steps.count] ?? []
        var compiled = CompiledStep(
            request: nil, origin: origin, isSecure: endpoint.isSecure, toHead: step.method == .head,
            keepsAnswer: judge.looksAtAnswer || keepsCookies || !goals.isEmpty,
            keepsBody: judge.looksAtBody || goals.contains(where: \.looksAtBody),
            keepsRequest: step.calculation != nil || keepsCookies,
            isDeterministic: step.calculation?.isDeterministic ?? false, conditions: firstCondition..<conditions.count,
            timeout: timeout, timeoutClass: timeouts.firstIndex(of: timeout) ?? 0,
            firstExpected: step.expect.first ?? 200...399, conversation: -1, transfer: -1)
        compiled.endsUntil = !goals.isEmpty
        if step.isPart {
            // Nothing sends it: it counts what the conversation of the step before comes to.
            compiled.isPart = true
            compiled.conversation = conversations.count - 1
            compiled.capturesWhatItSends = steps.last?.capturesWhatItSends ?? false
            steps.append(compiled)
            return
        }
        let own = Set(step.captures.map(\.name))
        let sent = step.variables + scenario.variablesOfAllSteps
        compiled.capturesWhatItSends = sent.contains {
            if case .capture(let name) = $0.base { own.contains(name) } else { false }
        }
        if let stream = step.events {
            compiled.events = events.count
            events.append(judge.eventPlan(of: stream))
        }
        let authority = Text(endpoint.authority)
        if let conversation = step.conversation {
            if scenario.defaults.http.cookies, !keepsCookies {
                throw UnusableSetting(
                    "defaults.http.cookies: the websocket step \(step.name) can't send cookies that libcurl keeps, and "
                        + "another step needs libcurl")
            }
            let plan = ConversationPlan(conversation, timeout: step.timeout, names: names)
            compiled.conversation = conversations.count
            conversations.append(plan)
            compiled.request = RequestTemplate(
                opening: step, path: path, authority: authority, handshake: plan.handshake, surroundings: surroundings)
        } else if choice.usesCurl[steps.count] {
            compiled.transfer = transfers.count
            transfers.append(
                try CurlRequestTemplate(step, endpoint: endpoint, path: path, surroundings: surroundings))
        } else if scenario.defaults.http.version == .http2 {
            compiled.http2 = HTTP2RequestTemplate(
                step, path: path, authority: authority, isSecure: endpoint.isSecure, surroundings: surroundings)
        } else {
            compiled.request = RequestTemplate(step, path: path, authority: authority, surroundings: surroundings)
        }
        steps.append(compiled)
    }

    /// Where a step's request goes: endpoint and request target.
    private static func destination(
        of step: Step, target: Text
    ) throws(Endpoint.Malformed) -> (Endpoint, RequestTarget) {
        if step.url.isReference {
            let endpoint = try Endpoint(parsing: target.constant ?? "", webSocket: step.isOnWebSocket)
            return (endpoint, RequestTarget(step.url, seenFrom: endpoint))
        }
        let url = step.url.url(on: target)
        // The authority is constant, so it ends within the constant beginning of the URL.
        let constant = Text(pieces: Array(url.pieces.prefix { if case .variable = $0 { false } else { true } }))
        let endpoint = try Endpoint(parsing: constant.constant ?? "", webSocket: step.isOnWebSocket)
        let path = Text(pieces: [.literal(endpoint.requestTarget)] + url.pieces.dropFirst(constant.pieces.count))
        return (endpoint, RequestTarget(path))
    }
}
