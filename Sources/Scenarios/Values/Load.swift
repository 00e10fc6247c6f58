/// Load with flows and stages of its own, beside others: `readers: {flows: [browse], start: 20s, stages: […]}`.
public struct Load: Sendable, Equatable {
    /// The name by which objectives and results select it; nil: the load of a scenario that has no others.
    public var name: String?
    /// The names of the flows that its iterations run; nil: all of the scenario's.
    public var flows: [String]?
    /// When its first stage begins, from the start of the run.
    public var start: Duration
    /// Stages of load, in turn.
    public var stages: [Stage]
    /// The most users of its own; nil: as `limits.max_users` says.
    public var maxUsers: Int?

    /// Makes a load.
    public init(
        name: String? = nil, flows: [String]? = nil, start: Duration = .zero, stages: [Stage], maxUsers: Int? = nil
    ) {
        self.name = name
        self.flows = flows
        self.start = start
        self.stages = stages
        self.maxUsers = maxUsers
    }

    /// When its last stage ends, from the start of the run; nil where that depends on iterations.
    public var end: Duration? {
        stages.reduce(start) { sum, stage in sum.flatMap { sum in stage.duration.map { sum + $0 } } }
    }

    /// True where it may send something at a time of the run: none of its stages that are known to be going on then is idle.
    func maySend(at instant: Duration) -> Bool {
        var begin = start
        if instant < begin { return false }
        for stage in stages {
            guard let length = stage.duration else { return true }
            if instant < begin + length { return !stage.isIdle }
            begin += length
        }
        return false
    }

    /// True where some of its stages are measured and send something.
    public var isMeasured: Bool { stages.contains { !$0.isWarmup && !$0.isIdle } }
}

extension Scenario {
    /// Deals flows to loads with names: each load has its own of them, so that all that is measured of a step or a flow
    /// belongs to one load. `flows` becomes those of the first load, then those of the second, and so on.
    ///
    /// A load without a name runs all flows as they are.
    public mutating func deal(_ flows: [Flow], to loads: [Load]) {
        self.loads = loads
        guard hasNamedLoads else {
            self.flows = flows
            return
        }
        self.flows = loads.flatMap { load in
            flows.filter { load.flows?.contains($0.name) ?? true }.map { flow in
                var flow = flow
                flow.load = load.name
                return flow
            }
        }
    }

    /// True where loads have names: one may be the only one.
    public var hasNamedLoads: Bool { loads.contains { $0.name != nil } }

    /// The most users of a load.
    public func maxUsers(of load: Load) -> Int { load.maxUsers ?? limits.maxUsers }

    /// For each flow and login the place of its load in `loads`; 0 where there is one without a name.
    public var loadsOfFlows: [Int] {
        flowsAndLogin.map { flow in flow.load.flatMap { name in loads.firstIndex { $0.name == name } } ?? 0 }
    }

    /// For each step the place of its load in `loads`.
    public var loadsOfSteps: [Int] {
        zip(flowsAndLogin, loadsOfFlows).flatMap { flow, load in flow.steps.map { _ in load } }
    }

    /// What each flow and login is called in results: its name, and its load's behind it where several loads have it.
    public var flowLabels: [String] {
        let all = flowsAndLogin
        let counts = Dictionary(all.map { ($0.name, 1) }, uniquingKeysWith: +)
        return all.map { Self.label($0.name, of: counts[$0.name, default: 1] > 1 ? $0.load : nil) }
    }

    /// What each step is called in results, likewise.
    public var stepLabels: [String] {
        let counts = Dictionary(flowsAndLogin.map { ($0.name, 1) }, uniquingKeysWith: +)
        return flowsAndLogin.flatMap { flow in
            flow.steps.map { Self.label($0.name, of: counts[flow.name, default: 1] > 1 ? flow.load : nil) }
        }
    }

    /// A name beside which the load stands.
    static func label(_ name: String, of load: String?) -> String { load.map { "\(name) [\($0)]" } ?? name }
}
