/// The codings that an answer's body went through (RFC 9110 §8.4).
enum ContentCodings {
    /// How many codings the fields `Content-Encoding` of a whole head name together, `identity` apart.
    static func count(in head: UnsafeBufferPointer<UInt8>) -> Int {
        var count = 0
        for line in head.split(separator: UInt8(ascii: "\n")) {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
                HeaderSyntax.equal(UnsafeBufferPointer(rebasing: line[..<colon]), "content-encoding")
            else { continue }
            let value = line[(colon + 1)...].prefix { $0 != UInt8(ascii: "\r") }
            for name in HeaderSyntax.members(of: UnsafeBufferPointer(rebasing: value))
            where !name.isEmpty && !HeaderSyntax.equal(name, "identity") {
                count += 1
            }
        }
        return count
    }
}
