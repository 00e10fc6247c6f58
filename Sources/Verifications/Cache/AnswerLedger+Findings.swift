internal import Measures
internal import Scenarios
import VerificationKit

/// What the answers of the mix come to, whatever pass they belong to.
extension AnswerLedger {
    /// True where no answer says what the cache did.
    var isSilent: Bool { silent.seen == silent.bad }

    /// Whether all requests were answered well.
    var answersFinding: VerificationFinding {
        let words = "\(Figure.counted(failed.seen - failed.bad)) of \(Figure.counted(failed.seen))"
        return VerificationFinding(
            .answers, failed.seen == 0 ? .noData : failed.bad == 0 ? .pass : .fail,
            expected: "every request answered, status below 400", observed: words,
            evidence: failed.bad == 0
                ? "Each request of the mix got an answer, and none an error."
                : "\(Figure.counted(failed.bad)) requests of the mix got no answer or an error. The ratios are those of another "
                    + "mix than the one declared: check the URL, `from` and `catalogue`.",
            exhibits: failed.exhibits)
    }

    /// The fields that told what the cache did, the most frequent first.
    var fieldNames: String {
        fields.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key).joined(separator: ", ")
    }

    /// Whether each answer says what the cache did.
    func statusFinding(hasOrigin: Bool) -> VerificationFinding {
        let said = fields.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\($0.key) on \(Figure.counted($0.value))" }.joined(separator: ", ")
        let expected = "readable on every answer"
        if isSilent {
            return VerificationFinding(
                .statusFields, silent.seen == 0 || !hasOrigin ? .noData : .inconclusive,
                severity: hasOrigin && silent.seen > 0 ? .advisory : .hard, expected: expected,
                observed: "none on \(Figure.counted(silent.seen)) answers",
                evidence: hasOrigin
                    ? "No answer says what the cache did, so the ratio is the one that the origin's count gives."
                    : "No answer says what the cache did. Let the cache send Cache-Status (RFC 9211), name its field "
                        + "with `hit: header NAME`, use `hit: age`, or name the origin's counter with `origin:`.",
                exhibits: silent.exhibits)
        }
        let open =
            hasOrigin
            ? "they count by the origin's requests."
            : "they may be hits or not: name the origin's counter with "
                + "`origin:` to know."
        let evidence =
            silent.bad == 0
            ? "Each answer says what the cache did."
            : "\(Figure.counted(silent.bad)) answers have no such field, or nothing in it that can be read (Apache sends none "
                + "while another request holds its lock); \(open)"
        if hit == .age {
            return VerificationFinding(
                .statusFields, .pass, expected: "Age or none", observed: "\(Figure.counted(silent.seen)) answers",
                evidence: "Answers with Age are taken for hits, those without for misses (RFC 9111 §5.1).")
        }
        return VerificationFinding(
            .statusFields, silent.bad == 0 ? .pass : hasOrigin ? .fail : .inconclusive,
            severity: hasOrigin && silent.bad > 0 ? .advisory : .hard, expected: expected,
            observed: "\(said) of \(Figure.counted(silent.seen)) answers", evidence: evidence, exhibits: silent.exhibits
        )
    }

    /// Whether the cache may keep what is asked for.
    func eligibleFinding(atLeast share: Double) -> VerificationFinding? {
        let known = passes.reduce(0) { $0 + $1.eligible + $1.notEligible }
        guard known > 0 else { return nil }
        let eligible = passes.reduce(0) { $0 + $1.eligible }
        let observed = Double(eligible) / Double(known)
        return VerificationFinding(
            .eligible, observed >= share ? .pass : .fail, expected: "at least \(Figure.share(share)) of answers",
            observed: "\(Figure.share(observed)) (\(Figure.counted(eligible)) of \(Figure.counted(known)))",
            evidence: eligible == known
                ? "The cache said of no answer that it must not keep it."
                : "\(Figure.counted(known - eligible)) answers went past the cache (BYPASS, DYNAMIC, fwd=bypass …) and stand in "
                    + "no hit ratio of eligible requests. Let the cache keep them, or allow for them with `eligible:`.",
            exhibits: kept.exhibits)
    }

    /// Whether hits have the contents that were fetched.
    var contentFinding: VerificationFinding? {
        let seen = contents.seen + otherVersions.seen + borrowed.seen
        guard seen > 0 else { return nil }
        let expected = "hits equal to what was fetched"
        let sample = "\(Figure.counted(seen)) answers compared, by ETag, length and the beginning of the body"
        if contents.bad > 0 {
            return VerificationFinding(
                .content, .fail, expected: expected, observed: "\(Figure.counted(contents.bad)) hold another body",
                evidence:
                    "\(sample): \(Figure.counted(contents.bad)) have a body that no fetch of the object in this run had, "
                    + "or the same strong ETag as another body. The cache mixes objects up, or the origin's tags are wrong.",
                exhibits: contents.exhibits)
        }
        if borrowed.bad > 0 {
            return VerificationFinding(
                .content, areObjectsDistinct ? .fail : .inconclusive, expected: expected,
                observed: "\(Figure.counted(borrowed.bad)) hold the body of another object",
                evidence:
                    "\(sample): \(Figure.counted(borrowed.bad)) are hits on objects that were never fetched in this run, with "
                    + "the body of one that was. "
                    + (areObjectsDistinct
                        ? "The cache's key leaves out what tells the objects apart."
                        : "Either all objects are alike, or the cache's key leaves out what tells them apart: ask for a "
                            + "catalogue of different objects."),
                exhibits: borrowed.exhibits)
        }
        if otherVersions.bad > 0 {
            return VerificationFinding(
                .content, .inconclusive, expected: expected,
                observed: "\(Figure.counted(otherVersions.bad)) hold another version",
                evidence:
                    "\(sample): \(Figure.counted(otherVersions.bad)) have an ETag that no fetch in this run had. Objects "
                    + "changed meanwhile, or several caches answer: run it while nothing is deployed.",
                exhibits: otherVersions.exhibits)
        }
        return VerificationFinding(
            .content, .pass, expected: expected, observed: "all equal", evidence: sample + ".")
    }

    /// Whether `Age` is right; advisory, since several caches behind one address disagree rightly.
    var ageFinding: VerificationFinding? {
        guard ages.seen > 0, hit != .age || !ages.counts.isEmpty || ages.renewed > 0 else { return nil }
        var flaws = AgeChecks.Flaw.allCases.compactMap { flaw in
            ages.counts[flaw].map { "\(Figure.counted($0)) \(flaw.words)" }
        }
        // A copy is renewed by asking the origin.
        let counts = passes.compactMap(\.originRequests)
        if counts.count == passes.count, Double(ages.renewed) > counts.reduce(0, +) {
            flaws.append("\(Figure.counted(ages.renewed)) hits whose Age starts again though the origin was not asked")
        }
        return VerificationFinding(
            .age, flaws.isEmpty ? .pass : .fail, severity: .advisory,
            expected: "on hits alone, running with the clock",
            observed: flaws.isEmpty ? "as expected" : flaws.joined(separator: "; "),
            evidence: flaws.isEmpty
                ? "\(Figure.counted(ages.seen)) answers: Age on each hit, and in step with the time since the object was fetched "
                    + "(RFC 9111 §5.1)."
                : "\(Figure.counted(ages.seen)) answers looked at (RFC 9111 §5.1, two seconds allowed). nginx' proxy_cache sends "
                    + "no Age; several caches behind one address have ages of their own. Without Age, browsers and caches "
                    + "nearer the user keep answers for too long.",
            exhibits: ages.exhibits)
    }

    /// Whether a hit sets a cookie.
    var cookieFinding: VerificationFinding {
        // Where no field tells a hit, no cookie at all is an answer, too.
        let hasNone = cookies.seen == 0 && cookieAnswers == 0 && silent.seen > 0
        return VerificationFinding(
            .setCookie, hasNone ? .pass : cookies.seen == 0 ? .noData : cookies.bad == 0 ? .pass : .fail,
            expected: "no Set-Cookie on hits",
            observed: hasNone
                ? "no cookie on \(Figure.counted(silent.seen)) answers"
                : "\(Figure.counted(cookies.bad)) of \(Figure.counted(cookies.seen)) hits",
            evidence: hasNone
                ? "No answer of the mix sets a cookie."
                : cookies.seen == 0
                    ? "There was no hit to look at."
                    : cookies.bad == 0
                        ? "No answer from the cache sets a cookie."
                        : "A stored Set-Cookie gives one user's session to all others. Don't store such answers, or strip "
                            + "the field before they are stored.",
            exhibits: cookies.exhibits)
    }

    /// Whether errors were kept; nil where there was none.
    var errorFinding: VerificationFinding? {
        guard errors.seen > 0 else { return nil }
        return VerificationFinding(
            .errorsCached, errors.bad == 0 ? .pass : .fail,
            expected: "no 5xx, 401, 403 or 429 from the cache",
            observed: "\(Figure.counted(errors.bad)) of \(Figure.counted(errors.seen)) errors",
            evidence: errors.bad == 0
                ? "\(Figure.counted(errors.seen)) answers were errors; \(Figure.counted(keptErrors)) of them came from the cache, all of a "
                    + "kind that may be kept for a while (404, 410 …)."
                : "The cache serves errors that concern one moment or one client to everyone. Give them Cache-Control: "
                    + "no-store.",
            exhibits: errors.exhibits)
    }
}

extension Figure {
    /// A count for people: `5,000`.
    static func counted(_ number: Int) -> String { grouped(UInt64(max(0, number))) }

    /// A fraction for people: `82.3 %`.
    static func share(_ fraction: Double) -> String { "\(short(fraction * 100, decimals: 1)) %" }
}
