#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The binomial distribution and its continuous companion, the beta distribution with whole parameters.
///
/// Everything is built on Loader's point probability, whose relative error stays near 1e-15 at any size, where
/// differences of log-gamma values lose six digits at a billion (C. Loader, "Fast and Accurate Computation of Binomial
/// Probabilities", 2000).
enum Binomial {
    /// A probability and its complement, apart: 1 − 5e-9 has lost eight of the digits that 5e-9 has.
    struct Chance {
        var yes: Double
        var no: Double

        init(_ yes: Double) {
            self.yes = yes
            no = 1 - yes
        }

        init(yes: Double, no: Double) {
            self.yes = yes
            self.no = no
        }

        var mirrored: Chance { Chance(yes: no, no: yes) }
    }

    /// P(Bin(n, p) = k).
    static func probability(_ k: UInt64, of n: UInt64, _ p: Chance) -> Double {
        guard k <= n else { return 0 }
        if p.yes <= 0 { return k == 0 ? 1 : 0 }
        if p.no <= 0 { return k == n ? 1 : 0 }
        let (events, rest, all) = (Double(k), Double(n - k), Double(n))
        if k == 0 { return exp(all * (p.yes < p.no ? log1p(-p.yes) : log(p.no))) }
        if k == n { return exp(all * (p.no < p.yes ? log1p(-p.no) : log(p.yes))) }
        // Both deviations from the mean are one number but for the sign; the smaller probability gives all its digits.
        let difference = p.yes <= p.no ? events - all * p.yes : all * p.no - rest
        let exponent =
            stirlingError(all) - stirlingError(events) - stirlingError(rest)
            - deviance(events, mean: all * p.yes, difference: difference)
            - deviance(rest, mean: all * p.no, difference: -difference)
        return exp(exponent) * (all / (2 * Double.pi * events * rest)).squareRoot()
    }

    /// P(Bin(n, p) <= k).
    static func atMost(_ k: UInt64, of n: UInt64, _ p: Chance) -> Double {
        if k >= n { return 1 }
        // The tail on the side away from the mean is summed: its terms fall, so the sum is short and loses no digit.
        if Double(k) < Double(n) * p.yes { return lowerTail(k, of: n, p) }
        return 1 - lowerTail(n - k - 1, of: n, p.mirrored)
    }

    /// The x for which I_x(a, b), the regularised incomplete beta function, is `level`, for whole a, b >= 1 and
    /// 0 < level < 1: a safeguarded Newton iteration on I_x(a, b) = P(Bin(a + b − 1, x) >= a) (DLMF 8.17.5).
    static func betaQuantile(_ level: Double, _ a: UInt64, _ b: UInt64) -> Double {
        // The extreme cases have closed forms.
        if a == 1 { return -expm1(log1p(-level) / Double(b)) }
        if b == 1 { return exp(log(level) / Double(a)) }
        // Of a quantile near 1 the complement is sought, which keeps its digits.
        if a > b { return 1 - betaQuantile(1 - level, b, a) }
        var (low, high) = (0.0, 1.0)
        // The mean is a start from which Newton's steps, kept inside the bracket, converge everywhere.
        var x = Double(a) / (Double(a) + Double(b))
        for _ in 0..<200 {
            let error = atMost(b - 1, of: a + b - 1, Chance(x).mirrored) - level
            if error == 0 { return x }
            if error > 0 { high = x } else { low = x }
            // d/dx I_x(a, b) = (a + b − 1) · P(Bin(a + b − 2, x) = a − 1)
            let slope = Double(a + b - 1) * probability(a - 1, of: a + b - 2, Chance(x))
            var next = x - error / slope
            if !(next > low && next < high) { next = low + (high - low) / 2 }
            if abs(next - x) <= 1e-13 * x { return next }
            x = next
        }
        return x
    }

    /// P(Bin(n, p) <= k) for a k below the mean, from the largest term down.
    ///
    /// The number of terms grows with the root of n: some 100,000 at a billion.
    private static func lowerTail(_ k: UInt64, of n: UInt64, _ p: Chance) -> Double {
        let odds = p.no / p.yes
        var (events, others) = (Double(k), Double(n - k) + 1)
        var (term, sum) = (1.0, 1.0)
        while events > 0, term > 1e-17 * sum {
            term *= events * odds / others
            sum += term
            events -= 1
            others += 1
        }
        return min(1, probability(k, of: n, p) * sum)
    }

    /// ln n! − ln of Stirling's formula √(2πn)(n/e)ⁿ, for whole n >= 1.
    private static func stirlingError(_ n: Double) -> Double {
        if n < 16 { return lgamma(n + 1) - (n + 0.5) * log(n) + n - 0.5 * log(2 * Double.pi) }
        let square = n * n
        let tail = 1.0 / 1260 - (1.0 / 1680 - (1.0 / 1188 - 691.0 / 360_360 / square) / square) / square
        return (1.0 / 12 - (1.0 / 360 - tail / square) / square) / n
    }

    /// x ln(x / mean) + mean − x, without cancellation where x is near the mean; `difference` is x − mean.
    private static func deviance(_ x: Double, mean: Double, difference: Double) -> Double {
        guard abs(difference) < 0.1 * (x + mean) else { return x * log(x / mean) - difference }
        let ratio = difference / (x + mean)
        var sum = difference * ratio
        var power = 2 * x * ratio
        let square = ratio * ratio
        var index = 1.0
        while true {
            power *= square
            let next = sum + power / (2 * index + 1)
            if next == sum { return next }
            sum = next
            index += 1
        }
    }
}
