import NIOCore

/// JSON is written straight into the response's buffer: an encoder would cost more than the rest of the request.
extension ByteBuffer {
    /// Appends `string` as a JSON string with its quotes (RFC 8259 §7).
    ///
    /// `<`, `>` and `&` are escaped too, so that a value stays inert if a browser is ever made to take the answer
    /// for HTML.
    mutating func writeJSON(_ string: String) {
        writeInteger(UInt8(ascii: "\""))
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\""): writeStaticString("\\\"")
            case UInt8(ascii: "\\"): writeStaticString("\\\\")
            case 0..<0x20, 0x7F, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"):
                writeStaticString("\\u00")
                writeInteger(Self.hexDigit(byte >> 4))
                writeInteger(Self.hexDigit(byte & 0xF))
            default: writeInteger(byte)
            }
        }
        writeInteger(UInt8(ascii: "\""))
    }

    /// Appends a decimal number in its base-ten digits.
    mutating func writeDecimal(_ number: Int) {
        if number >= 0 && number < 10 {
            writeInteger(UInt8(ascii: "0") + UInt8(number))
        } else {
            writeString(String(number))
        }
    }

    /// Appends a number that is `units` over ten to the power of `digits`, with exactly `digits` decimals:
    /// `writeDecimal(12345, decimals: 2)` gives `123.45`.
    mutating func writeDecimal(_ units: Int, decimals digits: Int) {
        writeString(Self.decimal(units, decimals: digits))
    }

    /// The text that ``writeDecimal(_:decimals:)`` appends.
    static func decimal(_ units: Int, decimals digits: Int) -> String {
        var text = String(units.magnitude)
        if text.utf8.count <= digits {
            text = String(repeating: "0", count: digits + 1 - text.utf8.count) + text
        }
        text.insert(".", at: text.index(text.endIndex, offsetBy: -digits))
        return units < 0 ? "-" + text : text
    }

    private static func hexDigit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
    }
}
