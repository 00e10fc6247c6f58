import Foundation
import Measures
import Scenarios
import TestSupport
import Testing

@testable import Generator

@Suite("Outcomes of exchanges with a scripted server", .serialized)
struct OutcomeTests {
    private typealias Action = ScriptedServer.Action

    private static let ok = ScriptedServer.response("200 OK", "hello")

    /// Runs 4 iterations of a step and gives the outcomes and the first example.
    private func outcomes(
        _ actions: [ScriptedServer.Action], method: Step.Method = .get, timeout: Duration = .seconds(5),
        expect: [ClosedRange<Int>] = [200...399], checks: [Check] = []
    ) throws -> (counts: [String: UInt64], example: String?) {
        let server = try ScriptedServer { _ in actions }
        defer { server.stop() }
        let step = Step(
            name: "step", method: method, url: Text("/"), expect: expect, checks: checks, timeout: timeout)
        let scenario = EngineRun.scenario(server.url, steps: [step], load: EngineRun.iterations(4, users: 2))
        let measurement = try EngineRun.run(scenario)
        return (measurement.outcomes, measurement.examples[0].first)
    }

    @Test("Whole answers are ok, in one piece, byte by byte, chunked, until close, and after interim ones")
    func ok() throws {
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
        for actions: [Action] in [
            [.send(Self.ok)], [.sendBytewise(Self.ok)], [.send(chunked)], [.sendBytewise(chunked)],
            [.send("HTTP/1.1 200 OK\r\n\r\nto the end"), .close],
            [.send("HTTP/1.1 103 Early Hints\r\n\r\n"), .send(Self.ok)],
            [.send("HTTP/1.1 204 No Content\r\n\r\n")],
            [.send(ScriptedServer.response("200 OK", String(repeating: "x", count: 3_000_000)))],
        ] {
            #expect(try outcomes(actions).counts == ["ok": 4])
        }
        #expect(
            try outcomes([.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")], method: .head).counts == ["ok": 4])
    }

    @Test("Statuses outside of `expect` have their outcomes")
    func statuses() throws {
        for (status, outcome) in [
            ("404 Not Found", "http_4xx"), ("503 Unavailable", "http_5xx"), ("429 Too Many", "rate_limited"),
            ("302 Found", "ok"), ("600 Odd", "check_failed"),
        ] {
            #expect(try outcomes([.send(ScriptedServer.response(status))]).counts == [outcome: 4])
        }
        #expect(
            try outcomes([.send(ScriptedServer.response("429 X"))], expect: [200...299, 429...429]).counts == ["ok": 4])
        #expect(try outcomes([.send(Self.ok)], expect: [204...204]).counts == ["check_failed": 4])
        #expect(try outcomes([.send(ScriptedServer.response("404 Not Found"))]).example == "status 404")
    }

    @Test("A close before the end of the answer is closed_early, a reset is reset")
    func brokenConnections() throws {
        #expect(try outcomes([.close]).counts == ["closed_early": 4])
        #expect(try outcomes([.send("HTTP/1.1 200 OK\r\nContent-Le"), .close]).counts == ["closed_early": 4])
        #expect(
            try outcomes([.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), .close]).counts == [
                "closed_early": 4
            ])
        #expect(try outcomes([.reset]).counts == ["reset": 4])
    }

    @Test("Bytes that are no answer, and bytes after the answer, are protocol")
    func protocolErrors() throws {
        #expect(try outcomes([.send("SSH-2.0-OpenSSH_9.2\r\n")]).counts == ["protocol": 4])
        #expect(try outcomes([.send(Self.ok + Self.ok)]).counts == ["protocol": 4])
        #expect(try outcomes([.send(Self.ok + "x")]).example == "bytes came after the end of the answer")
        #expect(try outcomes([.send("HTTP/1.1 101 Switching Protocols\r\n\r\n")]).counts == ["protocol": 4])
    }

    @Test("No complete answer within the timeout is response_timeout, whatever trickles in")
    func timeouts() throws {
        let timeout = Duration.milliseconds(80)
        #expect(try outcomes([.hang], timeout: timeout).counts == ["response_timeout": 4])
        #expect(
            try outcomes([.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), .hang], timeout: timeout).counts
                == ["response_timeout": 4])
        #expect(try outcomes([.hang], timeout: timeout).example == "no complete answer within 0.08 s")
    }

    @Test("Nobody listening is refused, and users go on")
    func refused() throws {
        let server = try ScriptedServer(always: Self.ok)
        let url = server.url
        server.stop()
        // The port is free once the listener is closed; a connection to it is refused from then on.
        let scenario = EngineRun.scenario(url, load: EngineRun.iterations(1_000, users: 4))
        let measurement = try EngineRun.run(scenario)
        #expect(measurement.outcomes["ok"] == nil)
        #expect(measurement.outcomes.values.reduce(0, +) == 1_000)
    }

    @Test("A connection that nobody accepts is connect_timeout")
    func connectTimeout() throws {
        // A full backlog: the kernel drops further SYNs. 0 means one place, and both are taken before the run.
        let full = try FullBacklog()
        defer { full.release() }
        let step = Step(name: "step", url: Text("/"), timeout: .milliseconds(150))
        let scenario = EngineRun.scenario(
            "http://127.0.0.1:\(full.port)", steps: [step], load: EngineRun.iterations(3, users: 3))
        #expect(try EngineRun.run(scenario).outcomes == ["connect_timeout": 3])
    }

    @Test("A kept body beyond its bound is body_too_large, and the connection is used again")
    func bodyTooLarge() throws {
        let body = String(repeating: "x", count: KeptAnswer.bodyBound + 1)
        let check = Check(subject: .body, predicate: .contains(Text("y")), source: "body contains y")
        let result = try outcomes([.send(ScriptedServer.response("200 OK", body))], checks: [check])
        #expect(result.counts == ["body_too_large": 4])
    }

    @Test("A failed check names itself and what was there")
    func failedCheck() throws {
        let check = Check(subject: .body, predicate: .contains(Text("bye")), source: "body contains bye")
        let result = try outcomes([.send(Self.ok)], checks: [check])
        #expect(result.counts == ["check_failed": 4])
        #expect(result.example == "body contains bye: got hello")
    }

    @Test("A large request that the server doesn't read to its end still gets its answer")
    func largeRequest() throws {
        let server = try ScriptedServer { request in
            [.send(ScriptedServer.response("200 OK", "\(request.body.utf8.count)"))]
        }
        defer { server.stop() }
        let body = String(repeating: "b", count: 8_000_000)
        let check = Check(subject: .body, predicate: .text(.equal, Text("8000000")), source: "")
        let step = Step(
            name: "s", method: .post, url: Text("/"), body: .text(Text(body)), checks: [check], timeout: .seconds(20))
        let scenario = EngineRun.scenario(server.url, steps: [step], load: EngineRun.iterations(6, users: 3))
        #expect(try EngineRun.run(scenario).outcomes == ["ok": 6])
    }

    @Test("localhost that answers on one family only is found")
    func bothFamilies() throws {
        for ipv6 in [false, true] {
            let server = try ScriptedServer(ipv6: ipv6) { _ in [.send(Self.ok)] }
            defer { server.stop() }
            let host = ipv6 ? "[::1]" : "localhost"
            let scenario = EngineRun.scenario("http://\(host):\(server.port)", load: EngineRun.iterations(4, users: 2))
            #expect(try EngineRun.run(scenario).outcomes == ["ok": 4])
        }
    }
}
