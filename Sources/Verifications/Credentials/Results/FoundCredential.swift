internal import COpenSSL
internal import Credentials
internal import Scenarios

/// A credential as it is told: without the secret.
struct FoundCredential: Sendable, Equatable {
    /// The rule: a `CredentialKind`, or `gitleaks:…`, `detect-secrets:…`.
    var rule: String
    /// Where it stands; nil in a file that is a credential as a whole.
    var location: CredentialLocation?
    /// The file, seen from the root of what is searched.
    var path: String
    /// The oldest commit that brought it; nil: it stands in the work tree, or is staged.
    var commit: String?
    /// In how many versions of the file.
    var versions = 1
    /// Its first characters and its length.
    var preview: String
    /// The same for the same secret found by the same rule, wherever it stands.
    var fingerprint: String
    /// Who found it.
    var sources: [String]
    /// Why it is allowed; nil: it is not.
    var allowance: String?

    /// As a line of evidence: `fly.toml:12:9 fly_token fo1_… (47 characters) 0123456789abcdef`.
    var line: String {
        var text = path
        if let location { text += ":\(location.line):\(location.column)" }
        if let commit { text += " in commit \(commit.prefix(12))" }
        if versions > 1 { text += " and \(versions - 1) later \(versions == 2 ? "version" : "versions")" }
        return "\(text): \(rule) \(preview), fingerprint \(fingerprint)"
    }

    /// The first 16 hexadecimal digits of SHA-256 over the rule and the secret. It knows neither file nor line, so that an
    /// allowlist outlives moved lines and renamed files. The key says what is hashed: no digest of something else is one.
    static func fingerprint(rule: String, secret: some Sequence<UInt8>) -> String {
        let bytes = Array("loadgate credential 1\0\(rule)\0".utf8) + Array(secret)
        var digits = [UInt8](repeating: 0, count: 64)
        loadgate_sha256_hex(bytes, bytes.count, &digits)
        return String(decoding: digits.prefix(16), as: UTF8.self)
    }
}

extension FoundCredential {
    /// The finding of a candidate.
    init(_ candidate: CredentialCandidate, at location: CredentialLocation, path: String) {
        self.init(
            rule: candidate.kind.rawValue, location: location, path: path, preview: candidate.preview,
            fingerprint: Self.fingerprint(rule: candidate.kind.rawValue, secret: candidate.secret),
            sources: ["loadgate"])
    }

    /// A file that is a key store as a whole.
    init(keyFile content: [UInt8], path: String) {
        let rule = CredentialKind.keyFile.rawValue
        self.init(
            rule: rule, location: nil, path: path, preview: "(a file of \(content.count) bytes)",
            fingerprint: Self.fingerprint(rule: rule, secret: content), sources: ["loadgate"])
    }
}
