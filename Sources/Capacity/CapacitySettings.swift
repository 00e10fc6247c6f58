#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// How a capacity is looked for.
public struct CapacitySettings: Sendable, Equatable {
    /// The first rate, arrivals per second.
    public var from: Double
    /// The highest rate that is sent.
    public var to: Double
    /// The rate below which nothing is sent, unless `from` is below it.
    public var least: Double
    /// How near a rate that holds and one that doesn't have to come: 0.03 is 3 %.
    public var resolution = 0.03
    /// Seconds of each trial that are not measured.
    public var settle = 2.0
    /// Measured seconds of a trial at most.
    public var longest = 20.0
    /// Measured seconds of a trial at least.
    public var shortest = 3
    /// Seconds between trials at least.
    public var rest = 1.0
    /// Seconds that the whole search may take.
    public var within = 600.0
    /// The chance that one rate is decided wrongly.
    public var error = 0.05
    /// For each objective the share of bad events that is allowed; nil where no share tells it.
    public var allowed: [Double?] = []
    /// Whether the target is overloaded at the end, to see whether it comes back.
    public var looksForHysteresis = true

    /// Makes settings.
    public init(from: Double, to: Double) {
        self.from = from
        self.to = to
        least = from / 1024
    }

    /// How many trials a search takes at most where nothing has to be measured again: the bracket, the narrowing, the confirmation
    /// and the way down.
    public var trials: Int {
        let up = Int(max(0, log2(to / from)).rounded(.up)) + 1
        let narrowing = Int(max(1, log2(log(2) / log1p(resolution))).rounded(.up))
        return up + narrowing + 1 + (looksForHysteresis ? 2 : 0)
    }
}
