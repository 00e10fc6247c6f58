import HTTPFields

/// Values that stand where a credential would, and are none: what a manual shows, and what is filled in later.
enum Placeholder {
    /// Whether the random part of a token is one that a person made up: `xxxx…`, `1234567890…`, `…EXAMPLE`.
    static func isMadeUp(_ body: ArraySlice<UInt8>) -> Bool {
        isMonotonous(body) || madeUpWords.occurs(in: body)
    }

    /// Whether the value of a setting is no credential: empty, to be replaced, a reference to one that is kept elsewhere, a
    /// digest of one, or words that no one takes for a secret.
    static func isPlaceholder(_ value: ArraySlice<UInt8>) -> Bool {
        guard value.count >= 4 else { return true }
        if isMonotonous(value) || isTemplate(value) || isReference(value) { return true }
        if example.occurs(in: value) || value.suffix(3).elementsEqual("...".utf8) { return true }
        // "your-token" is none; one that has it by chance in a long random text is.
        if fillIn.occurs(in: value), !hasRandomPiece(value) { return true }
        // `pass%2Bword` is made of words, too.
        return KnownWords.make(value)
            || value.contains(UInt8(ascii: "%")) && KnownWords.make(PercentEncoding.decoded(value)[...])
    }

    /// Whether it hardly varies: few different bytes, or most of them in runs such as `aaaa`, `1234`, `fedcba`, `a1b2c3`.
    static func isMonotonous(_ value: ArraySlice<UInt8>) -> Bool {
        guard value.count > 1 else { return true }
        var isSeen = [Bool](repeating: false, count: 256)
        var seen = 0
        for byte in value where !isSeen[Int(byte)] {
            isSeen[Int(byte)] = true
            seen += 1
        }
        if value.count >= 8, seen <= max(3, min(6, value.count / 20)) { return true }
        guard value.count >= 6 else { return seen == 1 }
        // Long tokens may hold zeros, which base64 writes as AAAA…: they are a run, but not most of it.
        return inRuns(value, stride: 1) * 2 >= value.count || inRuns(value, stride: 2) * 4 >= value.count * 3
    }

    /// How many bytes stand in runs of at least three that rise by one, fall by one, or stay the same, each compared with
    /// the one `stride` places before.
    private static func inRuns(_ value: ArraySlice<UInt8>, stride: Int) -> Int {
        var count = 0
        for offset in 0..<stride {
            var length = 1
            var step = 0
            var previous: UInt8?
            for index in Swift.stride(from: value.startIndex + offset, to: value.endIndex, by: stride) {
                let byte = TextScan.lowered(value[index])
                if let before = previous {
                    // 1234567890 goes on.
                    let difference =
                        before == UInt8(ascii: "9") && byte == UInt8(ascii: "0") ? 1 : Int(byte) - Int(before)
                    if length == 1 || difference != step {
                        if length >= 3 { count += length }
                        length = 1
                    }
                    if -1...1 ~= difference {
                        step = difference
                        length += 1
                    }
                }
                previous = byte
            }
            if length >= 3 { count += length }
        }
        return count
    }

    /// Whether it is filled in when it is used: `${NAME}`, `{{ name }}`, `<name>`, `%s`, `$NAME`.
    private static func isTemplate(_ given: ArraySlice<UInt8>) -> Bool {
        var value = given
        // Quotes of a shell within those of a text: "'$PASSWORD'".
        if value.count > 2, let mark = value.first, ByteClass.quote.contains(mark), value.last == mark {
            value = value.dropFirst().dropLast()
        }
        guard let first = value.first, let last = value.last else { return true }
        if templateMarks.occurs(in: value) || hasField(value) { return true }
        let rest = value.dropFirst()
        switch first {
        case UInt8(ascii: "$"):
            return rest.allSatisfy { ByteClass.name.contains($0) || $0 == UInt8(ascii: ":") }
                && !(rest.first.map(ByteClass.digits.contains) ?? false)
        case UInt8(ascii: "<"): return last == UInt8(ascii: ">")
        case UInt8(ascii: "["): return last == UInt8(ascii: "]")
        case UInt8(ascii: "{"): return last == UInt8(ascii: "}")
        case UInt8(ascii: "("): return last == UInt8(ascii: ")")
        case UInt8(ascii: "%"): return last == UInt8(ascii: "%") || value.count <= 6
        // An instance variable of Ruby, or the name of a template's field.
        case UInt8(ascii: "@"):
            return last == UInt8(ascii: "@")
                || rest.allSatisfy(ByteClass("a-zA-Z0-9_.").contains)
                    && rest.count(where: ByteClass.digits.contains) <= 1
        case UInt8(ascii: "_"): return last == UInt8(ascii: "_") && rest.first == UInt8(ascii: "_")
        case UInt8(ascii: "!"): return rest.allSatisfy { ByteClass.letters.contains($0) }
        default: return false
        }
    }

