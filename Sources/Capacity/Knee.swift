/// Where response times begin to cost more than throughput gains: the rate with the highest power, throughput over mean response
/// time (L. Kleinrock, "Power and deterministic rules of thumb for probabilistic problems in computer communications", ICC 1979).
public struct Knee: Sendable, Equatable {
    /// What was measured at a rate.
    public struct Point: Sendable, Equatable {
        /// Arrivals per second.
        public var rate: Double
        /// Exchanges per second.
        public var throughput: Double
        /// The mean response time, in any unit.
        public var mean: Double

        /// Makes a point.
        public init(rate: Double, throughput: Double, mean: Double) {
            self.rate = rate
            self.throughput = throughput
            self.mean = mean
        }
    }

    /// The rate.
    public var rate: Double

    /// Looks for it; nil where too few rates were measured, or where it lies at one of the ends, so beyond them perhaps.
    public init?(_ points: [Point]) {
        let points = points.filter { $0.mean > 0 }.sorted { $0.rate < $1.rate }
        guard points.count >= 4, let first = points.first, let last = points.last,
            let best = points.max(by: { $0.throughput / $0.mean < $1.throughput / $1.mean }),
            best.rate > first.rate, best.rate < last.rate
        else { return nil }
        rate = best.rate
    }
}
