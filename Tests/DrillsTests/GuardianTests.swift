import CLinux
import Drills
import Foundation
import Glibc
import NIOConcurrencyHelpers
import TestSupport
import Testing

@Suite("The guardian of a drill", .serialized)
struct GuardianTests {
    /// A drill in a process of its own.
    private struct Driven {
        let folder: TemporaryFolder
        let state: String
        let binary: Binary

        init() throws {
            folder = try TemporaryFolder()
            state = folder.path + "/state"
            try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
            binary = try Binary(
                driver, ["drill", folder.path, state], environment: ["LOADGATE_PROGRAM": driver])
        }

        /// Files that faults made.
        var left: [String] { (try? FileManager.default.contentsOfDirectory(atPath: state)) ?? ["?"] }
        var journal: String { (try? String(contentsOfFile: folder.path + "/faults.jsonl", encoding: .utf8)) ?? "" }
        var open: Int { (try? FaultJournal.openFaults(in: folder.path).count) ?? -1 }

        /// The services' processes.
        var services: [Int32] {
            ((try? String(contentsOfFile: state + ".pids", encoding: .utf8)) ?? "").split(separator: "\n")
                .compactMap { Int32($0) }
        }

        var guardian: Int32? { guardianOf(folder.path) }

        func isClean(within seconds: Double = 20) -> Bool {
            Wait.until(within: seconds) { open == 0 && left.isEmpty && services.allSatisfy(isGone) && guardian == nil }
        }
    }

    @Test("A drill that comes to its end leaves nothing, and its guardian ends quietly")
    func quiet() throws {
        let driven = try Driven()
        let result = try driven.binary.wait()
        #expect(result.code == 0, "\(result.errors)")
        #expect(driven.isClean())
        #expect(access(driven.folder.path + "/recovered.txt", F_OK) != 0)
    }

    @Test("100 drills killed at random moments: never a fault left")
    func randomKills() throws {
        // How long a drill takes from its first line on: 200 ms, and more where the machine is slow.
        let whole = try Driven()
        #expect(Wait.until(within: 20) { !whole.journal.isEmpty })
        let began = DispatchTime.now().uptimeNanoseconds
        #expect(try whole.binary.wait().code == 0)
        let length = Double(DispatchTime.now().uptimeNanoseconds - began)

        let failures = NIOLockedValueBox<[String]>([])
        let recovered = NIOLockedValueBox(0)
        SideBySide.run(100, atOnce: 5) { seed in
            do {
                let driven = try Driven()
                // Anywhere in the drill, counted from its first line, and some moments before that.
                let moment = UInt32(length / 1000 * Double(seed * 7919 % 211) / 210)
                if seed % 10 > 0 { _ = Wait.until(within: 20) { !driven.journal.isEmpty } }
                usleep(moment)
                driven.binary.signal(SIGKILL)
                let isClean = driven.isClean()
                if !isClean {
                    failures.withLockedValue {
                        $0.append("\(seed): \(driven.open) open, left \(driven.left), \(driven.journal)")
                    }
                }
                let log = try? String(contentsOfFile: driven.folder.path + "/recovered.txt", encoding: .utf8)
                if log?.contains(" undone: ") == true { recovered.withLockedValue { $0 += 1 } }
            } catch {
                failures.withLockedValue { $0.append("\(seed): \(error)") }
            }
        }
        #expect(failures.withLockedValue { $0 } == [])
        // Else the moments were badly chosen.
        #expect(recovered.withLockedValue { $0 } > 10)
    }

    /// A drill with two faults in force, killed.
    private func inForce() throws -> Driven {
        let driven = try Driven()
        #expect(Wait.until { driven.left.contains("c") })
        return driven
    }

    @Test("A guardian outlives signals and the end of its terminal's group")
    func signals() throws {
        let driven = try inForce()
        let guardian = try #require(driven.guardian)
        #expect(getsid(guardian) == guardian)
        for number in [SIGHUP, SIGINT, SIGTERM] { kill(guardian, number) }
        driven.binary.signal(SIGKILL)
        #expect(driven.isClean())
        let log = try String(contentsOfFile: driven.folder.path + "/recovered.txt", encoding: .utf8)
        #expect(log.contains("undone: fault at "))
    }

