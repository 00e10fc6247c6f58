internal import Measures

/// What tells contents of an object apart.
struct AnswerVersion: Sendable, Hashable {
    /// A number that differs where the tags do, weak or not (RFC 9110 §8.8.3.2); 0: no tag.
    var tag: UInt64
    /// True where equal tags promise equal bytes (§8.8.1).
    var isStrong: Bool
    /// A number that differs where the bodies do.
    var body: UInt64

    /// The version that an answer carries: its entity tag, the length of its body and what was kept of it.
    init(_ observed: ObservedExchange) {
        let given = observed.values("ETag").first
        isStrong = given.map { !$0.hasPrefix("W/") } ?? false
        tag = given.map { Self.digest(Array(($0.hasPrefix("W/") ? $0.dropFirst(2) : $0[...]).utf8)) } ?? 0
        body = Self.digest(observed.body) &+ UInt64(observed.bodyLength)
    }

    /// FNV-1a's steps (Fowler, Noll, Vo) with eight bytes at a time: 64 bits are enough to tell the few contents of an
    /// object apart.
    static func digest(_ bytes: [UInt8]) -> UInt64 {
        let factor: UInt64 = 0x0000_0100_0000_01B3
        var digest = 0xCBF2_9CE4_8422_2325 &+ UInt64(bytes.count)
        bytes.withUnsafeBytes { bytes in
            var index = 0
            while index + 8 <= bytes.count {
                digest = (digest ^ bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)) &* factor
                // Differences in high bits of a word would else never reach the low ones.
                digest ^= digest >> 32
                index += 8
            }
            for byte in bytes[index...] { digest = (digest ^ UInt64(byte)) &* factor }
        }
        return digest
    }
}
