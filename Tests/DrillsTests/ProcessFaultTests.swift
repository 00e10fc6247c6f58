import Drills
import Foundation
import Glibc
import Measures
import NIOConcurrencyHelpers
import Scenarios
import TestSupport
import Testing

@Suite("Faults of processes", .serialized)
struct ProcessFaultTests {
    private let endings = NIOLockedValueBox<[String]>([])

    private func services(
        _ command: String..., change: (inout Service) -> Void = { _ in }
    ) throws -> ServiceSupervisor {
        var service = Service(name: "primary", command: command.map { Text($0) })
        change(&service)
        let services = ServiceSupervisor()
        try services.start(
            [service], onExit: { [endings] service in endings.withLockedValue { $0.append(service.name) } })
        return services
    }

    @Test("A service is killed and started again; it doesn't count as ended by itself")
    func kill() throws {
        let services = try services("sleep", "1000")
        defer { services.stop() }
        let before = try #require(services.process(of: "primary"))
        let stage = try Stage(
            [event(0, ProcessFault(.kill, service: "primary")), restore(30, "primary")],
            site: DrillSite(services: services))
        let record = try #require(stage.run().first)
        #expect(record.verb == "kill")
        #expect(record.subject == "primary")
        #expect(record.evidence == "process \(before.id) was ended by signal 9")
        let applied = try #require(record.applied)
        let effective = try #require(record.effective)
        #expect(applied >= record.due && effective >= record.due)
        let after = try #require(services.process(of: "primary"))
        guard case .done(_, let evidence) = record.undo else {
            Issue.record("not undone: \(record.undo)")
            return
        }
        #expect(evidence == "the service primary is ready, as process \(after.id)")
        #expect(after.isRunning && after.id != before.id)
        #expect(endings.withLockedValue { $0.isEmpty })
        #expect(stage.occurrences.kinds() == [.willApply, .applied, .effective, .willUndo, .undone])
    }

