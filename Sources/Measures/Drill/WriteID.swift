/// The name of a drill's write, `${write.id}`: a UUID of version 8 (RFC 9562 §5.8) made of the run's own 60 bits and the
/// write's number, so that a ledger needs no more than the number.
public struct WriteID: Sendable, Hashable {
    /// The run's bits; the upper 4 are not used.
    public var run: UInt64
    /// The write's number in the run, below 2^62.
    public var number: UInt64

    /// Makes an id; bits that don't fit are left out.
    public init(run: UInt64, number: UInt64) {
        self.run = run & ((1 << 60) - 1)
        self.number = number & ((1 << 62) - 1)
    }

    /// The upper half of the UUID: 48 bits of the run, the version, 12 more.
    public var high: UInt64 { ((run >> 12) << 16) | 0x8000 | (run & 0xFFF) }

    /// The lower half of the UUID: the variant and the number.
    public var low: UInt64 { 0b10 << 62 | number }

    /// The UUID in lower case.
    public var text: String {
        func hex(_ value: UInt64, _ digits: Int) -> String {
            let text = String(value, radix: 16)
            return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
        }
        let (high, low) = (hex(high, 16), hex(low, 16))
        return "\(high.prefix(8))-\(high.dropFirst(8).prefix(4))-\(high.suffix(4))-\(low.prefix(4))-\(low.suffix(12))"
    }

    /// The id that a UUID in hexadecimal stands for; nil where it is none of this form.
    public init?(_ text: some StringProtocol) {
        var digits: (high: UInt64, low: UInt64) = (0, 0)
        var count = 0
        for byte in text.utf8 {
            if byte == UInt8(ascii: "-") {
                guard [8, 12, 16, 20].contains(count) else { return nil }
                continue
            }
            guard count < 32, let digit = Self.digit(byte) else { return nil }
            if count < 16 {
                digits.high = digits.high << 4 | UInt64(digit)
            } else {
                digits.low = digits.low << 4 | UInt64(digit)
            }
            count += 1
        }
        guard count == 32, text.utf8.count == 36, digits.high & 0xF000 == 0x8000, digits.low >> 62 == 0b10 else {
            return nil
        }
        run = (digits.high >> 16) << 12 | digits.high & 0xFFF
        number = digits.low & ((1 << 62) - 1)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
