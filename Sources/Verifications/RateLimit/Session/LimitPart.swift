internal import Scenarios
import VerificationKit

/// One of several limits, with the course that probes it.
struct LimitPart {
    let quota: RateLimitQuota
    let setting: ProbeSetting
    var course: RateLimitCourse
    /// Whether there is no other, so that nothing has to be named after it.
    let isOne: Bool

    /// Why a limit can't be seen beside the others; nil: it can.
    static func obstacle(_ rule: RateLimitRule, _ setting: ProbeSetting, _ clients: ProbeClients) -> String? {
        let book = ProbeBook(rule, setting)
        if let obstacle = book.obstacle { return obstacle }
        guard setting.isOverAll, let identities = clients.identities else { return nil }
        let own = rule.beside.filter { $0.scope == .client }.map { min($0.limit, $0.capacity) }.min()
        // The quiet requests besides.
        let most = (book.main().map(\.script.exchanges).max() ?? 0) + 12
        guard let own, (most + identities - 1) / identities > own else { return nil }
        return
            "\(most) requests of \(identities) \(identities == 1 ? "client" : "clients") reach the limits of each of them "
            + "first: give `identity` without `identities`, or more `sources`."
    }

    /// The findings that mean something for it, named after it.
    var findings: [VerificationFinding] {
        course.report().findings.filter { !isSuperfluous($0) }.map { finding in
            var finding = finding
            finding.check = named(finding.check)
            return finding
        }
    }

    /// `limit of 5/s`.
    func named(_ check: String) -> String { isOne ? check : "\(check) of \(quota.shown)" }

    /// The same for figures and plots.
    func named(_ report: VerificationReport) -> VerificationReport {
        guard !isOne else { return report }
        var report = report
        for index in report.figures.indices { report.figures[index].name += "_\(quota.label)" }
        for index in report.plots.indices {
            report.plots[index].name += "_\(quota.label)"
            report.plots[index].title += " (\(quota.shown))"
        }
        return report
    }

    /// What another part shows, or none can.
    private func isSuperfluous(_ finding: VerificationFinding) -> Bool {
        if course.rule.penalty != nil {
            // The probe of the ban tells of these.
            if ["spoofing", "methods", "recovery", "prolongation"].contains(finding.check) { return true }
            if finding.check == "penalty", finding.verdict != .fail { return true }
        }
        if setting.isOverAll {
            return ![
                "limit", "window", "burst", "model", "over_admission", "under_admission", "race_cold", "prolongation",
                "status",
                "answers",
            ]
            .contains(finding.check)
        }
        guard setting.pace > 0 else { return false }
        switch finding.check {
        case "race_cold", "spoofing", "methods", "neighbours", "ratelimit_fields", "not_cached": return true
        case "race_primed": return !course.record.runs.contains { $0.kind == .racePrimed }
        default: return false
        }
    }
}
