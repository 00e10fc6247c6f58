import Foundation
import Glibc
import NIOConcurrencyHelpers
import TestSupport
import Testing

/// What is waited for beside the load while this process is stopped.
@Suite("Stalls beside the load", .serialized)
struct StallTests {
    /// Stops a program for 1.6 s, longer than any time limit here.
    private func freeze(_ binary: Binary, meanwhile: () -> Void = {}) {
        binary.signal(SIGSTOP)
        let begin = Date()
        meanwhile()
        #expect(Wait.until { Date().timeIntervalSince(begin) > 1.6 })
        binary.signal(SIGCONT)
    }

    @Test("A probe's sample that was under way is read, or left out and named, and never failed")
    func probes() throws {
        let server = try ScriptedServer { request in
            switch request.path {
            case "/late": [.wait(seconds: 0.4), .send(ScriptedServer.response("200 OK", "5"))]
            case "/cut": [.wait(seconds: 0.4), .close]
            default: [.send(ScriptedServer.response("200 OK", "5"))]
            }
        }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let scenario = try folder.write(
            "stopped.yaml",
            """
            name: stopped
            target: \(server.url)
            flows: {main: {steps: [{get: /}]}}
            load: [{users: 1, for: 3s}]
            probes:
              late: {get: /late, every: 60s, timeout: 1s}
              cut: {get: /cut, every: 60s, timeout: 1s}
              command: {command: [sh, -c, "touch '\(folder.path)/begun'; sleep 0.4; echo 5"], every: 60s, timeout: 1s}
              often: {get: /often, every: 200ms, timeout: 1s}
            objectives: [{objective: count dropped == 0, severity: advisory}]
            """)
        let binary = try Binary("loadgate", ["run", scenario, "--out", folder.path])
        #expect(
            Wait.until {
                let paths = Set(server.requests.map(\.path))
                return paths.isSuperset(of: ["/late", "/cut", "/often"])
                    && FileManager.default.fileExists(atPath: folder.path + "/begun")
            })
        freeze(binary)
        let ended = try binary.wait()
        let probes = try #require(
            try folder.json("result.json")["probes"] as? [String: [String: Any]], "\(ended.errors)")
        for (name, probe) in probes { #expect(probe["failed"] as? Int == 0, "\(name): \(probe)") }
        #expect(probes["late"]?["samples"] as? Int == 1)
        let command = probes["command"] ?? [:]
        #expect((command["samples"] as? Int ?? 0) + (command["held_up"] as? Int ?? 0) >= 1, "\(command)")
        #expect(probes["cut"]?["samples"] as? Int == 0)
        #expect(probes["cut"]?["held_up"] as? Int == 1)
        // 1.6 s are seven or eight beats of 0.2 s.
        #expect(probes["often"]?["held_up"] as? Int ?? 0 >= 6, "\(probes["often"] ?? [:])")
        #expect(ended.output.contains("left out: this process was held up for "), "\(ended.output)")
    }

    @Test(
        "A process that hardly gets a processor is invalid, and its target fails nothing",
        arguments: ["native", "curl"])
    func starved(transport: String) throws {
        let server = try ScriptedServer(record: false) { _ in
            [.wait(seconds: 0.02), .send(ScriptedServer.response("200 OK", "5"))]
        }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let scenario = try folder.write(
            "starved.yaml",
            """
            name: starved
            target: \(server.url)
            defaults: {transport: \(transport), timeout: 250ms}
            flows: {main: {steps: [{get: /, name: s}]}}
            load: [{users: 4, for: 2500ms}]
            objectives: [errors == 0, p95 response_time < 100ms]
            """)
        let binary = try Binary("loadgate", ["run", scenario, "--out", folder.path])
        #expect(Wait.until { server.requestCount >= 40 })
        // Longer than the timeout each time, and most of the time.
        for _ in 0..<3 {
            binary.signal(SIGSTOP)
            var begin = Date()
            #expect(Wait.until { Date().timeIntervalSince(begin) > 0.6 })
            binary.signal(SIGCONT)
            begin = Date()
            #expect(Wait.until { Date().timeIntervalSince(begin) > 0.05 })
        }
        let ended = try binary.wait()
        #expect(ended.code == 3, "\(ended.output)\(ended.errors)")
        let result = try folder.json("result.json")
        #expect(result["verdict"] as? String == "invalid")
        let outcomes = result["outcomes"] as? [String: Int] ?? [:]
        #expect(Set(outcomes.filter { $0.value > 0 }.keys).isSubset(of: ["ok", "unfinished"]), "\(outcomes)")
    }

    /// `GET /s`: a first event after 0.3 s, then five more at 50 ms. Two begin at once, so that one is on its way to the first event.
    @Test("Streams that a stop touched are not the target's fault", arguments: ["native", "curl"])
    func streams(transport: String) throws {
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
        var course: [ScriptedServer.Action] = [.send(head), .wait(seconds: 0.3), .send("data: 1\n\n")]
        for number in 2...6 { course += [.wait(seconds: 0.05), .send("data: \(number)\n\n")] }
        course.append(.close)
        let server = try ScriptedServer(record: false) { [course] _ in course }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let scenario = try folder.write(
            "streams.yaml",
            """
            name: streams
            target: \(server.url)
            defaults: {transport: \(transport), timeout: 1s}
            flows: {main: {steps: [{name: s, events: /s, checks: [events == 6, event_gap < 500ms]}]}}
            load: [{users: 2, for: 4s}]
            objectives: [max first_event < 900ms, max event_gap < 400ms, min events >= 6, errors == 0]
            """)
        let binary = try Binary("loadgate", ["run", scenario, "--out", folder.path, "--no-live"])
        #expect(Wait.until { server.requestCount >= 4 })
        freeze(binary)
        let ended = try binary.wait()
        #expect(ended.code == 3, "\(ended.output)\(ended.errors)")
        let result = try folder.json("result.json")
        #expect(result["verdict"] as? String == "invalid", "\(ended.output)")
        let step = (result["steps"] as? [String: [String: Any]])?["s"] ?? [:]
        let events = step["events"] as? [String: Any] ?? [:]
        let touched = (events["stalled_gaps"] as? Int ?? 0) + (events["stalled_first_events"] as? Int ?? 0)
        // Both users were within a stream, or between two.
        #expect(touched >= 1, "\(events)")
        #expect(step["stalled"] as? Int ?? 0 >= 1, "\(step)")
        // Nothing was lost of what came meanwhile.
        #expect(events["min"] as? Int == 6, "\(events)")
        // What came while this process was stopped is a gap of that length, and no timeout: time lost is nobody's.
        for objective in result["objectives"] as? [[String: Any]] ?? [] {
            #expect(objective["verdict"] as? String != "fail", "\(objective)")
        }
        #expect(!ended.output.contains("FAIL"), "\(ended.output)")
        #expect((step["outcomes"] as? [String: Int])?["timeout"] == nil, "\(step)")
    }

    @Test("Without memory a run ends with a word, and holds nothing against its target", arguments: ["native", "curl"])
    func withoutMemory(transport: String) throws {
        let server = try ScriptedServer(record: false) { _ in [.send(ScriptedServer.response("200 OK", "5"))] }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let scenario = try folder.write(
            "small.yaml",
            """
            name: small
            target: \(server.url)
            defaults: {transport: \(transport), timeout: 1s}
            flows: {main: {steps: [{get: /, name: s}]}}
            load: [{users: 8, iterations: 40}]
            objectives: [errors == 0]
            """)
        let program = Binary.url(of: "loadgate").path
        // From what is hardly enough to load the program, below which the system ends it, up to what is nearly enough.
        for kilobytes in [150_000, 220_000] {
            let ended = try Binary(
                "/bin/bash",
                ["-c", "ulimit -v \(kilobytes); exec '\(program)' run '\(scenario)' --out '\(folder.path)' --no-live"]
            ).wait(seconds: 60)
            #expect(ended.code != 1 && ended.code < 128, "\(kilobytes): \(ended.code) \(ended.output)\(ended.errors)")
            #expect(!ended.output.isEmpty || !ended.errors.isEmpty, "\(kilobytes): \(ended.code)")
            #expect(ended.code == 70)
            let words = "this process may use \(kilobytes / 1024) MiB of memory (ulimit -v), and a run needs 512 MiB"
            #expect(ended.errors.contains(words), "\(ended.errors)")
        }
    }

    @Test("A service that became ready meanwhile is ready")
    func readiness() throws {
        let isReady = NIOLockedValueBox(false)
        let server = try ScriptedServer { request in
            let status = request.path != "/ready" || isReady.withLockedValue { $0 } ? "200 OK" : "503 Not Yet"
            return [.send(ScriptedServer.response(status, "5"))]
        }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let scenario = try folder.write(
            "starting.yaml",
            """
            name: starting
            target: \(server.url)
            services: {s: {command: [sleep, "60"], ready: "\(server.url)/ready", start_timeout: 1500ms}}
            flows: {main: {steps: [{get: /}]}}
            load: [{users: 1, iterations: 1}]
            """)
        let binary = try Binary("loadgate", ["run", scenario, "--out", folder.path])
        #expect(Wait.until { server.requestCount >= 2 })
        freeze(binary) { isReady.withLockedValue { $0 = true } }
        let ended = try binary.wait()
        #expect(ended.code == 0, "\(ended.output)\(ended.errors)")
    }

    @Test("A ready command that was under way is asked again, and its time is not the service's")
    func readyCommand() throws {
        let server = try ScriptedServer(record: false) { _ in [.send(ScriptedServer.response("200 OK", "5"))] }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let path = folder.path
        func isThere(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(name)") }
        // The first time it looks 0.3 s later and finds nothing, for what it looks for is made after that.
        let command = "cd '\(path)'; touch begun; sleep 0.3; test -f there && exit 0; touch missed; exit 1"
        let scenario = try folder.write(
            "starting.yaml",
            """
            name: starting
            target: \(server.url)
            services: {s: {command: [sleep, "60"], ready: [sh, -c, "\(command)"], start_timeout: 1500ms}}
            flows: {main: {steps: [{get: /}]}}
            load: [{users: 1, iterations: 1}]
            """)
        let binary = try Binary("loadgate", ["run", scenario, "--out", path])
        #expect(Wait.until { isThere("begun") })
        // 1.6 s are more than the 1.5 s in which the service must be ready.
        freeze(binary) {
            #expect(Wait.until { isThere("missed") })
            _ = FileManager.default.createFile(atPath: "\(path)/there", contents: nil)
        }
        let ended = try binary.wait()
        #expect(ended.code == 0, "\(ended.output)\(ended.errors)")
    }

    @Test("What a verification found meanwhile is not held against the target")
    func verification() throws {
        let server = try ScriptedServer { request in
            [.wait(seconds: 0.4), request.path == "/a" ? .send(ScriptedServer.response("200 OK", "5")) : .reset]
        }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let scenario = try folder.write(
            "verified.yaml",
            """
            name: verified
            target: \(server.url)
            verify: [{headers: {paths: [/a, /b]}}]
            """)
        let binary = try Binary("loadgate", ["run", scenario, "--out", folder.path])
        #expect(Wait.until { server.requestCount >= 1 })
        freeze(binary)
        let ended = try binary.wait()
        #expect(ended.code == 2 || ended.code == 3, "\(ended.code) \(ended.output)\(ended.errors)")
        #expect(ended.output.contains("this process was held up for "), "\(ended.output)")
        #expect(!ended.output.contains("FAIL"), "\(ended.output)")
    }
}
