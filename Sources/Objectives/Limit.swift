internal import Scenarios

/// How what is known of a value stands to a limit.
enum Standing {
    /// It certainly meets the limit.
    case meets
    /// It certainly breaks it.
    case breaks
    /// It may lie on either side.
    case unresolved
}

/// The arithmetic of a comparison.
struct Limit {
    var comparison: Objective.Comparison

    /// Which side of a value is limited.
    var hasUpper: Bool {
        switch comparison {
        case .less, .lessOrEqual, .within: true
        case .greater, .greaterOrEqual, .equal: false
        }
    }

    /// Which side of a value is limited.
    var hasLower: Bool {
        switch comparison {
        case .greater, .greaterOrEqual, .within: true
        case .less, .lessOrEqual, .equal: false
        }
    }

    /// True for `==`, which no confidence bound can show: what was observed decides.
    var isEquality: Bool { if case .equal = comparison { true } else { false } }

    /// The upper limit where there is one.
    var upper: Double? {
        switch comparison {
        case .less(let limit), .lessOrEqual(let limit): limit
        case .within(let range): range.upperBound
        case .greater, .greaterOrEqual, .equal: nil
        }
    }

    /// The lower limit where there is one.
    var lower: Double? {
        switch comparison {
        case .greater(let limit), .greaterOrEqual(let limit): limit
        case .within(let range): range.lowerBound
        case .less, .lessOrEqual, .equal: nil
        }
    }

    /// How a value known to lie within a range stands to the limit.
    func standing(of range: ClosedRange<Double>) -> Standing {
        // Every comparison holds on one interval, so a range wholly inside meets it.
        if holds(range.lowerBound), holds(range.upperBound) { return .meets }
        switch comparison {
        case .less, .lessOrEqual: return holds(range.lowerBound) ? .unresolved : .breaks
        case .greater, .greaterOrEqual: return holds(range.upperBound) ? .unresolved : .breaks
        case .equal(let limit): return Self.misses(limit, range) ? .breaks : .unresolved
        case .within(let limits):
            let apart = range.upperBound < limits.lowerBound || range.lowerBound > limits.upperBound
            return apart && !holds(range.lowerBound) && !holds(range.upperBound) ? .breaks : .unresolved
        }
    }

    /// Whether a value meets the limit.
    func holds(_ value: Double) -> Bool {
        switch comparison {
        case .less(let limit): value < limit && !Self.equal(value, limit)
        case .lessOrEqual(let limit): value < limit || Self.equal(value, limit)
        case .greater(let limit): value > limit && !Self.equal(value, limit)
        case .greaterOrEqual(let limit): value > limit || Self.equal(value, limit)
        case .equal(let limit): Self.equal(value, limit)
        case .within(let limits): holds(value, lower: limits.lowerBound) && holds(value, upper: limits.upperBound)
        }
    }

    /// Whether a value keeps the upper side of the limit; true where there is none.
    func holdsUpper(_ value: Double) -> Bool {
        if case .within(let limits) = comparison { return holds(value, upper: limits.upperBound) }
        return !hasUpper || holds(value)
    }

    /// Whether a value keeps the lower side of the limit; true where there is none.
    func holdsLower(_ value: Double) -> Bool {
        if case .within(let limits) = comparison { return holds(value, lower: limits.lowerBound) }
        return !hasLower || holds(value)
    }

    private func holds(_ value: Double, lower: Double) -> Bool { value > lower || Self.equal(value, lower) }
    private func holds(_ value: Double, upper: Double) -> Bool { value < upper || Self.equal(value, upper) }

    /// 99.9 % may be written down as 0.999 or come out of a division as 0.9990000000000001; both are one value.
    private static func equal(_ left: Double, _ right: Double) -> Bool {
        // Beside what has no bound, every number would be.
        left == right || abs(left - right) <= 1e-12 * max(abs(left), abs(right)) && (left - right).isFinite
    }

    private static func misses(_ limit: Double, _ range: ClosedRange<Double>) -> Bool {
        (limit < range.lowerBound && !equal(limit, range.lowerBound))
            || (limit > range.upperBound && !equal(limit, range.upperBound))
    }
}
