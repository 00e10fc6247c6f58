import Measures
import Scenarios
import VerificationKit

/// Puts together what an input verification came to: a finding for each kind of hostile request, and what holds for all
/// of them.
struct InputReport {
    private static let shownExhibits = 3
    private static let shownChanges = 6

    private let course: InputCourse
    private let rule: InputRule
    private let timeout: String

    init(_ course: InputCourse) {
        self.course = course
        rule = course.rule
        timeout = "\(Figure.short(Span(rule.request.timeout).seconds, decimals: 3)) s"
    }

    /// The checks besides the kinds.
    static let commonChecks = ["stack_traces", "echo", "evaluation", "survives"]

    var report: VerificationReport {
        var findings = [validFinding]
        findings += InputKind.allCases.map(finding)
        findings += [leakFinding, echoFinding, evaluationFinding, survivalFinding]
        var report = VerificationReport(kind: "input", name: course.name, findings: findings)
        report.figures = figures
        report.exchanges = course.exchanges
        if let beginning = course.evidence.beginning { report.duration = course.last - beginning }
        return report
    }

    private var figures: [VerificationFigure] {
        func count(_ outcome: HostileResult.Outcome) -> Double {
            Double(course.results.count { $0.outcome == outcome })
        }
        var figures = [
            VerificationFigure("derived", Double(course.derived.values.reduce(0, +)), .count),
            VerificationFigure("hostile_requests", Double(course.results.count), .count),
            VerificationFigure("refused", count(.refused), .count),
            VerificationFigure("accepted", count(.accepted), .count),
            VerificationFigure("server_errors", count(.serverError), .count),
            VerificationFigure("unanswered", count(.timedOut) + count(.cutOff), .count),
        ]
        if let slowest = course.results.map(\.duration.milliseconds).max() {
            figures.append(VerificationFigure("slowest_hostile_answer", slowest, .milliseconds))
        }
        return figures
    }

    // MARK: - The valid request

    private var validFinding: VerificationFinding {
        let validity = course.validity
        let expected = "\(InputCourse.samples) valid requests get \(Self.shown(rule.expectValid))"
        let statuses = validity.samples.map { $0 == 0 ? "no answer" : "\($0)" }.joined(separator: ", ")
        if let refused = validity.refused {
            return VerificationFinding(
                check: "valid", verdict: .inconclusive, expected: expected, observed: statuses,
                evidence:
                    "The body of the scenario is not accepted, so what is derived from it shows nothing. Put a body "
                    + "there that the endpoint accepts (${n} in a text makes each one another), or its statuses into "
                    + "expect_valid.", exhibits: [refused])
        }
        let isDone = validity.samples.count == InputCourse.samples
        return VerificationFinding(
            check: "valid", verdict: isDone ? .pass : .noData, expected: expected,
            observed: statuses.isEmpty ? "nothing was sent" : statuses,
            evidence: "Sent before anything hostile was; later answers are held against these.")
    }

    // MARK: - Kinds

    private func finding(_ kind: InputKind) -> VerificationFinding {
        let cases = course.cases.indices.filter { course.cases[$0].kind == kind }
        let results = course.results.filter { course.cases[$0.number].kind == kind }
        var finding = VerificationFinding(
            check: kind.rawValue, verdict: .noData, severity: .advisory, expected: expected(kind), observed: "",
            evidence: "")
        if rule.skip.contains(kind) {
            finding.observed = "not sent"
            finding.evidence = "The scenario skips this kind."
            return finding
        }
        if cases.isEmpty {
            finding.observed = "not sent"
            finding.evidence = "The body has nothing that this kind could be derived from."
            return finding
        }
        let tally = KindTally(results, cases: course.cases, sent: cases.count)
        finding.verdict = tally.verdict
        finding.severity = tally.severity
        finding.observed = tally.observed
        finding.evidence = evidence(kind, tally, of: cases.count)
        finding.exhibits = tally.telling.prefix(Self.shownExhibits).map(\.exhibit)
        return finding
    }

    private func expected(_ kind: InputKind) -> String {
        let refusal = "\(Self.shown(rule.expect)) within \(timeout)"
        if rule.accepts.contains(kind) || kind == .chunkedBodies {
            return "\(refusal), or \(Self.shown(rule.expectValid))"
        }
        return kind == .injections ? "\(refusal), or \(Self.shown(rule.expectValid)) where texts are valid" : refusal
    }

    private func evidence(_ kind: InputKind, _ tally: KindTally, of count: Int) -> String {
        var sentences: [String] = []
        let derived = course.derived[kind, default: 0]
        if derived > count {
            sentences.append("Of \(derived) that can be derived, \(count) were chosen (bodies, seed \(rule.seed)).")
        }
        if tally.missing > 0 {
            let reason =
                course.validity.stopped.map { ": \($0)" }
                ?? (tally.count(.timedOut) > 0 ? ": too many of them had no answer" : "")
            sentences.append("\(tally.missing) were not sent\(reason).")
        }
        let changes = tally.telling.prefix(Self.shownChanges).map { result in
            "\(course.cases[result.number].change) → \(Self.shown(result))"
        }
        if !changes.isEmpty {
            let more = tally.telling.count - changes.count
            sentences.append(changes.joined(separator: "; ") + (more > 0 ? "; and \(more) more." : "."))
        }
        sentences += InputAdvice.sentences(kind, tally, rule)
        return sentences.isEmpty ? "All were refused." : sentences.joined(separator: " ")
    }

