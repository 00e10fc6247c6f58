import CLinux
import Foundation
import Glibc
import Measures
import NIOConcurrencyHelpers
import Scenarios
import TestSupport
import Testing

@testable import Probes

@Suite("Probes of commands", .serialized)
struct CommandProbeTests {
    private func runner(_ keys: String, environment: [String: String] = [:]) throws -> ProbeRunner {
        ProbeRunner(try scenario("p: {\(keys)}", environment: environment))
    }

    /// A scenario's list of a shell and a script, in YAML.
    private func shell(_ script: String) -> String {
        "command: [sh, -c, \"\(script.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\""))\"]"
    }

    @Test("A command's output is read; its arguments meet no shell, its input is empty")
    func output() throws {
        #expect(try runner("command: [echo, 5]").read("p") == 5)
        #expect(reason(try runner("command: [echo, $HOME]")) == "\"$HOME\" is not a number")
        #expect(reason(try runner("command: [echo, \"a; echo 5\"]")) == "\"a; echo 5\" is not a number")
        #expect(reason(try runner("command: [cat]")) == "an empty text is not a number")
        #expect(reason(try runner("command: [tty]"))?.hasPrefix("exited with code 1") == true)
    }

    @Test("A command has Loadgate's environment and its own variables; what is secret shows in no message")
    func environment() throws {
        let inherited = ProcessInfo.processInfo.environment["PATH"] ?? ""
        #expect(try runner(shell("printf %s \"$PATH\" | wc -c")).read("p") == Double(inherited.utf8.count))
        let keys = "environment: {OWN: \"${env:SECRET}\", PATH: /usr/bin:/bin}"
        let secret = ["SECRET": "hunter-2"]
        #expect(try runner("\(shell("printf %s \"$PATH$OWN\" | wc -c")), \(keys)", environment: secret).read("p") == 21)
        #expect(
            reason(try runner("\(shell("echo denied: $OWN >&2; exit 3")), \(keys)", environment: secret))
                == "exited with code 3: denied: ${env:SECRET}")
        #expect(
            reason(try runner("command: [echo, \"${env:SECRET}\"]", environment: secret))
                == "\"${env:SECRET}\" is not a number")
    }

    @Test("A failed command says how it ended and the first line of its complaint")
    func failures() throws {
        #expect(
            reason(try runner("command: [no-such-program-here]"))
                == "can't start no-such-program-here: No such file or directory")
        #expect(reason(try runner("command: [/etc]")) == "can't start /etc: Permission denied")
        #expect(reason(try runner(shell("echo 5; exit 2"))) == "exited with code 2")
        #expect(
            reason(try runner(shell("echo 5; printf '\\n \\n\\033[31mone\\ttwo\\nthree\\n' >&2; exit 2")))
                == "exited with code 2:  [31mone two")
        #expect(reason(try runner(shell("kill -SEGV $$"))) == "was ended by signal 11")
        let long = try #require(reason(try runner(shell("printf '%0100000d' 1 >&2; exit 1"))))
        #expect(long.hasPrefix("exited with code 1: 000"))
        #expect(long.count == ProbeSample.longestMessage)
        #expect(reason(try runner("command: [echo, 5]"), "other") == "no probe is called other")
    }

    @Test("Output beyond 1 MiB, and a complaint without end, neither fill the memory nor block")
    func bounded() throws {
        #expect(reason(try runner("command: [yes]")) == "printed more than 1024 KiB")
        // Just what is taken, and a byte more.
        let blanks = { (count: Int) in "head -c \(count) /dev/zero | tr '\\0' ' '; printf 7" }
        #expect(try runner(shell(blanks(1_048_575))).read("p") == 7)
        #expect(reason(try runner(shell(blanks(1_048_576)))) == "printed more than 1024 KiB")
        #expect(try runner(shell("head -c 3000000 /dev/zero >&2; echo 6")).read("p") == 6)
    }

    @Test("A command that takes too long is killed with all that it started")
    func timeout() throws {
        let folder = try TemporaryFolder()
        let slow = try runner(
            "\(shell("trap '' TERM; sleep 300 & echo $! > \(folder.path)/child; wait; sleep 300")), timeout: 500ms")
        #expect(reason(slow) == "timed out after 0.5 s")
        let child = try #require(
            Int32(try String(contentsOfFile: "\(folder.path)/child", encoding: .utf8).trimmingCharacters(in: .newlines))
        )
        #expect(Wait.until { kill(child, 0) < 0 || isZombie(child) })
    }

    private func isZombie(_ process: Int32) -> Bool {
        (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8))?.contains(") Z ") ?? true
    }

    /// The processes of these names that this one has started and not yet reaped.
    private func childrenCalled(_ names: Set<String>) -> [String] {
        let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
        let children = tasks.flatMap { task in
            ((try? String(contentsOfFile: "/proc/self/task/\(task)/children", encoding: .utf8)) ?? "").split(
                separator: " ")
        }
        return children.filter { child in
            let name = (try? String(contentsOfFile: "/proc/\(child)/comm", encoding: .utf8)) ?? ""
            return names.contains(name.trimmingCharacters(in: .newlines))
        }.map(String.init)
    }

    @Test("What a command leaves running, holding its output open, is neither waited for nor left")
    func orphan() throws {
        let folder = try TemporaryFolder()
        let start = loadgate_monotonic()
        let runner = try runner("\(shell("sleep 300 & echo $! > \(folder.path)/child; echo 5")), timeout: 60s")
        #expect(try runner.read("p") == 5)
        #expect(loadgate_monotonic() - start < 30_000_000_000)
        let child = try #require(
            Int32(try String(contentsOfFile: "\(folder.path)/child", encoding: .utf8).trimmingCharacters(in: .newlines))
        )
        #expect(Wait.until { kill(child, 0) < 0 || isZombie(child) })
    }

    @Test("Many samples leave no descriptor and no process behind")
    func leaks() throws {
        let good = try runner("command: [echo, 5]")
        let bad = try runner("\(shell("exit 1"))")
        _ = try good.read("p")
        let before = openDescriptors()
        for _ in 0..<50 {
            _ = try good.read("p")
            _ = reason(bad)
        }
        // Another suite's test may have some open at this moment.
        #expect(Wait.until { openDescriptors() <= before + 5 })
        #expect(Wait.until { childrenCalled(["echo", "sh"]).isEmpty }, "\(childrenCalled(["echo", "sh"]))")
    }
}

