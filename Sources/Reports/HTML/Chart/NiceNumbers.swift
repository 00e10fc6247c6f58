internal import VerificationKit

/// Round numbers for axes.
enum NiceNumbers {
    /// The steps of time axes that people count in, in seconds.
    private static let timeSteps: [Double] = [
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400,
    ]

    /// The least step of 1, 2 or 5 times a power of ten that needs no more than `count` steps for a length.
    static func step(for length: Double, count: Int) -> Double {
        let rough = length / Double(max(1, count))
        guard rough.isNormal, rough > 0 else { return 1 }
        let power = Decimals.power(Double(Decimals.exponent(rough)))
        let factor = [1, 2, 5, 10].first { $0 * power >= rough * (1 - 1e-9) } ?? 10
        return max(factor * power, .leastNormalMagnitude)
    }

    /// The step of a time axis, likewise.
    static func timeStep(for length: Double, count: Int) -> Double {
        timeSteps.first { length / $0 <= Double(count) }
            ?? max(86_400, step(for: length / 86_400, count: count) * 86_400)
    }

    /// The multiples of a step from one value to another, at most 50.
    static func multiples(of step: Double, from low: Double, to high: Double) -> [Double] {
        let first = (low / step - 1e-9).rounded(.up)
        let last = (high / step + 1e-9).rounded(.down)
        guard first.isFinite, last.isFinite, last >= first, last - first <= 50 else { return [] }
        return stride(from: first, through: last, by: 1).map { $0 * step }
    }

    /// A number at an axis, short: `0.05`, `2,500`, `1.2 M`.
    static func label(_ value: Double) -> String {
        let size = abs(value)
        for (scale, suffix) in [(1e12, " T"), (1e9, " G"), (1e6, " M")] where size >= scale {
            return size >= scale * 1e6 ? "\(value)" : Figure.short(value / scale, decimals: 2) + suffix
        }
        return Figure.short(value, decimals: size < 0.01 ? 6 : size < 1 ? 4 : 2)
    }

    /// An instant at a time axis of some length: `30 s`, `1:30`, `2:00:00`.
    static func time(_ seconds: Double, of length: Double) -> String {
        guard length > 120, abs(seconds) < 1e12 else { return "\(label(seconds)) s" }
        let whole = Int(seconds.rounded())
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let (minutes, rest) = whole.quotientAndRemainder(dividingBy: 60)
        guard length >= 3_600 else { return "\(minutes):\(two(rest))" }
        return "\(minutes / 60):\(two(minutes % 60)):\(two(rest))"
    }
}
