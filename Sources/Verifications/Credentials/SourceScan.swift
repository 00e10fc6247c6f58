internal import CLinux
internal import Credentials
internal import Foundation
internal import Glibc
internal import Measures
public import Scenarios
public import VerificationKit

/// Searches files and the history of git repositories for credentials. Nothing is sent anywhere.
public enum SourceScan {
    /// Searches what the rule names.
    ///
    /// - Parameters:
    ///   - declared: The entry of the scenario, for its name and severity.
    ///   - rule: What is searched, and how.
    ///   - today: The day by which entries of the allowlist end; unless given, this one by UTC.
    ///   - shouldStop: Asked several times a second; once it is true the scan ends, and what was not searched is
    ///     inconclusive.
    /// - Returns: Findings in the order of `ScanReport.checks`. No text in it holds a secret.
    public static func report(
        _ declared: DeclaredVerification, _ rule: CredentialRule, today: CalendarDay? = nil,
        shouldStop: @escaping @Sendable () -> Bool
    ) -> VerificationReport {
        let start = loadgate_monotonic()
        let day = today ?? CalendarDay(secondsSince1970: loadgate_realtime() / 1_000_000_000)
        let (sum, isOver) = start.addingReportingOverflow(Span(rule.timeout).nanoseconds)
        let budget = ScanBudget(deadline: isOver ? .max : sum, shouldStop: shouldStop)
        var result = search(rule, budget)
        allow(&result, rule, day)
        result.seconds = Double(loadgate_monotonic() - start) / 1e9
        let failure = rule.sarif.flatMap { write(SARIFLog(result), to: $0) }
        return ScanReport(declared: declared, rule: rule, result: result, sarifFailure: failure).report
    }

    private static func search(_ rule: CredentialRule, _ budget: ScanBudget) -> ScanResult {
        let git = Git()
        let scanner = CredentialScanner()
        var tree = TreeSearch(rule, scanner)
        let roots: SearchRoots
        do throws(ScanEnded) {
            roots = try SearchRoots(rule, git, budget)
        } catch {
            tree.stop(error)
            return ScanResult(tree: tree, problems: [], withoutRepository: [], isGitMissing: git == nil)
        }
        tree.search(roots.roots, budget)
        var result = ScanResult(
            tree: tree, problems: roots.problems, withoutRepository: roots.withoutRepository, isGitMissing: git == nil)
        result.treeFindings = tree.findings
        guard tree.ended == nil else { return result }
        if rule.history {
            var history = HistorySearch(rule, scanner)
            for root in roots.roots { if let repository = root.repository { history.search(root, repository, budget) } }
            result.historyFindings = history.findings
            result.history = history
        }
        if rule.scanners == .auto { result.ask(roots.roots, rule, budget) }
        return result
    }

    private static func allow(_ result: inout ScanResult, _ rule: CredentialRule, _ today: CalendarDay?) {
        var allowlist = Allowlist(rule.allowed, today: today)
        func judged(_ findings: [FoundCredential]) -> [FoundCredential] {
            findings.map { finding in
                var finding = finding
                finding.allowance = allowlist.allowance(of: finding)
                return finding
            }
        }
        result.treeFindings = judged(result.treeFindings)
        result.historyFindings = judged(result.historyFindings)
        result.externalFindings = judged(result.externalFindings)
        result.unused = allowlist.unused
        result.expired = allowlist.expired
    }

    /// Why the log could not be written; nil: it was.
    private static func write(_ log: SARIFLog, to path: String) -> String? {
        do {
            let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try log.json.write(to: URL(fileURLWithPath: path), options: .atomic)
            return nil
        } catch {
            // The system's words where there are some: a full disk, a bound on the size of files.
            let reason = systemWords(for: error).map { ": \($0)" } ?? ""
            return "The file can't be written: \(path)\(reason)."
        }
    }
}
