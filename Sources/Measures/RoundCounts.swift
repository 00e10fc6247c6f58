/// How many rounds loops needed: a sample of whole numbers, exact up to 2,047 and to three digits beyond.
public struct RoundCounts: Sendable {
    /// The sample as a histogram keeps it: a round stands as a microsecond, which is its unit.
    public private(set) var histogram: LatencyHistogram

    /// No round yet.
    public init() { histogram = LatencyHistogram() }

    /// The sample that was kept so.
    public init(histogram: LatencyHistogram) { self.histogram = histogram }

    /// Adds a loop's rounds to the sample.
    public mutating func record(_ rounds: Int) { histogram.record(Self.span(Double(rounds))) }

    /// Adds another sample.
    public mutating func add(_ other: RoundCounts) { histogram.add(other.histogram) }

    /// The number of loops.
    public var count: UInt64 { histogram.count }
    /// The fewest; nil where there is none.
    public var minimum: Double? { histogram.minimum.map(Self.rounds) }
    /// The most, likewise.
    public var maximum: Double? { histogram.maximum.map(Self.rounds) }
    /// The mean, likewise.
    public var mean: Double? { histogram.mean.map(Self.rounds) }
    /// The number of rounds that `percent` of the loops did not exceed, likewise.
    public func percentile(_ percent: Double) -> Double? { histogram.percentile(percent).map(Self.rounds) }

    /// Rounds as the histogram keeps them.
    public static func span(_ rounds: Double) -> Span { Span(nanoseconds: Int64((rounds * 1_000).rounded())) }
    /// What the histogram keeps, as rounds.
    public static func rounds(_ span: Span) -> Double { Double(span.nanoseconds) / 1_000 }
}
