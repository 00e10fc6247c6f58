internal import Measures
internal import Scenarios
import VerificationKit

/// What the probes of a rate limiter came to.
struct RateLimitJudge {
    let rule: RateLimitRule
    let record: ProbeRecord
    let clients: ProbeClients
    let reader: DecisionReader
    let parameters: LimiterParameters
    /// The probe whose load goes on during the block.
    let persistent: ClientHistory?
    /// The other probes that release nothing together and pretend nothing.
    let others: [ClientHistory]
    let basis: RateLimitBasis
    /// The most that were admitted at once after a rest; nil: not known.
    let atRest: Int?
    /// Whether a burst after a rest was more than was admitted: else what a rest is good for was never seen.
    let isRestUsedUp: Bool

    init(_ rule: RateLimitRule, _ record: ProbeRecord, clients: ProbeClients) {
        self.rule = rule
        self.record = record
        self.clients = clients
        let reader = DecisionReader(record, rule)
        self.reader = reader
        var parameters = LimiterParameters(rule)
        parameters.pace = record.pace
        self.parameters = parameters
        persistent = reader.history(reader.run(.persistent))
        others = reader.histories(Self.quietKinds)
        let bursts = [ProbeScript.Kind.persistent, .recovery].compactMap { reader.counts(reader.run($0), shot: 0) }
        atRest = bursts.map(\.admitted).max()
        isRestUsedUp = bursts.contains { $0.rejected > 0 }
        basis = RateLimitBasis(
            rule, parameters, persistent: persistent, others: others, atRest: atRest ?? 0,
            isSingleClient: clients.count == 1)
    }

    /// The accounts of the simple models that the scenario allows, with the declared numbers.
    var declaredAccounts: [(model: LimiterModel, account: Account)] { basis.accounts }

    private static let quietKinds: [ProbeScript.Kind] = [
        .halves, .boundary, .recovery, .clockBoundary, .phase, .goingOn,
    ]

    /// The histories of the probes that release nothing together and pretend nothing.
    static func plainHistories(_ reader: DecisionReader) -> [ClientHistory] {
        reader.histories([.persistent] + quietKinds)
    }

    /// Those of this verification.
    var plain: [ClientHistory] { (persistent.map { [$0] } ?? []) + others }

    // MARK: - Findings

    /// All findings, in their fixed order; those that fail name the key that would explain it.
    func findings() -> [VerificationFinding] {
        var findings = judged()
        let failed = Set(findings.filter { $0.verdict == .fail }.map(\.check))
        let keys = ExplainingKeys(self, failed: failed)
        for index in findings.indices where findings[index].verdict == .fail {
            let check = findings[index].check
            guard !Self.namesItsKey.contains(check), let key = keys.text(for: check) ?? explainingKey(check)
            else { continue }
            findings[index].evidence += " \(key)"
        }
        return findings
    }

    /// These have told it already.
    private static let namesItsKey: Set<String> = ["status", "prolongation"]

    /// All findings, by what the rule says.
    func judged() -> [VerificationFinding] {
        var findings = [limitFinding(), windowFinding(), burstFinding(), modelFinding()]
        findings += [overAdmissionFinding(), underAdmissionFinding()]
        findings += [raceFinding("race_cold", [.raceCold, .raceAgain]), raceFinding("race_primed", [.racePrimed])]
        let isolation = isolationFinding()
        findings += [isolation, spoofingFinding(), recoveryFinding(), prolongationFinding()]
        findings += [retryAfterFinding(), fieldFinding(), cacheFinding(), methodFinding(), neighbourFinding()]
        findings += [statusFinding(), answerFinding()]
        if let penalty = rule.penalty { findings.append(banFinding(penalty)) }
        if isolation.verdict == .fail {
            for index in findings.indices where Self.needIsolation.contains(findings[index].check) {
                leaveOut(&findings[index])
            }
        }
        return findings
    }

    /// What is said of one client's requests, and means nothing where clients share a count.
    private static let needIsolation: Set<String> = [
        "limit", "window", "burst", "model", "over_admission", "under_admission", "race_cold", "race_primed",
        "spoofing",
        "recovery", "prolongation", "methods", "neighbours", "penalty",
    ]

    /// Takes a verdict back that rests on clients being kept apart.
    private func leaveOut(_ finding: inout VerificationFinding) {
        guard finding.observed != "not looked at" else { return }
        finding.verdict = .inconclusive
        finding.evidence =
            "Not judged: clients are not kept apart (isolation), so that the probes disturb one another. Seen: "
            + "\(finding.observed)."
        finding.observed = "not judged"
        finding.exhibits = []
    }

    /// The labels of the findings.
    static let checks = [
        "limit", "window", "burst", "model", "over_admission", "under_admission", "race_cold", "race_primed",
        "isolation", "spoofing", "recovery", "prolongation", "retry_after", "ratelimit_fields", "not_cached", "methods",
        "neighbours", "status", "answers", "concurrency", "slots", "held_apart", "together", "total",
        "penalty", "penalty_end", "penalty_apart",
    ]

    /// A finding that could not be looked at, and counts for nothing.
    func notLookedAt(_ check: String, expected: String, because reason: String) -> VerificationFinding {
        VerificationFinding(
            check: check, verdict: .inconclusive, severity: .advisory, expected: expected, observed: "not looked at",
            evidence: reason)
    }

    /// A finding whose probe was spoilt.
    func spoilt(_ check: String, expected: String, _ kinds: [ProbeScript.Kind]) -> VerificationFinding {
        let names = kinds.map(\.purpose).joined(separator: "; ")
        let isDone = kinds.allSatisfy { kind in record.runs.contains { $0.kind == kind && $0.pending == 0 } }
        return VerificationFinding(
            check: check, verdict: .inconclusive, expected: expected, observed: "not known",
            evidence: isDone
                ? "Not every request of the probe (\(names)) was answered with a decision, so that the limiter may have "
                    + "counted what was not seen: see answers. Run it again, or repair what fails."
                : "The probe (\(names)) did not come to its end.")
    }
}
