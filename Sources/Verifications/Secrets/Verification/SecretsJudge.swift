import Foundation
import Measures
import Scenarios
import VerificationKit

/// Judges what was seen of secrets. Does no I/O and knows no clock.
struct SecretsJudge {
    /// Exhibits at most.
    private static let maximumExhibits = 10

    let rule: SecretRule
    let observations: [SecretObservation]
    /// Where the scenario takes its secrets from: `${env:TOKEN}`, `${aws-secret:name#member}`.
    let sources: [String]
    let now: Date

    /// In a fixed order; `fields` and `max_age` where the rule asks for them.
    var findings: [VerificationFinding] {
        var findings = [exists, notScheduledForDeletion, notEmpty, notPlaceholder]
        if !rule.fields.isEmpty { findings.append(fields) }
        if let maxAge = rule.maxAge { findings.append(age(maxAge)) }
        return findings + [usedByRun, noneElsewhere]
    }

    /// Secrets, those that could be read, and the age of the oldest.
    var figures: [VerificationFigure] {
        let read = observations.compactMap(\.facts)
        var figures = [
            VerificationFigure("secrets", Double(observations.count)),
            VerificationFigure("secrets_read", Double(read.count)),
        ]
        if let oldest = read.compactMap(\.created).min() {
            figures.append(VerificationFigure("oldest_version_days", max(0, now.timeIntervalSince(oldest)) / 86_400))
        }
        return figures
    }

    // MARK: The secrets

    /// What one secret came to in one check.
    private enum Outcome {
        case good
        /// It isn't as it should be; how.
        case bad(String)
        /// It can't be known; why.
        case unknown(String)
        /// It isn't asked of this secret.
        case passedOver
    }

    private var exists: VerificationFinding {
        finding(
            "exists", expected: "all are there", advice: "create what is missing, or mend the name or the region",
            exhibits: true
        ) { observation in
            switch observation.failure?.kind {
            case nil, .scheduledForDeletion: .good
            case .notFound, .noValue: .bad(observation.failure?.reason ?? "")
            default: .unknown(observation.failure?.reason ?? "")
            }
        }
    }

    private var notScheduledForDeletion: VerificationFinding {
        finding(
            "not_scheduled_for_deletion", expected: "none is", advice: "restore it (RestoreSecret) before it is gone"
        ) { observation in
            switch observation.failure?.kind {
            case nil, .noValue: .good
            case .scheduledForDeletion:
                .bad(
                    observation.deletion.map { "scheduled for deletion on \(Self.day($0))" } ?? "scheduled for deletion"
                )
            default: .unknown("not read")
            }
        }
    }

    private var notEmpty: VerificationFinding {
        finding("not_empty", expected: "none is empty", advice: "give it its value") { observation in
            guard let facts = observation.facts else { return .unknown("not read") }
            return facts.isEmpty ? .bad("empty") : .good
        }
    }

    private var notPlaceholder: VerificationFinding {
        finding(
            "not_placeholder", expected: "none holds a placeholder",
            advice: "put the real value in its place, and renew what was protected by it"
        ) { observation in
            guard let facts = observation.facts else { return .unknown("not read") }
            if facts.placeholders.isEmpty { return .good }
            return .bad(
                facts.placeholders.map {
                    $0.isEmpty ? "the secret is a placeholder" : "\(JSONString.quoted($0)) is a placeholder"
                }
                .joined(separator: ", "))
        }
    }

    private var fields: VerificationFinding {
        finding("fields", expected: "all members are there, not empty", advice: "add the members") { observation in
            guard let asked = rule.fields[observation.name] else { return .passedOver }
            guard let facts = observation.facts else { return .unknown("not read") }
            if facts.memberCount == nil { return .bad("no JSON object") }
            let wrong = asked.compactMap { name in
                switch facts.members[name] {
                case .there: String?.none
                case .empty: "\(JSONString.quoted(name)) is empty"
                case .missing, nil: "\(JSONString.quoted(name)) is missing"
                }
            }
            return wrong.isEmpty ? .good : .bad(wrong.joined(separator: ", "))
        }
    }

    private func age(_ maxAge: Duration) -> VerificationFinding {
        let limit = Span(maxAge).seconds
        return finding(
            "max_age", severity: .advisory, expected: "none older than \(Self.days(limit))",
            advice: "rotate it, or let the manager do so"
        ) { observation in
            guard let facts = observation.facts else { return .unknown("not read") }
            guard let created = facts.created else { return .unknown("the manager doesn't say how old it is") }
            let age = now.timeIntervalSince(created)
            if age <= limit { return .good }
            let rotation = observation.rotates.map { $0 ? ", rotation is on" : ", rotation is off" } ?? ""
            return .bad("\(Self.days(age)) old, since \(Self.day(created))\(rotation)")
        }
    }

