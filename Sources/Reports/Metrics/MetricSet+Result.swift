internal import Baselines
internal import Failover
internal import Scenarios
internal import VerificationKit

extension MetricSet {
    /// The most objectives, verifications and compared measures that have series, of each.
    private static let limit = 200

    /// The metrics of a run that is over: those that it had while it went on, and what it came to.
    public init(_ result: RunResult) {
        self.init()
        add(GeneratorMetrics(result))
        let steps = result.steps.sorted { $0.value.number < $1.value.number }
        add(steps.map { StepMetrics($0.key, $0.value) })
        add(result.groupsInOrder.map { GroupMetrics($0.name, $0.group) })
        add(result.loadsInOrder.map { LoadMetrics(name: $0.name, started: $0.load.started, dropped: $0.load.dropped) })
        if let changes = result.changes { add(.changes, UInt64(changes.count)) }
        add(.verdict) { family in
            for verdict in Verdict.allCases {
                family.add(verdict == result.verdict ? UInt64(1) : 0, [("verdict", verdict.rawValue)])
            }
        }
        add(.objectivePass) { family in
            for labels in Self.objectives(result) { family.add(labels.pass, labels.labels) }
        }
        add(.verificationPass) { family in
            for verification in (result.verifications ?? []).prefix(Self.limit) {
                family.add(
                    UInt64(verification.verdict == .pass ? 1 : 0),
                    [
                        ("kind", verification.kind), ("name", verification.name),
                        ("severity", verification.severity.rawValue),
                    ])
            }
        }
        if let drill = result.drill { add(drill) }
        if let capacity = result.capacity {
            add(.capacity) { family in
                for (bound, value) in [("estimate", capacity.rate), ("low", capacity.low), ("high", capacity.high)] {
                    if let value { family.add(value, [("bound", bound)]) }
                }
            }
        }
        if let comparison = result.comparison { add(comparison, of: result) }
    }

    /// An objective may stand there twice, a series may not: it passes where all of them do.
    private static func objectives(_ result: RunResult) -> [(labels: [Label], pass: UInt64)] {
        var order: [[String]] = []
        var passes: [[String]: UInt64] = [:]
        for objective in result.objectives {
            let key = [objective.objective, objective.severity.rawValue]
            if passes[key] == nil { order.append(key) }
            passes[key] = min(passes[key] ?? 1, objective.verdict == .pass ? 1 : 0)
        }
        return order.prefix(limit).map { ([("objective", $0[0]), ("severity", $0[1])], passes[$0] ?? 0) }
    }

    private mutating func add(_ drill: DrillResult) {
        add(.drillConclusive, UInt64(drill.inconclusive == nil ? 1 : 0))
        add(.drillSpans) { family in
            let spans = [
                ("outage", drill.outage), ("detection", drill.detection), ("rto_first", drill.rtoFirst),
                ("rto", drill.rto), ("failback", drill.failback), ("rpo", drill.rpo),
            ]
            for (measure, seconds) in spans {
                if let seconds { family.add(seconds, [("measure", measure)]) }
            }
        }
        add(.drillResolution) { family in
            let resolutions = [
                ("outage", drill.outageResolution), ("detection", drill.detectionResolution),
                ("rto_first", drill.rtoFirstResolution), ("rto", drill.rtoResolution ?? drill.resolution),
                ("failback", drill.failbackResolution),
            ]
            for (measure, seconds) in resolutions {
                if let seconds { family.add(seconds, [("measure", measure)]) }
            }
        }
        add(.drillSteadyState) { family in
            for phase in drill.hypothesis ?? [] {
                family.add(UInt64(phase.holds ? 1 : 0), [("phase", phase.phase.rawValue)])
            }
        }
        add(.drillWrites) { family in
            for count in drill.counts { family.add(count.value, [("outcome", count.name)]) }
        }
    }

    private mutating func add(_ comparison: Comparison, of result: RunResult) {
        add(.comparison) { family in
            for verdict in Comparison.Verdict.allCases {
                family.add(verdict == comparison.verdict ? UInt64(1) : 0, [("verdict", verdict.rawValue)])
            }
        }
        add(.comparisonRatio) { family in
            for (step, measure) in comparison.ordered(like: result).prefix(Self.limit) {
                guard let ratio = measure.ratio else { continue }
                family.add(ratio, [("step", step), ("measure", measure.name), ("of", measure.of ?? "")])
            }
        }
    }
}
