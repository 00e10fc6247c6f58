internal import Measures
internal import Scenarios
import VerificationKit

/// Whether the fields that tell of limits can be read, agree with each other, and with what happened.
extension RateLimitJudge {
    func fieldFinding() -> VerificationFinding {
        let expected = "limit \(rule.limit), window \(shownWindow), a remaining count that falls to 0"
        let answers = record.everything.filter { reader.isRejected($0) != nil }
        let told = answers.map { ($0, RateLimitNotice.all(in: $0.observed.fields)) }.filter { !$0.1.isEmpty }
        let families = RateLimitNotice.Family.allCases.filter { family in
            told.contains { $0.1.contains { $0.family == family } }
        }
        var finding = VerificationFinding(
            check: "ratelimit_fields", verdict: .pass, expected: expected,
            observed: families.isEmpty ? "none" : families.map(\.rawValue).joined(separator: ", "), evidence: "")
        var problems: [(text: String, answer: ProbeRun.Answer?)] = []
        for (family, isThere) in [
            (
                RateLimitRule.FieldFamily.rateLimit,
                families.contains { [.policies, .dictionary, .separate].contains($0) }
            ),
            (.legacy, families.contains { [.legacy, .hyphenated].contains($0) }),
        ] where rule.fields.contains(family) && !isThere {
            problems.append(("no \(family.rawValue) fields", nil))
        }
        for (answer, notices) in told {
            for text in self.problems(answer, notices) { problems.append((text, answer)) }
        }
        for family in families {
            if let (text, answer) = steadyRemaining(family) { problems.append((text, answer)) }
        }
        let forms = Set(told.flatMap(\.1).compactMap(\.resetForm)).map(\.rawValue).sorted()
        if !forms.isEmpty { finding.evidence += "Resets are told in \(forms.joined(separator: " and ")). " }
        guard !families.isEmpty || !problems.isEmpty else {
            (finding.verdict, finding.severity) = (.inconclusive, .advisory)
            finding.evidence =
                "No answer of \(answers.count) tells how much is left. Clients then learn of the limit by rejection only."
            return finding
        }
        finding.evidence += "\(told.count) of \(answers.count) answers have such fields. "
        guard !problems.isEmpty else { return finding }
        finding.verdict = .fail
        var counts: [(text: String, count: Int)] = []
        for problem in problems {
            if let index = counts.firstIndex(where: { $0.text == problem.text }) {
                counts[index].count += 1
            } else {
                counts.append((problem.text, 1))
            }
        }
        finding.evidence += counts.prefix(5).map { "\($0.text) (\($0.count)×)" }.joined(separator: "; ") + "."
        finding.exhibits = problems.compactMap(\.answer).prefix(3).map { exhibit($0, client: nil) }
        return finding
    }

    /// What is wrong with the fields of one answer.
    private func problems(_ answer: ProbeRun.Answer, _ notices: [RateLimitNotice]) -> [String] {
        var problems = notices.flatMap(\.problems)
        let isRejected = reader.isRejected(answer) == true
        let seconds = parameters.window
        // Any of several limits may be the one that is told of.
        let quotas = [rule.quota] + rule.beside
        let longest =
            (quotas.map { max(2 * $0.seconds, Double($0.capacity) / $0.rate * 1.03 + $0.seconds) }.max() ?? seconds) + 1
        for notice in notices {
            let name = notice.family.rawValue
            if !notice.limits.isEmpty,
                !notice.limits.contains(where: { told in quotas.contains { told == $0.limit || told == $0.capacity } })
            {
                problems.append("\(name) names the limit \(notice.limits[0])")
            }
            if !notice.windows.isEmpty,
                !notice.windows.contains(where: { told in quotas.contains { abs(Double(told) - $0.seconds) < 1 } })
            {
                problems.append("\(name) names the window \(notice.windows[0]) s")
            }
            if let remaining = notice.remaining {
                if remaining > quotas.map({ max($0.limit, $0.capacity) }).max() ?? rule.limit {
                    problems.append("\(name) has more left than the limit")
                }
                if isRejected, remaining > 0, rule.beside.isEmpty {
                    problems.append("\(name) has \(remaining) left on a rejection")
                }
            }
            if let reset = notice.reset, reset < -1 { problems.append("\(name) names a reset in the past") }
            if let reset = notice.reset, reset > longest {
                problems.append("\(name) names a reset later than the window allows")
            }
        }
        // Each family may tell of another limit.
        guard let first = notices.first, rule.beside.isEmpty else { return problems }
        for other in notices.dropFirst() {
            if let one = first.remaining, let two = other.remaining, one != two {
                problems.append("\(first.family.rawValue) and \(other.family.rawValue) disagree about what is left")
            }
            if let one = first.reset, let two = other.reset, abs(one - two) > 1 {
                problems.append("\(first.family.rawValue) and \(other.family.rawValue) disagree about the reset")
            }
        }
        return problems
    }

    /// What shows that the remaining count doesn't fall as requests are admitted; nil where it does. In one burst a window
    /// may have ended: it counts where no burst shows a fall.
    private func steadyRemaining(_ family: RateLimitNotice.Family) -> (String, ProbeRun.Answer)? {
        var bursts: [(answers: [ProbeRun.Answer], low: Int, high: Int)] = []
        for kind in [ProbeScript.Kind.persistent, .blocked, .recovery] {
            guard let run = reader.run(kind) else { continue }
            let admitted = run.answers.filter { $0.shot == 0 && reader.isRejected($0) == false }
            let counts = admitted.compactMap { answer in
                RateLimitNotice.all(in: answer.observed.fields).first { $0.family == family }?.remaining
            }
            guard counts.count == admitted.count, admitted.count >= 2, let low = counts.min(), let high = counts.max()
            else { continue }
            bursts.append((admitted, low, high))
        }
        guard let first = bursts.first else { return nil }
        let falls = bursts.contains { burst in
            // Half of what was admitted: a bucket gains something meanwhile.
            burst.high - burst.low >= max(1, (burst.answers.count - 1) / 2)
        }
        guard !falls, let answer = first.answers.last else { return nil }
        return (
            "\(family.rawValue) has \(first.low)…\(first.high) left throughout a burst of \(first.answers.count) admitted",
            answer
        )
    }
}
