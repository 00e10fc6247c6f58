import Failover
import Foundation
import Measures
import Scenarios
import Testing
import VerificationKit

@testable import Reports

@Suite("A drill in results and reports") struct DrillReportTests {
    private static let start = Instant(nanoseconds: 5_000_000_000)

    /// A killed service, 2.5 s without success, two lost writes of which one came after the fault.
    private static func report(_ text: String = "kill primary", evidence: String = "its process ended") -> DrillReport {
        var report = DrillReport(start: start)
        report.t0 = Span(seconds: 10)
        var fault = FaultRecord(source: text, verb: "kill", subject: "primary", due: start + Span(seconds: 10))
        fault.applied = start + Span(seconds: 10)
        fault.effective = start + Span(seconds: 10)
        fault.evidence = evidence
        fault.undo = .done(at: start + Span(seconds: 14), evidence: evidence)
        report.faults = [fault]
        report.outages = [.init(flow: 0, start: Span(seconds: 10), end: Span(seconds: 12.5), failed: 25)]
        report.outage = .init(Span(seconds: 2.5), resolution: Span(seconds: 0.51))
        report.rtoFirst = .init(Span(seconds: 2.5), resolution: Span(seconds: 0.51))
        report.rto = .init(Span(seconds: 3), resolution: Span(seconds: 1.01))
        report.phases = [
            .init(
                name: .before, from: .zero, to: Span(seconds: 10), obstacle: nil,
                objectives: [.init(objective: 0, verdict: .pass, observed: 12.5, unit: .milliseconds)]),
            .init(
                name: .after, from: Span(seconds: 20), to: Span(seconds: 30), obstacle: "3 exchanges of 500 failed",
                objectives: []),
        ]
        report.seconds = (0..<30).map { second in
            var counts = DrillSecond()
            (counts.good, counts.bad) = 10..<13 ~= second ? (1, 9) : (10, 0)
            return counts
        }
        var writes = WriteReport()
        writes.attempted = 300
        writes.acknowledged = 275
        writes.indeterminate = 25
        writes.lost = 2
        writes.splitBrainLoss = 1
        writes.rpo = Span(seconds: 0.25)
        writes.failed = 7
        writes.unexpected = 2
        writes.unexpectedExamples = [
            .init(id: "77\(text)", refused: Span(seconds: 11)), .init(id: "78", refused: nil),
        ]
        writes.examples = [.init(id: "8f\(text)", sent: Span(seconds: 9), acknowledged: Span(seconds: 9.75))]
        report.writes = writes
        return report
    }

    private static func result(_ report: DrillReport, secret: String? = nil) -> RunResult {
        var scenario = Fixtures.scenario
        if let secret {
            scenario.secrets.add(secret, shown: "${env:KEY}")
            scenario.secrets.prepare()
        }
        var result = Fixtures.rich
        result.drill = DrillResult(report, scenario: scenario)
        return result
    }

    private static func outputs(_ result: RunResult) -> [(name: String, text: String)] {
        [
            ("HTML", HTMLReport.text(of: result)), ("Markdown", MarkdownReport.text(of: result)),
            ("Prometheus", PrometheusReport.text(of: result)), ("JUnit", JUnitReport.text(of: result)),
            (
                "terminal",
                result.drill.map { DrillSummary(drill: $0, style: .plain).lines.joined(separator: "\n") } ?? ""
            ),
        ]
    }

    @Test("Figures stand in every output with the same value") func figures() throws {
        let result = Self.result(Self.report())
        for (name, text) in Self.outputs(result) where name != "Prometheus" {
            for expected in ["unexpected", "steady state at the end", "3 exchanges of 500 failed"] where name != "HTML"
            {
                #expect(text.contains(expected), "\(name): \(expected)")
            }
            // 3 s to the first good window, 2.5 s without success, 2 lost.
            for expected in ["rto", "3 s", "2.5 s", "lost", "kill primary"] {
                #expect(text.contains(expected), "\(name): \(expected)")
            }
        }
        let metrics = PrometheusCheck(PrometheusReport.text(of: result))
        #expect(metrics.value("loadgate_drill_seconds", ["measure": "rto"]) == 3)
        #expect(metrics.value("loadgate_drill_seconds", ["measure": "failback"]) == nil)
        #expect(metrics.value("loadgate_drill_writes", ["outcome": "lost"]) == 2)
        #expect(metrics.value("loadgate_drill_conclusive") == 1)
        #expect(metrics.value("loadgate_drill_writes", ["outcome": "unexpected"]) == 2)
        #expect(metrics.value("loadgate_drill_resolution_seconds", ["measure": "rto"]) == 1.01)
        #expect(metrics.value("loadgate_drill_resolution_seconds", ["measure": "outage"]) == 0.51)
        #expect(metrics.value("loadgate_drill_steady_state", ["phase": "before"]) == 1)
        #expect(metrics.value("loadgate_drill_steady_state", ["phase": "after"]) == 0)
    }

