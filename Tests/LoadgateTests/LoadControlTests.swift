import Foundation
import Generator
import Measures
import NIOConcurrencyHelpers
import Objectives
import Reports
import Scenarios
import TestSupport
import Testing
import VerificationKit

@testable import Loadgate

@Suite("Loads changed while they run", .serialized) struct LoadControlTests {
    private func orders(_ text: String, _ loads: [String?] = ["readers", "spike"]) -> [LoadOrder] {
        ControlFile(text, loads: loads).orders
    }

    private func problems(_ text: String, _ loads: [String?] = ["readers", "spike"]) -> [String] {
        ControlFile(text, loads: loads).problems
    }

    @Test("A control file says a pace for each load, for all of them, or for the one without a name")
    func lines() {
        #expect(
            orders("# a comment\n\nreaders 80/s\n  spike\t150%  # more\nall pause\r\nreaders plan") == [
                LoadOrder(.pace(.rate(80)), load: 0), LoadOrder(.pace(.scaled(1.5)), load: 1),
                LoadOrder(.pace(.paused)),
                LoadOrder(.pace(.planned), load: 0),
            ])
        #expect(orders("120/min", [nil]) == [LoadOrder(.pace(.rate(2)))])
        #expect(orders("", [nil]).isEmpty && problems("\n\n").isEmpty)
    }

    @Test("Every mistake is told at its place, with a suggestion")
    func mistakes() {
        #expect(
            problems("reders 80/s\nspike fast\nspike 80\npause\nspike 10/s 20/s\nspike 0/s\nreaders 0%\nall puase") == [
                "1:1: no load is called \"reders\" (did you mean \"readers\"?)",
                "2:7: expected a pace such as 80/s, 150%, pause or plan, found \"fast\"",
                "3:7: expected a pace such as 80/s, 150%, pause or plan, found \"80\"",
                "4:1: expected the name of a load, or all, and a pace such as 80/s, 150%, pause or plan",
                "5:12: unexpected \"20/s\" behind the pace",
                "6:7: expected a rate above 0/s and up to 10000000/s; for none say pause",
                "7:9: expected a share of the plan from above 0% to 10000%, found \"0%\"",
                "8:5: expected a pace such as 80/s, 150%, pause or plan, found \"puase\" (did you mean \"pause\"?)",
            ])
        #expect(problems("x 80/s", [nil]) == ["1:1: the load has no name: expected a pace alone"])
    }

    @Test("What is no control file is told shortly, whatever it holds")
    func hostile() {
        let garbage = String(repeating: "\u{1B}[2J \u{202E}x\n", count: 5_000)
        let told = problems(garbage)
        #expect(told.count == 21 && told.last == "20:1: and more")
        #expect(told.allSatisfy { !$0.unicodeScalars.contains("\u{1B}") })
        let long = problems(String(repeating: "a", count: 60_000))
        #expect(long.count == 1 && long[0].count < 300)
        #expect(problems("readers 1e9999/s\nreaders 99999999999999999999/s\nreaders -5%").count == 3)
    }

    @Test("Keys go in tenths of the plan, never to nothing, and a pause goes on as before")
    func keys() {
        func pace(_ wish: LoadOrder.Wish, _ now: LoadPace, before: LoadPace = .planned) -> LoadPace? {
            LoadControl.pace(wish, now: now, before: before)
        }
        #expect(pace(.step(1), .planned) == .scaled(1.1))
        #expect(pace(.step(-1), .scaled(1.1)) == .planned)
        #expect(pace(.step(-1), .scaled(0.1)) == .scaled(0.1))
        #expect(pace(.step(1), .paused) == nil)
        #expect(pace(.pauseOrGoOn, .scaled(1.5)) == .paused)
        #expect(pace(.pauseOrGoOn, .paused, before: .scaled(1.5)) == .scaled(1.5))
        if case .rate(let rate)? = pace(.step(1), .rate(50)) { #expect(abs(rate - 55) < 1e-9) }
    }

    /// Takes notes, and waits for one.
    private final class Notes: RunListener {
        let all = NIOLockedValueBox<[String]>([])
        let seconds: @Sendable (Int) -> Void

        init(_ seconds: @escaping @Sendable (Int) -> Void) { self.seconds = seconds }

        func note(_ message: String) { all.withLockedValue { $0.append(message) } }
        func measured(_ second: LoadRun.Second, _ line: ProgressLine, watch: ObjectiveWatch) { seconds(second.number) }
    }

    @Test("A run obeys its control file, is inconclusive, and says everywhere what was changed")
    func run() async throws {
        let server = try ScriptedServer(record: false) { _ in [.send(ScriptedServer.response("200 OK", "x"))] }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let file = "\(folder.path)/scenario.yaml"
        try """
        name: controlled
        target: http://127.0.0.1:\(server.port)
        flows: {a: {steps: [{get: /a}]}, b: {steps: [{get: /b}]}}
        load:
          readers: {flows: [a], stages: [{arrivals: 50/s, for: 4s}]}
          writers: {flows: [b], stages: [{users: 1, for: 4s}]}
        objectives: [errors of load readers == 0]
        """.write(toFile: file, atomically: true, encoding: .utf8)
        let control = "\(folder.path)/control"
        var settings = RunSettings()
        settings.out = "\(folder.path)/out"
        settings.reactors = 2
        settings.control = LoadControl(file: control)
        let notes = Notes { second in
            let text =
                second == 0
                ? "readers 100/sec\n"
                : second == 1 ? "readers 200/s\nwriters pause\n" : second == 2 ? "writers 50/s\n" : nil
            if let text { try? text.write(toFile: control, atomically: true, encoding: .utf8) }
        }
        let result = try await Loadgate.run(file, settings: settings, listener: notes)
        let told = notes.all.withLockedValue { $0 }
        #expect(told.contains { $0.hasPrefix("\(control):1:") && $0.contains("100/sec") }, "\(told)")
        #expect(
            told.contains { $0.hasPrefix("load readers changed by hand at ") && $0.hasSuffix(": 200/s") }, "\(told)")
        #expect(told.contains("load writers has users and no rate: it can be paused, and go on"), "\(told)")
        #expect(result.verdict == .inconclusive && !result.partial)
        #expect(
            result.changes?.map(\.load) == ["readers", "writers"] && result.changes?.map(\.to) == ["200/s", "pause"])
        #expect(result.objectives[0].verdict == .inconclusive)
        #expect(result.series.slices.contains { $0.changes?.contains("readers 200/s") == true })
        #expect(result.loads?["readers"]?.started ?? 0 > 200)
        // The log says the same, should the result be lost.
        let rebuilt = try RunResult(rebuiltFromLog: "\(folder.path)/out/progress.jsonl")
        #expect(rebuilt.changes?.map(\.to) == ["200/s", "pause"])
        for name in ["report.md", "junit.xml", "report.html"] {
            let text = try String(contentsOfFile: "\(folder.path)/out/\(name)", encoding: .utf8)
            #expect(text.contains("changed by hand"), "\(name)")
        }
    }

    @Test("A control file may be a pipe, a folder, too long or not there: the run goes on as planned, and says so")
    func unusable() async throws {
        let server = try ScriptedServer(record: false) { _ in [.send(ScriptedServer.response("200 OK", "x"))] }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let file = "\(folder.path)/scenario.yaml"
        try """
        name: controlled
        target: http://127.0.0.1:\(server.port)
        flows: {a: {steps: [{get: /a}]}}
        load: [{arrivals: 20/s, for: 600ms}]
        """.write(toFile: file, atomically: true, encoding: .utf8)
        let pipe = "\(folder.path)/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        let long = "\(folder.path)/long"
        try String(repeating: "80/s\n", count: 20_000).write(toFile: long, atomically: true, encoding: .utf8)
        let cases = [
            (pipe, "is no regular file"), (folder.path, "is no regular file"), (long, "has more than 64 KiB"),
            ("\(folder.path)/none", nil),
        ]
        for (control, problem) in cases {
            var settings = RunSettings()
            settings.out = "\(folder.path)/out-\(UInt32.random(in: .min ... .max))"
            settings.reactors = 1
            settings.control = LoadControl(file: control)
            let notes = Notes { _ in }
            let result = try await Loadgate.run(file, settings: settings, listener: notes)
            #expect(result.changes == nil && result.steps.values.reduce(0) { $0 + $1.count } == 12)
            let told = notes.all.withLockedValue { $0 }
            if let problem { #expect(told.contains { $0.contains(problem) }, "\(control): \(told)") }
        }
    }
}
