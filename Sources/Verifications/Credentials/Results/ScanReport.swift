import Credentials
internal import Measures
internal import Scenarios
internal import VerificationKit

/// What a scan comes to: findings in a fixed order. It never says that there are no credentials, only that these rules
/// found none.
struct ScanReport {
    /// The labels of all checks, in the order of their findings.
    static let checks = ["work_tree", "history", "external_scanners", "allowlist", "coverage", "sarif"]

    /// Places that a finding names at most; SARIF has all.
    private static let shown = 20

    let declared: DeclaredVerification
    let rule: CredentialRule
    let result: ScanResult
    /// Why the SARIF file could not be written; nil: it was, or none is wanted.
    let sarifFailure: String?

    /// The report.
    var report: VerificationReport {
        let findings = [workTree, history, scanners, allowlist, coverage, sarif].compactMap { $0 }
        var report = VerificationReport(kind: declared.kind, name: declared.name, findings: findings)
        report.duration = Span(seconds: result.seconds)
        report.figures = [
            VerificationFigure("files", Double(result.tree.texts), .count),
            VerificationFigure("bytes", Double(result.tree.bytes), .count),
        ]
        if let history = result.history {
            report.figures.append(VerificationFigure("history_objects", Double(history.objects), .count))
            report.figures.append(VerificationFigure("history_bytes", Double(history.bytes), .count))
        }
        report.figures.append(VerificationFigure("findings", Double(result.all.count { $0.allowance == nil }), .count))
        report.figures.append(VerificationFigure("allowed", Double(result.all.count { $0.allowance != nil }), .count))
        return report
    }

    // MARK: - Checks

    private var workTree: VerificationFinding {
        let tree = result.tree
        let scope = "\(grouped(tree.texts)) text files, \(megabytes(tree.bytes)), by \(rules)."
        let cut =
            tree.isCut ? " More than \(grouped(TreeSearch.maximumFindings)) were found: the rest is not told." : ""
        var verdict: Verdict = .pass
        var lack = ""
        if let ended = tree.ended {
            (verdict, lack) = (.inconclusive, " Not all files were read, because \(ended.reason).")
        } else if tree.texts == 0, tree.binaries == 0 {
            (verdict, lack) = (.noData, " There was no text file to read.")
        }
        return finding("work_tree", result.treeFindings, otherwise: verdict, evidence: scope + lack + cut)
    }

    private var history: VerificationFinding? {
        guard rule.history else { return nil }
        var gaps = result.history?.gaps ?? []
        if result.isGitMissing {
            gaps.append("git is not installed")
        } else {
            gaps += result.withoutRepository.map { "no git repository holds \($0)" }
        }
        if let ended = result.tree.ended { gaps.append("it was not started because \(ended.reason)") }
        let history = result.history
        let scope =
            "\(grouped(history?.objects ?? 0)) versions of files and messages of commits and tags, "
            + "\(megabytes(history?.bytes ?? 0)), of all branches, tags, remotes, stashes and what is staged, by \(rules)."
        let lack = gaps.isEmpty ? "" : " Not all was searched: \(list(gaps))."
        let cut =
            history?.isCut == true
            ? " More than \(grouped(TreeSearch.maximumFindings)) were found: the rest is not told." : ""
        let advice =
            result.historyFindings.contains { $0.allowance == nil }
            ? " Take each back where it was issued: who has the repository has it, also after a later commit took it out."
            : ""
        return finding(
            "history", result.historyFindings, otherwise: gaps.isEmpty ? .pass : .inconclusive,
            evidence: scope + lack + cut + advice)
    }

    private var scanners: VerificationFinding? {
        guard let scanners = result.scanners else { return nil }
        guard !scanners.isEmpty else {
            return VerificationFinding(
                check: "external_scanners", verdict: .noData, severity: .advisory, expected: "no further finding",
                observed: "none installed", evidence: "Neither gitleaks nor detect-secrets is on this machine's path.")
        }
        let failures = scanners.compactMap { scanner in scanner.failure.map { "\(scanner.name): \($0)" } }
        let names = scanners.map(\.name).joined(separator: " and ")
        let both = (result.treeFindings + result.historyFindings).count { $0.sources.count > 1 }
        let lack = failures.isEmpty ? "" : " Not all answered: \(list(failures))."
        return finding(
            "external_scanners", result.externalFindings, otherwise: failures.isEmpty ? .pass : .inconclusive,
            evidence: "Asked: \(names). \(grouped(both)) of their findings are in the checks above, too." + lack)
    }

