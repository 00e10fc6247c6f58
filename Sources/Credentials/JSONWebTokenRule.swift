internal import Scenarios

/// Signed JSON Web Tokens (RFC 7519): three parts in base64url, the first two of them JSON.
enum JSONWebTokenRule {
    static let keyword = "eyj"
    /// The base64 of `{"auths":`, with which Docker's settings begin.
    static let registries = "eyjhdxrocyi6"

    /// The token that begins at the offset.
    static func match(_ bytes: [UInt8], at start: Int) -> CredentialCandidate? {
        guard bytes[start..<start + 3].elementsEqual("eyJ".utf8), TextScan.startsWord(bytes, at: start) else {
            return nil
        }
        let head = TextScan.skip(.base64URL, bytes, from: start, within: 2048)
        guard head - start >= 16, head + 4 < bytes.count, bytes[head] == UInt8(ascii: "."),
            bytes[head + 1..<head + 4].elementsEqual("eyJ".utf8)
        else { return nil }
        let body = TextScan.skip(.base64URL, bytes, from: head + 1, within: 8192)
        guard body - head >= 12, body < bytes.count, bytes[body] == UInt8(ascii: ".") else { return nil }
        let end = TextScan.skip(.base64URL, bytes, from: body + 1, within: 2048)
        guard end - body >= 20, !Placeholder.isMonotonous(bytes[body + 1..<end]),
            let claims = Base64Text.decoded(bytes[head + 1..<body]), !isFromManual(claims)
        else { return nil }
        return CredentialCandidate(kind: .jsonWebToken, range: start..<end, secret: Array(bytes[start..<end]))
    }

    /// The token of jwt.io, and those that Supabase ships for local use: all the world has them.
    private static func isFromManual(_ claims: [UInt8]) -> Bool {
        TextScan.contains("\"sub\":\"1234567890\"", claims) || TextScan.contains("supabase-demo", claims)
    }

    /// The settings of Docker that stand in base64 at the offset, as Kubernetes keeps them (`.dockerconfigjson`).
    static func match(_ bytes: [UInt8], registries start: Int) -> CredentialCandidate? {
        let end = TextScan.skip(.base64, bytes, from: start, within: 65_536)
        guard let text = Base64Text.decoded(bytes[start..<end]) else { return nil }
        var rule = AssignmentRule(text, SourceKind(path: "config.json"))
        var isFound = false
        KeywordAutomaton(["auth", "password"]).forEachOccurrence(in: text) { keyword, offset in
            if !isFound { isFound = !rule.match(offset - (keyword == 0 ? 4 : 8)..<offset).isEmpty }
        }
        guard isFound else { return nil }
        return CredentialCandidate(
            kind: .registryAuthentication, range: start..<end, secret: Array(bytes[start..<end]))
    }
}
