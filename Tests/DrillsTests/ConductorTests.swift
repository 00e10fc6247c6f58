import CLinux
import Drills
import Foundation
import Glibc
import Measures
import NIOConcurrencyHelpers
import Scenarios
import TestSupport
import Testing

@Suite("The conductor of a drill", .serialized)
struct ConductorTests {
    @Test("Faults come at their times, are restored by name or by what they break, and the rest is undone newest first")
    func timeline() throws {
        let folder = try TemporaryFolder()
        let stage = try Stage([
            event(150, touch(folder.path + "/late"), name: "late"), event(0, touch(folder.path + "/a"), name: "a"),
            event(50, touch(folder.path + "/b"), name: "b"), restore(100, "a"), restore(110, "late"),
        ])
        let start = Instant(nanoseconds: loadgate_monotonic())
        stage.conductor.begin(at: start)
        let records = stage.conductor.finish()
        // In the order of the timeline, whatever their times.
        #expect(records.map(\.due) == [150, 0, 50].map { start + Span(nanoseconds: $0 * 1_000_000) })
        #expect(records.allSatisfy { $0.isUndone && $0.effective.map { $0 >= start } == true })
        #expect(zip(records, records.map(\.due)).allSatisfy { $0.applied.map { [due = $1] in $0 >= due } ?? false })
        #expect(records.map(\.evidence) == Array(repeating: "touch exited with code 0", count: 3))
        // "late" was restored before it was due, which has nothing to undo: it is undone by the end.
        let order = stage.occurrences.all.filter { $0.kind == .willUndo }.map(\.record.source)
        #expect(order == ["fault a", "fault late", "fault b"] || order == ["fault a", "fault b", "fault late"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        #expect(try FaultJournal.openFaults(in: stage.folder.path).isEmpty)
    }

    @Test("Newest first, by their times")
    func order() throws {
        let folder = try TemporaryFolder()
        let stage = try Stage((0..<5).map { event($0 * 5, touch(folder.path + "/\($0)"), name: "\($0)") })
        _ = stage.run()
        let order = stage.occurrences.all.filter { $0.kind == .willUndo }.map(\.fault)
        #expect(order == [4, 3, 2, 1, 0])
    }

    @Test("Only what is selected is brought about")
    func only() throws {
        let folder = try TemporaryFolder()
        let stage = try Stage(
            [event(0, touch(folder.path + "/a"), name: "a"), event(0, touch(folder.path + "/b"), name: "b")],
            only: ["b"])
        #expect(stage.conductor.faults.map(\.event.name) == ["b"])
        #expect(stage.run().map(\.source) == ["fault b"])
        #expect(stage.occurrences.all.allSatisfy { $0.record.source == "fault b" })
    }

    @Test("Healing ends the timeline at once; called from many threads at once each waits until all is undone")
    func healTwice() throws {
        let folder = try TemporaryFolder()
        let log = folder.path + "/log"
        let rule = CommandFault(
            command: texts("true"), undo: .command(texts("sh", "-c", "sleep 0.3; echo undone >> \(log)")))
        let stage = try Stage([event(0, rule), event(0, rule), event(100_000, touch(folder.path + "/never"))])
        stage.begin()
        #expect(stage.waitFor(.effective, 1))
        let seen = NIOLockedValueBox<[Int]>([])
        let conductor = stage.conductor
        SideBySide.run(4, atOnce: 4) { _ in
            conductor.heal(because: "Ctrl-C")
            let count = (try? String(contentsOfFile: log, encoding: .utf8))?.split(separator: "\n").count ?? 0
            seen.withLockedValue { $0.append(count) }
        }
        // Each undone once, and that before any of them came back.
        #expect(seen.withLockedValue { $0 } == [2, 2, 2, 2])
        let records = stage.conductor.finish()
        #expect(records.map(\.isUndone) == [true, true, false])
        #expect(records[2].undo == .open && records[2].applied == nil && records[2].problem == nil)
        #expect(stage.conductor.reason == "Ctrl-C")
        #expect(try String(contentsOfFile: log, encoding: .utf8) == "undone\nundone\n")
    }

