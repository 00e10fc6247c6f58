import Scenarios

extension ByteStore {
    /// Appends the bytes that a text tells. False, and nothing appended, where it tells none.
    mutating func append(decoding text: UnsafeBufferPointer<UInt8>, _ coding: Conversation.ByteCoding) -> Bool {
        let before = count
        let isWhole = coding == .hex ? appendHex(text) : appendBase64(text)
        if !isWhole { removeLast(count - before) }
        return isWhole
    }

    private mutating func appendHex(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var high: UInt8?
        for byte in text where byte != UInt8(ascii: " ") {
            guard let digit = Self.hexDigit(byte) else { return false }
            if let first = high {
                append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return high == nil
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// Base64 of both alphabets (RFC 4648 §4 and §5), padded or not.
    private mutating func appendBase64(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var (bits, held, digits) = (UInt32(0), 0, 0)
        var rest = text[...]
        while rest.last == UInt8(ascii: "="), text.count - rest.count < 2 { rest = rest.dropLast() }
        for byte in rest {
            guard let digit = Self.base64Digit(byte) else { return false }
            bits = bits << 6 | UInt32(digit)
            held += 6
            digits += 1
            if held >= 8 {
                held -= 8
                append(UInt8(truncatingIfNeeded: bits >> UInt32(held)))
            }
        }
        // A single digit tells no byte, and what is left over has to be zeros.
        return digits % 4 != 1 && bits & ((1 << UInt32(held)) - 1) == 0
    }

    private static func base64Digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
