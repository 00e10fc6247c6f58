import Scenarios

/// Hostile bodies whose numbers are out of bounds, or no numbers.
extension HostileDerivation {
    private var numbers: [BodyLocation] { places.filter { $0.type == .number } }

    /// A number that must be refused, unless it is within the scenario's limits; then nothing is derived.
    private func number(
        _ location: BodyLocation, _ kind: InputKind, _ text: String, shown: String? = nil,
        _ acceptance: HostileCase.Acceptance = .refused
    ) -> HostileCase? {
        guard let limit = limit(at: location) else {
            return replacing(location, kind, "= \(shown ?? text)", acceptance) { Array(text.utf8) }
        }
        if let value = Double(text), limit.contains(value) { return nil }
        return replacing(location, kind, "= \(shown ?? text)", .refused) { Array(text.utf8) }
    }

    func hugeNumbers() -> [HostileCase] {
        // The limits of doubles, of whole numbers in doubles (2⁵³), and of 64 bits with and without a sign.
        let values = [
            "1e308", "-1e308", "1e400", "-1e400", "9007199254740993", "9223372036854775808", "18446744073709551616",
            "-9223372036854775809",
        ]
        let digits = "1" + String(repeating: "0", count: 399)
        return numbers.flatMap { location in
            values.compactMap { number(location, .hugeNumbers, $0) }
                + [number(location, .hugeNumbers, digits, shown: "a number of 400 digits")].compactMap { $0 }
        }
    }

    func outsideLimits() -> [HostileCase] {
        numbers.flatMap { location -> [HostileCase] in
            guard let limit = limit(at: location) else { return [] }
            return [limit.upperBound + 1, limit.lowerBound - 1].compactMap { value in
                // Far out, one more is no other number.
                limit.contains(value) ? nil : number(location, .outsideLimits, Self.written(value))
            }
        }
    }

    /// The number as JSON writes it, whole where it is whole.
    private static func written(_ value: Double) -> String {
        Int(exactly: value).map(String.init) ?? "\(value)"
    }

    func negativeNumbers() -> [HostileCase] {
        numbers.flatMap { location -> [HostileCase] in
            // Where the valid value is negative or unknown, so may others be.
            guard let literal = location.literal, let value = Double(literal), value >= 0 else { return [] }
            let negated = value > 0 && value != 1 ? ["-\(literal)"] : []
            return (["-1"] + negated).compactMap { number(location, .negativeNumbers, $0) }
        }
    }

    func zeros() -> [HostileCase] {
        numbers.compactMap { location in
            if let literal = location.literal, Double(literal) == 0 { return nil }
            return number(location, .zeros, "0", .tolerated)
        }
    }

    func fractions() -> [HostileCase] {
        numbers.compactMap { location in
            // A limit that is a fraction says that the others may be, too.
            if let limit = limit(at: location),
                [limit.lowerBound, limit.upperBound].contains(where: { $0 != $0.rounded() })
            {
                return nil
            }
            guard let literal = location.literal, let value = Int(literal) else { return nil }
            return replacing(location, .fractions, by: "\(value).5", .tolerated)
        }
    }

    func notNumbers() -> [HostileCase] {
        numbers.flatMap { location in
            ["NaN", "Infinity", "-Infinity"].map { replacing(location, .notNumbers, by: $0, .refused) }
                + ["\"NaN\"", "\"Infinity\""].map {
                    replacing(location, .notNumbers, by: $0, acceptance(of: .string, at: location))
                }
        }
    }

    func malformedNumbers() -> [HostileCase] {
        // RFC 8259 §6.
        numbers.flatMap { location in
            ["010", "-01", "0x10", "+1", "1.", ".5", "1e", "1_0", "1 0", "--1", "0b1", "1f", "١"].map {
                replacing(location, .malformedNumbers, by: $0, .refused)
            }
        }
    }
}
