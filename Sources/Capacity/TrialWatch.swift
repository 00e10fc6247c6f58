/// What one second of a trial showed.
public struct TrialSecond: Sendable, Equatable {
    /// Events of one objective: all, and those that are beyond its limit.
    public struct Events: Sendable, Equatable {
        /// Those that are beyond the limit.
        public var bad: UInt64
        /// All.
        public var total: UInt64

        /// Makes a count.
        public init(bad: UInt64, total: UInt64) {
            self.bad = bad
            self.total = total
        }
    }

    /// What arrived.
    public var arrived: UInt64
    /// What was under way at its end.
    public var underWay: Int
    /// For each objective its events; of one that no share of events tells, 0 of 0.
    public var events: [Events]

    /// Makes a second.
    public init(arrived: UInt64, underWay: Int, events: [Events]) {
        self.arrived = arrived
        self.underWay = underWay
        self.events = events
    }
}

/// Follows a trial second by second, and tells when what it is about is decided.
public struct TrialWatch: Sendable {
    /// How an objective is judged.
    public enum Criterion: Sendable, Equatable {
        /// By the share of events beyond its limit: no more than this share is allowed.
        case share(allowed: Double)
        /// By the number of events beyond its limit: broken as soon as there are more than this, held at the end.
        case count(atMost: Double)
        /// By all that was measured, at the end.
        case end
    }

    /// What all that was measured comes to, of an objective that is judged at the end.
    public enum Finding: Sendable, Equatable {
        /// It holds.
        case held
        /// It does not.
        case broken
        /// It can't be told.
        case open
    }

    /// What decides whether a rate holds.
    public enum Cause: Sendable, Equatable {
        /// The objective of this number is broken, or can't be shown.
        case objective(Int)
        /// More arrives than is answered.
        case growth
    }

    /// What is known of the rate.
    public enum Verdict: Sendable, Equatable {
        /// Every objective is shown to hold.
        case held
        /// This is shown to be broken.
        case broken(Cause)
        /// Neither is shown; the cause is what is nearest to being broken, or lacks samples. `leansBroken`: what was seen breaks it;
        /// nil: nothing was seen of it.
        case undecided(Cause, leansBroken: Bool?)
    }

    /// Where more than this share is beyond the limit, a longer look changes nothing.
    private static let hopeless = 0.5

    private let criteria: [Criterion]
    private let isEarly: Bool
    private let shortest: Int
    private var tests: [ShareTest?]
    private var counts: [Double]
    /// Whether more arrives than is answered.
    public private(set) var growth = GrowthTest()
    /// Measured seconds so far.
    public private(set) var seconds = 0

    /// Makes the watch of a trial.
    ///
    /// - Parameters:
    ///   - error: The chance that one rate is decided wrongly; objectives share it where any of them breaks a rate.
    ///   - shortest: Seconds before which nothing is decided.
    ///   - isEarly: Whether it ends as soon as the rate is decided. What is shown soonest is shown by the luck of the first seconds,
    ///     too, so trials whose figures are used together go on to their end.
    public init(_ criteria: [Criterion], error: Double, shortest: Int = 3, isEarly: Bool = true) {
        self.criteria = criteria
        self.isEarly = isEarly
        self.shortest = max(1, shortest)
        let judged = max(1, criteria.count { if case .share = $0 { true } else { false } })
        tests = criteria.map { criterion in
            guard case .share(let allowed) = criterion else { return nil }
            return ShareTest(allowed: allowed, error: error / Double(judged))
        }
        counts = criteria.map { _ in 0 }
    }

    /// Takes what was under way when the measured time began.
    public mutating func begin(underWay: Int) { growth.feed(arrived: 0, underWay: underWay) }

    /// Takes the next measured second; gives the verdict once it is known.
    public mutating func feed(_ second: TrialSecond) -> Verdict? {
        seconds += 1
        growth.feed(arrived: second.arrived, underWay: second.underWay)
        for (index, events) in zip(criteria.indices, second.events) {
            tests[index]?.feed(bad: events.bad, of: events.total)
            if case .count = criteria[index] { counts[index] += Double(events.bad) }
        }
        if let index = firstOverCount { return .broken(.objective(index)) }
        // Of a long trial not every second is looked at: a look reads all seconds before.
        guard seconds >= shortest, seconds.isMultiple(of: max(1, seconds / 60)) else { return nil }
        if let index = worst(of: .moreFrequent), isEarly || (tests[index]?.share ?? 0) > Self.hopeless {
            return .broken(.objective(index))
        }
        if growth.isShown { return .broken(.growth) }
        let isHeld = zip(criteria, tests).allSatisfy { criterion, test in
            if case .share = criterion { test?.decision == .rarer } else { false }
        }
        return isEarly && isHeld && !growth.isPossible ? .held : nil
    }

    /// What the trial comes to at its end.
    ///
    /// - Parameter findings: For each objective what all that was measured comes to; looked at where no share and no count tells it.
    public func verdict(findings: [Finding]) -> Verdict {
        if let index = firstOverCount ?? worst(of: .moreFrequent) { return .broken(.objective(index)) }
        if growth.isShown { return .broken(.growth) }
        var open: [(cause: Cause, leansBroken: Bool?)] = []
        for (index, criterion) in criteria.enumerated() {
            let finding = index < findings.count ? findings[index] : .open
            switch criterion {
            case .share(let allowed):
                guard let test = tests[index], test.decision != .rarer else { continue }
                open.append((.objective(index), test.share.map { $0 > allowed }))
            case .count, .end:
                if finding == .broken { return .broken(.objective(index)) }
                if finding == .open { open.append((.objective(index), nil)) }
            }
        }
        if growth.isPossible { open.append((.growth, true)) }
        guard
            let first = open.first(where: { $0.leansBroken == true }) ?? open.first(where: { $0.leansBroken == nil })
                ?? open.first
        else { return .held }
        return .undecided(first.cause, leansBroken: first.leansBroken)
    }

    /// For each objective that a share of events tells, what the trial showed of it, counts divided by their dispersion.
    public var points: [CapacityFit.Point?] {
        tests.map { test in
            test.map { CapacityFit.Point(rate: 0, bad: $0.bad / $0.dispersion, total: $0.total / $0.dispersion) }
        }
    }

    private var firstOverCount: Int? {
        criteria.indices.first { index in
            if case .count(let most) = criteria[index] { counts[index] > most } else { false }
        }
    }

    /// Of the objectives that are decided so, the one furthest beyond what it allows.
    private func worst(of decision: ShareTest.Decision) -> Int? {
        func excess(_ test: ShareTest) -> Double { (test.share ?? 0) / max(test.allowed, 1e-9) }
        return tests.enumerated().compactMap { index, test in test.map { (index, $0) } }
            .filter { $0.1.decision == decision }.max { excess($0.1) < excess($1.1) }?.0
    }
}
