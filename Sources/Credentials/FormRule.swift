internal import Scenarios

/// Files whose form alone says where a credential stands.
enum FormRule {
    /// What such a file holds; nothing of other files.
    static func matches(_ bytes: [UInt8], _ form: SourceKind.Form) -> [CredentialCandidate] {
        switch form {
        case .pgpass: lines(bytes).compactMap { password(bytes, $0) }
        case .userlist: lines(bytes).compactMap { user(bytes, $0) }
        case .yaml: kubernetes(bytes)
        case .masterKey: masterKey(bytes)
        default: []
        }
    }

    /// `host:port:database:user:password`, with `\:` for a colon (PostgreSQL, The Password File).
    private static func password(_ bytes: [UInt8], _ line: Range<Int>) -> CredentialCandidate? {
        guard line.lowerBound < line.upperBound, bytes[line.lowerBound] != UInt8(ascii: "#") else { return nil }
        var colons = 0
        var offset = line.lowerBound
        while offset < line.upperBound, colons < 4 {
            if bytes[offset] == UInt8(ascii: "\\") {
                offset += 1
            } else if bytes[offset] == UInt8(ascii: ":") {
                colons += 1
            }
            offset += 1
        }
        guard colons == 4, offset < line.upperBound else { return nil }
        return candidate(bytes, offset..<line.upperBound)
    }

    /// `"user" "password"`; digests (`md5…`, `SCRAM-SHA-256$…`) are none (PgBouncer, Authentication file format).
    private static func user(_ bytes: [UInt8], _ line: Range<Int>) -> CredentialCandidate? {
        guard let name = SettingValue.quoted(bytes, at: line.lowerBound), name.range.upperBound < line.upperBound,
            let value = SettingValue.quoted(bytes, at: TextScan.skip(.blank, bytes, from: name.range.upperBound + 1))
        else { return nil }
        let secret = bytes[value.range]
        let isDigest =
            TextScan.has("scram-sha-256$", secret, at: 0)
            || TextScan.has("md5", secret, at: 0) && secret.count == 35
                && secret.dropFirst(3).allSatisfy(ByteClass.hex.contains)
        return isDigest ? nil : candidate(bytes, value.range)
    }

    /// `config/master.key` of Rails, `config/credentials/production.key`: 32 hexadecimal digits and nothing else.
    private static func masterKey(_ bytes: [UInt8]) -> [CredentialCandidate] {
        let start = TextScan.skip(.space, bytes, from: 0)
        let end = TextScan.skip(.lowerHex, bytes, from: start, within: 64)
        guard end - start == 32, TextScan.skip(.space, bytes, from: end) == bytes.count,
            !Placeholder.isMadeUp(bytes[start..<end])
        else { return [] }
        return [CredentialCandidate(kind: .genericSecret, range: start..<end, secret: Array(bytes[start..<end]))]
    }

    private static func candidate(_ bytes: [UInt8], _ range: Range<Int>) -> CredentialCandidate? {
        guard BasicPair(user: [], password: bytes[range]) != nil else { return nil }
        return CredentialCandidate(kind: .passwordFile, range: range, secret: Array(bytes[range]))
    }

    /// The values of Kubernetes' secrets: all below `data:`, in base64, that are no public part of a key and no user's
    /// name. `stringData:` is in the clear, and found by its names.
    private static func kubernetes(_ bytes: [UInt8]) -> [CredentialCandidate] {
        guard TextScan.find("kind: Secret", bytes, in: 0..<bytes.count) != nil else { return [] }
        var result: [CredentialCandidate] = []
        var isSecret = false
        var isData = false
        // `data:` may stand above `kind:`: what is found counts when the document ends as a secret.
        var pending: [CredentialCandidate] = []
        for line in lines(bytes) {
            let text = bytes[line]
            if TextScan.has("---", text, at: 0) {
                if isSecret { result += pending }
                (isSecret, isData, pending) = (false, false, [])
                continue
            }
            guard let first = text.first, first != UInt8(ascii: "#") else { continue }
            if !ByteClass.blank.contains(first) {
                isData = TextScan.has("data:", text, at: 0)
                let kind = text.drop { !ByteClass.blank.contains($0) }.filter { !ByteClass("\"' \t").contains($0) }
                if TextScan.has("kind:", text, at: 0) { isSecret = kind.elementsEqual("Secret".utf8) }
            } else if isData, let found = entry(bytes, line) {
                pending.append(found)
            }
        }
        return isSecret ? result + pending : result
    }

    private static func entry(_ bytes: [UInt8], _ line: Range<Int>) -> CredentialCandidate? {
        guard let colon = bytes[line].firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let name = String(
            decoding: bytes[line.lowerBound..<colon].filter { !ByteClass(" \t\"'").contains($0) }, as: UTF8.self)
        guard !plain.contains(name.lowercased()) else { return nil }
        var start = TextScan.skip(.blank, bytes, from: colon + 1)
        if start < bytes.count, ByteClass.quote.contains(bytes[start]) { start += 1 }
        let end = TextScan.skip(.base64, bytes, from: start, within: 65_536)
        guard end <= line.upperBound, end - start >= 8, let value = Base64Text.decoded(bytes[start..<end]),
            value.count >= 6, !Placeholder.isPlaceholder(value.prefix(512)),
            !TextScan.has("-----begin cert", value, at: 0)
        else { return nil }
        let promise = SecretName(name.utf8.map { $0 }[...])?.promise
        guard promise == .password || SecretShape(value[...]).isRandom || promise != nil && value.count >= 8 else {
            return nil
        }
        return CredentialCandidate(kind: .kubernetesSecret, range: start..<end, secret: Array(bytes[start..<end]))
    }

    /// Entries of secrets that are public or no secret by themselves.
    private static let plain: Set<String> = [
        "ca.crt", "tls.crt", "cert.pem", "ca.pem", "username", "user", "host", "hostname", "port", "database", "dbname",
        "namespace", "email", "url", "endpoint", "region", "bucket",
    ]

    private static func lines(_ bytes: [UInt8]) -> [Range<Int>] {
        var result: [Range<Int>] = []
        var start = 0
        for index in 0...bytes.count where index == bytes.count || bytes[index] == UInt8(ascii: "\n") {
            let end = index > start && bytes[index - 1] == UInt8(ascii: "\r") ? index - 1 : index
            result.append(start..<end)
            start = index + 1
        }
        return result
    }
}
