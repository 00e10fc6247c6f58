import Foundation
import Measures
import Objectives
import RateLimitVerification
import Scenarios
import Testing
import VerificationKit

@testable import Reports

@Suite("Verifications in reports")
struct VerificationSummaryTests {
    private static func result(_ change: (inout VerificationReport) -> Void = { _ in }) -> RunResult {
        var scenario = Fixtures.scenario
        scenario.objectives.removeLast(2)
        var declared = DeclaredVerification(
            name: "api",
            rule: RateLimitRule(
                request: VerifiedRequest(url: Text("/api")), limit: 100, window: .seconds(60)))
        declared.section = "Security"
        declared.criterion = "API rate limiting active"
        scenario.verifications = [declared]
        let exhibit = Exhibit(
            request: "GET /api, X-API-Key: \(Fixtures.secret)", answer: "429", sent: Span(nanoseconds: 1_000_000),
            received: Span(nanoseconds: 2_345_678))
        var report = VerificationReport(
            kind: "rate_limit", name: "api",
            findings: [
                VerificationFinding(
                    check: "limit", verdict: .pass, expected: "100", observed: "100", evidence: "100 of 130 admitted"),
                VerificationFinding(
                    check: "race_cold", verdict: .fail, expected: "100", observed: "117",
                    evidence: "117 of 130 released together with \(Fixtures.secret)", exhibits: [exhibit]),
                VerificationFinding(
                    check: "ratelimit_fields", verdict: .noData, severity: .advisory, expected: "RateLimit fields",
                    observed: "none", evidence: "no answer has them"),
            ])
        report.exchanges = 812
        report.duration = Span(seconds: 130.25)
        report.figures = [VerificationFigure("limit", 100), VerificationFigure("refill", 1.666_666, .perSecond)]
        change(&report)
        let measurement = Fixtures.measurement()
        var watch = ObjectiveWatch(scenario)
        _ = watch.feed(Fixtures.second())
        let judgement = RunJudgement(
            scenario: scenario, measurement: measurement, watch: watch, verifications: [report])
        return RunResult(
            scenario: scenario, measurement: measurement, judgement: judgement, info: Fixtures.info)
    }

    @Test("a failed verification fails the run, and says first what failed, with its evidence, without secrets")
    func failed() throws {
        let result = Self.result()
        #expect(result.verdict == .fail)
        let text = TerminalSummary(result).text()
        #expect(text.hasPrefix("FAIL  signoff: 1 of 1 verification failed\n"))
        let start = try #require(text.range(of: "Verifications\n"))
        let end = try #require(text.range(of: "\n\nSteps"))
        #expect(
            text[start.upperBound..<end.lowerBound] == """
                  verdict  verification    checks          exchanges     took
                  FAIL     rate_limit api  1 pass, 1 fail        812  130.3 s
                      FAIL race_cold: expected 100; observed 117
                      117 of 130 released together with ${env:TOKEN}
                      advisory, in result.json: ratelimit_fields
                """)
        #expect(!text.contains(Fixtures.secret))
        #expect(!(try ResultFile.json(of: result)).contains(Fixtures.secret))
    }

    @Test("an advisory finding doesn't count")
    func advisory() {
        let result = Self.result { $0.findings.remove(at: 1) }
        #expect(result.verdict == .pass)
        #expect(TerminalSummary(result).text().hasPrefix("PASS  signoff: all 1 objective and 1 verification hold\n"))
    }

    @Test("the sign-off table has a row for each criterion, by section")
    func signOff() {
        let rows = SignOffTable(Self.result()).rows
        #expect(rows.map(\.section) == ["Performance", "Security"])
        #expect(rows.map(\.verdict) == [.pass, .fail])
        #expect(rows[0].shownBy == ["p95 response_time of list-projects < 200ms"])
        #expect(rows[0].observed == ["1.44 ms (bound 1.46 ms)"])
        #expect(rows[1].criterion == "API rate limiting active")
        #expect(rows[1].observed == ["checks: 1 pass, 1 fail"])
    }

    @Test("the result holds findings, figures and exhibits, and fits its schema")
    func json() throws {
        let result = Self.result()
        let verification = try #require(result.verifications?.first)
        #expect(verification.seconds == 130.25)
        #expect(verification.figures?.map(\.value) == [100, 1.667])
        #expect(verification.findings[1].exhibits?.first?.request == "GET /api, X-API-Key: ${env:TOKEN}")
        #expect(verification.findings[1].exhibits?.first?.received == 2.346)
        #expect(try SchemaCheck(ResultSchema.json).faults(of: ResultFile.json(of: result)) == [])
    }
}
