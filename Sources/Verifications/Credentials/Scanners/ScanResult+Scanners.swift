internal import Credentials
internal import Scenarios

extension ScanResult {
    /// Asks the scanners that are installed, and merges what they find: where file and line are the same, it is the same
    /// finding.
    mutating func ask(_ roots: [SearchRoot], _ rule: CredentialRule, _ budget: ScanBudget) {
        scanners = []
        let globs = rule.excluded.map { PathGlob($0) }
        for (root, files) in zip(roots, tree.searched) {
            do throws(ScanEnded) {
                for scan in try ExternalScan.run(over: root, files: files, history: rule.history, budget) {
                    note(scan.name, scan.failure)
                    for found in scan.findings where !globs.contains(where: { $0.matches(root.prefix + found.file) }) {
                        merge(found, of: scan.name, root)
                    }
                }
            } catch {
                note("the other scanners", "they were not waited for because \(error.reason)")
                return
            }
        }
    }

    private mutating func note(_ name: String, _ failure: String?) {
        var all = scanners ?? []
        if let index = all.firstIndex(where: { $0.name == name }) {
            all[index].failure = all[index].failure ?? failure
        } else {
            all.append((name, failure))
        }
        scanners = all
    }

    private mutating func merge(_ found: ExternalScan.Finding, of scanner: String, _ root: SearchRoot) {
        let path = root.prefix + found.file
        func isSame(_ finding: FoundCredential) -> Bool { finding.path == path && finding.location?.line == found.line }
        if found.commit == nil {
            if Self.credit(scanner, &treeFindings, where: isSame) { return }
        } else if Self.credit(scanner, &historyFindings, where: isSame) {
            return
        }
        if Self.credit(scanner, &externalFindings, where: { isSame($0) && $0.commit == found.commit }) { return }
        guard externalFindings.count < TreeSearch.maximumFindings else { return }
        // The secret is not known here. Its line stands for it, so that the fingerprint outlives moved lines; of a line in
        // the history only its place is known.
        let line =
            found.commit.map { Array("\($0):\(found.line)".utf8) }
            ?? Self.line(found.line, of: "\(root.top)/\(found.file)")
        externalFindings.append(
            FoundCredential(
                rule: found.rule, location: CredentialLocation(line: found.line, column: 1), path: path,
                commit: found.commit,
                preview: "(told by \(scanner))",
                fingerprint: FoundCredential.fingerprint(rule: found.rule, secret: Array(path.utf8) + [0] + line),
                sources: [scanner]))
    }

    /// Adds a scanner to the findings that it made, too; false where there are none.
    private static func credit(
        _ scanner: String, _ findings: inout [FoundCredential], where isSame: (FoundCredential) -> Bool
    ) -> Bool {
        let places = findings.indices.filter { isSame(findings[$0]) }
        for index in places where !findings[index].sources.contains(scanner) {
            findings[index].sources.append(scanner)
        }
        return !places.isEmpty
    }

    /// A line of a file, without its blanks.
    private static func line(_ number: Int, of path: String) -> [UInt8] {
        guard number >= 1, case .text(let text, _) = FileContent.read(path, maximumBytes: 1 << 30) else { return [] }
        let lines = text.split(separator: 0x0A, maxSplits: number, omittingEmptySubsequences: false)
        return number <= lines.count ? lines[number - 1].filter { $0 > 0x20 } : []
    }
}
