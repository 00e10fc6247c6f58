/// Regular expressions for whole numbers of a range, as digits.
enum DigitPattern {
    /// The expression; zeros may stand before the number.
    static func pattern(_ range: ClosedRange<Int>) -> String {
        var parts: [String] = []
        var first = range.lowerBound
        for last in ends(range) {
            parts.append(part(first, last))
            first = last + 1
        }
        return "0*(\(parts.joined(separator: "|")))"
    }

    /// Where the range falls into parts whose numbers differ in whole digits: 8...250 into 8...9, 10...99, 100...199,
    /// 200...249 and 250.
    private static func ends(_ range: ClosedRange<Int>) -> [Int] {
        var ends: Set<Int> = [range.upperBound]
        // A whole number has 18 digits at most.
        let powers = sequence(first: 10) { $0 < 100_000_000_000_000_000 ? $0 * 10 : nil }
        for power in powers {
            let end = range.lowerBound / power * power + power - 1
            guard end < range.upperBound else { break }
            ends.insert(end)
        }
        for power in powers {
            let end = (range.upperBound + 1) / power * power - 1
            guard end >= range.lowerBound else { break }
            ends.insert(end)
        }
        return ends.sorted()
    }

    /// The numbers from `first` to `last`, which have as many digits.
    private static func part(_ first: Int, _ last: Int) -> String {
        var (text, free) = ("", 0)
        for (low, high) in zip(String(first), String(last)) {
            if low == high {
                text.append(low)
            } else if low == "0", high == "9" {
                free += 1
            } else {
                text += "[\(low)-\(high)]"
            }
        }
        return text + (free == 0 ? "" : "[0-9]{\(free)}")
    }
}
