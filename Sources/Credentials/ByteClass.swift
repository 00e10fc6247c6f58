/// A set of ASCII bytes; no other byte is ever a member.
struct ByteClass: Sendable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    /// The members one after the other, with ranges such as `a-z`; a `-` at an end is itself.
    init(_ members: StaticString) {
        // No array: rules make these where they stand.
        let bytes = UnsafeBufferPointer(start: members.utf8Start, count: members.utf8CodeUnitCount)
        var index = 0
        while index < bytes.count {
            if index + 2 < bytes.count, bytes[index + 1] == UInt8(ascii: "-"), bytes[index] <= bytes[index + 2] {
                for byte in bytes[index]...bytes[index + 2] { insert(byte) }
                index += 3
            } else {
                insert(bytes[index])
                index += 1
            }
        }
    }

    private mutating func insert(_ byte: UInt8) {
        if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte & 63) }
    }

    /// Whether the byte is a member.
    func contains(_ byte: UInt8) -> Bool {
        byte < 64 ? low >> UInt64(byte) & 1 == 1 : byte < 128 && high >> UInt64(byte & 63) & 1 == 1
    }

    static let digits = ByteClass("0-9")
    static let lowerHex = ByteClass("0-9a-f")
    static let hex = ByteClass("0-9a-fA-F")
    static let letters = ByteClass("a-zA-Z")
    static let upperAlphanumeric = ByteClass("A-Z0-9")
    static let alphanumeric = ByteClass("a-zA-Z0-9")
    /// What identifiers of programs are made of.
    static let word = ByteClass("a-zA-Z0-9_")
    /// What names of settings are made of.
    static let name = ByteClass("a-zA-Z0-9_.-")
    /// The alphabet of base64url (RFC 4648 §5).
    static let base64URL = ByteClass("a-zA-Z0-9_-")
    /// The alphabet of base64 with its padding (RFC 4648 §4).
    static let base64 = ByteClass("a-zA-Z0-9+/=")
    /// Both alphabets of base64, without padding.
    static let anyBase64 = ByteClass("a-zA-Z0-9+/_-")
    static let blank = ByteClass(" \t")
    static let lineEnd = ByteClass("\r\n")
    static let space = ByteClass(" \t\r\n")
    static let quote = ByteClass("\"'`")
}
