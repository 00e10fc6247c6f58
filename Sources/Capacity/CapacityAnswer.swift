/// What a search for a capacity found.
public struct CapacityAnswer: Sendable, Equatable {
    /// Why no higher rate is in the answer.
    public enum Limit: Sendable, Equatable {
        /// The target: this was broken at `high`.
        case target(TrialWatch.Cause)
        /// The generator did not keep up at this rate, in these words.
        case generator(rate: Double, String)
        /// No higher rate was asked for.
        case top
        /// The time was up before a rate broke.
        case time
        /// The search was stopped before a rate broke.
        case stopped
        /// The target did not come back after a rate that was too high.
        case lost
        /// Neither holding nor breaking could be shown at any rate; this lacks most.
        case unknown(TrialWatch.Cause?)
    }

    /// Whether the target comes back from more load than it can take.
    public enum Hysteresis: Sendable, Equatable {
        /// After an overload at one rate all objectives held again at the other, right away.
        case comesBack(after: Double, at: Double)
        /// They did so only at the second rate, and not at a higher one.
        case comesBackLower(after: Double, at: Double, notAt: Double)
        /// They did not, at the lowest rate that was tried.
        case staysBroken(after: Double, at: Double)
    }

    /// The best estimate, arrivals per second; where there is no `high`, at least this. Nil where no rate held.
    public var rate: Double?
    /// The lower end of the interval: of the fit through all rates near it where there is one, else the highest rate that was shown to
    /// hold, below all that were shown not to.
    public var low: Double?
    /// The upper end, likewise: else the lowest rate that was shown not to hold, above all that were shown to.
    public var high: Double?
    /// Why no higher rate is in it.
    public var limit: Limit
    /// True where the search ended before it was through: stopped, or its time was up.
    public var isPartial = false
    /// Rates that held once and were broken another time: the target changes, or flaps.
    public var contradictions: [Contradiction] = []
    /// The rate that held at first and not any more when it was measured once more.
    public var drift: Double?
    /// The rate after which the target did not come back.
    public var lostAfter: Double?
    /// What an overload did; nil where none was tried.
    public var hysteresis: Hysteresis?
    /// All that was measured, in its order.
    public var trials: [MeasuredTrial] = []

    /// Makes an answer of which nothing is known but why.
    public init(limit: Limit) { self.limit = limit }

    /// A rate that held, though a lower or equal one was broken.
    public struct Contradiction: Sendable, Equatable {
        /// What held.
        public var held: Double
        /// What was broken.
        public var broken: Double
    }
}
