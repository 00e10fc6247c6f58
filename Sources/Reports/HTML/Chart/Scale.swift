#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Where a value lies along an axis.
protocol Scale {
    /// The share of the axis' length that lies before the value: 0 at its beginning, 1 at its end, cut to that.
    func position(_ value: Double) -> Double
}

/// Equal distances for equal differences.
struct LinearScale: Scale, Equatable {
    let low: Double
    let high: Double

    /// A scale over two values; where they are no range it gets one.
    init(_ low: Double, _ high: Double) {
        self.low = low.isFinite ? low : 0
        self.high = high.isFinite && high > self.low ? high : self.low + max(1, abs(self.low) * 1e-9)
    }

    func position(_ value: Double) -> Double {
        // Halves, so that the difference of two huge numbers is one too.
        Decimals.share((value / 2 - low / 2) / (high / 2 - low / 2))
    }
}

/// Equal distances for equal ratios; from the power of ten below a value to the one above another.
struct LogScale: Scale, Equatable {
    /// The exponents of ten at both ends.
    let low: Int
    let high: Int

    /// A scale that holds two positive values; others count as a thousandth.
    init(_ low: Double, _ high: Double) {
        self.low = Decimals.exponent(low.isNormal && low > 0 ? low : 1e-3)
        let top = Decimals.logarithm(high.isNormal && high > 0 ? high : 1e-3).rounded(.up)
        self.high = max(self.low + 1, Int(top))
    }

    func position(_ value: Double) -> Double {
        guard value > 0 else { return 0 }
        return Decimals.share((Decimals.logarithm(value) - Double(low)) / Double(high - low))
    }
}

/// Percentiles as HdrHistogram plots them: each further nine takes the same distance.
struct PercentileScale: Scale, Equatable {
    /// How many nines the axis is long.
    let nines: Double

    /// A scale on which one sample of so many can still be told.
    init(samples: UInt64) {
        nines = max(1, Decimals.logarithm(Double(max(1, samples))))
    }

    func position(_ percent: Double) -> Double {
        guard percent < 100 else { return 1 }
        return Decimals.share(-Decimals.logarithm(1 - max(0, percent) / 100) / nines)
    }

    /// The percentile at a share of the axis.
    func percent(at position: Double) -> Double { 100 * (1 - Decimals.power(-position * nines)) }
}

/// Arithmetic of axes that never gives what can't be drawn.
enum Decimals {
    /// A share, cut to 0...1; what is no number is 0.
    static func share(_ value: Double) -> Double { value.isNaN ? 0 : min(1, max(0, value)) }

    /// The logarithm to the base of ten.
    static func logarithm(_ value: Double) -> Double { log10(value) }

    /// A power of ten.
    static func power(_ exponent: Double) -> Double { pow(10, exponent) }

    /// The largest exponent whose power of ten is not above a positive value.
    static func exponent(_ value: Double) -> Int { Int(log10(value).rounded(.down)) }
}
