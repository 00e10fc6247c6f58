/// Gitleaks, version 8. It is told to leave the secrets out of its report.
enum Gitleaks {
    static let name = "gitleaks"

    static func run(
        _ program: String, _ root: SearchRoot, _ files: [String], history: Bool, _ budget: ScanBudget
    ) throws(ScanEnded) -> ExternalScan {
        let options = [
            "detect", "--source", root.top, "--redact", "--no-banner", "--exit-code", "0", "--report-format", "json",
            "--report-path", "/dev/stdout", "--log-level", "error",
        ]
        var scan = ExternalScan(name: name)
        var answers = [try ExternalScan.json(program, options + ["--no-git"], in: root.top, budget)]
        if history, root.repository != nil {
            answers.append(try ExternalScan.json(program, options + ["--log-opts=--all"], in: root.top, budget))
        }
        let searched = Set(files)
        for answer in answers {
            switch answer {
            case .failure(let failure): scan.failure = failure.reason
            case .success(let value):
                // Beside what is searched here it looks at ignored files, too.
                scan.findings += findings(value, root).filter { $0.commit != nil || searched.contains($0.file) }
            }
        }
        return scan
    }

    private static func findings(_ value: Any, _ root: SearchRoot) -> [ExternalScan.Finding] {
        (value as? [[String: Any]] ?? []).compactMap { entry in
            guard let rule = entry["RuleID"] as? String, var file = entry["File"] as? String,
                let line = entry["StartLine"] as? Int
            else { return nil }
            if file.hasPrefix(root.top + "/") { file = String(file.dropFirst(root.top.utf8.count + 1)) }
            let commit = (entry["Commit"] as? String).flatMap { $0.isEmpty ? nil : $0 }
            return ExternalScan.Finding(rule: "\(name):\(rule)", file: file, line: line, commit: commit)
        }
    }
}