    @Test("A stopped guardian leaves the undo to recover, and finds nothing to do when it goes on")
    func stopped() throws {
        let driven = try inForce()
        let guardian = try #require(driven.guardian)
        kill(guardian, SIGSTOP)
        #expect(Wait.until { processState(guardian) == "T" })
        driven.binary.signal(SIGKILL)
        #expect(Wait.until { !driven.binary.isRunning })
        #expect(driven.open > 0)
        let outcomes = try FaultRecovery.recover(folder: driven.folder.path, environment: [:])
        #expect(outcomes.allSatisfy { $0.evidence != nil } && !outcomes.isEmpty)
        #expect(driven.left.isEmpty && driven.open == 0)
        kill(guardian, SIGCONT)
        #expect(driven.isClean())
        #expect(access(driven.folder.path + "/recovered.txt", F_OK) != 0)
    }

    @Test("A stopped guardian doesn't hold up a drill's end")
    func stoppedAtTheEnd() throws {
        let driven = try inForce()
        let guardian = try #require(driven.guardian)
        kill(guardian, SIGSTOP)
        #expect(try driven.binary.wait().code == 0)
        #expect(driven.open == 0 && driven.left.isEmpty)
        kill(guardian, SIGCONT)
        #expect(driven.isClean())
    }

    @Test("Recovery by several at once: each fault is undone by one of them")
    func together() throws {
        let driven = try inForce()
        let guardian = try #require(driven.guardian)
        kill(guardian, SIGKILL)
        driven.binary.signal(SIGKILL)
        #expect(Wait.until { !driven.binary.isRunning })
        let open = driven.open
        #expect(open > 0)
        let undone = NIOLockedValueBox(0)
        let problems = NIOLockedValueBox<[String]>([])
        let folder = driven.folder.path
        SideBySide.run(4, atOnce: 4) { _ in
            do {
                let outcomes = try FaultRecovery.recover(folder: folder, environment: [:])
                undone.withLockedValue { $0 += outcomes.count }
            } catch {
                problems.withLockedValue { $0.append("\(error)") }
            }
        }
        #expect(undone.withLockedValue { $0 } == open)
        #expect(problems.withLockedValue { $0 }.allSatisfy { $0.contains("at work") || $0.contains("in hand") })
        #expect(driven.isClean())
    }

    @Test("A guardian that was killed is replaced before the next fault")
    func replaced() throws {
        let files = try TemporaryFolder()
        let stage = try Stage([event(0, touch(files.path + "/a")), event(400, touch(files.path + "/b"))])
        stage.begin()
        #expect(stage.waitFor(.effective, 0))
        let first = try #require(guardianOf(stage.folder.path))
        kill(first, SIGKILL)
        #expect(stage.waitFor(.effective, 1))
        let second = try #require(guardianOf(stage.folder.path))
        #expect(second != first)
        #expect(stage.conductor.finish().map(\.isUndone) == [true, true])
        #expect(Wait.until { guardianOf(stage.folder.path) == nil })
    }

    @Test("A run that is alive is named instead of being undone")
    func alive() throws {
        let driven = try inForce()
        driven.binary.signal(SIGSTOP)
        defer { driven.binary.signal(SIGKILL) }
        #expect(Wait.until { processState(driven.binary.identifier) == "T" })
        let problem = #expect(throws: JournalProblem.self) {
            try FaultRecovery.recover(folder: driven.folder.path, environment: [:])
        }
        #expect(
            problem?.description
                == "the run in \(driven.folder.path) is alive (process \(driven.binary.identifier)): end it, and it "
                + "undoes its faults itself; it is stopped: kill -CONT \(driven.binary.identifier)")
        driven.binary.signal(SIGKILL)
        #expect(driven.isClean())
    }
}

/// The process id of a folder's guardian: whoever has the folder among its arguments, and runs.
private func guardianOf(_ folder: String) -> Int32? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { Int32($0) }.first {
        let line = (try? String(contentsOfFile: "/proc/\($0)/cmdline", encoding: .utf8)) ?? ""
        return line.contains("guardian\0--journal\0\(folder)\0")
    }
}
