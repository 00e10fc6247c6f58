internal import Scenarios

/// Values under names that promise a credential: `password: …`, `"api_token": "…"`, `ENV SECRET_KEY …`,
/// `define('DB_PASSWORD', '…')`, `<password>…</password>`, `--token …`, `- name: DB_PASSWORD` with its `value: …`.
struct AssignmentRule {
    /// What names that promise a credential hold, in lower case.
    static let keywords = [
        "pass", "pwd", "secret", "token", "key", "credential", "auth", "pw", "_salt", "senha", "kennwort", "contrasena",
        "wachtwoord", "haslo", "heslo", "salasana", "sifre", "parola",
    ]

    /// Names above this many bytes are none.
    private static let maximumName = 80

    let bytes: [UInt8]
    let kind: SourceKind
    /// Where the last name began: a name may hold several keywords.
    private var lastName = -1
    /// Where the last list or table of values ended; one within another is not taken apart.
    private var collectionEnd = 0
    /// Up to where a long value was judged.
    private var judged = 0
    private let isSealed: Bool

    init(_ bytes: [UInt8], _ kind: SourceKind) {
        self.bytes = bytes
        self.kind = kind
        isSealed = kind.form == .yaml && TextScan.find("kind: SealedSecret", bytes, in: 0..<bytes.count) != nil
    }

    /// The credentials under the name that holds the keyword at the range: one, or those of a collection.
    mutating func match(_ keyword: Range<Int>) -> [CredentialCandidate] {
        guard kind.form != .lock, keyword.lowerBound >= judged else { return [] }
        var start = keyword.lowerBound
        let first = max(0, start - Self.maximumName)
        while start > first, ByteClass.name.contains(bytes[start - 1]) { start -= 1 }
        var end = TextScan.skip(.name, bytes, from: keyword.upperBound, within: Self.maximumName)
        while end > keyword.upperBound, ByteClass("-.").contains(bytes[end - 1]) { end -= 1 }
        // The n of an escaped line break belongs to no name.
        if start > 0, start < keyword.lowerBound, bytes[start - 1] == UInt8(ascii: "\\"),
            ByteClass("nrt").contains(bytes[start])
        {
            start += 1
        }
        guard start != lastName, end - start <= Self.maximumName else { return [] }
        lastName = start
        // In `${NAME:-value}` the value belongs to what stands before it.
        if start > 1, bytes[start - 1] == UInt8(ascii: "{"), bytes[start - 2] == UInt8(ascii: "$") { return [] }
        // A type, such as AWS::ApiGateway::ApiKey, is no setting.
        if start > 1, bytes[start - 1] == UInt8(ascii: ":"), bytes[start - 2] == UInt8(ascii: ":") { return [] }
        // arn:aws:secretsmanager:region:account:secret:name
        if start > 4, bytes[start - 1] == UInt8(ascii: ":"),
            TextScan.contains("arn:", bytes[TextScan.line(bytes, around: start, within: 100).lowerBound..<start])
        {
            return []
        }
        if isInPlace(start) { return defaultOfPlace(start..<end).map { [$0] } ?? [] }
        if let key = WordPressKey.match(bytes, name: start..<end) { return [key] }
        let mayBePlural =
            start >= collectionEnd && end > start && TextScan.lowered(bytes[end - 1]) == UInt8(ascii: "s")
        if mayBePlural, let collection = CollectionLiteral(bytes, behind: end),
            let name = SecretName(bytes[start..<end]), name.isPlural
        {
            collectionEnd = collection.range.upperBound
            return collection.values.compactMap { Self.judge($0, of: name, in: bytes, kind) }
        }
        guard let value = value(of: start..<end), let name = SecretName(bytes[start..<end]) else { return [] }
        // What was encrypted for a cluster may be shown (Sealed Secrets).
        if isSealed, value.range.count >= 150, bytes[value.range].starts(with: "Ag".utf8) { return [] }
        let candidate = Self.judge(value, of: name, in: bytes, kind)
        // In a long word that is no secret no name is looked for again: "a=a=a=…" would be judged from every place.
        if candidate == nil, !value.isQuoted, value.range.count > 100 { judged = value.range.upperBound }
        return candidate.map { [$0] } ?? []
    }

