internal import Measures
internal import Scenarios
import VerificationKit

/// Races, and what keeps clients apart.
extension RateLimitJudge {
    func raceFinding(_ check: String, _ kinds: [ProbeScript.Kind]) -> VerificationFinding {
        let expected =
            check == "race_cold"
            ? "\(rule.capacity) of all that are released together" : "1 more of all that are released together"
        let runs = kinds.compactMap { reader.run($0) }
        guard !runs.isEmpty else {
            return notLookedAt(
                check, expected: expected,
                because:
                    rule.capacity + ProbeBook(rule).beyond > ProbeBook.mostTogether
                    ? "More than \(ProbeBook.mostTogether) connections at once would be needed. race_primed shows the same."
                    : "More requests at once would be needed than the other limits admit. race_primed shows the same."
            )
        }
        var finding = VerificationFinding(
            check: check, verdict: .pass, severity: rule.enforcement == .exact ? .hard : .advisory, expected: expected,
            observed: "", evidence: "")
        var told: [String] = []
        var histories: [ClientHistory] = []
        // One group that got through at once shows what a race would do; one that did not takes nothing away from that.
        var overlapped = false
        for run in runs {
            let last = run.shots - 1
            guard let history = reader.history(run), let counts = reader.counts(run, shot: last) else {
                finding.verdict = .inconclusive
                told.append("not every request was answered with a decision")
                continue
            }
            histories.append(history)
            let overlap = Self.mostAtOnce(run.answers.filter { $0.shot == last }.map(\.observed))
            overlapped = overlapped || overlap > 1
            told.append(
                "\(counts.admitted) of \(counts.admitted + counts.rejected) admitted, up to \(overlap) under way at once"
            )
        }
        finding.observed = told.joined(separator: "; ")
        switch histories.isEmpty ? .unknown : explanation(of: histories) {
        case .explained, .starvation:
            if !overlapped {
                finding.verdict = .inconclusive
                finding.evidence += "No two requests overlapped, so that no race could happen. "
            } else if finding.verdict == .pass {
                finding.evidence += "As many as one after the other. "
            } else {
                finding.evidence += "In the other group as many as one after the other. "
            }
        case .excess(let excess):
            finding.verdict = .fail
            finding.evidence += "\(text(excess)): the count is read and written apart. Count atomically. "
            finding.exhibits = Array(runs.flatMap { exhibits($0, shot: $0.shots - 1) }.prefix(4))
        case .possible(let candidate):
            finding.verdict = .inconclusive
            finding.evidence += settling(candidate) + " "
        case .unknown:
            finding.verdict = .inconclusive
            finding.evidence += "What was admitted can't be held against a model that explains the other probes. "
        }
        finding.evidence += "Requests of a group are released together, each on a connection of its own."
        return finding
    }

    /// How many of the exchanges were under way at once at most.
    private static func mostAtOnce(_ exchanges: [ObservedExchange]) -> Int {
        let events = exchanges.flatMap { [($0.sent, 1), ($0.received, -1)] }.sorted { ($0.0, $0.1) < ($1.0, $1.1) }
        var now = 0
        var most = 0
        for (_, change) in events {
            now += change
            most = max(most, now)
        }
        return most
    }

    func isolationFinding() -> VerificationFinding {
        let expected = "a client is admitted while others are blocked"
        guard clients.count ?? 2 > 1 else {
            return notLookedAt(
                "isolation", expected: expected,
                because: "There is one client only. Give identity, or sources, to look at it.")
        }
        let answers = (clients.count == nil ? record.quiet : []) + record.beside
        let decided = answers.compactMap { answer in reader.isRejected(answer).map { (answer, $0) } }
        guard !decided.isEmpty else {
            return VerificationFinding(
                check: "isolation", verdict: .inconclusive, expected: expected, observed: "not known",
                evidence: "No request of another client was answered.")
        }
        let rejected = decided.filter(\.1).map(\.0)
        let honest = rejected.isEmpty ? nil : honestRejection()
        let blocked = reader.run(.persistent)?.answers.count { reader.isRejected($0) == true } ?? 0
        var finding = VerificationFinding(
            check: "isolation", verdict: .pass, expected: expected,
            observed: "\(decided.count - rejected.count) of \(decided.count) admitted",
            evidence:
                "\(decided.count) requests of clients that send hardly any, while others were sent \(blocked) rejections."
        )
        if let honest {
            finding.verdict = .inconclusive
            finding.evidence +=
                " \(rejected.count) of them were rejected. By their own requests that is explained too: "
                + "\(honest.shown). Give more clients: `identity` without `identities`, or more `sources`."
            finding.exhibits = rejected.prefix(3).map { exhibit($0, client: nil) }
        } else if !rejected.isEmpty {
            finding.verdict = .fail
            finding.evidence +=
                " They share a count with others, or get others' answers. Count by what tells clients apart."
            finding.exhibits = rejected.prefix(3).map { exhibit($0, client: nil) }
        } else if blocked == 0 {
            finding.verdict = .inconclusive
            finding.evidence += " No one was blocked meanwhile."
        }
        return finding
    }

    /// What explains a rejection of the others by what they sent themselves; nil: nothing does. A made-up client that
    /// sends one request is admitted by every model.
    private func honestRejection() -> LimiterCandidate? {
        guard clients.count != nil else { return nil }
        let decisions = (record.quiet + record.beside).compactMap { reader.decision($0) }
        let simple = LimiterModel.simple.filter { RateLimitBasis.isInQuestion($0, rule) }
            .map { LimiterCandidate($0, parameters) }
        return (simple + RateLimitBasis.candidates(rule, parameters)).first {
            $0.explains([ClientHistory(decisions)])
        }
    }

