public import Baselines
import Objectives
internal import VerificationKit

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

extension RunResult {
    /// The result of several runs and their comparison.
    ///
    /// It shows one of them, so that all reports have steps, objectives and series to show: of those judged the one with
    /// the worst verdict, of equal ones the middle one by its primary percentiles. The verdict is the worst of all their
    /// verdicts and the comparison's, of which a regression counts as a failure.
    ///
    /// - Parameters:
    ///   - runs: The runs judged, at least one, each with its folder.
    ///   - reference: The runs of another target, likewise; none where the comparison is with a baseline.
    ///   - order: The folders of all in the order in which they were made.
    ///   - environment: What they were made with.
    /// - Returns: nil where there is no run.
    public static func gate(
        of runs: [(folder: String, result: RunResult)], reference: [(folder: String, result: RunResult)] = [],
        order: [String], comparison: Comparison, environment: Environment?
    ) -> RunResult? {
        guard let worst = Verdict.worst(of: runs.map(\.result.verdict)) else { return nil }
        let shownOnes = runs.filter { $0.result.verdict == worst }.sorted { $0.result.slowness < $1.result.slowness }
        let shown = shownOnes[(shownOnes.count - 1) / 2]
        var gate = shown.result
        gate.verdict =
            VerdictGrounds(runs: runs.map(\.result.verdict), comparison: comparison.verdict.ofRun).verdict
        gate.comparison = comparison
        gate.environment = environment
        gate.push = PushResult.sums(of: (runs + reference).map(\.result), shown: shown.result)
        func entries(_ runs: [(folder: String, result: RunResult)], _ role: ComparedRun.Role) -> [ComparedRun] {
            runs.map {
                ComparedRun(
                    folder: $0.folder, role: role, started: $0.result.started, verdict: $0.result.verdict,
                    shown: $0.folder == shown.folder)
            }
        }
        gate.runs = (entries(runs, .candidate) + entries(reference, .reference)).sorted {
            (order.firstIndex(of: $0.folder) ?? .max) < (order.firstIndex(of: $1.folder) ?? .max)
        }
        return gate
    }

    /// The sum of the logarithms of what steps are compared by: no step outweighs another by being slow.
    private var slowness: Double {
        RunRecord(self).steps.reduce(0) { $0 + log(max($1.p95 ?? 0, 1e-6)) }
    }
}
