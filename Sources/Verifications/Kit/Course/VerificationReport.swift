public import Measures
internal import Scenarios

/// What a verification came to.
public struct VerificationReport: Sendable, Equatable {
    /// The kind: `rate_limit`, `cache`, `headers`, `cors`, `input`, `credentials`, `secrets`.
    public var kind: String
    /// The scenario's name for it.
    public var name: String
    /// What was looked at, one check each, in a fixed order.
    public var findings: [VerificationFinding]
    /// Numbers that belong to it, in a fixed order.
    public var figures: [VerificationFigure] = []
    /// Pictures of what was seen, in a fixed order.
    public var plots: [VerificationPlot] = []
    /// Ratios that objectives ask for, such as `hit_ratio`.
    public var ratios: [VerificationRatio] = []
    /// How many exchanges it was made of.
    public var exchanges = 0
    /// How long it took.
    public var duration = Span.zero

    /// Makes a report.
    public init(kind: String, name: String, findings: [VerificationFinding]) {
        self.kind = kind
        self.name = name
        self.findings = findings
    }

    /// This process was held up for `stall` while its exchanges were under way: what failed may be its own doing, so that
    /// nothing is held against the target.
    public mutating func excuse(stall: Span) {
        for index in findings.indices where findings[index].verdict == .fail {
            findings[index].verdict = .inconclusive
            let evidence = findings[index].evidence
            findings[index].evidence =
                "\(HeldUp.text(stall)) meanwhile, so this is not held against the target: run it again. \(evidence)"
        }
    }

    /// The worst of its hard findings; `no_data` where there is none.
    public var verdict: Verdict {
        Verdict.worst(of: findings.filter { $0.severity == .hard }.map(\.verdict)) ?? .noData
    }
}
