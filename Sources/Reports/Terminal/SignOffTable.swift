internal import Baselines
public import VerificationKit

/// The table that a deployment is signed off by: each criterion with what was measured of it.
public struct SignOffTable: Sendable, Equatable {
    /// A criterion.
    public struct Row: Sendable, Equatable {
        /// The section it belongs to.
        public var section: String
        /// The criterion in words.
        public var criterion: String
        /// What it came to: the worst of what it is shown by; nil where nothing decides it, as of a single run beside a
        /// baseline.
        public var verdict: Verdict?
        /// What was seen, of each objective and verification that shows it.
        public var observed: [String]
        /// What shows it: objectives as written, verifications by kind and name.
        public var shownBy: [String]
        /// The places of the same in the result.
        public var evidence: [Evidence]
    }

    /// What shows a criterion, by its index in the result.
    public enum Evidence: Sendable, Equatable {
        /// An objective.
        case objective(Int)
        /// A verification.
        case verification(Int)
        /// The comparison.
        case comparison
    }

    /// The rows, sections and criteria in the order of the scenario.
    public private(set) var rows: [Row] = []

    /// The table of a result: its objectives, verifications and comparison that name a criterion. Advisory ones have their row, too.
    public init(_ result: RunResult) {
        for (index, objective) in result.objectives.enumerated() {
            guard let criterion = objective.criterion else { continue }
            let observed = objective.shownObserved ?? "–"
            let bound = objective.bound.map { " (bound \(Figure.measured($0, objective.unit)))" } ?? ""
            add(
                objective.section, criterion, objective.verdict, observed: observed + bound,
                shownBy: objective.objective, .objective(index))
        }
        for (index, verification) in (result.verifications ?? []).enumerated() {
            guard let criterion = verification.criterion else { continue }
            add(
                verification.section, criterion, verification.verdict,
                observed: "checks: \(VerificationSummary.checks(verification))",
                shownBy: verification.title, .verification(index))
        }
        if let comparison = result.comparison, let criterion = comparison.criterion {
            add(
                comparison.section, criterion, result.isGate ? comparison.verdict.ofRun : nil,
                observed: result.isGate ? result.digest(comparison).sentence : comparison.shownPlace,
                shownBy: comparison.reference, .comparison)
        }
        let sections = rows.map(\.section)
        rows = rows.enumerated().sorted { one, other in
            let places = [one, other].map { sections.firstIndex(of: $0.element.section) ?? 0 }
            return (places[0], one.offset) < (places[1], other.offset)
        }.map(\.element)
    }

    private mutating func add(
        _ section: String?, _ criterion: String, _ verdict: Verdict?, observed: String, shownBy: String,
        _ evidence: Evidence
    ) {
        let section = section ?? ""
        if let index = rows.firstIndex(where: { $0.section == section && $0.criterion == criterion }) {
            rows[index].verdict = Verdict.worst(of: [rows[index].verdict, verdict].compactMap { $0 })
            rows[index].observed.append(observed)
            rows[index].shownBy.append(shownBy)
            rows[index].evidence.append(evidence)
        } else {
            rows.append(
                Row(
                    section: section, criterion: criterion, verdict: verdict, observed: [observed],
                    shownBy: [shownBy], evidence: [evidence]))
        }
    }

    /// The table as lines for a terminal; none where no criterion is named.
    func lines(width: Int, style: TerminalSummary.Style) -> [String] {
        guard !rows.isEmpty else { return [] }
        var table = TextTable(
            [
                .init(title: "verdict", right: false), .init(title: "section", right: false),
                .init(title: "criterion", right: false), .init(title: "observed", right: false),
            ], flexible: 2)
        for row in rows {
            table.add([
                row.verdict.map { .init($0.shown, $0.colour) } ?? .init("–"), .init(row.section), .init(row.criterion),
                .init(row.observed.joined(separator: "; ")),
            ])
        }
        return [style.paint("Sign-off", .bold)] + table.lines(width: width, style: style)
    }
}
