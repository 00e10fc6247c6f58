extension Reading {
    /// The largest allowlist.
    private static let maximumAllowlistBytes = 1 << 20

    /// Files that must hold no credentials.
    func credentialScan(_ fields: Fields, _ context: VerifyContext) -> CredentialRule? {
        let nodes = elements(fields["paths"], of: "paths")
        let paths = nodes.compactMap { credentialPath($0) }
        if let node = fields["paths"], nodes.isEmpty, case .list = node.content {
            report(node.place, "expected at least one path")
        }
        let history = boolean(fields["history"])
        let untracked = choice(fields["untracked"], CredentialRule.Untracked.allCases.map(\.rawValue))
        let excluded = elements(fields["exclude"], of: "globs").compactMap { glob($0) }
        let allowed = allowlist(fields["allow"])
        let sarif = fields["sarif"].flatMap { credentialPath($0) }
        let size = value(fields["max_file"], Quantity.expectedSize) { text throws(GrammarError) in
            let size = try Quantity.size(text)
            guard 1...Double(1 << 30) ~= size else {
                throw GrammarError(offset: 0, message: "expected a size from 1B to 1GiB, found \(quoted(text))")
            }
            return size
        }
        let scanners = choice(fields["scanners"], CredentialRule.Scanners.allCases.map(\.rawValue))
        let timeout = duration(fields["timeout"])
        guard !paths.isEmpty else { return nil }
        var rule = CredentialRule(paths: paths)
        rule.history = history ?? false
        rule.untracked = untracked.flatMap(CredentialRule.Untracked.init) ?? rule.untracked
        rule.excluded = excluded
        rule.allowed = allowed
        rule.sarif = sarif
        rule.maximumFileBytes = size.map { Int($0) } ?? rule.maximumFileBytes
        rule.scanners = scanners.flatMap(CredentialRule.Scanners.init) ?? rule.scanners
        rule.timeout = timeout ?? rule.timeout
        return rule
    }

    private func credentialPath(_ node: SourceNode) -> String? {
        guard let text = constant(node, "a path"), let path = text.constant else { return nil }
        guard !path.isEmpty, !path.utf8.contains(0) else {
            report(node.place, "expected a path, found \(quoted(text.shown))")
            return nil
        }
        return SourceFile.path(path, in: folder)
    }

    private func glob(_ node: SourceNode?) -> String? {
        guard let node, let text = grammar(node, "a glob such as vendor/**") else { return nil }
        guard !text.hasPrefix("/"), !text.hasPrefix("./") else {
            report(node.place, "a glob is seen from the root of what is searched: \(quoted(text)) can't begin so")
            return nil
        }
        return text
    }

    // MARK: - The allowlist

    private func allowlist(_ node: SourceNode?) -> [AllowedCredential] {
        guard let node else { return [] }
        if case .list(let nodes) = node.content {
            return nodes.compactMap { allowed($0, file: file) }
        }
        guard let text = constant(node, "a list, or the path of a file"), let given = text.constant else { return [] }
        let shown = SourceFile.path(text.shown, in: folder)
        let path = SourceFile.path(given, in: folder)
        do throws(SourceFile.Unreadable) {
            if given.isEmpty || given.utf8.contains(0) { throw SourceFile.Unreadable(reason: "no such file") }
            let bytes = try SourceFile.read(path, maximumBytes: Self.maximumAllowlistBytes)
            return allowlist(bytes, shown: shown)
        } catch {
            report(node.place, "the file \(quoted(text.shown)) can't be read: \(error.reason)")
            return []
        }
    }

    /// The entries of a file; its problems are told with their places in it.
    private func allowlist(_ bytes: [UInt8], shown: String) -> [AllowedCredential] {
        let text: String
        switch SourceFile.text(bytes) {
        case .failure(let error):
            reportData(file: shown, error.place, "the file is not UTF-8")
            return []
        case .success(let contents): text = contents
        }
        let source = YAMLSource(text)
        let inner = Reading(file: shown, folder: "", environment: [:], secretSource: nil)
        for problem in source.problems { inner.report(problem.place, problem.message) }
        // An empty file is an empty list.
        let entries = source.root.map { $0.isNull ? [] : inner.elements($0, of: "allowed findings") } ?? []
        let allowed = entries.compactMap { inner.allowed($0, file: shown) }
        for problem in inner.sortedProblems {
            reportData(file: shown, Place(line: problem.line, column: problem.column), problem.message)
        }
        return allowed
    }

    private func allowed(_ node: SourceNode, file: String) -> AllowedCredential? {
        guard let fields = fields(node, .allowedCredential) else { return nil }
        let fingerprint = value(fields["fingerprint"], "expected 16 hexadecimal digits") { text throws(GrammarError) in
            let isHex = text.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
            guard text.utf8.count == 16, isHex else {
                throw GrammarError(
                    offset: 0, message: "expected 16 hexadecimal digits in small letters, found \(quoted(text))")
            }
            return text
        }
        let path = glob(fields["path"])
        let rule = credentialRuleName(fields["rule"])
        let reason = name(fields["reason"], "a reason")
        let until = value(fields["until"], "expected a day such as 2026-12-31") { text throws(GrammarError) in
            guard let day = CalendarDay(text) else {
                throw GrammarError(offset: 0, message: "expected a day such as 2026-12-31, found \(quoted(text))")
            }
            return day
        }
        guard !fields.present(["fingerprint", "path", "rule"]).isEmpty else {
            report(fields.place, "expected what is allowed: a fingerprint, a path or a rule")
            return nil
        }
        guard let reason else { return nil }
        var entry = AllowedCredential(reason: reason, origin: "\(file):\(node.place.line)")
        entry.fingerprint = fingerprint
        entry.path = path
        entry.rule = rule
        entry.until = until
        return entry
    }

    private func credentialRuleName(_ node: SourceNode?) -> String? {
        guard let node, let text = grammar(node, "the name of a rule") else { return nil }
        let isOther = ["gitleaks:", "detect-secrets:"].contains { text.hasPrefix($0) }
        guard !isOther, CredentialKind(rawValue: text) == nil else { return text }
        let hint = Suggestion.hint(for: text, among: CredentialKind.allCases.map(\.rawValue))
        report(node.place, "no rule is called \(quoted(text))\(hint)")
        return nil
    }
}
