/// How threads that send load are to be scheduled.
public enum SchedulingMode: String, CaseIterable, Codable, Sendable {
    /// Real-time where the system grants it, else normal.
    case auto
    /// Real-time, or no run at all.
    case realtime
    /// As any other thread.
    case normal
}

/// How the reactors of a run were scheduled.
public struct RunScheduling: Equatable, Sendable {
    /// What was asked for.
    public var asked: SchedulingMode
    /// Whether they had real-time scheduling.
    public var isRealtime: Bool
    /// Why they had normal scheduling; nil where they had real-time.
    public var reason: String?
    /// For how long reactors that were busy went back to normal scheduling, all of them together.
    public var fellBack = Span.zero

    /// How to have real-time scheduling granted.
    public static let remedy =
        "grant it with `setcap cap_sys_nice+ep` on the program, `ulimit -r 1` (RLIMIT_RTPRIO; `LimitRTPRIO=1` of a "
        + "systemd unit) or `docker run --cap-add SYS_NICE`"

    /// How reactors are scheduled; `reason`: why not real-time.
    public init(asked: SchedulingMode, isRealtime: Bool, reason: String? = nil, fellBack: Span = .zero) {
        self.asked = asked
        self.isRealtime = isRealtime
        self.reason = reason
        self.fellBack = fellBack
    }
}
