import Foundation
import TestSupport
import Testing

/// A terminal of its own: a pane of tmux, whose screen and history can be looked at.
private final class Terminal {
    private let socket = "loadgate-\(UUID().uuidString)"

    /// Runs a shell command in it. After the command's end `after` stands on a line of its own.
    init(columns: Int, rows: Int, _ command: String, in folder: URL) throws {
        let script = folder.appendingPathComponent("pane.sh")
        try "echo before\n\(command)\necho after $?\nexec cat\n".write(to: script, atomically: true, encoding: .utf8)
        let result = try tmux(
            "new-session", "-d", "-s", "t", "-x", "\(columns)", "-y", "\(rows)", "exec bash '\(script.path)'")
        guard result.code == 0 else { throw TestFailure("tmux: \(result.errors)") }
    }

    deinit { _ = try? tmux("kill-server") }

    /// tmux's server lives on, so it must not keep what this process waits for the end of; and it needs its signals, which
    /// a program started from here has blocked.
    private func tmux(_ arguments: String...) throws -> Binary.Result {
        let start = """
            import os, signal, sys
            signal.pthread_sigmask(signal.SIG_SETMASK, [])
            os.environ.pop("TMUX", None)
            os.closerange(3, 1 << 20)
            os.execvp("tmux", ["tmux", "-u", "-f", "/dev/null", "-L"] + sys.argv[1:])
            """
        return try Binary("/usr/bin/python3", ["-c", start, socket] + arguments).wait(seconds: 20)
    }

    func resize(columns: Int, rows: Int) throws {
        _ = try tmux("resize-window", "-t", "t", "-x", "\(columns)", "-y", "\(rows)")
    }

    func press(_ key: String) throws { _ = try tmux("send-keys", "-t", "t", key) }

    /// The lines of the history and of the screen, folded lines put together, without empty ones.
    var lines: [String] {
        get throws {
            try tmux("capture-pane", "-p", "-J", "-S", "-", "-t", "t").output.split(separator: "\n").map {
                $0.trimmingCharacters(in: .whitespaces)
            }.filter { !$0.isEmpty }
        }
    }

    /// Waits until a line begins so; throws where none does in time.
    func wait(for start: String) throws {
        var seen: [String] = []
        let found = Wait.until(within: 60) {
            usleep(50_000)
            seen = (try? lines) ?? []
            return seen.contains { $0.hasPrefix(start) }
        }
        guard found else { throw TestFailure("no line begins with '\(start)': \(seen.joined(separator: "\n"))") }
    }
}

@Suite("The live view", .serialized)
struct LiveViewTests {
    private let folder: TemporaryFolder
    private let paintbox: Paintbox

    init() throws {
        folder = try TemporaryFolder()
        paintbox = try Paintbox()
    }

    private func command(length: String, _ options: String = "") throws -> String {
        let scenario = try folder.write(
            "live.yaml",
            """
            name: live-view
            target: \(paintbox.url)
            flows: {main: {steps: [{name: health, get: /health}]}}
            load: [{arrivals: 50/s, for: \(length)}]
            objectives: [p95 response_time of health < 100s, errors == 0]
            """)
        let loadgate = Binary.url(of: "loadgate").path
        return "'\(loadgate)' run '\(scenario)' --out '\(folder.path)/out' \(options)"
    }

