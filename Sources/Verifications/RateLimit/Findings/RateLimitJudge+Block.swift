internal import Measures
internal import Scenarios
import VerificationKit

/// What a blocked client is told, and whether it is true.
extension RateLimitJudge {
    /// All answers that reject.
    var rejections: [ProbeRun.Answer] { record.everything.filter { reader.isRejected($0) == true } }

    func recoveryFinding() -> VerificationFinding {
        let expected = "admitted again when promised"
        guard let run = reader.run(.recovery) else { return spoilt("recovery", expected: expected, [.recovery]) }
        guard let promise = RateLimitPromise(reader, rule) else {
            return notLookedAt(
                "recovery", expected: expected,
                because: rejections.isEmpty
                    ? "Nothing was rejected."
                    : "Rejections name no time, neither by Retry-After nor by a reset, or others were admitted after the last one."
            )
        }
        let delay = "\(Figure.short(promise.delay, decimals: 3)) s"
        let told = "\(promise.source) named \(delay) at \(Self.shown(promise.told))"
        guard promise.delay <= RateLimitPromise.longestWait(rule) else {
            return VerificationFinding(
                check: "recovery", verdict: .inconclusive, expected: expected, observed: "\(delay) promised",
                evidence: "\(told): longer than twice the window, which was not waited for.",
                exhibits: exhibits(run, most: 1) { reader.isRejected($0) == true })
        }
        guard run.pending == 0, let late = run.answers.first(where: { $0.tag == .late }),
            let isRejected = reader.isRejected(late)
        else { return spoilt("recovery", expected: expected, [.recovery]) }
        let sent = record.seconds(late.observed.sent)
        var finding = VerificationFinding(
            check: "recovery", verdict: isRejected ? .fail : .pass, expected: expected,
            observed: isRejected ? "rejected" : "admitted",
            evidence:
                "\(told). A request at \(Self.shown(sent)), after that, was \(isRejected ? "rejected" : "admitted").",
            exhibits: exhibits(run) { $0.tag == .early || $0.tag == .late })
        if isRejected, !rule.beside.isEmpty, promise.source != "Retry-After" {
            finding.verdict = .inconclusive
            finding.evidence += " The field may be about another limit: Retry-After says when to come again."
        } else if isRejected {
            finding.evidence +=
                " A client that does as it is told comes too early: round up, and count from the answer on."
        }
        if let early = run.answers.first(where: { $0.tag == .early }), let isBlocked = reader.isRejected(early) {
            let before = Figure.short(promise.until - record.seconds(early.observed.sent), decimals: 1)
            finding.evidence += " \(before) s before it, it was \(isBlocked ? "rejected" : "admitted already")."
        }
        return finding
    }

    func prolongationFinding() -> VerificationFinding {
        var finding = blockFinding()
        // A ban prolongs a block, too.
        if finding.verdict != .pass { finding.evidence += banHint }
        return finding
    }

    private func blockFinding() -> VerificationFinding {
        let expected =
            rule.prolongs ? "rejected requests may prolong a block" : "rejected requests don't prolong a block"
        guard let persistent else { return spoilt("prolongation", expected: expected, [.persistent]) }
        let rejected = persistent.rejections.count
        var finding = VerificationFinding(
            check: "prolongation", verdict: .pass, expected: expected, observed: "they don't",
            evidence: "\(rejected) requests were rejected while one client went on for a window. "
                + (shown(reader.run(.persistent), shot: 8).map { "After it, \($0)." } ?? ""),
            exhibits: exhibits(reader.run(.persistent), shot: 8))
        guard rejected > 0 else {
            return notLookedAt("prolongation", expected: expected, because: "Nothing was rejected.")
        }
        let shown = basis.models.map(\.shown).joined(separator: "; ")
        if !rule.prolongs, let counting = countingRival {
            finding.verdict = .inconclusive
            finding.observed = "not known"
            finding.evidence +=
                " It is a \(shown), or else one whose rejected requests count: \(counting.shown). A longer window in `limit` tells; "
                + "`prolongs: true` says that they may count."
            return finding
        }
        switch basis.kind {
        case .declared, .otherModel, .otherNumbers:
            if basis.models.allSatisfy(\.model.countsRejected) {
                finding.observed = "they do"
                if !rule.prolongs { finding.verdict = .fail }
            } else if basis.models.allSatisfy({ $0.model == .pollLossyBucket }) {
                finding.verdict = .inconclusive
                finding.observed = "they cost fractions of a token"
                finding.evidence +=
                    " It is a \(shown): who asks more often than a token takes may get none. That is rounding, not a penalty; a "
                    + "longer window, or a limit whose tokens come less often than the polls, tells more."
            }
        case .rejectionsCount:
            finding.verdict = .fail
            finding.observed = "they do"
            finding.evidence +=
                " All of it is explained with the declared numbers if rejected requests count: \(shown). Declare "
                + "`prolongs: true` if that is meant."
            if !basis.rivals.isEmpty {
                finding.evidence += " Or windows are longer than declared: \(shownRivals). More clients tell."
            }
        case .withoutPersistent:
            finding.verdict = .fail
            finding.observed = "they do"
            if let starvation = declaredAccounts.compactMap(\.account.starvation).first {
                finding.evidence += " \(text(starvation))."
            }
            finding.evidence +=
                " All but this probe is explained by \(shown). Declare `prolongs: true` if that is meant."
        case .undecided, .unknown:
            finding.verdict = .inconclusive
            finding.observed = "not known"
            finding.evidence += " \(undecidedEvidence)"
        }
        return finding
    }

