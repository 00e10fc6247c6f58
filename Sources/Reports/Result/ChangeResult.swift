public import Measures
internal import VerificationKit

/// A change of a load by hand while it ran, as it stands in a result.
public struct ChangeResult: Codable, Equatable, Sendable {
    /// When it took effect, in seconds from the start of the run.
    public var at: Double
    /// The load's name; absent where loads have none.
    public var load: String?
    /// Its pace from then on: `pause`, `plan`, a rate such as `80/s`, or a share of the plan such as `150%`.
    public var to: String

    /// Makes it of a change.
    public init(_ change: LoadChange, loads: [String]) {
        at = Rounding.thousandths(change.at.seconds)
        load = loads.indices.contains(change.load) ? loads[change.load] : nil
        to = change.pace.shown
    }

    /// The change again; nil where the file is damaged.
    func change(among loads: [String]) -> LoadChange? {
        let number = load.map { loads.firstIndex(of: $0) } ?? 0
        guard let number, let pace = LoadPace(shown: to) else { return nil }
        return LoadChange(at: Span(seconds: at), load: number, pace: pace)
    }

    /// As a person reads it: `at 12.3 s: readers 80/s`.
    var line: String { "at \(Figure.fixed(at, decimals: 1)) s: \(load.map { $0 + " " } ?? "")\(to)" }
}

extension LoadPace {
    /// The pace in a word.
    public var shown: String {
        switch self {
        case .planned: "plan"
        case .scaled(let factor): "\(Figure.short(factor * 100, decimals: 3))%"
        case .rate(let rate): "\(Figure.short(rate, decimals: 6))/s"
        case .paused: "pause"
        }
    }

    /// The pace of a word; nil where it is none.
    init?(shown text: String) {
        if text == "plan" {
            self = .planned
        } else if text == "pause" {
            self = .paused
        } else if text.hasSuffix("%"), let value = Double(text.dropLast()), value > 0 {
            self = .scaled(value / 100)
        } else if text.hasSuffix("/s"), let value = Double(text.dropLast(2)), value > 0 {
            self = .rate(value)
        } else {
            return nil
        }
    }
}
