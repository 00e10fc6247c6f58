/// A rate that is to be measured.
public struct CapacityTrial: Sendable, Equatable {
    /// What a trial is for.
    public enum Purpose: String, Codable, CaseIterable, Sendable {
        /// To find a rate that holds and one that doesn't.
        case bracket
        /// To find where between the two it changes.
        case narrow
        /// The highest rate that held, once more and in full length.
        case confirm
        /// A low rate after one that was too high: the next trial is to begin with a target that has recovered.
        case recovery
        /// More than it can take, to see whether it comes back.
        case overload
        /// Lower rates right after the overload, without a rest.
        case descent
    }

    /// Arrivals per second.
    public var rate: Double
    /// What it is for.
    public var purpose: Purpose
    /// Seconds of load at the rate that are not measured.
    public var settle: Double
    /// Measured seconds at most.
    public var longest: Double
    /// Whether it ends as soon as the rate is decided.
    public var isEarly: Bool

    /// Makes a trial.
    public init(rate: Double, purpose: Purpose, settle: Double, longest: Double, isEarly: Bool = true) {
        self.rate = rate
        self.purpose = purpose
        self.settle = settle
        self.longest = longest
        self.isEarly = isEarly
    }
}

/// What came of a trial.
public struct CapacityOutcome: Sendable, Equatable {
    /// What it says of the rate.
    public enum Verdict: Sendable, Equatable {
        /// Every objective is shown to hold.
        case held
        /// This is shown to be broken.
        case broken(TrialWatch.Cause)
        /// Neither is shown; `leansBroken`: what was seen breaks it; nil: too little was seen.
        case undecided(TrialWatch.Cause, leansBroken: Bool?)
        /// The generator did not keep up: it says nothing of the target. `mayPass`: once more may help.
        case generator(String, mayPass: Bool)

        /// The verdict of a watch.
        public init(_ verdict: TrialWatch.Verdict) {
            self =
                switch verdict {
                case .held: .held
                case .broken(let cause): .broken(cause)
                case .undecided(let cause, let leansBroken): .undecided(cause, leansBroken: leansBroken)
                }
        }
    }

    /// What it says of the rate.
    public var verdict: Verdict
    /// Seconds for which load was sent, those that were not measured among them.
    public var seconds: Double
    /// Exchanges per second whose answers arrived; nil where that isn't known.
    public var throughput: Double?
    /// What each objective showed that a share of events tells; empty where that isn't known.
    public var points: [CapacityFit.Point?]

    /// Makes an outcome.
    public init(_ verdict: Verdict, seconds: Double, throughput: Double? = nil, points: [CapacityFit.Point?] = []) {
        self.verdict = verdict
        self.seconds = seconds
        self.throughput = throughput
        self.points = points
    }
}

/// A trial and what came of it.
public struct MeasuredTrial: Sendable, Equatable {
    /// The rate, and what it was for.
    public var trial: CapacityTrial
    /// What came of it.
    public var outcome: CapacityOutcome
    /// False where it was measured before any rate held, so that what earlier trials left in the target may have broken it.
    public var counts: Bool

    /// Makes one.
    public init(_ trial: CapacityTrial, _ outcome: CapacityOutcome, counts: Bool = true) {
        self.trial = trial
        self.outcome = outcome
        self.counts = counts
    }

    /// True where the rate is shown to hold, or to be too high, by itself: neither in an overload's wake nor to see whether the
    /// target is back.
    public var decides: Bool {
        guard counts else { return false }
        switch trial.purpose {
        case .bracket, .narrow, .confirm: return true
        case .recovery, .overload, .descent: return false
        }
    }
}