    /// That a ban looks alike.
    private var banHint: String {
        guard !rule.prolongs, let ban = possibleBan else { return "" }
        return " If a client is banned for a time once it is rejected, declare `penalty`: for more than "
            + "\(Figure.short(ban.longer, decimals: 1)) s."
    }

    /// A way of counting rejected requests that explains all with the declared numbers, where only a coarse clock lets an
    /// honest one do so: a window of a few seconds is too short to tell them apart.
    private var countingRival: LimiterCandidate? {
        guard basis.kind == .declared, basis.models.allSatisfy({ $0.parameters.tick != nil }) else { return nil }
        let exact = LimiterModel.simple.map { LimiterCandidate($0, parameters) }
        return (exact + LimiterCandidate.refined(parameters)).first {
            $0.model.countsRejected && rule.capacity == rule.limit && $0.explains(plain)
        }
    }

    func retryAfterFinding() -> VerificationFinding {
        let isDemanded = rule.fields.contains(.retryAfter)
        let expected = "Retry-After on rejections, a whole number of seconds or a date"
        let rejections = rejections
        guard !rejections.isEmpty else {
            return notLookedAt("retry_after", expected: expected, because: "Nothing was rejected.")
        }
        let all = rejections.map { ($0, RetryAfter($0.observed.fields)) }
        let absent = all.filter { $0.1 == .absent }
        let malformed = all.filter { if case .malformed = $0.1 { true } else { false } }
        let delays = all.compactMap(\.1.delay)
        let own = max(parameters.window, Double(rule.capacity) / parameters.refill.lowerBound)
        let longest = (rule.beside.map(\.seconds) + [own, rule.penalty?.seconds ?? 0]).max() ?? own
        let tooLong = delays.filter { $0 > 2 * longest + 1 }
        var finding = VerificationFinding(
            check: "retry_after", verdict: .pass, expected: expected, observed: "",
            evidence:
                "\(rejections.count) rejections; \(absent.count) without the field (RFC 6585 §4, RFC 9110 §10.2.3). Whether "
                + "it is true is told by recovery.")
        if let least = delays.min(), let most = delays.max() {
            finding.observed = "\(Self.shown(least...most, decimals: 0)) s"
        }
        if let first = malformed.first {
            finding.verdict = .fail
            finding.observed = "malformed on \(malformed.count) of \(all.count)"
            if case .malformed(let text) = first.1, ISO8601Instant.seconds(text) != nil {
                finding.evidence += " \(text) is a date of ISO 8601; the field has a date of HTTP, or seconds."
            }
            finding.exhibits = [exhibit(first.0, client: nil)]
        } else if absent.count == all.count {
            finding.observed = "none"
            (finding.verdict, finding.severity) = isDemanded ? (.fail, .hard) : (.inconclusive, .advisory)
            finding.evidence += " Without it clients guess when to come again."
            finding.exhibits = [exhibit(absent[0].0, client: nil)]
        } else if !absent.isEmpty {
            finding.observed = "missing on \(absent.count) of \(all.count)"
            (finding.verdict, finding.severity) = (.fail, isDemanded ? .hard : .advisory)
            finding.exhibits = [exhibit(absent[0].0, client: nil)]
        } else if !tooLong.isEmpty, !rule.prolongs {
            finding.verdict = .fail
            finding.evidence += " \(tooLong.count) name more than twice the window: clients would wait for nothing."
        }
        return finding
    }

    func cacheFinding() -> VerificationFinding {
        let expected = "rejections are not stored, nor served from a cache"
        let rejections = rejections
        guard !rejections.isEmpty else {
            return notLookedAt("not_cached", expected: expected, because: "Nothing was rejected.")
        }
        let cached = rejections.compactMap { answer in Self.cacheTrace(answer.observed).map { (answer, $0) } }
        var finding = VerificationFinding(
            check: "not_cached", verdict: .pass, expected: expected, observed: "none of \(rejections.count)",
            evidence:
                "A cache must not store 429 (RFC 6585 §4): other clients would be blocked too, and one beyond its time."
        )
        if let first = cached.first {
            finding.verdict = .fail
            finding.observed = "\(cached.count) of \(rejections.count): \(first.1)"
            finding.evidence += " Send Cache-Control: no-store with rejections, and let the cache leave them alone."
            finding.exhibits = cached.prefix(3).map { exhibit($0.0, client: nil) }
        }
        return finding
    }