    /// Whether a name in braces stands in it, as in formats of Python and C#: `prod/{name}`.
    private static func hasField(_ value: ArraySlice<UInt8>) -> Bool {
        var rest = value
        while let open = rest.firstIndex(of: UInt8(ascii: "{")) {
            let name = rest[(open + 1)...].prefix { ByteClass("a-zA-Z0-9_.()[]").contains($0) }
            if name.endIndex < value.endIndex, value[name.endIndex] == UInt8(ascii: "}"),
                let first = name.first, ByteClass.letters.contains(first) || first == UInt8(ascii: "_")
            {
                return true
            }
            rest = value[(open + 1)...]
        }
        return false
    }

    /// Whether it says where the credential lies, or is a digest from which it can't be had.
    private static func isReference(_ value: ArraySlice<UInt8>) -> Bool {
        for prefix in references where TextScan.has(prefix, value, at: 0) { return true }
        let isFile = fileNames.contains { TextScan.has($0, value, at: value.count - $0.utf8CodeUnitCount) }
        // A key in base64 may begin with a slash, too.
        return (isFile || value.first == UInt8(ascii: "/")) && !hasRandomPiece(value)
    }

    private static func hasRandomPiece(_ value: ArraySlice<UInt8>) -> Bool {
        value.split(whereSeparator: { !ByteClass.alphanumeric.contains($0) }).contains { piece in
            piece.count >= 16 && !isMonotonous(piece) && SecretShape(piece).isRandom
        }
    }

    /// Long enough not to stand in a random token by chance.
    private static let madeUpWords = KeywordAutomaton([
        "example", "placeholder", "changeme", "redacted", "replaceme", "notareal",
    ])
    private static let example = KeywordAutomaton(["example"])
    private static let fillIn = KeywordAutomaton(
        PlaceholderWords.common + [
            "change_me", "change-me", "replace", "your", "insert", "notasecret", "not-a-secret", "not_a_secret", "fake",
            "xxxx", "***", "...", "sample", "_test_", "test-", "test_", "filtered", "\u{2026}",
        ])
    private static let templateMarks = KeywordAutomaton([
        "${", "$(", ":$", "{{", "#{", "<%", "%(", "%{", "\\(", "{0}", "%s", "%@", "$[",
    ])
    private static let references: [StaticString] = [
        "arn:", "vault:", "ssm:", "op://", "enc[", "{cipher}", "secret:", "secrets.", "file:", "env:", "env(", "env.",
        "projects/", "./", "../", "~/", "c:\\", "http://", "https://", "aws-secret:", "gcp-sm:", "sops:", "data:",
        "keyvault:", "@microsoft.keyvault", "process.env", "os.environ", "os.getenv", "getenv(", "system.getenv",
        "import.meta", "$2a$", "$2b$", "$2y$", "$argon2", "$1$", "$5$", "$6$", "$y$", "$scrypt", "{ssha", "{bcrypt}",
        "pbkdf2", "scram-sha-", "sha256", "sha384", "sha512", "sha1", "sha-", "urn:", "ref:", "ref+", "var.",
        "local.", "data.", "module.", "values.", "config.", "self.", "this.", "settings.", "ssh-rsa ", "ssh-ed25519 ",
        "md5$", "bcrypt$", "bcrypt_", "argon2", "scrypt:", "unsalted_md5", "crypt$", "$apr1$", "$p$", "{crypt}",
        "aaaab3nza", "aaaac3nza", "aaaae2vjz", "aaaaginzay", "amzn1.", "!vault", "!secret", "secretref", "keychain:",
        "-----begin",
    ]
    private static let fileNames: [StaticString] = [
        ".pem", ".key", ".crt", ".cer", ".txt", ".json", ".yml", ".yaml", ".pub", ".jks", ".p12", ".pfx", ".env",
        ".html",
        ".png", ".svg", ".js", ".ts", ".css", ".py", ".rb", ".go", ".swift", ".java", ".md", ".sh", ".conf", ".local",
        ".com", ".org", ".net", ".io",
    ]
}
