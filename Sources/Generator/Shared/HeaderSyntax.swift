/// The small grammar that header fields share (RFC 9110 §5.6), for the way of an answer: `FieldToken` says the same of tokens,
/// but not within two instructions a byte. A test holds both against each other.
enum HeaderSyntax {
    /// True for the characters of a token: `!#$%&'*+-.^_`|~`, digits and letters.
    @inline(__always)
    static func isToken(_ byte: UInt8) -> Bool {
        byte < 128 && (byte < 64 ? tokenLow : tokenHigh) & (1 << UInt64(byte & 63)) != 0
    }

    /// A bit for each token character below 64, and from 64 on. Written out, since a computed constant would be looked up
    /// through a lazy initialiser for each byte.
    private static let tokenLow: UInt64 = 0x3ff6cfa00000000
    private static let tokenHigh: UInt64 = 0x57ffffffc7fffffe

    /// Compares regardless of ASCII case; `lowercased` must be in lower case.
    @inline(__always)
    static func equal(_ bytes: UnsafePointer<UInt8>, _ count: Int, _ lowercased: StaticString) -> Bool {
        guard count == lowercased.utf8CodeUnitCount else { return false }
        let expected = lowercased.utf8Start
        for index in 0..<count {
            let byte = bytes[index]
            if byte == expected[index] { continue }
            guard byte &- UInt8(ascii: "A") < 26, byte | 0x20 == expected[index] else { return false }
        }
        return true
    }

    static func equal(_ bytes: UnsafeBufferPointer<UInt8>, _ lowercased: StaticString) -> Bool {
        guard let base = bytes.baseAddress else { return lowercased.utf8CodeUnitCount == 0 }
        return equal(base, bytes.count, lowercased)
    }

    /// The members of a comma-separated list, without the blanks around them.
    static func members(of value: UnsafeBufferPointer<UInt8>) -> ListMembers { ListMembers(rest: value) }

    /// Without blanks and tabs at either end.
    static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        var start = 0
        var end = bytes.count
        while start < end, isBlank(bytes[start]) { start += 1 }
        while end > start, isBlank(bytes[end - 1]) { end -= 1 }
        return UnsafeBufferPointer(rebasing: bytes[start..<end])
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    struct ListMembers: Sequence, IteratorProtocol {
        fileprivate var rest: UnsafeBufferPointer<UInt8>?

        fileprivate init(rest: UnsafeBufferPointer<UInt8>) { self.rest = rest }

        mutating func next() -> UnsafeBufferPointer<UInt8>? {
            guard let rest else { return nil }
            let comma = rest.firstIndex(of: UInt8(ascii: ","))
            self.rest = comma.map { UnsafeBufferPointer(rebasing: rest[($0 + 1)...]) }
            return HeaderSyntax.trimmed(UnsafeBufferPointer(rebasing: rest[..<(comma ?? rest.endIndex)]))
        }
    }
}
