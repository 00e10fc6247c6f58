internal import Baselines
internal import Failover
internal import Scenarios
internal import VerificationKit

/// `metrics.prom`: the run's figures in the Prometheus text format 0.0.4, for example for the node exporter's textfile
/// collector. Names, labels and units are those of the live metrics; what the run came to is added.
public enum PrometheusReport: ReportFormat {
    /// `metrics.prom`
    public static let fileName = "metrics.prom"

    /// The most objectives, verifications and compared measures that have series, of each.
    private static let limit = 200

    /// The whole file.
    public static func text(of result: RunResult) -> String {
        var text = PrometheusText()
        text.add(GeneratorMetrics(result))
        let steps = result.steps.sorted { $0.value.number < $1.value.number }
        text.add(steps.map { StepMetrics($0.key, $0.value) })
        text.add(
            result.loadsInOrder.map { LoadMetrics(name: $0.name, started: $0.load.started, dropped: $0.load.dropped) })
        if let changes = result.changes {
            text.family("loadgate_changes_total", .counter, "Changes of loads by hand.") {
                $0.add(UInt64(changes.count))
            }
        }
        text.family("loadgate_verdict", .gauge, "What the run came to: 1 for its verdict, 0 for the others.") {
            family in
            for verdict in Verdict.allCases {
                family.add(verdict == result.verdict ? UInt64(1) : 0, [("verdict", verdict.rawValue)])
            }
        }
        text.family("loadgate_objective_pass", .gauge, "1 where the objective was shown to hold, else 0.") { family in
            for labels in Self.objectives(result) { family.add(labels.pass, labels.labels) }
        }
        text.family("loadgate_verification_pass", .gauge, "1 where the verification passed, else 0.") { family in
            for verification in (result.verifications ?? []).prefix(limit) {
                family.add(
                    UInt64(verification.verdict == .pass ? 1 : 0),
                    [
                        ("kind", verification.kind), ("name", verification.name),
                        ("severity", verification.severity.rawValue),
                    ])
            }
        }
        if let drill = result.drill { add(drill, to: &text) }
        if let capacity = result.capacity {
            text.family(
                "loadgate_capacity", .gauge, "The highest rate at which every objective holds, in arrivals per second."
            ) { family in
                for (bound, value) in [("estimate", capacity.rate), ("low", capacity.low), ("high", capacity.high)] {
                    if let value { family.add(value, [("bound", bound)]) }
                }
            }
        }
        if let comparison = result.comparison { add(comparison, of: result, to: &text) }
        return text.text
    }

    /// An objective may stand there twice, a series may not: it passes where all of them do.
    private static func objectives(_ result: RunResult) -> [(labels: [PrometheusText.Label], pass: UInt64)] {
        var order: [[String]] = []
        var passes: [[String]: UInt64] = [:]
        for objective in result.objectives {
            let key = [objective.objective, objective.severity.rawValue]
            if passes[key] == nil { order.append(key) }
            passes[key] = min(passes[key] ?? 1, objective.verdict == .pass ? 1 : 0)
        }
        return order.prefix(limit).map { ([("objective", $0[0]), ("severity", $0[1])], passes[$0] ?? 0) }
    }

    private static func add(_ drill: DrillResult, to text: inout PrometheusText) {
        text.family(
            "loadgate_drill_conclusive", .gauge, "1 where the drill says something, 0 where it is inconclusive."
        ) {
            $0.add(UInt64(drill.inconclusive == nil ? 1 : 0), [])
        }
        text.family("loadgate_drill_seconds", .gauge, "Spans of the drill that could be measured.") { family in
            let spans = [
                ("outage", drill.outage), ("detection", drill.detection), ("rto_first", drill.rtoFirst),
                ("rto", drill.rto), ("failback", drill.failback), ("rpo", drill.rpo),
            ]
            for (measure, seconds) in spans {
                if let seconds { family.add(seconds, [("measure", measure)]) }
            }
        }
        text.family("loadgate_drill_resolution_seconds", .gauge, "How far off a span of the drill may be.") { family in
            let resolutions = [
                ("outage", drill.outageResolution), ("detection", drill.detectionResolution),
                ("rto_first", drill.rtoFirstResolution), ("rto", drill.rtoResolution ?? drill.resolution),
                ("failback", drill.failbackResolution),
            ]
            for (measure, seconds) in resolutions {
                if let seconds { family.add(seconds, [("measure", measure)]) }
            }
        }
        text.family("loadgate_drill_steady_state", .gauge, "1 where the steady state held in the phase, else 0.") {
            family in
            for phase in drill.hypothesis ?? [] {
                family.add(UInt64(phase.holds ? 1 : 0), [("phase", phase.phase.rawValue)])
            }
        }
        text.family("loadgate_drill_writes", .gauge, "What the audit of the drill's writes counted.") { family in
            for count in drill.counts { family.add(count.value, [("outcome", count.name)]) }
        }
    }

    private static func add(_ comparison: Comparison, of result: RunResult, to text: inout PrometheusText) {
        let help = "What the comparison with the baseline came to: 1 for its verdict, 0 for the others."
        text.family("loadgate_comparison", .gauge, help) { family in
            for verdict in Comparison.Verdict.allCases {
                family.add(verdict == comparison.verdict ? UInt64(1) : 0, [("verdict", verdict.rawValue)])
            }
        }
        text.family("loadgate_comparison_ratio", .gauge, "Now over before, of each compared measure.") { family in
            for (step, measure) in comparison.ordered(like: result).prefix(limit) {
                guard let ratio = measure.ratio else { continue }
                family.add(ratio, [("step", step), ("measure", measure.name), ("of", measure.of ?? "")])
            }
        }
    }
}