    @Test("A fault whose program hangs is cut off by healing, and undone: it may have done half of its work")
    func healWithinApply() throws {
        let folder = try TemporaryFolder()
        let half = folder.path + "/half"
        let rule = CommandFault(
            command: texts("sh", "-c", "touch \(half); exec sleep 100"), undo: .command(texts("rm", half)))
        let stage = try Stage([event(0, rule)])
        stage.begin()
        #expect(Wait.until { access(half, F_OK) == 0 })
        let start = loadgate_monotonic()
        stage.conductor.heal(because: "an objective")
        let record = try #require(stage.conductor.finish().first)
        #expect(loadgate_monotonic() - start < 20_000_000_000)
        #expect(record.problem == "not brought about: sh was cut off")
        #expect(record.applied == nil && record.isUndone)
        #expect(access(half, F_OK) != 0)
    }

    @Test("A fault that fails half-way is undone at once, and the timeline goes on")
    func failingApply() throws {
        let folder = try TemporaryFolder()
        let half = folder.path + "/half"
        let rule = CommandFault(
            command: texts("sh", "-c", "touch \(half); echo no such machine >&2; exit 4"),
            undo: .command(texts("rm", half)))
        let stage = try Stage([event(0, rule), event(10, touch(folder.path + "/next"))])
        let records = stage.run()
        #expect(records[0].problem == "not brought about: sh exited with code 4: no such machine")
        #expect(records[0].isUndone && records[0].effective == nil)
        #expect(records[1].effective != nil)
        #expect(stage.occurrences.kinds(0) == [.willApply, .failed, .willUndo, .undone])
        #expect(access(half, F_OK) != 0)
    }

    @Test("An undo that fails is tried again, and one that fails for good keeps none of the others from being undone")
    func retriedUndo() throws {
        let folder = try TemporaryFolder()
        let tries = folder.path + "/tries"
        let third = CommandFault(
            command: texts("true"),
            undo: .command(texts("sh", "-c", "echo >> \(tries); test $(wc -l < \(tries)) -ge 3")))
        let never = CommandFault(command: texts("true"), undo: .command(texts("sh", "-c", "echo gone >&2; exit 9")))
        let stage = try Stage([
            event(0, touch(folder.path + "/a")), event(1, third), event(2, never), event(3, touch(folder.path + "/b")),
        ])
        let records = stage.run()
        #expect(records.map(\.isUndone) == [true, true, false, true])
        #expect(records[2].undoProblem == "sh exited with code 9: gone; by hand: run: sh -c echo gone >&2; exit 9")
        let open = try FaultJournal.openFaults(in: stage.folder.path)
        #expect(open.map(\.number) == [3])
    }

    @Test("undo: none has nothing to undo, and no guardian is asked for")
    func nothingToUndo() throws {
        let folder = try TemporaryFolder()
        let rule = CommandFault(command: texts("touch", folder.path + "/a"), undo: .nothing)
        let conductor = try DrillConductor(
            Drill(timeline: [event(0, rule)]), at: DrillSite(services: ServiceSupervisor()),
            journal: FaultJournal(folder: folder.path), environment: [:])
        conductor.begin(at: Instant(nanoseconds: loadgate_monotonic()))
        let record = try #require(conductor.finish().first)
        #expect(record.undo == .notNeeded)
        #expect(access(folder.path + "/a", F_OK) == 0)
        #expect(try FaultJournal.openFaults(in: folder.path).isEmpty)
    }

