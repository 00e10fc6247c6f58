import Measures
import Scenarios
import Testing

@testable import CacheVerification
@testable import VerificationKit

/// A cache's verification of a test, and what it came to.
struct CacheRun {
    var report: VerificationReport
    var simulation: CacheSimulation

    /// Carries out the rule, 100 objects and 400 requests unless changed, against a simulated cache.
    init(
        _ cache: SimulatedCache, actions: Int = .max, _ prepare: (inout CacheSimulation) -> Void = { _ in },
        _ change: (inout CacheRule) -> Void = { _ in }
    ) throws {
        var rule = Self.rule
        change(&rule)
        var course = try #require(CacheCourse(rule, name: "cdn", maker: Self.maker, fresh: "f1x"))
        var simulation = CacheSimulation(cache)
        prepare(&simulation)
        simulation.run(&course, actions: actions)
        self.simulation = simulation
        report = course.report()
    }

    static var rule: CacheRule {
        var rule = CacheRule(
            request: VerifiedRequest(url: numbered("/static/asset-", ".css")), catalogue: 100, requests: 400)
        rule.origin = "origin"
        return rule
    }

    static var maker: RequestMaker {
        RequestMaker(
            Scenario(name: "fixture", target: Text("http://127.0.0.1:8080"), flows: [], load: []))
    }

    static func numbered(_ before: String, _ after: String = "") -> Text {
        Text(pieces: [.literal(before), .variable(.catalogueNumber)] + (after.isEmpty ? [] : [.literal(after)]))
    }

    static func order(_ path: String) -> CacheOrder {
        CacheOrder(request: VerifiedRequest(method: .post, url: numbered("/\(path)/")))
    }

    /// A purge with a change before it.
    static var purge: CachePurge {
        var purge = CachePurge(order: order("purge"))
        purge.change = order("revise")
        return purge
    }

    subscript(check: CacheCheck) -> VerificationFinding? { report.findings.first { $0.check == check.rawValue } }

    /// The verdicts by check.
    func verdict(_ check: CacheCheck) -> Verdict? { self[check]?.verdict }

    func figure(_ name: String) -> Double? { report.figures.first { $0.name == name }?.value }

    func ratio(_ measure: Objective.Measure) -> VerificationRatio? { report.ratios.first { $0.measure == measure } }

    /// Findings that are not `pass`, for messages.
    var open: [String] {
        report.findings.filter { $0.verdict != .pass }.map {
            "\($0.check) \($0.verdict): \($0.observed): \($0.evidence)"
        }
    }
}
