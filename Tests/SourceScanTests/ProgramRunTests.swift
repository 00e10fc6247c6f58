import Foundation
import Glibc
import TestSupport
import Testing

@testable import SourceScan

/// Other programs, run for what they print.
@Suite struct ProgramRunTests {
    private let budget = ScanBudget(deadline: .max) { false }

    private func shell(_ command: String, in folder: String = "/", input: ProgramRun? = nil) throws -> ProgramRun {
        try ProgramRun("/bin/sh", ["-c", command], in: folder, environment: ["PATH": "/usr/bin:/bin"], input: input)
    }

    private func output(_ run: ProgramRun) throws -> String {
        var reader = OutputReader(run, budget)
        return String(decoding: try reader.bytes(1 << 20), as: UTF8.self)
    }

    private func failure(_ run: ProgramRun) -> String? {
        do throws(ProgramRun.Failure) {
            try run.finish()
            return nil
        } catch {
            return error.reason
        }
    }

    @Test("It works in its folder, reads nothing or what another one prints, and its status is told")
    func plain() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("a", "")
        let list = try shell("ls; cat", in: folder.path)
        let count = try shell("wc -l", input: list)
        #expect(try output(count).trimmingCharacters(in: .whitespacesAndNewlines) == "1")
        #expect(failure(list) == nil)
        #expect(failure(count) == nil)
        #expect(failure(try shell("exit 3")) == "sh ended with 3")
        #expect(failure(try shell("kill -9 $$")) == "sh was ended by signal 9")
        #expect(throws: ProgramRun.Failure.self) { try shell("true", in: folder.path + "/none") }
        #expect(throws: ProgramRun.Failure.self) { try ProgramRun("/none", [], in: "/", environment: [:]) }
    }

    @Test("Signals that this program blocks are not blocked in it")
    func signals() throws {
        var blocked = sigset_t()
        var before = sigset_t()
        sigemptyset(&blocked)
        sigaddset(&blocked, SIGTERM)
        sigaddset(&blocked, SIGUSR1)
        pthread_sigmask(SIG_BLOCK, &blocked, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        let run = try shell("grep SigBlk /proc/self/status")
        #expect(try output(run) == "SigBlk:\t0000000000000000\n")
        #expect(failure(run) == nil)
    }

    @Test("More complaints than a pipe holds don't hold it up, nor the one that reads its output")
    func complaints() throws {
        let complain = "yes complaint | head -c 1000000 >&2"
        let run = try shell("\(complain); echo done; exit 1")
        #expect(try output(run) == "done\n")
        #expect(failure(run) == "complaint")
        let first = try shell("\(complain); echo done")
        let second = try shell("\(complain); cat", input: first)
        #expect(try output(second) == "done\n")
        #expect(failure(first) == nil)
    }

    @Test("What it leaves running ends with it, and it ends when it is stopped")
    func leftovers() throws {
        func isGone(_ process: String) -> Bool {
            let status = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
            return status.isEmpty || status.contains(") Z ")
        }
        let run = try shell("sleep 300 >/dev/null 2>&1 & echo $!")
        let process = try output(run).trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(Int(process) != nil)
        #expect(failure(run) == nil)
        #expect(Wait.until { isGone(process) })
        let stopped = try shell("sleep 300 & echo $!; wait")
        var reader = OutputReader(stopped, budget)
        let child = String(decoding: try #require(try reader.text(upTo: 0x0A)), as: UTF8.self)
        #expect(!isGone(child))
        stopped.stop()
        #expect(Wait.until { isGone(child) })
    }

    @Test("Reading ends when time is up, or when it is interrupted")
    func bounded() throws {
        let run = try shell("sleep 300")
        defer { run.stop() }
        for budget in [ScanBudget(deadline: 0) { false }, ScanBudget(deadline: .max) { true }] {
            #expect(throws: ScanEnded.self) {
                var reader = OutputReader(run, budget)
                _ = try reader.bytes(1)
            }
        }
    }
}
