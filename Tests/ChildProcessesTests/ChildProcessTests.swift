import ChildProcesses
import Foundation
import Glibc
import TestSupport
import Testing

/// Programs that are started, followed and ended.
@Suite("Child processes", .serialized)
struct ChildProcessTests {
    /// A shell's command whose output is a file of the folder.
    private func shell(_ command: String, _ folder: TemporaryFolder) throws -> ChildProcess {
        let output = open(folder.path + "/output", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        defer { close(output) }
        var child = ChildCommand(["sh", "-c", command])
        child.output = output
        return try ChildProcess(child)
    }

    private func output(_ folder: TemporaryFolder) -> String {
        (try? String(contentsOfFile: folder.path + "/output", encoding: .utf8)) ?? ""
    }

    /// The numbers that were printed, once there are so many.
    private func processes(_ count: Int, _ folder: TemporaryFolder) throws -> [Int32] {
        func printed() -> [Int32] { output(folder).split(separator: "\n").compactMap { Int32($0) } }
        guard Wait.until({ printed().count == count }) else { throw TestFailure("printed: \(output(folder))") }
        return printed()
    }

    private func failure(_ command: ChildCommand) -> String? {
        do throws(ChildFailure) {
            _ = try ChildProcess(command)
            return nil
        } catch {
            return error.description
        }
    }

    @Test("A program works in its folder with its environment, reads what it is given, and its ending is told")
    func plain() throws {
        let folder = try TemporaryFolder()
        #expect(try shell("exit 0", folder).wait() == .exited(code: 0))
        #expect(try shell("exit 7", folder).wait() == .exited(code: 7))
        #expect(try shell("kill -SEGV $$", folder).wait() == .signalled(SIGSEGV))
        func printed(_ arguments: String..., change: (inout ChildCommand) -> Void = { _ in }) throws -> String {
            var command = ChildCommand(arguments)
            change(&command)
            let run = ChildRun(command, timeout: 60_000_000_000, maximumOutput: 1 << 22)
            guard case .ended(.exited(code: 0), let bytes, _) = try run.outcome() else { return "failed" }
            return String(decoding: bytes, as: UTF8.self)
        }
        #expect(try printed("pwd") { $0.folder = "/usr" } == "/usr\n")
        #expect(try printed("pwd") == FileManager.default.currentDirectoryPath + "\n")
        #expect(try printed("env") { $0.environment = ["ONE": "1", "TWO": "a b"] } == "ONE=1\nTWO=a b\n")
        #expect(try printed("echo", "a; echo $HOME") == "a; echo $HOME\n")
        #expect(try printed("cat") == "")
        // More than a pipe holds.
        let text = String(repeating: "0123456789abcdef", count: 1 << 16)
        #expect(try printed("cat") { $0.input = .bytes(Array(text.utf8)) } == text)
    }

    @Test("A program has a session of its own, no descriptor but its own three, and no signal blocked or ignored")
    func clean() throws {
        let folder = try TemporaryFolder()
        // One that a fork would inherit.
        let inherited = dup(STDERR_FILENO)
        defer { close(inherited) }
        signal(SIGPIPE, SIG_IGN)
        var blocked = sigset_t()
        var before = sigset_t()
        sigemptyset(&blocked)
        sigaddset(&blocked, SIGUSR1)
        pthread_sigmask(SIG_BLOCK, &blocked, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        let process = try shell(
            """
            for n in $(seq 3 99); do [ -e /proc/$$/fd/$n ] && echo "descriptor $n"; done
            cut -d' ' -f1,5,6 /proc/$$/stat; exec grep -E 'SigBlk|SigIgn' /proc/self/status
            """, folder)
        #expect(process.wait() == .exited(code: 0))
        let id = process.id
        let lines = output(folder).split(separator: "\n").map(String.init)
        #expect(lines.first == "\(id) \(id) \(id)")
        let masks = lines.dropFirst().compactMap { UInt64($0.dropFirst("SigBlk:\t".count), radix: 16) }
        // Signals 32 and 33 are the C library's own, which it doesn't let a program change.
        #expect(masks.map { $0 & ~(3 << 31) } == [0, 0], "\(lines)")
    }

    @Test("A program that can't be started is named, with the system's reason")
    func unstartable() throws {
        let folder = try TemporaryFolder()
        let text = try folder.write("text", "no program")
        #expect(failure(ChildCommand(["no-such-program"])) == "can't start no-such-program: No such file or directory")
        #expect(failure(ChildCommand([text])) == "can't start \(text): Permission denied")
        #expect(failure(ChildCommand(["true"], folder: "/no")) == "can't start true: /no: No such file or directory")
        #expect(failure(ChildCommand(["true", "a\0b"])) == "can't start true: Invalid argument")
        #expect(failure(ChildCommand([])) != nil)
        #expect(failure(ChildCommand(["true"])) == nil)
    }

    @Test("What is ended is gone, with its children, its orphans, and what left its session")
    func endsAll() throws {
        let folder = try TemporaryFolder()
        let commands = [
            "sleep 300 & echo $!; echo $$; sleep 300",
            // Its parent is gone before.
            "(sleep 300 & echo $!); echo $$; sleep 300",
            // A daemon: a session of its own, and its parent is gone.
            "setsid -f sh -c 'echo $$; exec sleep 300'; echo $$; exec sleep 300",
            // The program itself has ended.
            "setsid -f sh -c 'echo $$; exec sleep 300'; echo $$",
            // A daemon with a daemon, both deaf.
            "setsid -f sh -c 'trap \"\" TERM; echo $$; setsid -f sh -c \"echo \\$\\$; exec sleep 300\"; sleep 300'; wait",
        ]
        for command in commands {
            try? FileManager.default.removeItem(atPath: folder.path + "/output")
            let process = try shell(command, folder)
            let all = try processes(2, folder)
            process.end()
            #expect(all.filter { kill($0, 0) == 0 } == [], "\(command)")
        }
    }

    @Test("A program is asked to end before it is made to: it has its grace, stopped or not, and no longer")
    func grace() throws {
        let folder = try TemporaryFolder()
        // Longer than any of it takes.
        let long = 120.0
        let polite = try shell("trap 'exit 7' TERM; echo $$; while :; do sleep 0.01; done", folder)
        _ = try processes(1, folder)
        #expect(polite.end(grace: long) == .exited(code: 7))
        #expect(polite.ending == .exited(code: 7))
        let stopped = try ChildProcess(ChildCommand(["sleep", "300"]))
        stopped.signal(SIGSTOP)
        func state() -> Substring? {
            try? String(contentsOfFile: "/proc/\(stopped.id)/stat", encoding: .utf8).split(separator: " ").dropFirst(2)
                .first
        }
        #expect(Wait.until { state() == "T" })
        #expect(stopped.ending == nil)
        #expect(stopped.end(grace: long) == .signalled(SIGTERM))
        let deaf = try shell("trap '' TERM; echo $$; while :; do sleep 0.01; done", folder)
        _ = try processes(2, folder)
        #expect(deaf.end(grace: 0.05) == .signalled(SIGKILL))
        // Whoever outlives the program has the same time.
        let family = try shell("sh -c 'trap \"exit\" TERM; echo $$; while :; do sleep 0.01; done' & wait", folder)
        _ = try processes(3, folder)
        #expect(family.end(grace: long) == .signalled(SIGTERM))
    }

    @Test("A program ends with its last reference, and not with the thread that started it")
    func references() throws {
        let folder = try TemporaryFolder()
        nonisolated(unsafe) var process: ChildProcess?
        let started = DispatchSemaphore(value: 0)
        let thread = Thread {
            process = try? ChildProcess(ChildCommand(["sleep", "300"]))
            started.signal()
        }
        thread.start()
        started.wait()
        #expect(Wait.until { thread.isFinished })
        let id = try #require(process?.id)
        // A signal of the thread's death would be there before this program's whole life is over.
        #expect(try shell("sleep 0.05", folder).wait() == .exited(code: 0))
        #expect(process?.ending == nil && kill(id, 0) == 0)
        process = nil
        #expect(Wait.until { kill(id, 0) < 0 })
    }

    @Test("A gigabyte of output is bounded, and a flood of complaints holds nothing up")
    func floods() throws {
        func outcome(_ command: String, timeout: Int64 = 120_000_000_000) throws -> ChildRun.Outcome {
            try ChildRun(ChildCommand(["sh", "-c", command]), timeout: timeout, maximumOutput: 1 << 20).outcome()
        }
        if case .printedTooMuch = try outcome("head -c 1000000000 /dev/zero") {} else { Issue.record("not bounded") }
        let complaints = try outcome("yes complaint | head -c 100000000 >&2; echo done; exit 3")
        guard case .ended(.exited(code: 3), let output, let complaint) = complaints else {
            Issue.record("\(complaints)")
            return
        }
        #expect(output == Array("done\n".utf8))
        #expect(complaint == "complaint")
        if case .timedOut = try outcome("sleep 300", timeout: 20_000_000) {} else { Issue.record("no deadline") }
    }

    @Test("Programs outlive the keeper that started them, and another one takes its place")
    func keeperKilled() throws {
        let folder = try TemporaryFolder()
        let first = try shell("echo $$; exec sleep 300", folder)
        _ = try processes(1, folder)
        func field(_ process: Int32, _ index: Int) -> Int32? {
            let text = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
            return text.split(separator: " ").dropFirst(index).first.flatMap { Int32($0) }
        }
        let warden = try #require(field(first.id, 3))
        let keeper = try #require(field(warden, 3))
        #expect(field(keeper, 3) == getpid())
        kill(keeper, SIGKILL)
        #expect(waitpid(keeper, nil, 0) == keeper)
        #expect(first.ending == nil)
        #expect(try shell("exit 4", folder).wait() == .exited(code: 4))
        #expect(first.end() == .signalled(SIGKILL))
        // Who follows a program doesn't end without it.
        let second = try shell("echo $$; exec sleep 300", folder)
        kill(try #require(field(second.id, 3)), SIGKILL)
        #expect(second.wait() == .unknown)
        #expect(Wait.until { kill(second.id, 0) < 0 })
    }

    @Test("Programs started at the same time are followed each by itself")
    func together() {
        let codes = (0..<32).map { _ in UnsafeMutablePointer<Int32>.allocate(capacity: 1) }
        defer { codes.forEach { $0.deallocate() } }
        nonisolated(unsafe) let places = codes
        SideBySide.run(32, atOnce: 32) { number in
            let ending = try? ChildProcess(ChildCommand(["sh", "-c", "exit \(number)"])).wait()
            if case .exited(let code) = ending { places[number].pointee = code } else { places[number].pointee = -1 }
        }
        #expect(codes.map(\.pointee) == Array(0..<32))
    }
}