@Suite("Probes beside the load", .serialized)
struct ProbeRunnerTests {
    private static func now() -> Instant { Instant(nanoseconds: loadgate_monotonic()) }

    @Test("Samples are taken at the beats, told as they come, and kept in order")
    func series() throws {
        let runner = ProbeRunner(
            try scenario("a: {command: [echo, 1], every: 50ms}\nb: {command: [echo, x], every: 50ms}"))
        let seen = NIOLockedValueBox<[String]>([])
        let origin = Self.now() + Span(seconds: 0.2)
        runner.start(at: origin) { name, sample in
            seen.withLockedValue { $0.append("\(name) \(sample.value.map { "\($0)" } ?? "-")") }
        }
        #expect(
            Wait.until {
                seen.withLockedValue { $0.filter { $0 == "a 1.0" }.count >= 5 && $0.filter { $0 == "b -" }.count >= 5 }
            })
        #expect(runner.latest.map(\.name) == ["a", "b"])
        let all = runner.stop()
        #expect(all.map(\.name) == ["a", "b"])
        #expect(all[0].every == Span(seconds: 0.05))
        #expect(all[0].samples >= 5 && all[0].failed == 0)
        #expect(all[1].samples == 0 && all[1].failed >= 5)
        #expect(all[1].failures.map(\.message) == ["\"x\" is not a number"])
        for slice in all[0].slices {
            // Never before its beat, and answered after it was asked for.
            #expect(slice.start >= .zero)
            #expect(slice.end > slice.start)
        }
        let starts = all[0].slices.map(\.start)
        #expect(starts == starts.sorted())
        // Beats, not pauses: sample n is not before n times 50 ms.
        for (number, start) in starts.enumerated() { #expect(start.seconds >= Double(number) * 0.05) }
        // Nothing follows the stop.
        let count = seen.withLockedValue { $0.count }
        // As long as another runner takes for three beats of the same length.
        let other = ProbeRunner(try scenario("a: {command: [echo, 1], every: 50ms}"))
        let beats = NIOLockedValueBox(0)
        other.start(at: Self.now()) { _, _ in beats.withLockedValue { $0 += 1 } }
        #expect(Wait.until { beats.withLockedValue { $0 } >= 3 })
        _ = other.stop()
        #expect(seen.withLockedValue { $0.count } == count)
        #expect(runner.latest.map(\.sample.value) == [1, nil])
    }

    @Test("A probe never overlaps itself, not even when it is read on demand; left-out samples are counted")
    func overlap() throws {
        let folder = try TemporaryFolder()
        let script = "mkdir \(folder.path)/lock || exit 9; sleep 0.05; rmdir \(folder.path)/lock; echo 1"
        let runner = ProbeRunner(try scenario("p: {command: [sh, -c, \"\(script)\"], every: 10ms, timeout: 60s}"))
        runner.start(at: Self.now())
        for _ in 0..<5 { #expect(reason(runner) == nil) }
        #expect(Wait.until { (runner.latest.first?.sample.asked ?? .zero) > .zero })
        let series = runner.stop()[0]
        #expect(series.failed == 0)
        #expect(series.samples >= 1)
        #expect(series.skipped >= 4)
    }

    @Test("Stopping breaks off what is under way, at once and without a sample; a probe can be read after it")
    func stop() throws {
        let runner = ProbeRunner(
            try scenario("slow: {command: [sleep, 300], timeout: 300s}\nquick: {command: [echo, 3], every: 1h}"))
        runner.start(at: Self.now())
        #expect(Wait.until { runner.latest.map(\.name) == ["quick"] })
        let start = loadgate_monotonic()
        let series = runner.stop()
        #expect(loadgate_monotonic() - start < 20_000_000_000)
        #expect(series[0].slices.isEmpty)
        #expect(series[1].samples == 1)
        #expect(try runner.read("quick") == 3)
    }

    @Test("A runner that is begun late takes its first sample at once")
    func late() throws {
        let runner = ProbeRunner(try scenario("p: {command: [echo, 3], every: 100ms}"))
        runner.start(at: Self.now() - Span(seconds: 1_000.05))
        #expect(Wait.until { runner.latest.count == 1 })
        let series = runner.stop()[0]
        #expect(series.slices[0].start >= Span(seconds: 1_000.05))
        // What would have come before was not left out by a slow probe.
        #expect(series.skipped < 5_000)
    }

    @Test("A runner that was never begun has empty series")
    func idle() throws {
        let runner = ProbeRunner(try scenario("p: {command: [echo, 3]}"))
        #expect(runner.latest.isEmpty)
        #expect(runner.stop().map(\.slices.count) == [0])
    }
}
