import Credentials
public import Scenarios

extension CredentialRule: VerificationRule {
    /// The key of `verify:`, and the name in results.
    public static let kind = "credentials"
    /// What it is, for the schema and the documentation.
    public static let summary = "Files and their history hold no credentials."
    /// Whether it sends requests.
    public static let sendsRequests = false

    /// The requests that it names.
    public var namedRequests: [VerifiedRequest] { [] }

    /// Makes the rule of what the file says; nil where that is not enough for one.
    public init?(_ keys: KeyValues<CredentialKeys>, _ reading: Reading, _ context: VerifyContext) {
        guard let paths = keys.paths, !paths.isEmpty else { return nil }
        self.init(paths: paths)
        history = keys.history ?? false
        untracked = keys.untracked ?? untracked
        excluded = keys.exclude ?? []
        allowed = keys.allow ?? []
        sarif = keys.sarif
        maximumFileBytes = keys.maxFile ?? maximumFileBytes
        scanners = keys.scanners ?? scanners
        timeout = keys.timeout ?? timeout
    }
}

// MARK: - Forms

extension KeyForm where Value == String {
    /// A path, relative ones from the scenario's folder.
    static var path: KeyForm {
        KeyForm<Text>.constant("a path").then { text, node, reading in
            guard let path = text.constant else { return nil }
            guard !path.isEmpty, !path.utf8.contains(0) else {
                reading.report(node.location, "expected a path, found \(quoted(text.shown))")
                return nil
            }
            return SourceFile.path(path, in: reading.folder)
        }
    }

    static var glob: KeyForm {
        KeyForm(.text) { reading, node, _ in
            guard let text = reading.grammar(node, "a glob such as vendor/**") else { return nil }
            guard !text.hasPrefix("/"), !text.hasPrefix("./") else {
                reading.report(
                    node.location, "a glob is seen from the root of what is searched: \(quoted(text)) can't begin so")
                return nil
            }
            return text
        }
    }

    static var fingerprint: KeyForm {
        .parsed("expected 16 hexadecimal digits", .pattern("[0-9a-f]{16}")) { text throws(GrammarError) in
            let isHex = text.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
            guard text.utf8.count == 16, isHex else {
                throw GrammarError(message: "expected 16 hexadecimal digits in small letters, found \(quoted(text))")
            }
            return text
        }
    }

    /// The name of a rule that finds credentials, Loadgate's own or another scanner's.
    static var credentialRule: KeyForm {
        KeyForm(.text) { reading, node, _ in
            guard let text = reading.grammar(node, "the name of a rule") else { return nil }
            let isOther = ["gitleaks:", "detect-secrets:"].contains { text.hasPrefix($0) }
            guard !isOther, CredentialKind(rawValue: text) == nil else { return text }
            let hint = Suggestion.hint(for: text, among: CredentialKind.allCases.map(\.rawValue))
            reading.report(node.location, "no rule is called \(quoted(text))\(hint)")
            return nil
        }
    }
}

extension KeyForm where Value == CalendarDay {
    static var day: KeyForm {
        let expected = "expected a day such as 2026-12-31"
        return .parsed(expected, .pattern("[0-9]{4}-[0-9]{2}-[0-9]{2}")) { text throws(GrammarError) in
            guard let day = CalendarDay(text) else { throw GrammarError(message: "\(expected), found \(quoted(text))") }
            return day
        }
    }
}

extension KeyForm where Value == [AllowedCredential] {
    /// A list, or the path of a file that holds one.
    static var allowlist: KeyForm {
        KeyForm(.oneOf([.text, .list(.mapping(KeyTable(AllowedCredentialKeys.self)), atLeast: 0)])) {
            reading, node, _ in reading.allowlist(node)
        }
    }
}

// MARK: - The allowlist

extension Reading {
    /// The largest allowlist.
    private static let maximumAllowlistBytes = 1 << 20

    fileprivate func allowlist(_ node: SourceNode) -> [AllowedCredential] {
        if case .list(let nodes) = node.content {
            return nodes.compactMap { allowed($0, file: file) }
        }
        guard let text = constant(node, "a list, or the path of a file"), let given = text.constant else { return [] }
        let shown = SourceFile.path(text.shown, in: folder)
        let path = SourceFile.path(given, in: folder)
        do throws(SourceFile.Unreadable) {
            if given.isEmpty || given.utf8.contains(0) { throw SourceFile.Unreadable(reason: "no such file") }
            let bytes = try SourceFile.read(path, maximumBytes: Self.maximumAllowlistBytes)
            noteFile(path)
            return allowlist(bytes, shown: shown)
        } catch {
            report(node.location, "the file \(quoted(text.shown)) can't be read: \(error.reason)")
            return []
        }
    }

    /// The entries of a file; its problems are told with their places in it.
    private func allowlist(_ bytes: [UInt8], shown: String) -> [AllowedCredential] {
        let text: String
        switch SourceFile.text(bytes) {
        case .failure(let error):
            reportData(file: shown, error.location, "the file is not UTF-8")
            return []
        case .success(let contents): text = contents
        }
        let source = YAMLSource(text)
        let inner = Reading(file: shown, folder: "", environment: [:], secretSource: nil)
        for problem in source.problems { inner.report(problem.location, problem.message) }
        // An empty file is an empty list.
        let entries = source.root.map { $0.isNull ? [] : inner.elements($0, of: "allowed findings") } ?? []
        let allowed = entries.compactMap { inner.allowed($0, file: shown) }
        for problem in inner.sortedProblems {
            reportData(file: shown, TextLocation(line: problem.line, column: problem.column), problem.message)
        }
        return allowed
    }

    private func allowed(_ node: SourceNode, file: String) -> AllowedCredential? {
        guard let keys = read(node, AllowedCredentialKeys.self) else { return nil }
        let declared = keys.declared
        guard !keys.present(declared.fingerprint, declared.path, declared.rule).isEmpty else {
            report(keys.location, "expected what is allowed: a fingerprint, a path or a rule")
            return nil
        }
        guard let reason = keys.reason else { return nil }
        var entry = AllowedCredential(reason: reason, origin: "\(file):\(node.location.line)")
        entry.fingerprint = keys.fingerprint
        entry.path = keys.path
        entry.rule = keys.rule
        entry.until = keys.until
        return entry
    }
}
