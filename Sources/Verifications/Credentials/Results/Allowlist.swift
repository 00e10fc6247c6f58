internal import Scenarios

/// The allowlist at work: which entries were used, and which are past their day.
struct Allowlist {
    private let entries: [(entry: AllowedCredential, glob: PathGlob?)]
    private var used: Set<Int> = []
    private let today: CalendarDay?

    /// The entries of a rule. Without a day no entry that ends is good.
    init(_ entries: [AllowedCredential], today: CalendarDay?) {
        self.entries = entries.map { ($0, $0.path.map { PathGlob($0) }) }
        self.today = today
    }

    /// The reason for which the finding is allowed; nil where it is not. All entries that fit count as used.
    mutating func allowance(of finding: FoundCredential) -> String? {
        var reason: String?
        for (number, (entry, glob)) in entries.enumerated() {
            if let fingerprint = entry.fingerprint, fingerprint != finding.fingerprint { continue }
            if let rule = entry.rule, rule != finding.rule { continue }
            if let glob, !glob.matches(finding.path) { continue }
            used.insert(number)
            if !isExpired(entry), reason == nil { reason = entry.reason }
        }
        return reason
    }

    /// Entries that fit no finding.
    var unused: [AllowedCredential] { entries.indices.filter { !used.contains($0) }.map { entries[$0].entry } }

    /// Entries whose day is past.
    var expired: [AllowedCredential] { entries.map(\.entry).filter(isExpired) }

    private func isExpired(_ entry: AllowedCredential) -> Bool {
        guard let until = entry.until else { return false }
        return today.map { $0 > until } ?? true
    }
}
