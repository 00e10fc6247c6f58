/// A decimal number without rounding: what a document writes is compared digit by digit, so that `9007199254740993` isn't
/// `9007199254740992` and `0.1` isn't `0.10000000000000001`, as they are for a `Double`.
///
/// Equal for equal values: `1.50` is `1.5`, and `1e2` is `100`.
public struct DecimalNumber: Sendable, Hashable {
    /// True below zero.
    private let isNegative: Bool
    /// From 0 to 9, the most significant first, without a zero at either end; empty for zero.
    private let digits: [UInt8]
    /// The power of ten of the last digit; 0 for zero.
    private let exponent: Int

    /// Digits that two numbers may be apart and still be subtracted digit by digit: more than any document writes.
    private static let span = 2_000
    /// Digits of an exponent at most; beyond, a text is no number.
    private static let exponentDigits = 9

    private init(isNegative: Bool, digits: some Collection<UInt8>, exponent: Int) {
        let leading = digits.drop { $0 == 0 }
        var kept = Array(leading)
        while kept.last == 0 { kept.removeLast() }
        self.isNegative = isNegative && !kept.isEmpty
        self.digits = kept
        self.exponent = kept.isEmpty ? 0 : exponent + leading.count - kept.count
    }

    /// Parses `[+-] digits [. digits] [e [+-] digits]`; on one side of the point the digits may be missing. Nil for any
    /// other text.
    public init?(_ text: some StringProtocol) {
        var rest = Array(text.utf8)[...]
        var isNegative = false
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            rest = rest.dropFirst()
        }
        func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
        let whole = rest.prefix(while: isDigit)
        rest = rest.dropFirst(whole.count)
        var fraction = rest.prefix(0)
        if rest.first == UInt8(ascii: ".") {
            fraction = rest.dropFirst().prefix(while: isDigit)
            rest = rest.dropFirst(1 + fraction.count)
        }
        guard whole.count + fraction.count > 0 else { return nil }
        var exponent = 0
        if let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") {
            let tail = rest.dropFirst()
            let hasSign = tail.first == UInt8(ascii: "-") || tail.first == UInt8(ascii: "+")
            let places = hasSign ? tail.dropFirst() : tail
            guard (1...Self.exponentDigits).contains(places.count), places.allSatisfy(isDigit) else { return nil }
            exponent = places.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
            if tail.first == UInt8(ascii: "-") { exponent.negate() }
            rest = rest.dropFirst(rest.count)
        }
        guard rest.isEmpty else { return nil }
        self.init(
            isNegative: isNegative, digits: (whole + fraction).map { $0 - UInt8(ascii: "0") },
            exponent: exponent - fraction.count)
    }

    /// The shortest decimal that a finite number is the nearest `Double` of; nil for any other.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        self.init("\(value)")
    }

    /// True for zero.
    public var isZero: Bool { digits.isEmpty }

    /// Without its sign.
    public var magnitude: DecimalNumber { DecimalNumber(isNegative: false, digits: digits, exponent: exponent) }

    /// The nearest `Double`.
    public var double: Double { Double(description) ?? .nan }

    /// The distance of two numbers; nil where they are so far apart in size that only the greater one counts.
    public func distance(to other: DecimalNumber) -> DecimalNumber? {
        if isZero { return other.magnitude }
        if other.isZero { return magnitude }
        let last = min(exponent, other.exponent)
        guard max(exponent + digits.count, other.exponent + other.digits.count) - last <= Self.span else { return nil }
        let width = max(exponent + digits.count, other.exponent + other.digits.count) - last
        let (one, two) = (aligned(last: last, width: width), other.aligned(last: last, width: width))
        var result = [UInt8](repeating: 0, count: width + 1)
        if isNegative == other.isNegative {
            let isOrdered = !one.lexicographicallyPrecedes(two)
            let (larger, smaller) = isOrdered ? (one, two) : (two, one)
            var borrow = 0
            for index in stride(from: width - 1, through: 0, by: -1) {
                var digit = Int(larger[index]) - Int(smaller[index]) - borrow
                borrow = digit < 0 ? 1 : 0
                if digit < 0 { digit += 10 }
                result[index + 1] = UInt8(digit)
            }
        } else {
            var carry = 0
            for index in stride(from: width - 1, through: 0, by: -1) {
                let digit = Int(one[index]) + Int(two[index]) + carry
                carry = digit / 10
                result[index + 1] = UInt8(digit % 10)
            }
            result[0] = UInt8(carry)
        }
        return DecimalNumber(isNegative: false, digits: result, exponent: last)
    }

    /// The product; nil where a factor has more digits than any document writes.
    public func multiplied(by other: DecimalNumber) -> DecimalNumber? {
        guard digits.count + other.digits.count <= Self.span else { return nil }
        var result = [UInt8](repeating: 0, count: digits.count + other.digits.count)
        for (index, digit) in digits.enumerated().reversed() {
            var carry = 0
            for (otherPlace, otherDigit) in other.digits.enumerated().reversed() {
                let sum = Int(result[index + otherPlace + 1]) + Int(digit) * Int(otherDigit) + carry
                result[index + otherPlace + 1] = UInt8(sum % 10)
                carry = sum / 10
            }
            result[index] += UInt8(carry)
        }
        return DecimalNumber(
            isNegative: isNegative != other.isNegative, digits: result, exponent: exponent + other.exponent)
    }

    /// The digits from the place of `last`, filled up with zeros at the front to a width.
    private func aligned(last: Int, width: Int) -> [UInt8] {
        let behind = exponent - last
        return [UInt8](repeating: 0, count: width - digits.count - behind) + digits
            + [UInt8](repeating: 0, count: behind)
    }
}

extension DecimalNumber: Comparable {
    /// By size, exactly.
    public static func < (one: DecimalNumber, other: DecimalNumber) -> Bool {
        guard one.isNegative == other.isNegative else { return one.isNegative }
        return one.isNegative ? precedes(other, one) : precedes(one, other)
    }

    /// True where the first is the smaller in size.
    private static func precedes(_ one: DecimalNumber, _ other: DecimalNumber) -> Bool {
        guard !one.isZero, !other.isZero else { return one.isZero && !other.isZero }
        let (size, otherSize) = (one.exponent + one.digits.count, other.exponent + other.digits.count)
        return size == otherSize ? one.digits.lexicographicallyPrecedes(other.digits) : size < otherSize
    }
}

extension DecimalNumber: CustomStringConvertible {
    /// The digits, with an exponent where it isn't 0.
    public var description: String {
        let sign = isNegative ? "-" : ""
        let text = digits.isEmpty ? "0" : String(decoding: digits.map { $0 + UInt8(ascii: "0") }, as: UTF8.self)
        return exponent == 0 ? sign + text : "\(sign)\(text)e\(exponent)"
    }
}

extension DecimalNumber: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
    /// A whole number.
    public init(integerLiteral value: Int) { self.init(value) }

    /// The shortest decimal of a literal; 0 where it is no finite number.
    public init(floatLiteral value: Double) {
        self = DecimalNumber(value) ?? DecimalNumber(isNegative: false, digits: [], exponent: 0)
    }

    /// A whole number.
    public init(_ value: Int) {
        self.init(
            isNegative: value < 0, digits: "\(value.magnitude)".utf8.map { $0 - UInt8(ascii: "0") }, exponent: 0)
    }
}