    /// What shows that an answer was served from a cache, or may be stored by one.
    private static func cacheTrace(_ observed: ObservedExchange) -> String? {
        if let age = observed.value("Age") { return "Age: \(age)" }
        if let status = observed.value("Cache-Status"), isHit(status, within: ";") { return "Cache-Status: \(status)" }
        for name in ["CF-Cache-Status", "X-Cache"] {
            guard let value = observed.value(name), isHit(value, within: " :/") else { continue }
            return "\(name): \(value)"
        }
        guard let control = observed.value("Cache-Control")?.lowercased() else { return nil }
        let directives = control.split(separator: ",").map { $0.filter { $0 != " " } }
        guard !directives.contains("no-store"), !directives.contains("private") else { return nil }
        for directive in directives {
            let parts = directive.split(separator: "=", maxSplits: 1)
            guard let name = parts.first, ["max-age", "s-maxage"].contains(name), parts.count == 2 else { continue }
            if let seconds = Int(parts[1].filter { $0 != "\"" }), seconds > 0 { return "Cache-Control: \(control)" }
        }
        return nil
    }

    /// Whether `hit` stands in a cache's field as a word of its own.
    private static func isHit(_ value: String, within separators: String) -> Bool {
        value.lowercased().split { separators.contains($0) || $0 == "," || $0 == " " }.contains { $0 == "hit" }
    }

    func statusFinding() -> VerificationFinding {
        let expected = "\(rule.status)"
        let rejections = rejections
        guard !rejections.isEmpty else {
            return notLookedAt("status", expected: expected, because: "Nothing was rejected.")
        }
        let wrong = reader.readsContent ? [] : rejections.filter { $0.observed.status != rule.status }
        let statuses = Set(rejections.map(\.observed.status)).sorted().map(String.init).joined(separator: ", ")
        if reader.readsContent {
            return VerificationFinding(
                check: "status", verdict: .pass, expected: RejectionSign.shown(rule), observed: statuses,
                evidence:
                    "\(rejections.count) rejections are recognised by \(RejectionSign.shown(rule)), whatever their status.",
                exhibits: rejections.prefix(2).map { exhibit($0, client: nil) })
        }
        if let undeclared = reader.undeclared {
            let others = "\(Self.shown(undeclared.admitted)) answers of each of \(undeclared.bursts) bursts"
            return VerificationFinding(
                check: "status", verdict: .fail, expected: expected, observed: statuses,
                evidence:
                    "It rejects with \(undeclared.status): declare `status: \(undeclared.status)`, or reject with "
                    + "\(rule.status). After \(others), where the limit ends, the others have this status; it is taken "
                    + "for a rejection here. RFC 6585 §4 has 429 for them.",
                exhibits: rejections.prefix(2).map { exhibit($0, client: nil) })
        }
        return VerificationFinding(
            check: "status", verdict: wrong.isEmpty ? .pass : .fail, expected: expected, observed: statuses,
            evidence: "\(rejections.count) rejections. RFC 6585 §4 has 429 for them; nginx sends 503 unless told "
                + "limit_req_status 429."
                + (wrong.first.map { " Declare `status: \($0.observed.status)` if it is meant." } ?? ""),
            exhibits: wrong.prefix(2).map { exhibit($0, client: nil) })
    }

    func answerFinding() -> VerificationFinding {
        let all = record.everything
        let failed = all.filter { reader.isRejected($0) == nil }
        var counts: [String: Int] = [:]
        for answer in failed {
            let label =
                answer.observed.outcome == .ok ? "status \(answer.observed.status)" : answer.observed.outcome.label
            counts[label, default: 0] += 1
        }
        let kinds = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        var finding = VerificationFinding(
            check: "answers", verdict: .pass, expected: "every request is answered with a decision",
            observed: "\(all.count - failed.count) of \(all.count)",
            evidence: "No answer at all, or 5xx, says neither that a request was admitted nor that it was rejected."
                + (reader.readsContent
                    ? " So does a status of 400 or more that is not \(RejectionSign.shown(rule))." : ""),
            exhibits: failed.prefix(3).map { exhibit($0, client: nil) })
        if all.isEmpty || failed.count == all.count {
            finding.verdict = .noData
        } else if !failed.isEmpty {
            finding.verdict = .inconclusive
        }
        let admitted = (record.quiet + record.runs.filter { $0.kind == .persistent }.flatMap(\.answers))
            .filter { reader.isRejected($0) == false }
        let refused = admitted.filter { $0.observed.status >= 400 }
        if refused.count * 2 > admitted.count, finding.verdict == .pass {
            finding.verdict = .inconclusive
            finding.evidence +=
                " \(refused.count) of \(admitted.count) that were not rejected got \(refused[0].observed.status): the limiter "
                + "may count only what the service takes. Give identities that it knows, and a request that it answers."
            finding.exhibits = refused.prefix(2).map { exhibit($0, client: nil) }
        }
        if !failed.isEmpty {
            let spoilt = record.runs.filter { run in run.answers.contains { reader.isRejected($0) == nil } }
                .map(\.kind.rawValue)
            finding.evidence += " \(kinds)."
            if !spoilt.isEmpty { finding.evidence += " Spoilt probes: \(spoilt.joined(separator: ", "))." }
        }
        return finding
    }
}
