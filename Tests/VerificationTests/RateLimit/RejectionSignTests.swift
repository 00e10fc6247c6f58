import Measures
import Scenarios
import Testing

@testable import RateLimitVerification
@testable import VerificationKit

/// Rejections that aren't told by a status of their own.
@Suite("Rate limit: what a rejection looks like") struct RejectionSignTests {
    private static func rule(_ checks: [Check]) -> RateLimitRule { RateLimitFixtures.rule { $0.rejected = checks } }

    private static let limited = Check(
        subject: .body, predicate: .contains(Text("\"limited\"")), source: "body contains \"limited\"")
    private static let slowDown = Check(
        subject: .header("Location"), predicate: .contains(Text("/slow-down")),
        source: "header Location contains /slow-down")

    private static func report(
        _ quirks: [SimulatedLimiter.Quirk], _ checks: [Check], seed: UInt64
    ) -> VerificationReport {
        RateLimitFixtures.report(
            SimulatedLimiter(limit: 20, window: 10, [.silent] + quirks) { SlidingLog(limit: 20, window: 10) },
            rule(checks), seed: seed)
    }

    @Test("A body tells, whatever the status")
    func body() {
        for seed in Seeds.all {
            let report = Self.report([.status(200), .tells(#"{"error": "limited"}"#)], [Self.limited], seed: seed)
            #expect(RateLimitFixtures.complaints(report) == [], "seed \(seed)")
            let status = report.findings.first { $0.check == "status" }
            #expect(status?.observed == "200" && status?.expected == "body contains \"limited\"")
        }
    }

    @Test("Where a redirect leads tells")
    func redirect() {
        for seed in Seeds.all {
            let report = Self.report([.status(302), .leadsTo("/slow-down")], [Self.slowDown], seed: seed)
            #expect(RateLimitFixtures.complaints(report) == [], "seed \(seed)")
        }
    }

    @Test("Of several all must hold")
    func several() {
        let status = Check(subject: .status, predicate: .number(.equal, 302), source: "status == 302")
        for seed in Seeds.all {
            let report = Self.report([.status(302), .leadsTo("/slow-down")], [status, Self.slowDown], seed: seed)
            #expect(RateLimitFixtures.complaints(report) == [], "seed \(seed)")
        }
    }

    @Test("An answer that is neither a success nor what is declared is inconclusive, and named")
    func neither() {
        for seed in Seeds.all {
            let report = Self.report([.status(429)], [Self.limited], seed: seed)
            #expect(RateLimitFixtures.failures(report) == [], "seed \(seed): \(RateLimitFixtures.complaints(report))")
            let answers = report.findings.first { $0.check == "answers" }
            #expect(answers?.verdict == .inconclusive)
            #expect(
                answers?.evidence.contains("a status of 400 or more that is not body contains \"limited\"") ?? false,
                "\(answers?.evidence ?? "")")
            #expect(report.verdict != .pass)
        }
    }

    @Test("Without the key a limiter that tells by the body seems to reject nothing, and the key is named")
    func undeclared() {
        let report = Self.report([.status(200), .tells(#"{"error": "limited"}"#)], [], seed: 1)
        let limit = report.findings.first { $0.check == "limit" }
        #expect(
            limit?.verdict == .fail && limit?.evidence.contains("`rejected`") ?? false, "\(String(describing: limit))")
    }
}