    @Test("after the end nothing is left of it, also where the terminal was resized meanwhile")
    func end() throws {
        let terminal = try Terminal(columns: 80, rows: 24, try command(length: "5s"), in: folder.url)
        try terminal.wait(for: "rate     50 of 50 arrivals/s")
        #expect(try terminal.lines.contains { $0.hasSuffix("p95 response_time of health < 100s") })
        try terminal.resize(columns: 50, rows: 14)
        try terminal.wait(for: "users")
        try terminal.resize(columns: 120, rows: 40)
        try terminal.wait(for: "after")
        let lines = try terminal.lines
        #expect(lines[0] == "before")
        #expect(lines[1].contains("live-view: "), "\(lines)")
        let left = ["rate  ", "latency  ", "errors  ", "users  ", "ok  ", "no data  ", "broken  ", "━", "─"]
        for line in lines { #expect(!left.contains { line.hasPrefix($0) }, "\(line)") }
    }

    @Test("Ctrl-C takes it away, a second run draws it again, and a stopped one leaves the shell a clean line")
    func interruption() throws {
        let terminal = try Terminal(
            columns: 80, rows: 24, "set -m\n\(try command(length: "60s"))\necho stopped\nsleep 1\nfg", in: folder.url)
        try terminal.wait(for: "rate     50 of 50 arrivals/s")
        try terminal.press("C-z")
        try terminal.wait(for: "stopped")
        let stopped = try terminal.lines
        #expect(!stopped.contains { $0.hasPrefix("users ") }, "\(stopped)")
        try terminal.wait(for: "users")
        try terminal.press("C-c")
        try terminal.wait(for: "after")
        let lines = try terminal.lines
        #expect(lines.contains("Partial: the run was interrupted."))
        for line in lines { #expect(!line.hasPrefix("users "), "\(line)") }
        #expect(lines.last == "after 130")
    }

    @Test("with --control keys, keys change the load, the result says so, and the terminal is left as it was")
    func keys() throws {
        let settings = folder.url.appendingPathComponent("stty").path
        let terminal = try Terminal(
            columns: 100, rows: 24, "\(try command(length: "60s", "--control keys"))\nstty -a > '\(settings)'",
            in: folder.url)
        try terminal.wait(for: "rate     50 of 50 arrivals/s")
        for (key, pace) in [("+", "110%"), ("Space", "pause"), ("Space", "110%"), ("-", "plan")] {
            let before = try terminal.lines.count { $0.hasPrefix("the load changed by hand at ") }
            try terminal.press(key)
            let isTold = Wait.until(within: 60) {
                usleep(50_000)
                let told = ((try? terminal.lines) ?? []).filter { $0.hasPrefix("the load changed by hand at ") }
                return told.count > before && told.last?.hasSuffix(": \(pace)") == true
            }
            let lines = try terminal.lines
            #expect(isTold, "\(key): \(lines)")
        }
        try terminal.press("C-c")
        try terminal.wait(for: "after")
        let changes = try #require(try folder.json("out/result.json")["changes"] as? [[String: Any]])
        #expect(changes.map { $0["to"] as? String } == ["110%", "pause", "110%", "plan"])
        let words = try String(contentsOfFile: settings, encoding: .utf8).split { $0.isWhitespace || $0 == ";" }
        #expect(words.contains("icanon") && words.contains("echo"), "\(words)")
    }

    @Test("a terminal that takes nothing keeps no run from its end")
    func blocked() throws {
        let terminal = try Terminal(columns: 80, rows: 24, try command(length: "2s"), in: folder.url)
        try terminal.wait(for: "users")
        try terminal.press("C-s")
        let result = folder.url.appendingPathComponent("out/result.json").path
        #expect(Wait.until(within: 60) { FileManager.default.fileExists(atPath: result) })
        try terminal.press("C-q")
        try terminal.wait(for: "after")
    }

    @Test("nothing is drawn on a terminal that knows only text, nor with --no-live")
    func plain() throws {
        let command = try command(length: "2s")
        let dumb = try Terminal(columns: 80, rows: 24, "TERM=dumb \(command)", in: folder.url)
        try dumb.wait(for: "after")
        #expect(try dumb.lines.contains { $0.hasPrefix("1s/2s  1/1 50/s  ") })
        let silent = try Terminal(columns: 80, rows: 24, "\(command) --no-live", in: folder.url)
        try silent.wait(for: "after")
        #expect(try silent.lines[1].contains("live-view: "))
    }
}
