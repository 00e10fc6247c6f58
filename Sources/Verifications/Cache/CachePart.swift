internal import Measures
import VerificationKit

/// A part of a cache's verification: what `VerificationCourse` asks of the whole.
protocol CachePart: Sendable {
    /// What it does, a short sentence.
    var summary: String { get }
    /// About how many requests it sends.
    var exchanges: Int { get }
    /// About how long it takes.
    var duration: Span { get }
    /// What to do next; nil: it is done.
    mutating func nextAction() -> VerificationAction?
    /// Takes what came of a batch; exhibits count their times from `start`.
    mutating func take(_ observed: [ObservedExchange], since start: Instant)
    /// Takes what a probe showed.
    mutating func take(reading: Double?)
    /// What it came to so far, in the order of the checks.
    var findings: [VerificationFinding] { get }
    /// Numbers that belong to it.
    var figures: [VerificationFigure] { get }
    /// Pictures of what was seen.
    var plots: [VerificationPlot] { get }
    /// Ratios for objectives.
    var ratios: [VerificationRatio] { get }
}

extension CachePart {
    mutating func take(reading: Double?) {}

    var figures: [VerificationFigure] { [] }

    var plots: [VerificationPlot] { [] }

    var ratios: [VerificationRatio] { [] }
}

/// Answers that a check looked at, those that broke it, and some to show.
struct CheckedAnswers: Sendable {
    /// How many exhibits a finding has at most.
    static let shown = 4

    private(set) var seen = 0
    private(set) var bad = 0
    private(set) var exhibits: [Exhibit] = []

    /// Counts an answer that holds to the check.
    mutating func addGood() { seen += 1 }

    /// Counts one that doesn't.
    mutating func addBad(_ observed: ObservedExchange, since start: Instant) {
        seen += 1
        bad += 1
        if exhibits.count < Self.shown { exhibits.append(Exhibit(observed, since: start)) }
    }
}
