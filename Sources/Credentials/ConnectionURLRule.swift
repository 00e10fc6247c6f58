internal import Scenarios

/// Passwords in URLs: `postgres://user:password@host`, `redis://:password@host` (RFC 3986 §3.2.1).
enum ConnectionURLRule {
    static let keyword = "://"

    /// The password of the URL whose `://` ends at the offset.
    static func match(_ bytes: [UInt8], authority start: Int) -> CredentialCandidate? {
        guard start >= 4, ByteClass.alphanumeric.contains(bytes[start - 4]) else { return nil }
        var end = start
        var at: Int?
        let last = min(bytes.count, start + 1024)
        while end < last {
            let byte = bytes[end]
            if byte == UInt8(ascii: "@") { at = end }
            if terminators.contains(byte) || byte > 0x7E || byte < 0x21 { break }
            // These end the authority, unless they stand in a password that was not escaped.
            if ByteClass("/?#").contains(byte), at != nil || !hasUserInfo(bytes, from: end + 1, to: last) { break }
            end += 1
        }
        guard let at, let colon = bytes[start..<at].firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let password = bytes[colon + 1..<at]
        // http://host:8080/path/@view has a port and a path.
        let port = password.prefix { ByteClass.digits.contains($0) }
        if port.count < password.count, !port.isEmpty, bytes[port.endIndex] == UInt8(ascii: "/") { return nil }
        guard !password.contains(UInt8(ascii: "/")) || SecretShape(password).isRandom,
            BasicPair(user: bytes[start..<colon], password: password) != nil
        else { return nil }
        return CredentialCandidate(kind: .connectionURL, range: colon + 1..<at, secret: Array(password))
    }

    /// Whether an `@` follows before anything that is in no password: one in base64 may hold slashes.
    private static func hasUserInfo(_ bytes: [UInt8], from start: Int, to last: Int) -> Bool {
        var offset = start
        while offset < min(last, start + 100) {
            let byte = bytes[offset]
            if byte == UInt8(ascii: "@") { return true }
            if terminators.contains(byte) || byte < 0x21 || ByteClass("?#:.").contains(byte) { return false }
            offset += 1
        }
        return false
    }

    private static let terminators = ByteClass(" \t\r\n\"'`<>\\,;(){}|^")
}
