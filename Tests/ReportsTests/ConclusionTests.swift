import Baselines
import Foundation
import Measures
import Objectives
import Scenarios
import Testing
import VerificationKit

@testable import Reports

@Suite("What a result comes to") struct ConclusionTests {
    private static func run(
        _ verdict: Verdict, ending: RunResult.Ending = .completed, gate: Comparison.Verdict? = nil,
        runs: [Verdict] = []
    ) -> RunResult {
        var result = Fixtures.result()
        result.verdict = verdict
        result.ending = ending
        if let gate {
            result.comparison = Comparison(
                verdict: gate, reference: "a", referenceRuns: 10, candidateRuns: runs.count, paired: false,
                alpha: 0.05, tolerance: 0.05, floor: 0.1, steps: [:])
            result.runs = runs.enumerated().map {
                ComparedRun(folder: "run-\($0)", role: .candidate, started: "", verdict: $1)
            }
        }
        return result
    }

    @Test("A run ends by its verdict, unless a signal ended it")
    func runs() {
        let expected: [Verdict: Conclusion] = [
            .pass: .passed, .fail: .failed, .inconclusive: .undecided, .noData: .undecided, .invalid: .undecided,
        ]
        for verdict in Verdict.allCases {
            #expect(Self.run(verdict).conclusion == expected[verdict])
            #expect(Self.run(verdict, ending: .aborted).conclusion == expected[verdict])
            #expect(Self.run(verdict, ending: .interrupted).conclusion == .interrupted)
        }
    }

    @Test("A gate that got slower is a regression, unless an objective failed too")
    func gates() {
        let slower = Self.run(.fail, gate: .regression, runs: [.pass, .inconclusive])
        #expect(slower.conclusion == .regression)
        #expect(slower.shownVerdict == "REGRESSION")
        let failed = Self.run(.fail, gate: .regression, runs: [.pass, .fail])
        #expect(failed.conclusion == .failed)
        #expect(failed.shownVerdict == "FAIL")
        #expect(Self.run(.pass, gate: .pass, runs: [.pass]).conclusion == .passed)
        #expect(Self.run(.inconclusive, gate: .inconclusive, runs: [.pass]).conclusion == .undecided)
        for verdict in [slower, failed].map(\.grounds.verdict) { #expect(verdict == .fail) }
    }

    @Test("A comparison that is only shown decides nothing")
    func placed() {
        var result = Self.run(.pass)
        result.comparison = Self.run(.pass, gate: .regression, runs: [.pass]).comparison
        #expect(result.conclusion == .passed)
        #expect(result.grounds.comparison == nil)
    }

    @Test("What a result holds gives its verdict again")
    func grounds() throws {
        let results = [
            Fixtures.result(), Fixtures.result(bad: 10), Fixtures.result(bad: 100),
            Fixtures.result { $1.ending = .interrupted },
            Fixtures.result { $1.ending = .aborted(objective: "p95 x < 1ms") },
            Fixtures.result { $1.total.exhausted = 1 },
            Fixtures.result {
                $0.objectives[2].severity = .hard; $1.total.exhausted = 1
            },
            Fixtures.result { $1.total.steps = $1.total.steps.map { _ in nil } },
        ]
        for result in results { #expect(result.grounds.verdict == result.verdict) }
        #expect(Set(results.map(\.verdict)).count > 2)
    }

    @Test("A severity or a unit of another version is read: shown, not counted, and a plain number")
    func unknown() throws {
        let text = #"{"objective": "x < 1", "verdict": "fail", "samples": 1, "severity": "info"}"#
        let objective = try JSONDecoder().decode(ObjectiveResult.self, from: Data(text.utf8))
        #expect(objective.severity == .advisory)
        let record = #"{"objective": "x < 1", "severity": "info"}"#
        // In a log it is judged by, so it counts.
        #expect(
            try JSONDecoder().decode(RunPlanRecord.ObjectiveRecord.self, from: Data(record.utf8)).severity == .hard)
        let units = try JSONDecoder().decode([Comparison.Unit].self, from: Data(#"["ms", "joules"]"#.utf8))
        #expect(units == [.milliseconds, .number])
        let encoded = try JSONEncoder().encode([Objective.Severity.hard, .advisory])
        #expect(String(decoding: encoded, as: UTF8.self) == #"["hard","advisory"]"#)
    }

    @Test("Nothing but the decision sets a result's verdict, and no severity is compared as a text")
    func sources() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources")
        let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
        func finds(_ pattern: String, in text: String) -> Bool {
            text.range(of: pattern, options: .regularExpression) != nil
        }
        var setters: [String] = []
        var texts: [String] = []
        for case let file as URL in files ?? .init() where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            let name = file.lastPathComponent
            if finds(#"(?i)(result|gate|report)\.(verdict|partial) =[^=]"#, in: text) { setters.append(name) }
            if finds(#"[!=]= "(hard|advisory)"|"(hard|advisory)" [!=]="#, in: text) { texts.append(name) }
        }
        #expect(Set(setters) == ["GateResult.swift", "RunResult+Capacity.swift"])
        #expect(texts == [])
    }
}