    private static func judge(
        _ value: SettingValue, of name: SecretName, in bytes: [UInt8], _ kind: SourceKind
    ) -> CredentialCandidate? {
        let range = defaultValue(value.range, bytes)
        let secret = bytes[range]
        if let candidate = NamedService.candidate(name, secret, range) { return candidate }
        // In quotes it stands for itself in any file; without, a dotted name is an expression in most.
        guard SecretValue.isSecret(secret, name.promise, isSetting: kind.isSetting) else { return nil }
        if !value.isQuoted, kind.form != .dotenv, isExpression(secret) { return nil }
        if value.isQuoted, isClassPath(secret) { return nil }
        // An identifier of a class or request; settings hold tokens of this form.
        if isIdentifier(secret), !kind.isSetting, name.promise == .password || name.has("client") { return nil }
        if BasicPair.isMadeUp(base64: secret) { return nil }
        if name.promise == .password, isDigest(secret, kind) || !kind.isSetting && isRoute(secret) { return nil }
        let found: CredentialKind = name.promise == .password ? .genericPassword : .genericSecret
        return CredentialCandidate(kind: NamedService.kind(name) ?? found, range: range, secret: Array(secret))
    }

    /// Of `${NAME:-value}` the value: what is used where the variable is not set.
    private static func defaultValue(_ range: Range<Int>, _ bytes: [UInt8]) -> Range<Int> {
        let value = bytes[range]
        guard value.starts(with: [UInt8(ascii: "$"), UInt8(ascii: "{")]), value.last == UInt8(ascii: "}") else {
            return range
        }
        guard let mark = value.firstIndex(of: UInt8(ascii: ":")), mark + 2 < range.upperBound,
            ByteClass("-=").contains(bytes[mark + 1])
        else { return range }
        return mark + 2..<range.upperBound - 1
    }

    private static func isExpression(_ value: ArraySlice<UInt8>) -> Bool {
        let parts = value.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count > 1
            && parts.allSatisfy { part in
                part.first.map { ByteClass.letters.contains($0) || $0 == UInt8(ascii: "_") } ?? false
                    && part.allSatisfy { ByteClass("a-zA-Z0-9_[]").contains($0) } && !SecretShape(part).isRandom
            }
    }

    /// Whether the name is that of a variable in a place such as `${env:NAME:-value}`.
    private func isInPlace(_ start: Int) -> Bool {
        guard start > 3, bytes[start - 1] == UInt8(ascii: ":") else { return false }
        var offset = start - 1
        while offset > 0, start - offset < 20, ByteClass("a-z-").contains(bytes[offset - 1]) { offset -= 1 }
        return offset > 1 && bytes[offset - 1] == UInt8(ascii: "{") && bytes[offset - 2] == UInt8(ascii: "$")
    }

    /// What a place gives where its variable isn't set, judged by the variable's name.
    private func defaultOfPlace(_ range: Range<Int>) -> CredentialCandidate? {
        guard TextScan.has(":-", bytes, at: range.upperBound), let name = SecretName(bytes[range]) else { return nil }
        let start = range.upperBound + 2
        let end = TextScan.lineEnd(bytes, from: start, within: SecretValue.maximumBytes)
        guard let close = bytes[start..<end].firstIndex(of: UInt8(ascii: "}")) else { return nil }
        return Self.judge(SettingValue(range: start..<close, isQuoted: true), of: name, in: bytes, kind)
    }

    /// The path of a class, such as `django.contrib.auth.hashers.MD5PasswordHasher`.
    private static func isClassPath(_ value: ArraySlice<UInt8>) -> Bool {
        value.count(where: { $0 == UInt8(ascii: ".") }) >= 2 && isExpression(value)
    }

    /// A UUID (RFC 9562).
    private static func isIdentifier(_ value: ArraySlice<UInt8>) -> Bool {
        let parts = value.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        return parts.map(\.count) == [8, 4, 4, 4, 12] && value.allSatisfy(ByteClass("0-9a-fA-F-").contains)
    }

    /// An action of Rails' routes: `controller#passwords`.
    private static func isRoute(_ value: ArraySlice<UInt8>) -> Bool {
        let parts = value.split(separator: UInt8(ascii: "#"), omittingEmptySubsequences: false)
        return parts.count == 2
            && parts.allSatisfy { part in
                part.count >= 3 && part.allSatisfy { ByteClass("a-z_/").contains($0) }
            }
    }

    /// The digest of a password, by the length of MD5, SHA-1, SHA-256 and SHA-512. Settings hold passwords that were
    /// drawn as hexadecimal digits; programs, tables and data hold digests.
    private static func isDigest(_ value: ArraySlice<UInt8>, _ kind: SourceKind) -> Bool {
        let isMD5 = TextScan.has("md5", value, at: 0)
        let digits = isMD5 ? value.dropFirst(3) : value
        guard digits.allSatisfy(ByteClass.hex.contains) else { return false }
        if isMD5 { return digits.count == 32 }
        return [32, 40, 64, 128].contains(digits.count) && kind.holdsDigests
    }

    // MARK: - Where the value stands

