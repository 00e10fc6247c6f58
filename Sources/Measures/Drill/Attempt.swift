/// One exchange of a drill's load, as the measures of failover need it: 48 bytes.
public struct Attempt: Sendable, BitwiseCopyable {
    /// When it was meant to be sent.
    public var intended: Instant
    /// When it was sent; as `intended` where it never was.
    public var sent: Instant
    /// When it was over.
    public var finished: Instant
    /// The number of its iteration, which is the number of its write; `none` where it has none.
    public var iteration: UInt64
    /// The answer's status; 0: none came, or it is not known.
    public var status: UInt16
    /// The number of its step in the scenario.
    public var step: UInt16
    /// The number of the address that its connection led to, or was to lead to, among those of its step's endpoint;
    /// `noAddress`: not told.
    public var address: UInt16
    /// The number of who answered, in the order of `Answerers`; 0: not told.
    public var answeredBy: UInt8
    /// How it ended.
    public var outcome: Outcome
    /// True where a connection was opened for it, false where it went over one that was kept.
    public var isFresh: Bool
    /// True where a stall of this process touched it.
    public var isStalled: Bool
    /// False for exchanges of warm-up stages.
    public var isMeasured: Bool

    /// No address.
    public static let noAddress = UInt16.max

    /// No iteration.
    public static let none = UInt64.max

    /// Makes an attempt.
    public init(
        step: UInt16, intended: Instant, sent: Instant, finished: Instant, outcome: Outcome,
        iteration: UInt64 = Attempt.none, answeredBy: UInt8 = 0, isFresh: Bool = false, isStalled: Bool = false,
        isMeasured: Bool = true, address: UInt16 = Attempt.noAddress, status: UInt16 = 0
    ) {
        self.step = step
        self.intended = intended
        self.sent = sent
        self.finished = finished
        self.outcome = outcome
        self.iteration = iteration
        self.answeredBy = answeredBy
        self.isFresh = isFresh
        self.isStalled = isStalled
        self.isMeasured = isMeasured
        self.address = address
        self.status = status
    }
}