    private var allowlist: VerificationFinding? {
        guard !rule.allowed.isEmpty else { return nil }
        let expired = result.expired.map { "\($0.origin) (\($0.reason)) ended on \($0.until?.description ?? "")" }
        // What was not searched may hold what an entry is for.
        let unused = result.isComplete ? result.unused.map { "\($0.origin) (\($0.reason)) fits no finding" } : []
        let stale = expired + unused
        let allowed = result.all.filter { $0.allowance != nil }
        let reasons = allowed.map { "\($0.line): \($0.allowance ?? "")" }
        return VerificationFinding(
            check: "allowlist", verdict: stale.isEmpty ? .pass : .fail, severity: .advisory,
            expected: "every entry still needed",
            observed: stale.isEmpty
                ? "\(rule.allowed.count) entries needed" : "\(stale.count) of \(rule.allowed.count) stale",
            evidence: (stale.isEmpty ? "" : "Take out or renew: \(list(stale)). ")
                + (allowed.isEmpty ? "Nothing was allowed." : "Allowed: \(list(reasons))."))
    }

    private var coverage: VerificationFinding {
        let tree = result.tree
        var gaps = (result.problems + tree.gaps).map { "\($0.path): \($0.reason)" }
        if let ended = tree.ended { gaps.append("the rest, because \(ended.reason)") }
        let others = [
            (tree.binaries, "binary files"), (tree.excluded, "excluded files"),
            (tree.links, "links, which are not followed"),
            (tree.absent, "files that git tracks and that are not there"),
        ].filter { $0.0 > 0 }.map { "\(grouped($0.0)) \($0.1)" }
        let aside = others.isEmpty ? "" : " Left aside: \(others.joined(separator: ", "))."
        return VerificationFinding(
            check: "coverage", verdict: gaps.isEmpty ? .pass : .inconclusive, severity: declared.severity,
            expected: "every text file read", observed: gaps.isEmpty ? "all read" : "\(grouped(gaps.count)) not read",
            evidence: (gaps.isEmpty ? "" : "Not read: \(list(gaps)). ")
                + "Files larger than \(megabytes(rule.maximumFileBytes)) are not read (max_file)." + aside)
    }

    private var sarif: VerificationFinding? {
        guard let path = rule.sarif else { return nil }
        return VerificationFinding(
            check: "sarif", verdict: sarifFailure == nil ? .pass : .fail, severity: declared.severity,
            expected: "written to \(path)", observed: sarifFailure == nil ? "written" : "not written",
            evidence: sarifFailure ?? "\(grouped(result.all.count)) results, allowed ones marked as suppressed.")
    }

    // MARK: - Words

    private func finding(
        _ check: String, _ found: [FoundCredential], otherwise verdict: Verdict, evidence: String
    ) -> VerificationFinding {
        let alarms = found.filter { $0.allowance == nil }
        let allowed = found.count - alarms.count
        let files = Set(alarms.map(\.path)).count
        let observed =
            alarms.isEmpty
            ? (verdict == .noData ? "nothing searched" : "no finding by these rules")
            : "\(count(alarms.count, "finding")) in \(count(files, "file"))"
        let lines = alarms.isEmpty ? "" : "\(list(alarms.map(\.line))). "
        return VerificationFinding(
            check: check, verdict: alarms.isEmpty ? verdict : .fail, severity: declared.severity,
            expected: "no finding by these rules",
            observed: observed + (allowed > 0 ? ", \(grouped(allowed)) allowed" : ""),
            evidence: lines + evidence)
    }

    private var rules: String { "\(CredentialKind.allCases.count) rules" }

    /// The first of many, and how many there are beside.
    private func list(_ lines: [String]) -> String {
        let rest = lines.count - Self.shown
        return lines.prefix(Self.shown).joined(separator: "; ")
            + (rest > 0 ? "; and \(grouped(rest)) more" + (rule.sarif == nil ? " (sarif: has all)" : "") : "")
    }

    private func count(_ number: Int, _ noun: String) -> String {
        counted(number, noun, shownAs: grouped(number))
    }

    private func grouped(_ number: Int) -> String { Figure.grouped(UInt64(max(0, number))) }

    private func megabytes(_ bytes: Int) -> String { "\(Figure.short(Double(bytes) / 1_048_576, decimals: 1)) MiB" }
}
