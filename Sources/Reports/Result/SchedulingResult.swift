public import Measures
internal import VerificationKit

/// How the reactors were scheduled, as it stands in a result.
public struct SchedulingResult: Codable, Equatable, Sendable {
    /// What was asked for.
    public var asked: SchedulingMode
    /// What they had: `realtime` or `normal`.
    public var used: SchedulingMode
    /// Why they had normal scheduling; absent where they had real-time.
    public var reason: String?
    /// For how many seconds busy reactors were back on normal scheduling, all of them together; absent where none was.
    public var fellBack: Double?

    enum CodingKeys: String, CodingKey {
        case asked, used, reason
        case fellBack = "fell_back_seconds"
    }

    init(_ scheduling: RunScheduling) {
        asked = scheduling.asked
        used = scheduling.isRealtime ? .realtime : .normal
        reason = scheduling.reason
        let seconds = Rounding.thousandths(scheduling.fellBack.seconds)
        fellBack = seconds > 0 ? seconds : nil
    }

    /// What a run's progress log says, as it was measured.
    var measured: RunScheduling { RunScheduling(asked: asked, isRealtime: used == .realtime, reason: reason) }

    /// `real-time` or `normal`, and for how long busy reactors were back on that.
    var brief: String {
        guard used == .realtime else { return "normal" }
        guard let fellBack else { return "real-time" }
        return "real-time, normal for \(Figure.short(fellBack, decimals: 1)) s while reactors were busy"
    }

    /// The same with the reason.
    var shown: String { reason.map { "\(brief) (\($0))" } ?? brief }
}
