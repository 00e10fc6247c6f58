import CLinux
import Measures
import NIOConcurrencyHelpers
import Objectives
import Scenarios
import TestSupport
import Testing
import VerificationKit

@testable import Probes

@Suite("Probes of URLs", .serialized)
struct HTTPProbeTests {
    @Test("A GET with its own header fields is read, on the target or elsewhere")
    func answers() throws {
        let server = try ScriptedServer { request in
            let body =
                switch request.path {
                case "/metrics": "# TYPE origin_requests_total counter\norigin_requests_total{zone=\"a\"} 17\n"
                case "/v1/state": "{\"pool\": {\"active\": 4}}"
                default: request.header("X-Token") ?? "none"
                }
            return [.sendBytewise(ScriptedServer.response("200 OK", body)), .close]
        }
        defer { server.stop() }
        let runner = ProbeRunner(
            try scenario(
                """
                origin: {get: "\(server.url)/metrics", read: prometheus, value: origin_requests_total, where: zone == a}
                state: {get: /state, read: json, value: $.pool.active}
                token: {get: "\(server.url)/token", headers: {X-Token: "${env:TOKEN}"}}
                """, environment: ["TOKEN": "12345"], target: "\(server.url)/v1"))
        #expect(try runner.read("origin") == 17)
        #expect(try runner.read("state") == 4)
        #expect(try runner.read("token") == 12345)
        #expect(server.requests.allSatisfy { $0.method == "GET" })
    }

    @Test("Other statuses, redirects, silence and too much are failures with their reason")
    func failures() throws {
        let server = try ScriptedServer { request in
            switch request.path {
            case "/500": [.send(ScriptedServer.response("500 Internal Server Error", "5"))]
            case "/302": [.send(ScriptedServer.response("302 Found", "5", headers: ["Location: /ok"]))]
            case "/hang": [.hang]
            case "/huge": [.send("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n"), .hang]
            default: [.send(ScriptedServer.response("200 OK", "5"))]
            }
        }
        defer { server.stop() }
        func why(_ path: String, _ more: String = "") throws -> String? {
            reason(ProbeRunner(try scenario("p: {get: \"\(server.url)\(path)\"\(more)}")))
        }
        #expect(try why("/ok") == nil)
        #expect(try why("/500") == "it answers with status 500")
        #expect(try why("/302") == "it answers with status 302")
        #expect(try why("/hang", ", timeout: 300ms") == "no complete answer within 0.3 s")
        #expect(try why("/huge") != nil)
        server.stop()
        #expect(try why("/ok", ", timeout: 5s") != nil)
        #expect(server.requests.filter { $0.path == "/ok" }.count == 1)
    }

    @Test("A silent server doesn't hold up the stop")
    func stop() throws {
        let server = try ScriptedServer { _ in [.hang] }
        defer { server.stop() }
        let runner = ProbeRunner(try scenario("p: {get: \"\(server.url)/\", timeout: 300s}"))
        runner.start(at: Instant(nanoseconds: loadgate_monotonic()))
        #expect(Wait.until { server.requestCount == 1 })
        let start = loadgate_monotonic()
        #expect(runner.stop()[0].slices.isEmpty)
        #expect(loadgate_monotonic() - start < 20_000_000_000)
    }

    @Test("The rate of an origin's counter is judged by its increase")
    func rate() throws {
        // Each look at it is one more. The sample after the first is taken at the next beat of 20 ms or later, so that
        // twelve samples take 200 ms at least: 55 a second, however slow the machine.
        let server = try ScriptedServer { request in
            [.send(ScriptedServer.response("200 OK", "seen_total \(request.number + 1)\n"))]
        }
        defer { server.stop() }
        let scenario = try scenario(
            "origin: {get: \"\(server.url)/\", every: 20ms, timeout: 60s, read: prometheus, value: seen_total}",
            objectives: ["rate origin <= 60/s", "rate origin < 1/h", "max origin >= 10", "origin > 0"])
        let runner = ProbeRunner(scenario)
        runner.start(at: Instant(nanoseconds: loadgate_monotonic()))
        #expect(Wait.until { (runner.latest.first?.sample.value ?? 0) >= 12 })
        let series = runner.stop()
        var measurement = RunMeasurement(steps: 1, flows: 1, reactors: 1)
        let end = try #require(series[0].slices.last?.end)
        measurement.addStretch(.zero..<end)
        let findings = ObjectiveWatch(scenario).findings(of: measurement, probes: series)
        // On a slow machine beats are left out, and what holds is not shown; it isn't broken either.
        #expect(findings[0].verdict != .fail)
        #expect(findings[0].unit == .perSecond)
        #expect(findings[1].verdict == .fail)
        #expect(findings[2].verdict != .fail)
        #expect(findings[3].verdict != .fail)
    }
}
