#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Tells, second by second and as early as it can be told, whether bad events are rarer or more frequent than a share that is
/// allowed: whether more than 5 % of the answers take longer than the limit of a p95.
///
/// The test is Robbins' mixture of likelihood ratios (H. Robbins, "Statistical Methods Related to the Law of the Iterated
/// Logarithm", 1970): whenever it is looked at, and however often, the chance to be wrong is at most the stated error. It needs no
/// zone of indifference, so shares that differ much from the allowed one are decided soon and others late.
///
/// Exchanges of one second are alike: a queue is long for all of them. So the counts are divided by their dispersion, how much more
/// they vary from second to second, and from stretch to stretch of 2, 4 … seconds, than independent events would.
public struct ShareTest: Sendable {
    /// What is known.
    public enum Decision: Sendable, Equatable {
        /// Bad events are shown to be rarer than allowed.
        case rarer
        /// They are shown to be more frequent.
        case moreFrequent
        /// Neither is shown so far.
        case open
    }

    /// The share of bad events that is allowed, 0...1.
    public let allowed: Double
    /// The chance that the test shows what isn't so.
    public let error: Double
    /// All events so far.
    public private(set) var total = 0.0
    /// The bad ones among them.
    public private(set) var bad = 0.0
    private var seconds: [(bad: Double, total: Double)] = []

    /// How many events the mixture's prior is worth; with none bad, 5 % are then shown by about a hundred.
    private static let priorWeight = 20.0
    /// Seconds of events that were all alike would be this much more dispersed.
    private static let caution = 12.0

    /// Makes a test.
    public init(allowed: Double, error: Double) {
        self.allowed = min(1, max(0, allowed))
        self.error = error
    }

    /// Takes the events of the next second.
    public mutating func feed(bad: UInt64, of total: UInt64) {
        let (bad, total) = (Double(min(bad, total)), Double(total))
        self.bad += bad
        self.total += total
        seconds.append((bad, total))
    }

    /// The share of bad events so far; nil before the first one.
    public var share: Double? { total > 0 ? bad / total : nil }

    /// What is known so far.
    public var decision: Decision {
        guard total > 0 else { return .open }
        // Without room for a bad event one alone breaks the limit, and no number of good ones shows that none will come.
        guard allowed > 0 else { return bad > 0 ? .moreFrequent : .open }
        guard allowed < 1 else { return .rarer }
        guard evidence >= -log(error), let share else { return .open }
        return share < allowed ? .rarer : .moreFrequent
    }

    /// The logarithm of the mixture's likelihood ratio against the allowed share.
    private var evidence: Double {
        let dispersion = dispersion
        let (bad, good) = (bad / dispersion, (total - bad) / dispersion)
        let (a, b) = (allowed * Self.priorWeight, (1 - allowed) * Self.priorWeight)
        return Self.logBeta(a + bad, b + good) - Self.logBeta(a, b) - bad * log(allowed) - good * log1p(-allowed)
    }

    /// How much more the counts vary than those of independent events: the largest over stretches of 1, 2, 4 … seconds of which
    /// there are four at least. The first seconds tell little of it, so it is taken for larger there.
    public var dispersion: Double {
        let least = 1 + Self.caution / Double(max(1, seconds.count))
        guard bad > 0, bad < total else { return least }
        let share = bad / total
        var (largest, length) = (least, 1)
        while seconds.count / length >= 4 || length == 1 && seconds.count > 1 {
            let count = seconds.count / length
            var (squares, events) = (0.0, 0.0)
            for stretch in 0..<count {
                let part = seconds[stretch * length..<(stretch + 1) * length]
                let (bad, total) = part.reduce((0.0, 0.0)) { ($0.0 + $1.bad, $0.1 + $1.total) }
                squares += (bad - share * total) * (bad - share * total)
                events += total
            }
            let expected = events * share * (1 - share)
            if expected > 0 { largest = max(largest, squares / expected * Double(count) / Double(count - 1)) }
            length *= 2
        }
        return largest
    }

    private static func logBeta(_ a: Double, _ b: Double) -> Double { lgamma(a) + lgamma(b) - lgamma(a + b) }
}