    @Test(
        "A killed service's children are gone, those of other sessions too; started again it is waited for until it is ready"
    )
    func killWithChildren() throws {
        let folder = try TemporaryFolder()
        let pids = folder.path + "/pids"
        let python = """
            import http.server, sys
            server = http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), http.server.SimpleHTTPRequestHandler)
            server.serve_forever()
            """
        let port = try FreePort().port
        let services = try services(
            "sh", "-c", "setsid sleep 1000 & echo $! > \(pids); exec python3 -c \"$0\" \(port)", python
        ) {
            $0.ready = .tcp(host: "127.0.0.1", port: port)
        }
        defer { services.stop() }
        let child = try #require(
            Int32(try String(contentsOfFile: pids, encoding: .utf8).trimmingCharacters(in: .newlines)))
        let stage = try Stage(
            [event(0, ProcessFault(.kill, service: "primary"), effective: .refused(host: "127.0.0.1", port: port))],
            site: DrillSite(services: services))
        stage.begin()
        #expect(stage.waitFor(.effective))
        #expect(isGone(child))
        let record = try #require(stage.conductor.finish().first)
        #expect(record.evidence == "127.0.0.1:\(port) refuses connections")
        #expect(record.isUndone)
        // It left the service's group, and needn't be waited for.
        if let next = Int32(try String(contentsOfFile: pids, encoding: .utf8).trimmingCharacters(in: .newlines)) {
            Glibc.kill(next, SIGKILL)
        }
    }

    @Test("SIGTERM ends a service, and one that ignores it is not seen to end; both are started anew")
    func terminate() throws {
        for stubborn in [false, true] {
            // A stubborn one ends where its own file is there, so that nothing has to wait for its grace.
            let folder = try TemporaryFolder()
            let loop = "while test ! -e \(folder.path)/$$; do sleep 0.02; done"
            let services = try services("sh", "-c", "\(stubborn ? "trap '' TERM; " : "")\(loop)")
            defer { services.stop() }
            let before = try #require(services.process(of: "primary"))
            // The shell needs a moment to ignore the signal.
            if stubborn { #expect(Wait.until { ignoresTermination(before.id) }) }
            let stage = try Stage(
                [event(0, ProcessFault(.terminate, service: "primary"))], site: DrillSite(services: services))
            stage.begin()
            #expect(stage.waitFor(stubborn ? .failed : .effective))
            _ = try folder.write("\(before.id)", "")
            let record = try #require(stage.conductor.finish().first)
            if stubborn {
                #expect(record.effective == nil)
                #expect(record.problem == "not seen to take effect in 0.5 s")
            } else {
                #expect(record.evidence == "process \(before.id) was ended by signal 15")
            }
            #expect(record.isUndone)
            let after = try #require(services.process(of: "primary"))
            #expect(after.isRunning && after.id != before.id)
            _ = try folder.write("\(after.id)", "")
        }
    }

    @Test("A paused service is stopped with all its processes, and goes on as the same")
    func pause() throws {
        let folder = try TemporaryFolder()
        let pids = folder.path + "/pids"
        // Of a group and a session of its own, as PostgreSQL's.
        let services = try services("sh", "-c", "setsid sh -c 'sleep 1000 & echo $! > \(pids); wait' & wait")
        defer { services.stop() }
        let before = try #require(services.process(of: "primary"))
        func child() -> Int32? {
            (try? String(contentsOfFile: pids, encoding: .utf8)).flatMap {
                Int32($0.trimmingCharacters(in: .newlines))
            }
        }
        #expect(Wait.until { child() != nil })
        let grandchild = try #require(child())
        let stage = try Stage(
            [event(0, ProcessFault(.pause, service: "primary"))], site: DrillSite(services: services))
        stage.begin()
        #expect(stage.waitFor(.effective))
        #expect(processState(before.id) == "T")
        #expect(processState(grandchild) == "T")
        // In the journal there is all that it takes to let them go on.
        let open = try FaultJournal.openFaults(in: stage.folder.path)
        guard case .resume(let processes)? = open.first?.recovery.first else {
            Issue.record("no processes in the journal")
            return
        }
        #expect(Set(processes.map(\.id)).isSuperset(of: [before.id, grandchild]))
        let record = try #require(stage.conductor.finish().first)
        #expect(record.evidence == "process \(before.id) and all that came of it are stopped")
        #expect(record.isUndone)
        #expect(services.process(of: "primary")?.id == before.id)
        #expect(Wait.until { processState(grandchild) == "S" && processState(before.id) == "S" })
        // All end with it, and needn't be waited for.
        Glibc.kill(grandchild, SIGKILL)
    }

    @Test("A restarted service needs no undo, and is up again")
    func restart() throws {
        let services = try services("sleep", "1000")
        defer { services.stop() }
        let before = try #require(services.process(of: "primary"))
        let stage = try Stage(
            [event(0, ProcessFault(.restart, service: "primary"))], site: DrillSite(services: services))
        let record = try #require(stage.run().first)
        #expect(record.evidence == "process \(before.id) was ended by signal 15")
        #expect(record.undo == .notNeeded)
        #expect(services.process(of: "primary")?.isRunning == true)
        #expect(endings.withLockedValue { $0.isEmpty })
    }

    @Test(
        "A restarted service that isn't ready again by the end is waited for; what was seen from outside must be over")
    func slowRestart() throws {
        let folder = try TemporaryFolder()
        let ready = folder.path + "/ready"
        _ = try folder.write("ready", "")
        // The second time it takes its time.
        let services = try services("sh", "-c", "test -e \(ready) || { sleep 0.3; touch \(ready); }; exec sleep 1000") {
            $0.ready = .command(texts("test", "-e", ready))
        }
        defer { services.stop() }
        unlink(ready)
        let stage = try Stage(
            [
                event(
                    0, ProcessFault(.restart, service: "primary"), effective: .command(texts("test", "!", "-e", ready)))
            ],
            site: DrillSite(services: services))
        let record = try #require(stage.run().first)
        #expect(record.evidence == "test exited with code 0")
        guard case .done(_, let evidence) = record.undo else {
            Issue.record("\(record.undo)")
            return
        }
        #expect(evidence.hasPrefix("the service primary is ready, as process "))
        #expect(access(ready, F_OK) == 0)
    }

    @Test("A service that can't be started again is tried thrice, and the record says what stands against it")
    func failingStart() throws {
        let folder = try TemporaryFolder()
        let log = folder.path + "/log"
        let services = try services(
            "sh", "-c", "echo started >> \(log); test ! -e \(folder.path)/broken || exit 3; exec sleep 1000"
        ) {
            // What failed is never ready: the log alone is there from its first life.
            $0.ready = .command(texts("test", "-e", log, "-a", "!", "-e", "\(folder.path)/broken"))
        }
        defer { services.stop() }
        _ = try folder.write("broken", "")
        let stage = try Stage(
            [event(0, ProcessFault(.stop, service: "primary"))], site: DrillSite(services: services))
        let record = try #require(stage.run().first)
        #expect(record.effective != nil)
        #expect(record.undoProblem == "service primary: exited with code 3 before it was ready")
        // Once for itself, thrice for the undo.
        #expect(try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").count == 4)
        #expect(try FaultJournal.openFaults(in: stage.folder.path).count == 1)
    }

    @Test("A service that Loadgate doesn't run can't be broken")
    func foreign() throws {
        let stage = try Stage([event(0, ProcessFault(.kill, service: "other"))])
        let record = try #require(stage.run().first)
        #expect(record.applied == nil)
        #expect(
            record.problem == "not brought about: not possible here, because Loadgate doesn't run the service other")
        #expect(record.undo == .open)
        #expect(stage.occurrences.kinds() == [.willApply, .failed])
    }
}

/// True where a process ignores SIGTERM.
private func ignoresTermination(_ id: Int32) -> Bool {
    let status = (try? String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("SigIgn:") }
    let mask = line?.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) } ?? 0
    return mask >> (UInt64(SIGTERM) - 1) & 1 == 1
}
