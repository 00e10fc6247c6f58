public import Baselines

/// What a run or a gate comes to for whoever asked for it.
public enum Conclusion: Sendable, Equatable, CaseIterable {
    /// All that was asked holds.
    case passed
    /// An objective or a verification failed.
    case failed
    /// Of a gate: all objectives hold, and still something got slower.
    case regression
    /// Neither shown nor broken: inconclusive, no data, or an invalid run.
    case undecided
    /// A signal ended it.
    case interrupted
}

extension Conclusion {
    /// What a comparison by itself comes to.
    public init(_ comparison: Comparison.Verdict) {
        switch comparison {
        case .pass: self = .passed
        case .inconclusive: self = .undecided
        case .regression: self = .regression
        }
    }
}