    @Test("Each figure stands beside how far off it may be, and the steady state phase by phase") func resolutions()
        throws
    {
        let drill = try #require(Self.result(Self.report()).drill)
        let json = try #require(
            try JSONSerialization.jsonObject(with: JSONEncoder().encode(drill)) as? [String: Any])
        for (key, value) in [
            ("outage_seconds", 2.5), ("outage_resolution_seconds", 0.51), ("rto_first_resolution_seconds", 0.51),
            ("rto_seconds", 3), ("rto_resolution_seconds", 1.01), ("resolution_seconds", 1.01),
        ] {
            #expect(json[key] as? Double == value, "\(key)")
        }
        #expect(json["failback_resolution_seconds"] == nil)
        let phases = try #require(json["hypothesis"] as? [[String: Any]])
        #expect(phases.map { $0["phase"] as? String } == ["before", "after"])
        #expect(phases.map { $0["holds"] as? Bool } == [true, false])
        #expect(phases[1]["because"] as? String == "3 exchanges of 500 failed")
        let judged = try #require((phases[0]["objectives"] as? [[String: Any]])?.first)
        #expect(judged["objective"] as? String == Fixtures.scenario.objectives[0].source)
        #expect(judged["observed"] as? Double == 12.5)
        #expect(judged["unit"] as? String == "ms")
        let page = HTMLReport.text(of: Self.result(Self.report()))
        #expect(page.contains("± 1.01 s") && page.contains("before the first fault"))
    }

    @Test(
        "Measures are drawn where they were taken: outages where they were, the others from the fault or the restore on"
    )
    func brackets() throws {
        var report = Self.report()
        report.detection = .init(Span(seconds: 0.5), resolution: Span(seconds: 0.02))
        report.failback = .init(Span(seconds: 2), resolution: Span(seconds: 1.02))
        let scenario = Fixtures.scenario
        let brackets = DrillResult(report, scenario: scenario).brackets
        let flow = scenario.flows[0].name
        // t₀ is at 10 s, restored is at 14 s; rpo of 0.25 s ends at t₀.
        #expect(
            brackets.map(\.words) == [
                "outage 2.5 s ± 0.51 s of \(flow): 10 s to 12.5 s", "detection 0.5 s ± 0.02 s: 10 s to 10.5 s",
                "rto_first 2.5 s ± 0.51 s: 10 s to 12.5 s", "rto 3 s ± 1.01 s: 10 s to 13 s",
                "failback 2 s ± 1.02 s: 14 s to 16 s", "rpo 0.25 s: 9.75 s to 10 s",
            ])
        report.outages.append(.init(flow: 0, start: Span(seconds: 20), end: nil, failed: 3))
        let open = try #require(DrillResult(report, scenario: scenario).brackets.first)
        #expect(open.words == "outage of \(flow): from 20 s on, without an end")
        #expect(open.to == nil)
    }

    @Test("JUnit has a case for each fault, and for what leaves a drill without a word") func junit() throws {
        var report = Self.report()
        var second = FaultRecord(source: "kill replica", verb: "kill", subject: "replica", due: Self.start)
        second.applied = Self.start
        second.effective = Self.start
        second.undo = .failed(at: Self.start, problem: "it does not start")
        report.faults.append(second)
        report.inconclusive = ["kill replica was not undone"]
        let text = JUnitReport.text(of: Self.result(report))
        #expect(text.contains("<testcase name=\"fault 1: kill primary\""))
        #expect(text.contains("<testcase name=\"fault 2: kill replica\""))
        // The drill itself and the second fault; of the first nothing is wrong.
        let suite = try #require(text.components(separatedBy: "<testsuite ").first { $0.contains("drill\"") })
        #expect(suite.contains("tests=\"3\" failures=\"0\" errors=\"2\""))
        #expect(suite.contains("<property name=\"rto\" value=\"3 s\"/>"))
    }

    @Test("The table over time has a drill's exchanges and faults, and nothing there without one") func csv() throws {
        func column(_ name: String, _ result: RunResult) throws -> [String] {
            let index = try #require(SeriesCSV.columns.firstIndex(of: name))
            return SeriesCSV.text(of: result).split(separator: "\r\n").dropFirst().map {
                String($0.split(separator: ",", omittingEmptySubsequences: false)[index])
            }
        }
        var result = Self.result(Self.report())
        // Ten slices of a second each; the fault came at 10 s.
        let good = try column("drill_good", result)
        #expect(good == Array(repeating: "10", count: 10))
        let none = try column("drill_faults", result)
        #expect(none == Array(repeating: "0", count: 10))
        result.drill?.faults[0].effective = 3.5
        result.drill?.faults[0].undone = 5.5
        result.drill?.bad[4] = 9
        let faults = try column("drill_faults", result)
        #expect(faults == ["0", "0", "0", "1", "1", "1", "0", "0", "0", "0"])
        let bad = try column("drill_bad", result)
        #expect(bad[4] == "9")
        result.drill = nil
        let empty = try column("drill_good", result)
        #expect(empty == Array(repeating: "", count: 10))
    }

    /// Eight faults within ten seconds, two roles, all measures, and more answerers than there are colours.
    static func crowded() -> RunResult {
        var report = Self.report()
        report.seconds = (0..<60).map { second -> DrillSecond in
            var counts = DrillSecond()
            let isBroken = second >= 10 && second < 22
            let good: Int = isBroken ? second % 3 * 10 : 50
            counts.good = good
            counts.bad = 50 - good
            for index in 1...9 { counts.answeredBy[UInt8(index)] = good / 9 + index }
            return counts
        }
        report.answerers = (1...9).map { "region-\($0)" }
        report.faults = (0..<8).map { index -> FaultRecord in
            let began = Self.start + Span(seconds: 10 + Double(index) * 1.2)
            let ended = Self.start + Span(seconds: 22 + Double(index))
            var fault = FaultRecord(
                source: "latency database-of-orders-\(index) 300ms jitter 50ms downstream", verb: "latency",
                subject: "database", due: Self.start)
            fault.applied = began
            fault.effective = began
            fault.undo = .done(at: ended, evidence: "no bytes are late")
            return fault
        }
        report.roles = (0..<14).map { index -> RoleChange in
            let time = Self.start + Span(seconds: 10 + Double(index) / 3)
            return RoleChange(
                probe: index % 2 == 0 ? "leader" : "replica", at: time, before: Double(index), after: Double(index + 1))
        }
        report.detection = .init(Span(seconds: 0.4), resolution: Span(seconds: 0.02))
        report.failback = .init(Span(seconds: 4), resolution: Span(seconds: 1.02))
        report.budget = 0.31
        return Self.result(report)
    }

    @Test("All answerers are in the picture: a line each as far as there are colours, and one for the others")
    func answerers() throws {
        let page = HTMLReport.text(of: Self.crowded())
        let figure = try #require(
            page.components(separatedBy: "<figure").first { $0.contains("Who answered") && $0.contains("legend") })
        for name in ["region-5", "region-6", "region-7", "region-8", "region-9", "4 others"] {
            #expect(figure.contains("<bdi>\(name)</bdi>"), "\(name)")
        }
        for ink in 1...6 { #expect(figure.contains("line ink\(ink)"), "\(ink)") }
    }

    @Test("Why a drill says nothing stands in every output that people read") func inconclusive() throws {
        var report = DrillReport(start: Self.start)
        report.inconclusive = ["no fault took effect"]
        report.notes = ["a note of the judge"]
        let result = Self.result(report)
        for (name, text) in Self.outputs(result) where name != "Prometheus" {
            #expect(text.contains("no fault took effect"), "\(name)")
            #expect(text.contains("a note of the judge"), "\(name)")
        }
        let metrics = PrometheusCheck(PrometheusReport.text(of: result))
        #expect(metrics.value("loadgate_drill_conclusive") == 0)
    }

    @Test("Foreign texts are escaped, and what the scenario keeps secret is shown nowhere") func foreign() throws {
        let secret = ["s3cr", "et-of", "-tests"].joined()
        var report = Self.report(
            "run stop \(secret) \(Fixtures.hostile)", evidence: "said \(secret) <script>alert(1)</script>")
        report.notes = [secret]
        report.inconclusive = ["because of \(secret)"]
        report.answerers = ["iad \(secret) <i>"]
        report.healedEarly = (at: Span(seconds: 11), because: "\(secret) broke")
        report.roles = [RoleChange(probe: "leader \(secret)", at: Self.start, before: 1, after: 2)]
        let result = Self.result(report, secret: secret)
        for (name, text) in Self.outputs(result) + [
            ("JSON", String(decoding: try JSONEncoder().encode(result.drill), as: UTF8.self))
        ] {
            #expect(!text.contains(secret), "\(name)")
            #expect(text.contains("${env:KEY}") || name == "Prometheus", "\(name)")
        }
        #expect(!HTMLReport.text(of: result).contains("<script>alert"))
        #expect(!HTMLReport.text(of: result).contains("<i>"))
    }

    @Test("A drill's result is read as it was written, with an audit and without") func coding() throws {
        var without = Self.report()
        without.writes = nil
        for report in [Self.report(), without, DrillReport(start: Self.start)] {
            let drill = DrillResult(report, scenario: Fixtures.scenario)
            let read = try JSONDecoder().decode(DrillResult.self, from: JSONEncoder().encode(drill))
            #expect(read == drill)
        }
        // What was not audited has no count: zero would say that nothing was lost.
        let json = String(
            decoding: try JSONEncoder().encode(DrillResult(without, scenario: Fixtures.scenario)), as: UTF8.self)
        #expect(!json.contains("lost_writes"))
    }
}
