internal import Scenarios

/// What requests carry: `Bearer …`, `Basic …`, and the user and password of a command line.
enum AuthorizationRule {
    static let bearer = "bearer "
    static let basic = "basic "
    static let command = "curl "

    /// The token behind `Bearer `, which ends at the offset (RFC 6750 §2.1).
    static func match(_ bytes: [UInt8], bearer start: Int) -> CredentialCandidate? {
        let end = TextScan.skip(ByteClass("a-zA-Z0-9._~+/=-"), bytes, from: start, within: 4096)
        let token = bytes[start..<end]
        guard token.count >= 20, !Placeholder.isPlaceholder(token.prefix(512)), SecretShape(token).isRandom else {
            return nil
        }
        return CredentialCandidate(kind: .bearerToken, range: start..<end, secret: Array(token))
    }

    /// User and password behind `Basic `, which ends at the offset (RFC 7617 §2).
    static func match(_ bytes: [UInt8], basic start: Int) -> CredentialCandidate? {
        let end = TextScan.skip(.base64, bytes, from: start, within: 1024)
        guard BasicPair(base64: bytes[start..<end]) != nil else { return nil }
        return CredentialCandidate(kind: .basicAuthentication, range: start..<end, secret: Array(bytes[start..<end]))
    }

    /// `curl -u user:password`, where `curl ` ends at the offset.
    static func match(_ bytes: [UInt8], command start: Int) -> CredentialCandidate? {
        let end = TextScan.lineEnd(bytes, from: start, within: 1000)
        var offset = start
        // A command has one such option; a few more may belong to what it is piped into.
        var tries = 4
        while offset < end, tries > 0 {
            guard bytes[offset] == UInt8(ascii: "-"), bytes[offset - 1] == UInt8(ascii: " ") else {
                offset += 1
                continue
            }
            let length = TextScan.has("-u ", bytes, at: offset) ? 3 : TextScan.has("--user ", bytes, at: offset) ? 7 : 0
            guard length > 0 else {
                offset += 1
                continue
            }
            tries -= 1
            var first = offset + length
            if first < end, ByteClass.quote.contains(bytes[first]) { first += 1 }
            let last = TextScan.skip(ByteClass("!#-&(-_a-~"), bytes, from: first, within: 300)
            let pair = bytes[first..<last]
            offset = max(last, offset + 1)
            guard let colon = pair.firstIndex(of: UInt8(ascii: ":")),
                BasicPair(user: bytes[first..<colon], password: bytes[colon + 1..<last]) != nil
            else { continue }
            return CredentialCandidate(
                kind: .basicAuthentication, range: colon + 1..<last, secret: Array(bytes[colon + 1..<last]))
        }
        return nil
    }
}
