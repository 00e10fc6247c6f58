/// A failover drill: what is broken when, and how it is told what users and data suffered.
public struct Drill: Sendable {
    /// How long the objectives must hold before the first fault; else the drill is inconclusive.
    public var steady: Duration = .seconds(10)
    /// The faults and what ends them, in the order of time.
    public var timeline: [DrillEvent]
    /// The length of the window that must meet all objectives for the system to count as recovered.
    public var settle: Duration = .seconds(10)
    /// Beyond them all faults are undone at once.
    public var limits = DrillLimits()
    /// Probes whose changes are drawn as changes of roles.
    public var roles: [String] = []
    /// The header field of answers that tells who answered, such as a region or a version; nil: not told apart.
    public var answeredBy: String?
    /// How acknowledged writes are found again; nil: they are not audited.
    public var audit: WriteAudit?

    /// Makes a drill.
    public init(timeline: [DrillEvent]) { self.timeline = timeline }
}
