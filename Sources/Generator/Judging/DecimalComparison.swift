import Scenarios

extension Check.Comparison {
    func holds(_ left: DecimalNumber, _ right: DecimalNumber) -> Bool {
        switch self {
        case .equal: left == right
        case .notEqual: left != right
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        }
    }
}

extension Calculation.Tolerance {
    /// True where a number is as near to the expected one as allowed, by the digits of both: within 0 of 0.3 is 0.3 alone.
    func allows(_ observed: DecimalNumber, _ expected: DecimalNumber) -> Bool {
        if observed == expected { return true }
        let allowed: DecimalNumber? =
            switch self {
            case .absolute(let bound): DecimalNumber(bound)
            case .relative(let share): DecimalNumber(share).flatMap { $0.multiplied(by: expected.magnitude) }
            }
        guard let allowed, !allowed.isZero else { return false }
        guard let distance = observed.distance(to: expected) else {
            // So far apart that the greater one is the distance.
            return max(observed.magnitude, expected.magnitude) <= allowed
        }
        return distance <= allowed
    }
}