    @Test("Without a guardian no fault is brought about that would outlive this process")
    func noGuardian() throws {
        let folder = try TemporaryFolder()
        let drill = Drill(timeline: [event(0, touch(folder.path + "/a"))])
        let journal = try FaultJournal(folder: folder.path)
        for environment in [[:], ["LOADGATE_PROGRAM": "/bin/false"], ["LOADGATE_PROGRAM": "/nowhere"]] {
            let problem = #expect(throws: GuardianProblem.self) {
                try DrillConductor(
                    drill, at: DrillSite(services: ServiceSupervisor()), journal: journal, environment: environment)
            }
            #expect(
                problem?.description.contains("guardian") == true
                    || problem?.description.contains("LOADGATE_PROGRAM") == true)
        }
    }

    @Test("What shows an effect from outside decides: refused, silent, failing, and a program's word")
    func effects() throws {
        let folder = try TemporaryFolder()
        let refused = try FreePort()
        let flag = folder.path + "/down"
        let server = try ScriptedServer { _ in
            [
                .send(
                    ScriptedServer.response(
                        access(flag, F_OK) == 0 ? "503 Service Unavailable" : "200 OK"))
            ]
        }
        defer { server.stop() }
        let full = try FullBacklog()
        let cases: [(EffectCheck, String)] = [
            (.refused(host: "127.0.0.1", port: refused.port), "127.0.0.1:\(refused.port) refuses connections"),
            (
                .silent(host: "127.0.0.1", port: full.port),
                "127.0.0.1:\(full.port) answers no connection within a second"
            ),
            (
                .failing(url: try ConstantURL(Text(server.url + "/health"))),
                "GET \(server.url)/health is answered with status 503"
            ),
            (.command(texts("test", "-e", flag)), "test exited with code 0"),
        ]
        // The first two hold before and after, too, so there is nothing to undo that they would have to see.
        for (index, (check, evidence)) in cases.enumerated() {
            let rule = index < 2 ? CommandFault(command: texts("true"), undo: .nothing) : touch(flag)
            let record = try #require(try Stage([event(0, rule, effective: check)]).run().first)
            #expect(record.evidence == evidence)
            #expect(record.effective != nil && record.problem == nil)
            #expect(index < 2 ? record.undo == .notNeeded : record.isUndone)
        }
        // And none where there is none.
        let still = try #require(
            try Stage([
                event(0, touch(folder.path + "/other"), effective: .failing(url: try ConstantURL(Text(server.url))))
            ]).run().first
        )
        #expect(still.effective == nil)
        #expect(still.problem == "not seen to take effect in 0.5 s")
        #expect(still.isUndone)
    }

    @Test("The target is asked for an effect with what proves to it who asks, and others are not given that")
    func authenticatedCondition() throws {
        let server = try ScriptedServer { request in
            let isKnown = request.header("Authorization") == "Bearer abcdefgh" && request.header("X-Tenant") == "acme"
            return [.send(ScriptedServer.response(isKnown ? "200 OK" : "401 Unauthorized"))]
        }
        defer { server.stop() }
        func record(_ target: String) throws -> FaultRecord {
            var site = DrillSite(services: ServiceSupervisor(), target: Text(target))
            site.fields = [HeaderLine("X-Tenant", "acme")]
            site.authentication = .bearer(token: Text("abcdefgh"))
            let rule = CommandFault(command: texts("true"), undo: .nothing)
            let stage = try Stage(
                [event(0, rule, effective: .failing(url: try ConstantURL(Text(server.url + "/health"))))], site: site)
            return try #require(stage.run().first)
        }
        // It answers well to whom it knows: no effect is seen.
        #expect(try record(server.url).effective == nil)
        // Of another target the token is nobody's business.
        #expect(try record("http://127.0.0.1:9/longer").evidence?.contains("status 401") == true)
    }

    @Test("An undo that changes nothing from outside is not taken for one")
    func undoneFromOutside() throws {
        let folder = try TemporaryFolder()
        let flag = folder.path + "/down"
        var rule = CommandFault(command: texts("touch", flag), undo: .command(texts("true")))
        rule.timeout = .milliseconds(100)
        let stage = try Stage([event(0, rule, effective: .command(texts("test", "-e", flag)))])
        stage.begin()
        #expect(stage.waitFor(.effective))
        // What the undo should have done is done by somebody else, late.
        let conductor = stage.conductor
        let healing = Thread { conductor.heal(because: "test") }
        healing.start()
        #expect(stage.waitFor(.willUndo))
        #expect(!stage.occurrences.has(.undone))
        unlink(flag)
        #expect(stage.waitFor(.undone))
        let record = try #require(stage.conductor.finish().first)
        #expect(record.isUndone)
    }
}
