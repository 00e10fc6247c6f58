import CLinux
import Drills
import Foundation
import Glibc
import Measures
import Scenarios
import TestSupport
import Testing

@Suite("The journal of faults", .serialized)
struct JournalTests {
    /// The journal of a drill whose undos fail: three faults, of which the second is undone.
    private func journal(in folder: TemporaryFolder) throws -> Data {
        func broken(_ name: String) -> CommandFault {
            CommandFault(command: texts("true"), undo: .command(texts("false", name)))
        }
        do {
            let stage = try Stage(
                [
                    event(0, broken("first"), name: "first"), event(0, touch(folder.path + "/x"), name: "second"),
                    event(0, broken("third"), name: "third"),
                ], in: folder)
            _ = stage.run()
        }
        return try Data(contentsOf: URL(fileURLWithPath: folder.path + "/faults.jsonl"))
    }

    @Test("Torn at any byte it is read, and has the faults open whose lines are whole")
    func torn() throws {
        let bytes = try journal(in: TemporaryFolder())
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        // One opened, three begun, three applied, one undone and two left.
        #expect(lines.count == 10)
        let torn = try TemporaryFolder()
        let file = URL(fileURLWithPath: torn.path + "/faults.jsonl")
        for length in 0...bytes.count {
            let part = bytes.prefix(length)
            try part.write(to: file)
            // Whole lines alone count.
            let whole = String(decoding: part, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
                .dropLast()
            let begun = whole.filter { $0.contains("\"begun\"") }.count
            let undone = whole.filter { $0.contains("\"undone\"") }.count
            let open = try FaultJournal.openFaults(in: torn.path)
            if open.count != begun - undone { Issue.record("\(length) bytes: \(open.count) open") }
        }
    }

    @Test("What was torn off is recovered as if it had not been begun, and the rest is undone")
    func tornRecovery() throws {
        let folder = try TemporaryFolder()
        let file = folder.path + "/x"
        do {
            let stage = try Stage([event(0, touch(file))], in: folder)
            stage.begin()
            #expect(stage.waitFor(.effective))
            // The fault is in force; the journal as a power loss would leave it, with half a line at its end.
            let journal = URL(fileURLWithPath: folder.path + "/faults.jsonl")
            let bytes = try Data(contentsOf: journal)
            let other = try TemporaryFolder()
            try (bytes + Data("{\"begun\":{\"_0\":{\"number\":2".utf8)).write(
                to: URL(fileURLWithPath: other.path + "/faults.jsonl"))
            let outcomes = try FaultRecovery.recover(folder: other.path, environment: [:])
            #expect(outcomes.map(\.evidence) == ["rm exited with code 0"])
            #expect(access(file, F_OK) != 0)
            #expect(try FaultRecovery.recover(folder: other.path, environment: [:]).isEmpty)
            _ = stage.conductor.finish()
        }
    }

    @Test("Hostile bytes are told or passed over, and none of them is carried out half")
    func hostile() throws {
        let bytes = [UInt8](try journal(in: TemporaryFolder()))
        let folder = try TemporaryFolder()
        let file = URL(fileURLWithPath: folder.path + "/faults.jsonl")
        var random = SeededRandom(seed: 14)
        var damaged = 0
        for _ in 0..<300 {
            var changed = bytes
            for _ in 0...Int(random.next() % 4) {
                let index = Int(random.next() % UInt64(changed.count))
                switch random.next() % 3 {
                case 0: changed[index] = UInt8(truncatingIfNeeded: random.next())
                case 1: changed.removeSubrange(index..<min(changed.count, index + Int(random.next() % 40)))
                default: changed.insert(contentsOf: changed[..<(index % 60)], at: index)
                }
            }
            try Data(changed).write(to: file)
            do throws(JournalProblem) {
                #expect(try FaultJournal.openFaults(in: folder.path).count <= 4)
            } catch {
                guard case .damaged(let path, let line, _) = error else {
                    Issue.record("\(error)")
                    continue
                }
                #expect(path == file.path && line > 0)
                damaged += 1
            }
        }
        #expect(damaged > 150)
    }

    @Test("A line that Loadgate didn't write is told, not passed over")
    func damaged() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("faults.jsonl", "{}\n")
        #expect(
            throws: JournalProblem.damaged(
                path: folder.path + "/faults.jsonl", line: 1, reason: "it is not a line that Loadgate writes")
        ) {
            try FaultJournal.openFaults(in: folder.path)
        }
    }

    @Test("No run starts where faults are open, and the message names the way out")
    func openFaults() throws {
        let folder = try TemporaryFolder()
        _ = try journal(in: folder)
        let problem = JournalProblem.openFaults(folder: folder.path, sources: ["fault first", "fault third"])
        #expect(throws: problem) { try FaultJournal(folder: folder.path) }
        #expect(throws: problem) { try FaultJournal.demandNoOpenFaults(in: folder.path) }
        #expect("\(problem)".hasSuffix("undo them with 'loadgate recover \(folder.path)'"))
        let outcomes = try FaultRecovery.recover(folder: folder.path, environment: [:])
        // The newest first.
        #expect(outcomes.map(\.byHand) == [["run: false third"], ["run: false first"]])
        #expect(outcomes.map(\.problem) == ["false exited with code 1", "false exited with code 1"])
    }

    @Test("Another process can't take a journal that is held, and is told who holds it")
    func held() throws {
        let stage = try Stage([event(0, touch("/dev/null"))])
        #expect(throws: JournalProblem.held(folder: stage.folder.path, by: .init(role: "run", process: getpid()))) {
            try FaultRecovery.recover(folder: stage.folder.path, environment: [:])
        }
        _ = stage.conductor.finish()
    }

    @Test("A secret of an undo is in the journal by its name, and found again in the environment")
    func secrets() throws {
        let folder = try TemporaryFolder()
        let secret = ["pa55", "of", "tests"].joined(separator: "/")
        let out = folder.path + "/out"
        let text = Text(pieces: [
            .literal("printf %s '"), .secret(value: secret, shown: "${env:DRILL_TOKEN}"), .literal("' > \(out)"),
        ])
        let rule = CommandFault(
            command: texts("true"), undo: .command([Text("sh"), Text("-c"), text]))
        let stage = try Stage([event(0, rule)], in: folder)
        stage.begin()
        #expect(stage.waitFor(.effective))
        let path = folder.path + "/faults.jsonl"
        let bytes = try String(contentsOfFile: path, encoding: .utf8)
        #expect(!bytes.contains(secret))
        #expect(bytes.contains("${env:DRILL_TOKEN}"))
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        let other = try TemporaryFolder()
        _ = try other.write("faults.jsonl", bytes)
        let lacking = try FaultRecovery.recover(folder: other.path, environment: [:])
        #expect(lacking.map(\.problem) == ["the environment variable DRILL_TOKEN is not set: set it as for the run"])
        #expect(access(out, F_OK) != 0)
        let done = try FaultRecovery.recover(folder: other.path, environment: ["DRILL_TOKEN": secret])
        #expect(done.map(\.evidence) == ["sh exited with code 0"])
        #expect(try String(contentsOfFile: out, encoding: .utf8) == secret)
        #expect(try !String(contentsOfFile: other.path + "/faults.jsonl", encoding: .utf8).contains(secret))
        _ = stage.conductor.finish()
    }

    @Test("Where the disk is full a fault is not brought about, and one that is in force is undone all the same")
    func fullDisk() throws {
        let disk = try TemporaryFolder()
        guard geteuid() == 0, mount("none", disk.path, "tmpfs", 0, "size=64k") == 0 else { return }
        defer { umount2(disk.path, Int32(MNT_DETACH)) }
        let files = try TemporaryFolder()
        let services = ServiceSupervisor()
        let journal = try FaultJournal(folder: disk.path)
        // More than what is left of the journal's own page.
        var large = event(300, touch(files.path + "/b"))
        large.source = String(repeating: "b", count: 5000)
        let occurrences = Occurrences()
        let conductor = try DrillConductor(
            Drill(timeline: [event(0, touch(files.path + "/a")), large]),
            at: DrillSite(services: services), journal: journal, environment: ["LOADGATE_PROGRAM": driver],
            onEvent: occurrences.take)
        conductor.begin(at: Instant(nanoseconds: loadgate_monotonic()))
        #expect(Wait.until { occurrences.has(.effective, 0) })
        // Up to the last byte.
        let filler = open(disk.path + "/filler", O_WRONLY | O_CREAT, 0o600)
        var page = [UInt8](repeating: 0, count: 4096)
        while write(filler, &page, page.count) > 0 {}
        close(filler)
        let records = conductor.finish()
        #expect(records[0].isUndone)
        #expect(access(files.path + "/a", F_OK) != 0)
        #expect(access(files.path + "/b", F_OK) != 0)
        #expect(records[1].problem?.hasSuffix("No space left on device") == true)
        #expect(records[1].undo == .open)
        #expect(try FaultJournal.openFaults(in: disk.path).isEmpty)
    }
}
