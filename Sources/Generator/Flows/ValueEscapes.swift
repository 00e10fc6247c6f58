import Glibc

/// Ways to make a value fit for its place in a request.
extension ByteStore {
    mutating func append(_ value: UnsafeBufferPointer<UInt8>, escaped escape: TextTemplate.Escape) {
        switch escape {
        case .none: append(value)
        case .url: appendPercentEncoded(value, keeping: Self.isAllowedInURL)
        case .form: appendPercentEncoded(value, keeping: Self.isUnreserved)
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

    /// The value itself where it is a JSON number, `true`, `false`, `null`, an object or a list, else a JSON text of it.
    mutating func append(jsonValue value: UnsafeBufferPointer<UInt8>) {
        if let slice = JSONScanner.wholeValue(value), slice.kind != .text {
            append(value)
        } else {
            append(jsonText: value)
        }
    }

    /// A random UUID of 128 random bits (RFC 9562 §5.4).
    mutating func append(uuidFrom high: UInt64, _ low: UInt64) {
        let high = high & ~0xF000 | 0x4000
        let low = low & ~(0b11 << 62) | 0b10 << 62
        for (position, shift) in stride(from: 60, through: 0, by: -4).enumerated() {
            if position == 8 || position == 12 { append(UInt8(ascii: "-")) }
            appendHexDigit(UInt8(truncatingIfNeeded: high >> UInt64(shift)) & 15)
        }
        for (position, shift) in stride(from: 60, through: 0, by: -4).enumerated() {
            if position == 0 || position == 4 { append(UInt8(ascii: "-")) }
            appendHexDigit(UInt8(truncatingIfNeeded: low >> UInt64(shift)) & 15)
        }
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

    /// RFC 3986 §2.3.
    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// Unreserved, reserved and percent (so that what is encoded already stays as it is), without the fragment's `#`.
    private static func isAllowedInURL(_ byte: UInt8) -> Bool {
        if isUnreserved(byte) { return true }
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