    private static func shown(_ result: HostileResult) -> String {
        switch result.outcome {
        case .timedOut: "no answer in time"
        case .cutOff: "connection closed without an answer"
        default: "\(result.status)"
        }
    }

    /// The statuses as the scenario writes them; the refusals of a scenario that says nothing in short.
    static func shown(_ statuses: [ClosedRange<Int>]) -> String {
        if statuses == InputRule.refusals { return "4xx (not 408, 429)" }
        return statuses.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)..\($0.upperBound)" }
            .joined(separator: ", ")
    }

    // MARK: - What holds for all

    private func common(
        _ check: String, expected: String, found: [HostileResult], observed: (HostileResult) -> String,
        exhibit: (HostileResult) -> Exhibit, advice: String
    ) -> VerificationFinding {
        let answered = course.results.filter { $0.status > 0 }
        let unreadable = answered.count(where: \.isUnreadable)
        var finding = VerificationFinding(
            check: check, verdict: .pass, expected: expected,
            observed: "\(found.count) of \(answered.count) answers",
            evidence: "Answers to all hostile requests, up to 64 KiB of each, were searched.",
            exhibits: found.prefix(Self.shownExhibits).map(exhibit))
        if answered.isEmpty {
            finding.verdict = .noData
        } else if !found.isEmpty {
            finding.verdict = .fail
            let shown = found.prefix(Self.shownChanges).map {
                "\(course.cases[$0.number].change) → \($0.status), \(observed($0))"
            }
            let more = found.count - shown.count
            finding.evidence = shown.joined(separator: "; ") + (more > 0 ? "; and \(more) more. " : ". ") + advice
        } else if unreadable > 0 {
            finding.verdict = .inconclusive
            finding.evidence =
                "\(unreadable) answers are compressed though the requests ask for identity, and were not "
                + "looked into."
        } else if course.validity.stopped != nil || !isAllSent {
            finding.verdict = .inconclusive
            finding.evidence += " Not all were sent: \(course.validity.stopped ?? "the verification was ended")."
        }
        return finding
    }

    /// False where the course had to end early. Kinds that were given up are no reason: what they came to says so.
    private var isAllSent: Bool { course.isComplete }

    private var leakFinding: VerificationFinding {
        common(
            "stack_traces", expected: "no answer shows the server's inside",
            found: course.results.filter { !$0.leaks.isEmpty },
            observed: { "shows \($0.leaks.joined(separator: ", "))" },
            exhibit: { $0.leakExhibit ?? $0.exhibit },
            advice: "Answer mistakes with a message of your own, and log the rest.")
    }

    private var echoFinding: VerificationFinding {
        common(
            "echo", expected: "no markup of a request comes back as markup",
            found: course.results.filter { $0.markup != nil },
            observed: { "holds \($0.markup ?? "")…" }, exhibit: \.exhibit,
            advice: "Escape what you give back, or answer as application/json with X-Content-Type-Options: nosniff.")
    }

    private var evaluationFinding: VerificationFinding {
        common(
            "evaluation", expected: "no text of a request is carried out",
            found: course.results.filter { $0.effect != nil }, observed: { $0.effect ?? "" }, exhibit: \.exhibit,
            advice:
                "Never hand texts of requests to a template engine, a shell, an XML parser with entities or a header.")
    }

    private var survivalFinding: VerificationFinding {
        let validity = course.validity
        let good = validity.followed - validity.failures.count
        var finding = VerificationFinding(
            check: "survives", verdict: .pass,
            expected: "the valid request right after each hostile one is answered as before",
            observed: "\(good) of \(validity.followed)",
            evidence: "Each on a new connection; status, content type and the members and types of JSON were compared.")
        if validity.followed == 0 {
            finding.verdict = .noData
            finding.evidence = validity.stopped.map { "Nothing hostile was followed up: \($0)." } ?? finding.evidence
        } else if !validity.failures.isEmpty {
            finding.verdict = .fail
            let shown = validity.failures.prefix(Self.shownChanges).map { failure in
                let end = failure.recovered.map {
                    "well again after \(Figure.short($0.seconds, decimals: 2)) s"
                }
                return "after \(course.cases[failure.number].change): \(failure.problem), \(end ?? "not well again")"
            }
            finding.evidence = shown.joined(separator: "; ") + ". The hostile request harms those that come after it."
            finding.exhibits = validity.failures.prefix(2).flatMap { [$0.hostile, $0.valid].compactMap { $0 } }
        } else if validity.limited > 0 || validity.stopped != nil || !isAllSent {
            finding.verdict = .inconclusive
            let reason = validity.stopped ?? (isAllSent ? "a limiter answered" : "the verification was ended")
            finding.evidence += " \(validity.limited) got 429, and not all were sent or answered: \(reason)."
        }
        return finding
    }
}
