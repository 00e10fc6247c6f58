/// What `${aws-secret:name#json.path}` asks for.
public struct SecretName: Sendable, Hashable {
    /// The longest name of a secret; an ARN may be longer.
    private static let maximumBytes = 2048

    /// The secret's name or ARN.
    public var name: String
    /// The way to a member of the secret's JSON, dots between its steps; nil: the whole text.
    public var path: String?

    /// Makes a name.
    public init(name: String, path: String? = nil) {
        self.name = name
        self.path = path
    }

    /// As the scenario has it: `${aws-secret:paintbox/production/database#password}`.
    public var shown: String { "${aws-secret:\(name)\(path.map { "#\($0)" } ?? "")}" }

    /// True for a text that names a secret: ASCII letters, digits and `/_+=.@-` (CreateSecret of the Secrets Manager's
    /// interface), or an ARN.
    public static func isName(_ text: String) -> Bool {
        let isARN = text.hasPrefix("arn:")
        return (1...maximumBytes).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                case UInt8(ascii: ":"): isARN
                default: "/_+=.@-!".utf8.contains(byte)
                }
            }
    }

    /// Takes apart what stands behind `aws-secret:`.
    init(parsing text: String) throws(GrammarError) {
        let hash = text.firstIndex(of: "#")
        name = String(text[..<(hash ?? text.endIndex)])
        path = hash.map { String(text[text.index(after: $0)...]) }
        if name.contains(":-") {
            throw GrammarError(offset: 0, message: "${aws-secret:…} takes no default")
        }
        guard Self.isName(name) else {
            throw GrammarError(offset: 0, message: "\(quoted(name)) is not a valid secret name")
        }
        if let path, path.isEmpty {
            throw GrammarError(offset: 0, message: "# names no member of the secret \(quoted(name))")
        }
    }
}

/// Gives the text of the secret of a name or ARN, or says why it can't be had.
public typealias SecretSource = @Sendable (_ name: String) -> Result<String, UnreadableSecret>

/// Why a secret can't be had, without what it holds.
public struct UnreadableSecret: Error, Sendable, Equatable {
    /// The reason, in words that follow "can't be read: ".
    public var reason: String

    /// Makes a failure.
    public init(reason: String) { self.reason = reason }
}
