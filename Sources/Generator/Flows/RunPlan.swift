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
        /// Comes to a block, by its number.
        case enter(Int)
        /// Comes to the end of a block's steps.
        case leave(Int)
    }

    let scenario: Scenario
    /// What the ids of the run's writes have in common (`WriteID`).
    public let run: UInt64
    /// Who answers; nil where nobody wants to know.
    public let answerers: Answerers?
    /// The endpoints that steps go to, each once.
    public let endpoints: [Endpoint]
    let steps: UnsafeMutableBufferPointer<CompiledStep>
    /// How each step's answers are judged, where the status alone doesn't tell.
    let judges: [AnswerJudge]
    /// What steps do on WebSockets.
    let conversations: [ConversationPlan]
    /// What steps make of streams of events.
    let eventPlans: UnsafeMutableBufferPointer<EventPlan>
    /// What libcurl is to send.
    let transferTemplates: UnsafeMutableBufferPointer<CurlRequestTemplate>
    /// The value of `User-Agent`.
    let userAgent: String
    /// The blocks of all flows and of the login.
    let blocks: UnsafeMutableBufferPointer<CompiledBlock>
    /// Blocks within each other at most.
    let blockDepth: Int
    /// How many blocks are measured.
    let measuredBlocks: Int
    /// What untils wait for.
    let goals: [BlockGoal]
    /// The texts that say how many rounds there are.
    let counts: [TextTemplate]
    /// The conditions of all blocks, then those of all steps, one after the other.
    let conditions: UnsafeMutableBufferPointer<CompiledCondition>
    /// The actions of all flows, flow after flow, and of the login.
    let actions: UnsafeMutableBufferPointer<Action>
    /// Where each flow's actions lie in `actions`; those of each load's login come last.
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
    /// Whether the native transport keeps users' cookies.
    let keepsCookies: Bool
    /// Whether each iteration begins without cookies, whatever carries it.
    let freshCookies: Bool
    /// The endpoints' hosts, as cookies are matched with them.
    let hosts: [[UInt8]]
    /// The numbers of the steps that are parts of others.
    let parts: [Int]
    /// For each step what carries it, as the result says it.
    public let transports: [String]
    /// For each step why its request can't be made where a place of it can't be filled in.
    let notSentReasons: [String]
    /// 0: no identities.
    let identityCount: Int
    let tables: RowTables
    let names: VariableNames
    let secretCaptures: SecretCaptures
    let connectionPolicy: Defaults.Connections
    /// The different timeouts in nanoseconds.
    let timeouts: [Int64]
    /// The loads, in the scenario's order.
    let loads: [LoadPlan]
    /// True where results tell loads apart.
    let loadsAreNamed: Bool

    var captureCount: Int { names.captures.count }

    /// Which steps and flows belong to which load; nil where loads have no names.
    var loadMap: LoadMap? {
        guard loadsAreNamed else { return nil }
        return LoadMap(
            names: scenario.loads.map { $0.name ?? "" }, steps: scenario.loadsOfSteps, flows: scenario.loadsOfFlows)
    }

    /// An interval of the run in which nothing happened.
    var emptyInterval: Interval {
        Interval(
            steps: steps.count, flows: flowCount, loads: loadsAreNamed ? loads.count : 0, blocks: measuredBlocks)
    }

    /// A step by its number, in place.
    func step(_ number: Int) -> UnsafeMutablePointer<CompiledStep> {
        guard let base = steps.baseAddress else { preconditionFailure("a plan has steps") }
        return base + number
    }

    /// A block by its number, in place.
    func block(_ number: Int) -> UnsafeMutablePointer<CompiledBlock> {
        guard let base = blocks.baseAddress else { preconditionFailure("a plan with open blocks has blocks") }
        return base + number
    }

    /// How many fields a request of HTTP/2 has at most; 0: there is none.
    var mostFields: Int { steps.lazy.compactMap { $0.http2?.fieldBound }.max() ?? 0 }

    /// The conversation of a step that has one.
    func conversation(of step: Int) -> ConversationPlan { conversations[steps[step].conversation] }

    /// What a step makes of a stream of events; nil where its answer is none.
    func events(of step: Int) -> UnsafePointer<EventPlan>? {
        let position = steps[step].events
        return position < 0 ? nil : eventPlans.baseAddress.map { UnsafePointer($0 + position) }
    }

    /// Compiles a scenario. Throws where target or a step's URL is malformed, which a validated scenario's are not.
    public init(_ scenario: Scenario, userAgent: String) throws {
        let run = UInt64.random(in: .min ... .max)
        let names = VariableNames(scenario, run: run)
        let choice = TransportChoice(scenario)
        let flows = FlowCompiler(scenario, names: names)
        var compiler = StepCompiler(scenario, names: names, userAgent: userAgent, choice: choice, flows: flows)
        for (index, flow) in scenario.flowsAndLogin.enumerated() {
            for step in flow.steps { try compiler.add(step, ofLogin: index >= scenario.flows.count) }
        }
        self.scenario = scenario
        self.run = run
        answerers = scenario.drill?.answeredBy.map { Answerers(field: $0) }
        self.userAgent = userAgent
        endpoints = compiler.endpoints
        timeouts = compiler.timeouts
        steps = .copy(of: compiler.steps)
        judges = compiler.judges
        conversations = compiler.conversations
        eventPlans = .copy(of: compiler.events)
        transferTemplates = .copy(of: compiler.transfers)
        conditions = .copy(of: compiler.conditions)
        keepsCookies = compiler.keepsCookies
        freshCookies = scenario.defaults.http.freshCookies
        hosts = compiler.endpoints.map { Array($0.host.utf8) }
        transports = compiler.steps.indices.map(choice.name)
        parts = scenario.steps.enumerated().filter(\.element.isPart).map(\.offset)
        notSentReasons = scenario.steps.map(Self.notSentReason)
        self.names = names
        secretCaptures = SecretCaptures(scenario, names)
        connectionPolicy = scenario.defaults.connections
        tables = RowTables(scenario.data)
        actions = .copy(of: flows.actions)
        flowActions = .copy(of: flows.flows)
        blocks = .copy(of: flows.blocks)
        blockDepth = flows.depth
        measuredBlocks = flows.blocks.count { $0.measured >= 0 }
        goals = flows.goals
        counts = flows.counts
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
        loads = LoadPlan.all(of: scenario)
        loadsAreNamed = scenario.hasNamedLoads
    }

    deinit {
        for step in steps {
            step.request?.release()
            step.http2?.release()
        }
        for transfer in transferTemplates { transfer.release() }
        transferTemplates.deallocate()
        for conversation in conversations { conversation.release() }
        for events in eventPlans { events.release() }
        eventPlans.deinitialize()
        eventPlans.deallocate()
        for judge in judges { judge.release() }
        for condition in conditions { condition.release() }
        for goal in goals { goal.release() }
        for count in counts { count.release() }
        steps.deallocate()
        conditions.deallocate()
        iterationCaptures.deallocate()
        loginCaptures.deallocate()
        actions.deallocate()
        blocks.deallocate()
        flowActions.deallocate()
        flowTables.deallocate()
        tableNumbers.deallocate()
        tables.release()
    }

    private static func notSentReason(of step: Step) -> String {
        var reasons = ["not sent: an earlier step of the flow captured nothing for it"]
        if step.needsNumbers { reasons.append("what it captured is not a number") }
        if step.url.isReference { reasons.append("it captured a URL of another host than the target's") }
        return reasons.joined(separator: ", or ")
    }

    private static func tables(of flow: Flow, in scenario: Scenario) -> [Int] {
        let variables = flow.steps.flatMap(\.variables) + flow.variablesOfBlocks + scenario.variablesOfAllSteps
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
