/// What a judgement comes to.
public enum Verdict: String, Codable, CaseIterable, Sendable {
    /// Shown, by the confidence bound where the measure has one.
    case pass
    /// The point estimate breaks the limit.
    case fail
    /// Neither shown nor broken.
    case inconclusive
    /// No sample: never green.
    case noData = "no_data"
    /// The generator was the bottleneck, so the figures say nothing about the target.
    case invalid

    /// The worst of several, in the order fail, invalid, no_data, inconclusive, pass; nil of none.
    public static func worst(of verdicts: some Sequence<Verdict>) -> Verdict? {
        verdicts.max { $0.gravity < $1.gravity }
    }

    /// How bad it is: 0 for pass up to 4 for fail.
    package var gravity: Int {
        switch self {
        case .pass: 0
        case .inconclusive: 1
        case .noData: 2
        case .invalid: 3
        case .fail: 4
        }
    }
}
