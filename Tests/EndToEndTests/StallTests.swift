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
