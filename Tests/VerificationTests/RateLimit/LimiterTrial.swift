import Foundation
import Generator
import Measures
import NIOConcurrencyHelpers
import RateLimitVerification
import Scenarios
import TestSupport
import VerificationKit

/// A rate-limit verification that is really carried out, against a server on this machine.
struct LimiterTrial: Sendable {
    /// What the trial is called where it is told about.
    var name: String
    /// Where the server is.
    var url: String
    /// The keys of `rate_limit:` besides the request and the identity's field.
    var keys: String
    /// How the request is told: `get: /`.
    var request = "get: /, identity: X-API-Key"

    /// Carries it out.
    func run() throws -> VerificationReport {
        let text = """
            name: trial
            target: \(url)
            flows: {main: {steps: [{name: home, get: /}]}}
            load: [{users: 1, for: 1s}]
            verify: [{rate_limit: {\(request), \(keys)}}]
            """
        let scenario = try ScenarioReader(environment: [:], kinds: .of(RateLimitRule.self)).read(
            text, file: "trial.yaml", target: nil)
        guard let declared = scenario.verifications.first, let rule = declared.rule as? RateLimitRule else {
            throw Unusable(name: name)
        }
        let destinations = try Destinations([try Endpoint(parsing: url)], authorised: [])
        let sender = try ExchangeSender(destinations: destinations, tls: TLSSettings(), userAgent: "loadgate/test")
        var course = RateLimitSession(declared, rule: rule, maker: RequestMaker(scenario))
        while let action = course.nextAction() {
            switch action {
            case .send(let batch, _): course.take(sender.send(batch) { false })
            case .wait(let span, _): Thread.sleep(forTimeInterval: span.seconds)
            case .read: course.take(reading: nil)
            }
        }
        return course.report()
    }

    /// Carries several out, a few at a time; their reports in the same order.
    static func run(_ trials: [LimiterTrial], atOnce: Int = 6) throws -> [VerificationReport] {
        let results = NIOLockedValueBox([Int: Result<VerificationReport, any Error>]())
        SideBySide.run(trials.count, atOnce: atOnce) { number in
            let result = Result { try trials[number].run() }
            results.withLockedValue { $0[number] = result }
        }
        let all = results.withLockedValue { $0 }
        return try trials.indices.map { number in
            guard let result = all[number] else { throw Unusable(name: trials[number].name) }
            return try result.get()
        }
    }

    /// How often each correct limiter is tried: twice, or as often as `LOADGATE_REPETITIONS` says.
    static let repetitions = ProcessInfo.processInfo.environment["LOADGATE_REPETITIONS"].flatMap(Int.init) ?? 2

    /// A trial that can't be made.
    struct Unusable: Error {
        var name: String
    }
}

extension VerificationReport {
    /// The hard findings that fail.
    var failures: Set<String> { Set(findings.filter { $0.severity == .hard && $0.verdict == .fail }.map(\.check)) }

    /// The hard findings that are wrong about a limiter that is right. A race that could not be provoked, since no two
    /// requests overlapped on a busy machine, is no false alarm.
    var alarms: [String] {
        findings.filter { finding in
            guard finding.severity == .hard, finding.verdict != .pass else { return false }
            return finding.verdict == .fail || !finding.check.hasPrefix("race_")
        }.map(\.check)
    }

    /// What the finding of the name showed.
    func observed(_ check: String) -> String { findings.first { $0.check == check }?.observed ?? "" }

    /// All findings that are not passed, a line each.
    var told: String {
        findings.filter { $0.verdict != .pass }
            .map { "\($0.check) \($0.verdict) (\($0.severity)): \($0.observed); \($0.evidence)" }
            .joined(separator: "\n")
    }
}
