internal import Baselines
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
