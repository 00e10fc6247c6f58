/// A number that fits a schema's bounds.
struct NumberSample {
    private let step: Double?
    private let low: Double?
    private let high: Double?
    private let isLowOpen: Bool
    private let isHighOpen: Bool

    init(_ flat: FlatSchema, isInteger: Bool) {
        // Version 3.0 has truth values here, 3.1 numbers.
        step = flat["multipleOf"]?.number.flatMap { $0 > 0 ? $0 : nil } ?? (isInteger ? 1 : nil)
        var low = flat["minimum"]?.number
        var isLowOpen = flat["exclusiveMinimum"]?.bool ?? false
        if let bound = flat["exclusiveMinimum"]?.number, bound >= low ?? bound { (low, isLowOpen) = (bound, true) }
        var high = flat["maximum"]?.number
        var isHighOpen = flat["exclusiveMaximum"]?.bool ?? false
        if let bound = flat["exclusiveMaximum"]?.number, bound <= high ?? bound { (high, isHighOpen) = (bound, true) }
        (self.low, self.isLowOpen, self.high, self.isHighOpen) = (low, isLowOpen, high, isHighOpen)
    }

    /// True for a number within the bounds.
    func fits(_ value: Double) -> Bool {
        (low.map { isLowOpen ? value > $0 : value >= $0 } ?? true)
            && (high.map { isHighOpen ? value < $0 : value <= $0 } ?? true)
    }

    /// The number as JSON writes it; another one for each variant, as long as the bounds have any.
    func text(variant: Int = 0) -> String {
        let first = first
        guard variant > 0 else { return Self.text(first) }
        let distance = Double(variant) * (step ?? 1)
        if fits(first + distance) { return Self.text(first + distance) }
        if fits(first - distance) { return Self.text(first - distance) }
        guard step == nil, let high, high > first else { return Self.text(first) }
        return Self.text(first + (high - first) * Double(variant) / Double(variant + 1))
    }

    private var first: Double {
        var value = step ?? 1
        guard !fits(value) else { return value }
        let start = low ?? high ?? 0
        if let step {
            value = (low == nil ? (start / step).rounded(.down) : (start / step).rounded(.up)) * step
            if !fits(value) { value += low == nil ? -step : step }
        } else if let low, let high {
            value = fits(low) ? low : (low + high) / 2
        } else {
            value = fits(start) ? start : start + (low == nil ? -1 : 1)
        }
        return value
    }

    private static func text(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : "\(value)"
    }
}
