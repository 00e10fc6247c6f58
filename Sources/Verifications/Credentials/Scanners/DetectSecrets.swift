/// Yelp's detect-secrets. Its plugins that take every varied text for a secret are left out: digests and identifiers would
/// be told by the hundred. It is kept from trying what it found on the services themselves (`--no-verify`).
enum DetectSecrets {
    static let name = "detect-secrets"

    private static let options = [
        "scan", "--no-verify", "--all-files", "--disable-plugin", "Base64HighEntropyString", "--disable-plugin",
        "HexHighEntropyString", "--disable-plugin", "IPPublicDetector",
    ]

    static func run(
        _ program: String, _ root: SearchRoot, _ files: [String], _ budget: ScanBudget
    ) throws(ScanEnded) -> ExternalScan {
        var scan = ExternalScan(name: name)
        for batch in batches(files) {
            // A name may begin like an option.
            let arguments = options + batch.map { "./" + $0 }
            switch try ExternalScan.json(program, arguments, in: root.top, budget) {
            case .failure(let failure): scan.failure = failure.reason
            case .success(let value): scan.findings += findings(value)
            }
        }
        return scan
    }

    private static func findings(_ value: Any) -> [ExternalScan.Finding] {
        let results = (value as? [String: Any])?["results"] as? [String: [[String: Any]]] ?? [:]
        return results.sorted { $0.key < $1.key }.flatMap { file, entries in
            entries.compactMap { entry in
                guard let type = entry["type"] as? String, let line = entry["line_number"] as? Int else { return nil }
                let name = file.hasPrefix("./") ? String(file.dropFirst(2)) : file
                return ExternalScan.Finding(rule: "\(Self.name):\(type)", file: name, line: line)
            }
        }
    }

    /// The files in parts that fit on a command line.
    private static func batches(_ files: [String]) -> [[String]] {
        var batches: [[String]] = []
        var size = Int.max
        for file in files {
            if size > 60_000 {
                batches.append([])
                size = 0
            }
            batches[batches.count - 1].append(file)
            size += file.utf8.count + 16
        }
        return batches
    }
}
