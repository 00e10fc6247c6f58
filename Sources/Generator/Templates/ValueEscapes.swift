import Glibc
import HTTPFields
import Scenarios

/// Ways to make a value fit for its place in a request.
extension ByteStore {
    mutating func append(_ value: UnsafeBufferPointer<UInt8>, escaped escape: TextTemplate.Escape) {
        switch escape {
        case .none: append(value)
        case .url: appendPercentEncoded(value, keeping: Self.isAllowedInURL)
        case .component, .form: appendPercentEncoded(value, keeping: PercentEncoding.isUnreserved)
        case .header:
            for byte in value {
                append(byte == 0 || byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n") ? UInt8(ascii: " ") : byte)
            }
        case .json: appendJSONCharacters(value)
        }
    }

    /// A JSON text of the value, quotation marks included.
    mutating func append(jsonText value: UnsafeBufferPointer<UInt8>) {
        append(UInt8(ascii: "\""))
        appendJSONCharacters(value)
        append(UInt8(ascii: "\""))
    }

    /// A JSON number of a decimal one: without the plus, the zeros in front, or the point with digits on one side only that
    /// JSON doesn't know (RFC 8259 §6). False, and nothing appended, where the value is no number.
    mutating func append(jsonNumber value: UnsafeBufferPointer<UInt8>) -> Bool {
        func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
        var rest = value[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        let whole = rest.prefix(while: isDigit)
        rest = rest[whole.endIndex...]
        var fraction = rest.prefix(0)
        if rest.first == UInt8(ascii: ".") {
            fraction = rest.dropFirst().prefix(while: isDigit)
            rest = rest[fraction.endIndex...]
        }
        guard !whole.isEmpty || !fraction.isEmpty else { return false }
        if let mark = rest.first {
            guard mark | 0x20 == UInt8(ascii: "e") else { return false }
            let sign = rest.dropFirst().first
            let hasSign = sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+")
            let places = rest.dropFirst(hasSign ? 2 : 1)
            guard !places.isEmpty, places.allSatisfy(isDigit) else { return false }
        }
        if isNegative { append(UInt8(ascii: "-")) }
        let digits = whole.drop { $0 == UInt8(ascii: "0") }
        if digits.isEmpty { append(UInt8(ascii: "0")) }
        append(UnsafeBufferPointer(rebasing: digits))
        if !fraction.isEmpty {
            append(UInt8(ascii: "."))
            append(UnsafeBufferPointer(rebasing: fraction))
        }
        append(UnsafeBufferPointer(rebasing: rest))
        return true
    }

    /// A value as it goes into a URL whose parts are told by reserved characters: what no URL holds is encoded.
    mutating func append(urlPart value: UnsafeBufferPointer<UInt8>) {
        appendPercentEncoded(value, keeping: Self.isAllowedInURL)
    }

    /// A random UUID of 128 random bits (RFC 9562 §5.4).
    mutating func append(uuidFrom high: UInt64, _ low: UInt64) {
        let high = high & ~0xF000 | 0x4000
        append(uuid: high, low & ~(0b11 << 62) | 0b10 << 62)
    }

    /// Appends a UUID whose halves are given.
    mutating func append(uuid high: UInt64, _ low: UInt64) {
        for (position, shift) in stride(from: 60, through: 0, by: -4).enumerated() {
            if position == 8 || position == 12 { append(UInt8(ascii: "-")) }
            appendHexDigit(UInt8(truncatingIfNeeded: high >> UInt64(shift)) & 15)
        }
        for (position, shift) in stride(from: 60, through: 0, by: -4).enumerated() {
            if position == 0 || position == 4 { append(UInt8(ascii: "-")) }
            appendHexDigit(UInt8(truncatingIfNeeded: low >> UInt64(shift)) & 15)
        }
    }

    /// A `traceparent` (W3C Trace Context §3.2): version 00, the ids of the trace and of this request, sampled. Neither id is
    /// all zero, which would make it invalid. Always 55 bytes.
    mutating func append(traceParentFrom high: UInt64, _ low: UInt64, span: UInt64) {
        append("00-")
        append(hexadecimal: high)
        append(hexadecimal: high | low == 0 ? 1 : low)
        append(UInt8(ascii: "-"))
        append(hexadecimal: span == 0 ? 1 : span)
        append("-01")
    }

    private mutating func append(hexadecimal value: UInt64) {
        for shift in stride(from: UInt64(60), through: 4, by: -4) {
            appendHexDigit(UInt8(truncatingIfNeeded: value >> shift) & 15)
        }
        appendHexDigit(UInt8(truncatingIfNeeded: value) & 15)
    }

    private mutating func appendJSONCharacters(_ value: UnsafeBufferPointer<UInt8>) {
        for byte in value {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                append(UInt8(ascii: "\\"))
                append(byte)
            case 0..<0x20:
                append("\\u00")
                appendHexDigit(byte >> 4)
                appendHexDigit(byte & 15)
            default: append(byte)
            }
        }
    }

    /// Writes straight into the request, where `PercentEncoding.encoded` would make a text of its own for each value.
    private mutating func appendPercentEncoded(_ value: UnsafeBufferPointer<UInt8>, keeping keep: (UInt8) -> Bool) {
        for byte in value {
            if keep(byte) {
                append(byte)
            } else {
                append(UInt8(ascii: "%"))
                appendHexDigit(byte >> 4, upper: true)
                appendHexDigit(byte & 15, upper: true)
            }
        }
    }

    private mutating func appendHexDigit(_ digit: UInt8, upper: Bool = false) {
        append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: upper ? "A" : "a") + digit - 10)
    }

    /// Unreserved, reserved and percent (so that what is encoded already stays as it is), without the fragment's `#`.
    private static func isAllowedInURL(_ byte: UInt8) -> Bool {
        if PercentEncoding.isUnreserved(byte) { return true }
        switch byte {
        case UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "["), UInt8(ascii: "]"),
            UInt8(ascii: "@"), UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&"), UInt8(ascii: "'"),
            UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: ","),
            UInt8(ascii: ";"), UInt8(ascii: "="), UInt8(ascii: "%"):
            return true
        default: return false
        }
    }
}
