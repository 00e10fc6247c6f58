#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Where the share of bad events crosses what is allowed, by all rates that were measured near there together: a logistic
/// regression of the share on the logarithm of the rate, with counts divided by their dispersion. Trials that could not be
/// decided one by one tell it together.
public struct CapacityFit: Sendable, Equatable {
    /// What one rate showed.
    public struct Point: Sendable, Equatable {
        /// Arrivals per second.
        public var rate: Double
        /// Bad events, divided by the dispersion.
        public var bad: Double
        /// All events, likewise.
        public var total: Double

        /// Makes a point.
        public init(rate: Double, bad: Double, total: Double) {
            self.rate = rate
            self.bad = bad
            self.total = total
        }
    }

    /// The rate at which the share is the allowed one.
    public var rate: Double
    /// The lower end of its two-sided 95 % confidence interval.
    public var low: Double
    /// The upper end.
    public var high: Double

    /// Student's t at 97.5 %, by degrees of freedom from 1 on.
    private static let quantiles = [12.7, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23]

    /// Fits; nil where the points don't tell: fewer than three rates, a share that does not rise, or no overlap of good and bad.
    ///
    /// - Parameter resolution: The interval is no narrower than this, as a ratio.
    public init?(_ points: [Point], allowed: Double, resolution: Double = 0) {
        let points = points.filter { $0.total > 0 && $0.rate > 0 }
        guard Set(points.map(\.rate)).count >= 3, allowed > 0, allowed < 1 else { return nil }
        let centre = points.reduce(0) { $0 + log($1.rate) } / Double(points.count)
        let xs = points.map { log($0.rate) - centre }
        // Iteratively reweighted least squares, from a flat line at the allowed share.
        var (a, b) = (log(allowed / (1 - allowed)), 0.0)
        var (saa, sab, sbb) = (0.0, 0.0, 0.0)
        var isDone = false
        for _ in 0..<50 where !isDone {
            var (ga, gb) = (0.0, 0.0)
            (saa, sab, sbb) = (0, 0, 0)
            for (point, x) in zip(points, xs) {
                let mean = 1 / (1 + exp(-(a + b * x)))
                let weight = max(point.total * mean * (1 - mean), 1e-9)
                let residual = point.bad - point.total * mean
                ga += residual
                gb += residual * x
                saa += weight
                sab += weight * x
                sbb += weight * x * x
            }
            let determinant = saa * sbb - sab * sab
            guard determinant > 1e-12 * saa * sbb else { return nil }
            let (da, db) = ((sbb * ga - sab * gb) / determinant, (saa * gb - sab * ga) / determinant)
            // No step may overshoot: shares of 0 and 1 lead far away.
            let scale = min(1, 3 / max(abs(da), abs(db) / 10, 1e-12))
            a += da * scale
            b += db * scale
            guard a.isFinite, b.isFinite, abs(b) < 1e3 else { return nil }
            isDone = abs(da) < 1e-8 && abs(db) < 1e-7
        }
        guard isDone, b > 0 else { return nil }
        let determinant = saa * sbb - sab * sab
        // What the line does not explain makes the interval wider.
        var misfit = 0.0
        for (point, x) in zip(points, xs) {
            let mean = 1 / (1 + exp(-(a + b * x)))
            let variance = max(point.total * mean * (1 - mean), 1e-9)
            misfit += (point.bad - point.total * mean) * (point.bad - point.total * mean) / variance
        }
        let excess = max(1, misfit / Double(points.count - 2))
        let x = (log(allowed / (1 - allowed)) - a) / b
        let variance = excess * (sbb - 2 * sab * x + saa * x * x) / determinant / (b * b)
        let quantile = Self.quantiles[min(points.count - 2, Self.quantiles.count) - 1]
        let spread = max(quantile * variance.squareRoot(), resolution / 2)
        guard x.isFinite, spread.isFinite, spread < 1 else { return nil }
        rate = exp(centre + x)
        low = exp(centre + x - spread)
        high = exp(centre + x + spread)
    }
}
