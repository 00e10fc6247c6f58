import Dispatch
import Measures
import NIOConcurrencyHelpers
import Scenarios

@testable import RateLimitVerification
@testable import VerificationKit

/// Rules and courses for simulated limiters.
enum RateLimitFixtures {
    static func rule(
        limit: Int = 20, window: Double = 10, _ change: (inout RateLimitRule) -> Void = { _ in }
    ) -> RateLimitRule {
        var rule = RateLimitRule(
            request: VerifiedRequest(url: Text("/api")), limit: limit, window: .milliseconds(Int(window * 1000)))
        rule.identityHeader = "X-API-Key"
        change(&rule)
        return rule
    }

    /// `seed` tells the clients that are made up from those of another course.
    static func course(_ rule: RateLimitRule, seed: UInt64 = 1) -> RateLimitCourse {
        let scenario = Scenario(name: "limited", target: Text("http://127.0.0.1:8080"), flows: [], load: [])
        return RateLimitCourse(
            DeclaredVerification(name: "api", rule: rule), rule: rule, maker: RequestMaker(scenario),
            seed: seed)
    }

    /// All that a rule declares.
    static func session(_ rule: RateLimitRule, seed: UInt64 = 1) -> RateLimitSession {
        let scenario = Scenario(name: "limited", target: Text("http://127.0.0.1:8080"), flows: [], load: [])
        return RateLimitSession(
            DeclaredVerification(name: "api", rule: rule), rule: rule, maker: RequestMaker(scenario), seed: seed)
    }

    /// The reports of a limiter about all that a rule declares, with several seeds; as many at once as there are processors.
    static func sessions(
        _ limiter: @escaping @Sendable () -> SimulatedLimiter, _ rule: @escaping @Sendable () -> RateLimitRule,
        seeds: ClosedRange<UInt64> = Seeds.all
    ) -> [(seed: UInt64, report: VerificationReport)] {
        let all = Array(seeds)
        let found = NIOLockedValueBox([UInt64: VerificationReport]())
        DispatchQueue.concurrentPerform(iterations: all.count) { number in
            var service = SimulatedService(limiter(), seed: all[number])
            var session = session(rule(), seed: all[number])
            let report = service.run(&session)
            found.withLockedValue { $0[all[number]] = report }
        }
        let reports = found.withLockedValue { $0 }
        return all.compactMap { seed in reports[seed].map { (seed, $0) } }
    }

    /// Limits as a scenario has them, each of clients.
    static func quotas(_ limits: [(limit: Int, window: Double)]) -> [RateLimitQuota] {
        limits.map { RateLimitQuota(limit: $0.limit, window: .milliseconds(Int($0.window * 1000))) }
    }

    static func report(
        _ limiter: SimulatedLimiter, _ rule: RateLimitRule, seed: UInt64,
        _ change: (inout SimulatedService) -> Void = { _ in }
    ) -> VerificationReport {
        var service = SimulatedService(limiter, seed: seed)
        change(&service)
        var course = course(rule, seed: seed)
        return service.run(&course)
    }

    /// A limiter's reports with several seeds, in their order; as many at once as there are processors.
    static func reports<S: RandomAccessCollection<UInt64> & Sendable>(
        _ limiter: @escaping @Sendable () -> SimulatedLimiter, _ rule: @escaping @Sendable () -> RateLimitRule, seeds: S
    ) -> [(seed: UInt64, report: VerificationReport)] {
        let all = Array(seeds)
        let found = NIOLockedValueBox([UInt64: VerificationReport]())
        DispatchQueue.concurrentPerform(iterations: all.count) { number in
            let report = report(limiter(), rule(), seed: all[number])
            found.withLockedValue { $0[all[number]] = report }
        }
        let reports = found.withLockedValue { $0 }
        return all.compactMap { seed in reports[seed].map { (seed, $0) } }
    }

    /// A report's findings that are no pass and count, for a test's message.
    static func complaints(_ report: VerificationReport) -> [String] {
        report.findings.filter { $0.severity == .hard && $0.verdict != .pass }
            .map {
                "\($0.check): \($0.verdict.rawValue), expected \($0.expected), observed \($0.observed). \($0.evidence)"
            }
    }

    /// The labels of a report's hard findings that failed.
    static func failures(_ report: VerificationReport) -> Set<String> {
        Set(report.findings.filter { $0.severity == .hard && $0.verdict == .fail }.map(\.check))
    }
}
