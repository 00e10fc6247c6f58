/// A credential found in a text. Its description never holds the secret.
public struct CredentialCandidate: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible {
    /// The rule that found it.
    public var kind: CredentialKind
    /// Where it stands, in bytes of the text.
    public var range: Range<Int>
    /// The secret itself, brought into one form: a private key without its line breaks, so that it is known again.
    public var secret: [UInt8]

    /// Makes a candidate.
    public init(kind: CredentialKind, range: Range<Int>, secret: [UInt8]) {
        self.kind = kind
        self.range = range
        self.secret = secret
    }

    /// The first characters, four at most and a quarter of them at most, and the length: `ghp_… (40 characters)`.
    public var preview: String {
        let shown = secret.prefix(min(4, secret.count / 4)).map { byte in
            0x21...0x7E ~= byte ? Character(Unicode.Scalar(byte)) : "?"
        }
        return "\(String(shown))… (\(secret.count) characters)"
    }

    /// The rule, the place and the preview.
    public var description: String { "\(kind.rawValue) at \(range.lowerBound): \(preview)" }

    /// As `description`.
    public var debugDescription: String { description }
}