    func spoofingFinding() -> VerificationFinding {
        let expected = "no field makes another client"
        guard !rule.spoof.isEmpty else {
            return notLookedAt("spoofing", expected: expected, because: "The scenario names no field to try (spoof).")
        }
        return disguiseFinding("spoofing", expected: expected, names: rule.spoof) { tag in
            if case .spoof(let field) = tag { field } else { nil }
        }
    }

    func methodFinding() -> VerificationFinding {
        let expected = "a blocked client is blocked by every method"
        let names = rule.methods.filter { $0 != rule.request.method }.map(\.rawValue)
        guard !names.isEmpty else {
            return notLookedAt("methods", expected: expected, because: "The scenario names no other method (methods).")
        }
        return disguiseFinding("methods", expected: expected, names: names) { tag in
            if case .method(let method) = tag { method } else { nil }
        }
    }

    /// What a blocked client got by each of several disguises: as much as any model that explains the plain probes admits.
    private func disguiseFinding(
        _ check: String, expected: String, names: [String], _ name: (ProbeScript.Shot.Tag) -> String?
    ) -> VerificationFinding {
        let runs = record.runs.filter { $0.kind == .blocked }
        let histories = runs.compactMap { reader.history($0) }
        guard let run = runs.first, histories.count == runs.count else {
            return spoilt(check, expected: expected, [.blocked])
        }
        var finding = VerificationFinding(
            check: check, verdict: .pass, expected: expected, observed: "", evidence: "")
        var told: [String] = []
        let whole = explanation(of: histories)
        for wanted in names {
            let tried = runs.flatMap(\.answers).filter { name($0.tag) == wanted }
            let admitted = tried.filter { reader.isRejected($0) == false }
            told.append("\(wanted): \(admitted.count) of \(tried.count) admitted")
            guard !admitted.isEmpty, whole != .explained else { continue }
            let found = blame(runs, whole, { name($0) == wanted })
            switch found {
            case .explained: break
            case .excess(let excess):
                finding.verdict = .fail
                finding.evidence += "With \(wanted) \(text(excess)). "
                finding.exhibits += exhibits(run, most: 2) { name($0.tag) == wanted && reader.isRejected($0) == false }
            case .starvation:
                finding.verdict = .fail
                finding.evidence += "With \(wanted) \(admitted.count) are admitted that the client had not left. "
                finding.exhibits += exhibits(run, most: 2) { name($0.tag) == wanted && reader.isRejected($0) == false }
            case .possible(let candidate):
                finding.verdict = Verdict.worst(of: [finding.verdict, .inconclusive]) ?? .inconclusive
                finding.evidence += "With \(wanted) \(admitted.count) were admitted. \(settling(candidate)) "
            case .unknown:
                finding.verdict = Verdict.worst(of: [finding.verdict, .inconclusive]) ?? .inconclusive
                finding.evidence +=
                    "With \(wanted) \(admitted.count) were admitted; no model explains the client's other requests, so that it "
                    + "can't be told whether they should have been. "
            }
        }
        finding.observed = told.joined(separator: "; ")
        finding.evidence +=
            "Sent by a client that had just used up its limit (\(shown(run, shot: 0) ?? "")); what a model admits again "
            + "meanwhile is allowed."
        finding.exhibits = Array(finding.exhibits.prefix(4))
        return finding
    }

    /// Whether a disguise is to blame for what the client got in all, which isn't explained: where it is without the
    /// disguise, or where it is by the plain requests alone and not with the disguise besides.
    private func blame(
        _ runs: [ProbeRun], _ whole: Explanation, _ isDisguise: (ProbeScript.Shot.Tag) -> Bool
    ) -> Explanation {
        func explained(_ belongs: (ProbeScript.Shot.Tag) -> Bool) -> Explanation {
            explanation(of: runs.compactMap { run in reader.history(run) { belongs($0.tag) } })
        }
        if explained({ !isDisguise($0) }) == .explained { return whole }
        let disguised = explained { $0 == .plain || isDisguise($0) }
        if disguised == .explained || explained({ $0 == .plain }) == .explained { return disguised }
        return .unknown
    }

    func neighbourFinding() -> VerificationFinding {
        let expected = "others are answered as fast as before"
        guard clients.count ?? 2 > 1 else {
            return notLookedAt("neighbours", expected: expected, because: "There is one client only.")
        }
        guard let before = Self.median(record.quiet), let during = Self.median(record.beside) else {
            return VerificationFinding(
                check: "neighbours", verdict: .inconclusive, expected: expected, observed: "not known",
                evidence: "Too few requests of other clients were answered.")
        }
        var finding = VerificationFinding(
            check: "neighbours", verdict: .pass, expected: expected,
            observed:
                "median \(Figure.measured(during, .milliseconds)) after \(Figure.measured(before, .milliseconds))",
            evidence:
                "\(record.quiet.count) requests of others before, \(record.beside.count) while clients were blocked. It "
                + "fails at three times the median and 50 ms more.")
        if during > 3 * before + 50 {
            finding.verdict = .fail
            finding.evidence += " A blocked client's requests cost the others: reject before anything else is done."
            let slowest = record.beside.sorted { $0.observed.duration > $1.observed.duration }.prefix(2)
            finding.exhibits = slowest.map { exhibit($0, client: nil) }
        }
        return finding
    }

    /// The median of answered exchanges in milliseconds.
    static func median(_ answers: [ProbeRun.Answer]) -> Double? {
        let times = answers.filter { $0.observed.outcome == .ok }.map(\.observed.duration.milliseconds).sorted()
        return times.isEmpty ? nil : times[times.count / 2]
    }
}