    private func finding(
        _ check: String, severity: Objective.Severity = .hard, expected: String, advice: String, exhibits: Bool = false,
        _ judge: (SecretObservation) -> Outcome
    ) -> VerificationFinding {
        var good: [String] = []
        var bad: [String] = []
        var unknown: [String] = []
        for observation in observations {
            switch judge(observation) {
            case .good: good.append(observation.name)
            case .bad(let words): bad.append("\(observation.name): \(words)")
            case .unknown(let words): unknown.append("\(observation.name): \(words)")
            case .passedOver: break
            }
        }
        let asked = good.count + bad.count + unknown.count
        let verdict: Verdict = !bad.isEmpty ? .fail : !unknown.isEmpty ? .inconclusive : asked == 0 ? .noData : .pass
        var observed = ["\(good.count) of \(asked) as expected"]
        if !bad.isEmpty { observed.append("\(bad.count) not") }
        if !unknown.isEmpty { observed.append("\(unknown.count) not known") }
        var evidence: [String] = []
        if !bad.isEmpty { evidence.append(bad.joined(separator: "; ")) }
        if !unknown.isEmpty { evidence.append("not known: " + unknown.joined(separator: "; ")) }
        if evidence.isEmpty { evidence.append(good.joined(separator: ", ")) }
        if !bad.isEmpty { evidence.append(advice) }
        return VerificationFinding(
            check: check, verdict: verdict, severity: severity, expected: expected,
            observed: observed.joined(separator: ", "), evidence: evidence.joined(separator: ". "),
            exhibits: exhibits ? self.exhibits : [])
    }

    private var exhibits: [Exhibit] {
        observations.prefix(Self.maximumExhibits).map { observation in
            let answer: String
            switch observation.result {
            case .failure(let failure): answer = failure.reason
            case .success(let facts):
                let kind =
                    facts.memberCount.map { "JSON object of \(counted($0, "member"))" } ?? "no JSON object"
                answer = "200, \(kind)" + (facts.created.map { ", version of \(Self.day($0))" } ?? "")
            }
            return Exhibit(
                request: "secretsmanager GetSecretValue \(observation.name)", answer: answer, sent: observation.sent,
                received: observation.received)
        }
    }

    // MARK: The run

    private static func location(_ source: String, _ prefix: String) -> String? {
        let start = "${\(prefix):"
        return source.hasPrefix(start) && source.hasSuffix("}") ? String(source.dropFirst(start.count).dropLast()) : nil
    }

    private var runSeverity: Objective.Severity { rule.mustBeUsed ? .hard : .advisory }

    private var usedByRun: VerificationFinding {
        let used = sources.compactMap { Self.location($0, "aws-secret") }
        return VerificationFinding(
            check: "used_by_run", verdict: used.isEmpty ? .fail : .pass, severity: runSeverity,
            expected: "the run takes secrets from the manager",
            observed: used.isEmpty ? "none" : "\(used.count)",
            evidence: used.isEmpty
                ? "the scenario has no ${aws-secret:…}. Write ${aws-secret:name#member} where it has a token or password"
                : used.joined(separator: ", "))
    }

    private var noneElsewhere: VerificationFinding {
        var elsewhere: [String] = []
        var others: [String] = []
        for source in sources {
            guard let name = Self.location(source, "env") ?? Self.location(source, "file") else { continue }
            if CredentialName.isOne(name) { elsewhere.append(source) } else { others.append(source) }
        }
        var evidence = elsewhere.isEmpty ? [] : [elsewhere.joined(separator: ", ")]
        if !elsewhere.isEmpty { evidence.append("Take these from the manager, too") }
        if !others.isEmpty {
            evidence.append("By their names no credentials, so not counted: \(others.joined(separator: ", "))")
        }
        if evidence.isEmpty { evidence.append("the scenario takes nothing from the environment or from files") }
        return VerificationFinding(
            check: "none_elsewhere", verdict: elsewhere.isEmpty ? .pass : .fail, severity: runSeverity,
            expected: "no credentials from the environment or files", observed: "\(elsewhere.count)",
            evidence: evidence.joined(separator: ". "))
    }

    // MARK: Words

    private static func day(_ date: Date) -> String {
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withFullDate]
        return formatter.string(from: date)
    }

    private static func days(_ seconds: Double) -> String {
        let days = seconds / 86_400
        return days < 1 ? "\(Figure.short(seconds / 3600, decimals: 1)) h" : "\(Figure.short(days, decimals: 1)) days"
    }
}
