/// Numbers with units, as the language writes them.
///
///     duration := (number ("ns" | "us" | "µs" | "ms" | "s" | "m" | "h" | "d"))+         at most 8784h
///     size     := number ("B" | "KB" | "KiB" | "MB" | "MiB" | "GB" | "GiB")
///     rate     := number ("/s" | "/min" | "/h")
///     ratio    := number "%" | number (at most 1)
///     number   := digits [ "." digits ]
package enum Quantity {
    /// What is reported of another text.
    package static let expectedDuration = "expected a duration such as 250ms, 10s, 5m"
    /// What is reported of another text.
    package static let expectedRate = "expected a rate such as 50/s, 100/min, 10/h"
    /// What is reported of another text.
    package static let expectedSize = "expected a size such as 512B, 64KiB, 1MB"

    /// The pattern of `number` in JSON Schema.
    package static let numberPattern = "[0-9]+(\\.[0-9]+)?"
    /// The same of its kind.
    package static let durationPattern = "(\(numberPattern)(ns|us|µs|μs|ms|s|m|h|d))+"
    /// The same of its kind.
    package static let ratioPattern =
        "0*(100(\\.0+)?|[0-9]{1,2}(\\.[0-9]+)?)%|0+(\\.[0-9]+)?|0*1(\\.0+)?"
    /// The same of its kind.
    package static let ratePattern = "\(numberPattern)/(s|min|h)"
    /// The same of its kind.
    package static let sizePattern = "\(numberPattern)(B|KB|KiB|MB|MiB|GB|GiB)"

    private static let nanoseconds: [(unit: String, factor: Double)] = [
        ("ns", 1), ("us", 1e3), ("µs", 1e3), ("μs", 1e3), ("ms", 1e6), ("s", 1e9), ("min", 0), ("m", 60e9),
        ("h", 3600e9), ("d", 86_400e9),
    ]
    private static let bytes: [String: Double] = [
        "B": 1, "KB": 1e3, "KiB": 1024, "MB": 1e6, "MiB": 1_048_576, "GB": 1e9, "GiB": 1_073_741_824,
    ]
    private static let perSecond: [String: Double] = ["s": 1, "min": 60, "h": 3600]

    /// The number, if the text is one and nothing else.
    package static func number(_ text: some StringProtocol) -> Double? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isDigit) }) else { return nil }
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }

    /// The whole number, if the text is one of at most 18 digits.
    package static func integer(_ text: some StringProtocol) -> Int? {
        guard (1...18).contains(text.utf8.count), text.utf8.allSatisfy(isDigit) else { return nil }
        return Int(text)
    }

    /// A number that may have a sign and an exponent, as in JSON.
    package static func signedNumber(_ text: some StringProtocol) -> Double? {
        let allowed = text.utf8.allSatisfy { isDigit($0) || "+-.eE".utf8.contains($0) }
        guard allowed, text.utf8.contains(where: isDigit), let value = Double(text), value.isFinite else { return nil }
        return value
    }

    /// The duration, or what is wrong.
    package static func duration(_ text: String) throws(GrammarError) -> Duration {
        if number(text) != nil {
            throw GrammarError(offset: 0, message: "\(quoted(text)) lacks a unit: \(expectedDuration)")
        }
        var rest = Substring(text)
        var total = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { !($0.isASCII && $0.isNumber) }
            rest = rest.dropFirst(unit.count)
            guard let value = number(digits), let factor = nanoseconds.first(where: { $0.unit == unit })?.factor,
                factor > 0
            else { throw GrammarError(offset: 0, message: "\(expectedDuration), found \(quoted(text))") }
            total += value * factor
        }
        guard !text.isEmpty else { throw GrammarError(offset: 0, message: "\(expectedDuration), found nothing") }
        guard total <= 8784 * 3600e9 else {
            throw GrammarError(offset: 0, message: "\(quoted(text)) is longer than 8784h")
        }
        return .nanoseconds(Int64(total.rounded()))
    }

    /// The size in bytes, or what is wrong.
    package static func size(_ text: String) throws(GrammarError) -> Double {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let value = number(digits), let factor = bytes[String(text.dropFirst(digits.count))] else {
            throw GrammarError(offset: 0, message: "\(expectedSize), found \(quoted(text))")
        }
        return value * factor
    }

    /// The rate per second, or what is wrong.
    package static func rate(_ text: String) throws(GrammarError) -> Double {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 1, number(text) != nil {
            throw GrammarError(offset: 0, message: "\(quoted(text)) lacks a unit: \(expectedRate)")
        }
        guard parts.count == 2, let value = number(parts[0]), let seconds = perSecond[String(parts[1])] else {
            throw GrammarError(offset: 0, message: "\(expectedRate), found \(quoted(text))")
        }
        return value / seconds
    }

    /// The fraction of 1, or what is wrong.
    package static func ratio(_ text: String) throws(GrammarError) -> Double {
        if text.last == "%", let value = number(text.dropLast()) {
            guard value <= 100 else {
                throw GrammarError(offset: 0, message: "\(quoted(text)) is not a ratio: a ratio is at most 100%")
            }
            return value / 100
        }
        guard let value = number(text) else {
            throw GrammarError(offset: 0, message: "expected a ratio such as 99.9% or 0.999, found \(quoted(text))")
        }
        guard value <= 1 else {
            let meant = value <= 100 ? "\(text)%" : "99.9%"
            throw GrammarError(
                offset: 0, message: "\(quoted(text)) is not a ratio: write \(meant), or a fraction up to 1")
        }
        return value
    }

    private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
}