    private func value(of name: Range<Int>) -> SettingValue? {
        var offset = name.upperBound
        let isQuotedName = offset < bytes.count && isQuote(at: offset)
        if isQuotedName { offset += bytes[offset] == UInt8(ascii: "\\") ? 2 : 1 }
        let behind = offset
        if offset < bytes.count, bytes[offset] == UInt8(ascii: "]") { offset += 1 }
        offset = TextScan.skip(.blank, bytes, from: offset)
        guard offset < bytes.count else { return nil }
        switch bytes[offset] {
        case UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: "?"), UInt8(ascii: "+"), UInt8(ascii: "|"):
            if let value = assigned(name, at: offset, isQuotedName: isQuotedName) { return value }
        case UInt8(ascii: ",") where isQuotedName: if let value = argument(name, at: offset) { return value }
        case UInt8(ascii: "(") where isSetter(name):
            return SettingValue.quoted(bytes, at: TextScan.skip(.blank, bytes, from: offset + 1))
        case UInt8(ascii: ">") where byte(before: name.lowerBound) == UInt8(ascii: "<"): return element(at: offset + 1)
        case UInt8(ascii: "<") where byte(before: name.lowerBound) == UInt8(ascii: ">"):
            if let value = property(at: offset) { return value }
        default: if offset > behind, let value = word(name, at: offset) { return value }
        }
        return pair(name, behind: behind)
    }

    /// Behind `=`, `:`, `:=`, `=>`, `==`, `?=`, `||=`, and behind a type: `let password: String = "…"`.
    private func assigned(_ name: Range<Int>, at start: Int, isQuotedName: Bool) -> SettingValue? {
        let end = TextScan.skip(ByteClass(":=?+|>"), bytes, from: start, within: 4)
        let operation = bytes[start..<end]
        guard operation.contains(where: ByteClass(":=").contains) else { return nil }
        let separator = operation.last ?? 0
        if let value = SettingValue.read(bytes, at: end, bare: bare(name, operation), separator: separator) {
            return value
        }
        guard operation.elementsEqual([UInt8(ascii: ":")]), !kind.isSetting, !isQuotedName else { return nil }
        let type = TextScan.skip(ByteClass("a-zA-Z0-9_<>?[]., |&*!"), bytes, from: end, within: 60)
        guard type < bytes.count, bytes[type] == UInt8(ascii: "=") else { return nil }
        return SettingValue.read(bytes, at: type + 1, bare: .none, separator: bytes[type])
    }

    /// How a value without quotes ends here: also in programs and JSON there are strings that hold settings
    /// ("host=db password=…"), and query parameters.
    private func bare(_ name: Range<Int>, _ operation: ArraySlice<UInt8>) -> SourceKind.Bare {
        guard kind.bare != .line || isParameter(name) else { return .line }
        guard kind.bare == .none else { return .word }
        let isTight = operation.elementsEqual([UInt8(ascii: "=")])
        return isTight && (isParameter(name) || isInString(name.lowerBound)) ? .word : .none
    }

    /// `user.setPassword("…")`, `set_token('…')`, `withApiKey("…")`, and a builder's `.password("…")`.
    private func isSetter(_ name: Range<Int>) -> Bool {
        let dot = bytes[name].lastIndex(of: UInt8(ascii: "."))
        let method = dot.map { $0 + 1 } ?? name.lowerBound
        if TextScan.has("set", bytes, at: method) || TextScan.has("with", bytes, at: method) { return true }
        // `verify_password("ann")` and `password.encode("latin1")` set nothing.
        let builder = dot == nil ? nil : SecretName(bytes[method..<name.upperBound])
        return builder.map { $0.words.count == 1 || $0.words.last == "key" } ?? false
    }

    private func isParameter(_ name: Range<Int>) -> Bool {
        guard let before = byte(before: name.lowerBound) else { return false }
        return ByteClass("?&;").contains(before)
    }

    private func isInString(_ index: Int) -> Bool {
        let line = TextScan.line(bytes, around: index, within: 300)
        return [UInt8(ascii: "\""), UInt8(ascii: "'")].contains { mark in
            !bytes[line.lowerBound..<index].count(where: { $0 == mark }).isMultiple(of: 2)
        }
    }

    /// A second argument: `define('DB_PASSWORD', '…')`, `setenv("TOKEN", "…")`.
    private func argument(_ name: Range<Int>, at comma: Int) -> SettingValue? {
        guard name.lowerBound > 1, ByteClass.quote.contains(bytes[name.lowerBound - 1]) else { return nil }
        var offset = name.lowerBound - 1
        while offset > 0, name.lowerBound - offset < 4, bytes[offset - 1] == UInt8(ascii: " ") { offset -= 1 }
        guard byte(before: offset) == UInt8(ascii: "(") else { return nil }
        return SettingValue.quoted(bytes, at: TextScan.skip(.blank, bytes, from: comma + 1))
    }

    /// `<password>…</password>`.
    private func element(at start: Int) -> SettingValue? {
        let end = TextScan.skip(ByteClass(" -;=?-~"), bytes, from: start, within: SecretValue.maximumBytes)
        guard end > start, TextScan.has("</", bytes, at: end) else { return nil }
        return SettingValue(range: start..<end, isQuoted: true)
    }

    /// `<key>Password</key><string>…</string>` of a property list.
    private func property(at start: Int) -> SettingValue? {
        guard TextScan.has("</key>", bytes, at: start) else { return nil }
        let next = TextScan.skip(.space, bytes, from: start + 6)
        return TextScan.has("<string>", bytes, at: next) ? element(at: next + 8) : nil
    }

    /// Behind a blank, where that means an assignment: `ENV TOKEN …`, `requirepass …`, `PASSWORD '…'`, `--token …`.
    private func word(_ name: Range<Int>, at start: Int) -> SettingValue? {
        let isFlag =
            name.lowerBound + 2 < name.upperBound
            && bytes[name.lowerBound..<name.lowerBound + 2].elementsEqual("--".utf8)
        switch kind.form {
        case .dockerfile, .netrc: break
        case .sql: return SettingValue.quoted(bytes, at: start)
        default:
            guard isFlag || isDirective(name) else {
                // SQL within a program: CREATE USER paint PASSWORD '…'.
                return bytes[start] == UInt8(ascii: "'") && bytes[name].elementsEqual("PASSWORD".utf8)
                    ? SettingValue.quoted(bytes, at: start) : nil
            }
        }
        var offset = start
        if TextScan.has("auth-pass", bytes, at: name.lowerBound) {
            // Sentinel names the master first: `sentinel auth-pass main …`.
            offset = TextScan.skip(.name, bytes, from: offset)
            offset = TextScan.skip(.blank, bytes, from: offset)
            guard offset < bytes.count else { return nil }
        }
        return SettingValue.read(bytes, at: offset, bare: .word, separator: UInt8(ascii: " "))
    }

    /// Whether it is a word of a server's settings, which stand without `=`: `requirepass …`, `insecure-password …`.
    private func isDirective(_ name: Range<Int>) -> Bool {
        guard kind.bare == .line, kind.form == .none else { return false }
        return ["requirepass", "masterauth", "auth-pass", "password", "insecure-password", "authpassword", "pass"]
            .contains {
                bytes[name].elementsEqual($0.utf8)
            }
    }

    /// A pair whose name is a value itself: `{"name": "DB_PASSWORD", "value": "…"}`, `<add key="…" value="…"/>`, or
    /// `- name: DB_PASSWORD` and a line below it.
    private func pair(_ name: Range<Int>, behind: Int) -> SettingValue? {
        var offset = name.lowerBound
        while offset > 0, name.lowerBound - offset < 4,
            ByteClass.quote.contains(bytes[offset - 1]) || bytes[offset - 1] == UInt8(ascii: " ")
                || bytes[offset - 1] == UInt8(ascii: "\\")
        { offset -= 1 }
        guard offset > 0, ByteClass(":=").contains(bytes[offset - 1]) else { return nil }
        offset -= 1
        while offset > 0, name.lowerBound - offset < 10,
            ByteClass.quote.contains(bytes[offset - 1]) || bytes[offset - 1] == UInt8(ascii: " ")
                || bytes[offset - 1] == UInt8(ascii: "\\")
        { offset -= 1 }
        guard TextScan.has("name", bytes, at: offset - 4) || TextScan.has("key", bytes, at: offset - 3) else {
            return nil
        }
        var next = TextScan.skip(ByteClass(" \t\r\n,;\"'\\"), bytes, from: behind)
        guard TextScan.has("value", bytes, at: next) else { return nil }
        next = TextScan.skip(ByteClass("\"'\\ \t"), bytes, from: next + 5, within: 6)
        guard next < bytes.count, ByteClass(":=").contains(bytes[next]) else { return nil }
        return SettingValue.read(bytes, at: next + 1, bare: kind.bare, separator: bytes[next])
    }

    private func byte(before index: Int) -> UInt8? { index > 0 ? bytes[index - 1] : nil }

    private func isQuote(at index: Int) -> Bool {
        ByteClass.quote.contains(bytes[index])
            || bytes[index] == UInt8(ascii: "\\") && index + 1 < bytes.count
                && ByteClass.quote.contains(bytes[index + 1])
    }
}
