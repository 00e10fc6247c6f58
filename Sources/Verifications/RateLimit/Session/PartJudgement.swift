internal import Scenarios
import VerificationKit

/// What the parts came to together: a limit that isn't as declared disturbs the probes of others, which are not blamed for it.
struct PartJudgement {
    private(set) var findings: [VerificationFinding] = []

    private typealias Judged = (part: LimitPart, findings: [VerificationFinding])

    init(_ parts: [RateLimitSession.Part]) {
        var limits: [Judged] = parts.compactMap { part in
            if case .limit(let limit) = part { (limit, limit.findings) } else { nil }
        }
        Self.settle(&limits)
        var next = limits.makeIterator()
        for part in parts {
            switch part {
            case .limit: findings += next.next()?.findings ?? []
            case .hidden(let quota, let why):
                findings.append(
                    VerificationFinding(
                        check: "limit of \(quota.shown)", verdict: .inconclusive, expected: quota.shown,
                        observed: "not looked at", evidence: why))
            case .concurrency(let course): findings += course.report().findings
            case .penalty(let course): findings += course.report().findings
            case .together(let course):
                findings += course.report().findings.map { Self.together($0, limits) }
            }
        }
    }

    /// The checks that say how much a limit admits.
    private static let numbers = ["limit", "window", "burst", "model", "over_admission", "under_admission"]

    private static func settle(_ limits: inout [Judged]) {
        let failing = limits.map { limit in
            limit.findings.contains { isAbout($0, numbers, limit.part) && $0.verdict == .fail }
        }
        // What is admitted beyond a limit is too much, whatever the others do.
        let isExcess = limits.map { limit in
            limit.findings.contains { isAbout($0, ["over_admission"], limit.part) && $0.verdict == .fail }
        }
        for later in limits.indices {
            for earlier in limits.indices where earlier < later && failing[earlier] {
                let (shorter, longer) = (limits[earlier].part, limits[later].part)
                guard failing[later], shorter.quota.scope == longer.quota.scope else { continue }
                if let admitted = longer.admittedAtFirst, admitted <= shorter.mostOfOneClient {
                    // The longer one rejects so early that it met the probes of the shorter one.
                    if !isExcess[earlier] { excuse(&limits[earlier], because: longer) }
                } else if !isExcess[later] {
                    excuse(&limits[later], because: shorter)
                }
            }
        }
        settleIsolation(&limits, failing)
    }

    /// Clients that share a count, or a limit over all of them that is lower than declared: one looks like the other.
    private static func settleIsolation(_ limits: inout [Judged], _ failing: [Bool]) {
        for over in limits.indices where limits[over].part.setting.isOverAll && failing[over] {
            let admitted = limits[over].part.admittedAtFirst
            for own in limits.indices where limits[own].part.quota.scope == .client {
                let isBlamed = limits[own].findings.contains {
                    isAbout($0, ["isolation"], limits[own].part) && $0.verdict == .fail
                }
                guard isBlamed, let admitted else { continue }
                if admitted <= 2 * limits[own].part.quota.capacity {
                    excuse(&limits[over], because: limits[own].part)
                } else {
                    excuse(&limits[own], because: limits[over].part, ["isolation"])
                }
            }
        }
    }

    /// Limits that aren't as declared are told by themselves: how they go together is another question.
    private static func together(_ finding: VerificationFinding, _ limits: [Judged]) -> VerificationFinding {
        let wrong = limits.first { limit in
            limit.findings.contains {
                isAbout($0, numbers, limit.part) && [.fail, .inconclusive].contains($0.verdict) && $0.severity == .hard
            }
        }
        guard finding.verdict == .fail, finding.check == "together", let wrong else { return finding }
        var finding = finding
        finding.verdict = .inconclusive
        finding.evidence =
            "Not held against it: \(wrong.part.quota.shown) is not shown to be as declared, and may have decided here. \(finding.evidence)"
        return finding
    }

    private static func isAbout(_ finding: VerificationFinding, _ checks: [String], _ part: LimitPart) -> Bool {
        checks.contains { part.named($0) == finding.check }
    }

    /// Takes back what fails of a limit, since another one isn't as declared.
    private static func excuse(_ judged: inout Judged, because other: LimitPart, _ checks: [String]? = nil) {
        for index in judged.findings.indices where judged.findings[index].verdict == .fail {
            let finding = judged.findings[index]
            guard isAbout(finding, checks ?? disturbed, judged.part) else { continue }
            judged.findings[index].verdict = .inconclusive
            judged.findings[index].evidence =
                "Not held against it: \(other.quota.shown) is not as declared, and may have decided here. \(finding.evidence)"
        }
    }

    private static let disturbed = numbers + ["race_cold", "race_primed", "recovery", "prolongation"]
}

extension LimitPart {
    /// How many of the first requests of a client were admitted, where some were not.
    fileprivate var admittedAtFirst: Int? {
        let reader = course.judge.reader
        guard let counts = reader.counts(reader.run(.persistent), shot: 0), counts.rejected > 0 else { return nil }
        return counts.admitted
    }

    /// The most requests that one client of its probes sends.
    fileprivate var mostOfOneClient: Int { course.book.main().map(\.script.exchanges).max() ?? 0 }
}
