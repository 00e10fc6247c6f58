import CCurl
import Foundation
import Glibc
import Measures
import Scenarios
import TestSupport
import Testing

@testable import Generator

@Suite("Outcomes of libcurl's exchanges with a scripted server", .serialized)
struct CurlOutcomeTests {
    private typealias Action = ScriptedServer.Action

    private static let ok = ScriptedServer.response("200 OK", "hello")

    /// Four exchanges, and what all of them led to.
    private func outcomes(
        _ actions: [ScriptedServer.Action], method: Step.Method = .get, timeout: Duration = .seconds(20)
    ) throws -> (all: Set<String>, last: CurlDriver.Answer) {
        let server = try ScriptedServer { _ in actions }
        defer { server.stop() }
        let driver = try CurlDriver(server.url, steps: [Step(name: "step", method: method, url: Text("/"))])
        let answers = try driver.run(4, timeout: timeout)
        return (Set(answers.map(\.outcome)), answers[3])
    }

    @Test("Whole answers are answered, in one piece, byte by byte, chunked, until close, and after interim ones")
    func answered() throws {
        let chunked =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nA: b\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX: trailer\r\n\r\n"
        for (actions, body) in [
            ([.send(Self.ok)], "hello"), ([.sendBytewise(Self.ok)], "hello"), ([.send(chunked)], "abcde"),
            ([.sendBytewise(chunked)], "abcde"), ([.send("HTTP/1.1 200 OK\r\n\r\nto the end"), .close], "to the end"),
            ([.send("HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n"), .send(Self.ok)], "hello"),
            ([.send("HTTP/1.1 204 No Content\r\n\r\n")], ""),
        ] as [([Action], String)] {
            let result = try outcomes(actions)
            #expect(result.all == ["ok"])
            #expect(result.last.body == body)
            #expect(result.last.completion.bodyBytes == UInt64(body.utf8.count))
            #expect(result.last.head.hasPrefix("HTTP/1.1 20"))
            #expect(result.last.head.hasSuffix("\r\n\r\n"))
            #expect(!result.last.head.contains("trailer"))
            #expect(!result.last.head.contains("Link"))
        }
        let large = String(repeating: "x", count: 3_000_000)
        #expect(try outcomes([.send(ScriptedServer.response("200 OK", large))]).last.body == large)
        let head = try outcomes([.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")], method: .head)
        #expect(head.all == ["ok"])
        #expect(head.last.status == 200)
    }

    @Test("Time that passes while this process is held up within a call of libcurl is no timeout of the target")
    func heldUp() throws {
        let server = try ScriptedServer { _ in [.hang] }
        defer { server.stop() }
        for isHeldUp in [true, false] {
            let driver = try CurlDriver(server.url)
            try driver.begin(timeout: .milliseconds(300))
            let begun = ReactorClock.now()
            // Nothing is told to libcurl until its time is over.
            #expect(Wait.until { ReactorClock.now() - begun > Span(nanoseconds: 400_000_000) })
            // The reactor was last seen when the exchange began, or after its time was over.
            driver.transport.ran(at: isHeldUp ? begun : ReactorClock.now())
            var answers: [CurlDriver.Answer] = []
            while answers.isEmpty { answers = try driver.turn() }
            #expect(answers.map(\.outcome) == [isHeldUp ? "unfinished" : "response_timeout"])
        }
    }

    @Test("A status is an answer, whatever it is")
    func statuses() throws {
        for status in [302, 404, 429, 503, 600] {
            let result = try outcomes([.send(ScriptedServer.response("\(status) Some"))])
            #expect(result.all == ["ok"])
            #expect(result.last.status == status)
        }
    }

    @Test("A close before the end of the answer is closed_early, a reset is reset")
    func brokenConnections() throws {
        #expect(try outcomes([.close]).all == ["closed_early"])
        #expect(try outcomes([.close]).last.reason == "closed before the answer was complete")
        #expect(try outcomes([.send("HTTP/1.1 200 OK\r\nContent-Le"), .close]).all == ["closed_early"])
        #expect(
            try outcomes([.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), .close]).all == ["closed_early"])
        #expect(
            try outcomes([.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"), .close]).all
                == ["closed_early"])
        let reset = try outcomes([.reset])
        #expect(reset.all == ["reset"])
        #expect(reset.last.reason.contains("Connection reset by peer"))
    }

    @Test("A kept connection that breaks under a request is that request's failure: it is not sent a second time")
    func keptConnection() throws {
        for (end, outcome) in [(Action.close, "closed_early"), (.reset, "reset")] {
            let server = try ScriptedServer { request in request.number == 1 ? [end] : [.send(Self.ok)] }
            defer { server.stop() }
            let answers = try CurlDriver(server.url).run(3)
            #expect(answers.map(\.outcome) == ["ok", outcome, "ok"])
            #expect(answers[1].reason.contains("a kept connection"))
            #expect(server.requestCount == 3)
            #expect(answers.map(\.completion.connects) == [1, 0, 1])
        }
    }

    @Test("Bytes that are no answer, a switch of protocols and too many interim answers are protocol")
    func protocolErrors() throws {
        #expect(try outcomes([.send("SSH-2.0-OpenSSH_9.2\r\n")]).all == ["protocol"])
        let upgrade = try outcomes([.send("HTTP/1.1 101 Switching Protocols\r\n\r\n")])
        #expect(upgrade.all == ["protocol"])
        #expect(upgrade.last.reason == "the server switched protocols (101) without being asked")
        let interim = String(repeating: "HTTP/1.1 103 Early Hints\r\n\r\n", count: 33)
        #expect(try outcomes([.send(interim + Self.ok)]).all == ["protocol"])
        let large = "HTTP/1.1 200 OK\r\nA: " + String(repeating: "a", count: 70_000) + "\r\n\r\n"
        let tooLarge = try outcomes([.send(large)])
        #expect(tooLarge.all == ["protocol"])
        #expect(tooLarge.last.reason == "the answer's head is larger than 64 KiB")
    }

    @Test("No complete answer within the timeout is response_timeout, whatever trickles in")
    func timeouts() throws {
        let timeout = Duration.milliseconds(80)
        let hang = try outcomes([.hang], timeout: timeout)
        #expect(hang.all == ["response_timeout"])
        #expect(hang.last.reason == "no complete answer within 0.08 s")
        #expect(
            try outcomes([.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), .hang], timeout: timeout).all
                == ["response_timeout"])
    }

    @Test("A connection that nobody accepts is connect_timeout")
    func connectTimeout() throws {
        let full = try FullBacklog()
        defer { full.release() }
        let answer = try CurlDriver("http://127.0.0.1:\(full.port)").one(timeout: .milliseconds(150))
        #expect(answer.outcome == "connect_timeout")
        #expect(answer.reason == "no connection within 0.15 s")
    }

    @Test("Nobody listening is refused, and a name that doesn't exist is dns")
    func noConnection() throws {
        let server = try ScriptedServer(always: Self.ok)
        server.stop()
        let answers = try CurlDriver(server.url).run(200)
        #expect(!answers.contains { $0.outcome == "ok" })
        #expect(answers.contains { $0.outcome == "refused" && $0.reason == "Connection refused" })
        let unknown = try CurlDriver("http://no-such-host.invalid").one(timeout: .seconds(30))
        #expect(unknown.outcome == "dns")
        #expect(unknown.completion.phases.connect == 0)
    }

    @Test("A body beyond its bound is marked, and counted to its end")
    func bodyTooLarge() throws {
        let body = String(repeating: "x", count: KeptAnswer.bodyBound + 1)
        let server = try ScriptedServer(always: ScriptedServer.response("200 OK", body))
        defer { server.stop() }
        let driver = try CurlDriver(server.url)
        let answer = try driver.one()
        #expect(answer.outcome == "ok")
        #expect(answer.body.utf8.count <= KeptAnswer.bodyBound)
        #expect(answer.completion.bodyBytes == UInt64(body.utf8.count))
    }

    @Test("A lack of descriptors is this machine's, and says nothing of the target")
    func exhausted() throws {
        let answer = CurlOutcome.Failure(code: CURLE_COULDNT_CONNECT, system: EADDRNOTAVAIL, requested: false)
        #expect(CurlOutcome.outcome(of: answer) == nil)
        // An address that no interface of this machine has (RFC 5737 §3) is known before the run.
        #expect(throws: UnusableSetting.self) {
            _ = try CurlDriver("http://127.0.0.1:1") { $0.sources = ["192.0.2.77"] }
        }
    }

    @Test("Each of libcurl's codes has the outcome that the table says")
    func table() {
        let expected: [(UInt32, Int32, Bool, Outcome?)] = [
            (1, 0, true, .protocolError), (3, 0, true, .protocolError), (5, 0, false, .dns), (6, 0, false, .dns),
            (7, ECONNREFUSED, false, .refused), (7, EHOSTUNREACH, false, .refused), (7, 0, false, .refused),
            (7, ETIMEDOUT, false, .connectTimeout), (7, ECONNRESET, false, .reset), (7, EMFILE, false, nil),
            (7, EADDRNOTAVAIL, false, nil), (8, 0, true, .protocolError), (16, 0, true, .protocolError),
            (18, 0, true, .closedEarly), (26, 0, true, nil), (27, 0, true, .protocolError), (27, 0, false, nil),
            (43, 0, true, .protocolError), (43, 0, false, nil), (28, 0, false, .connectTimeout),
            (28, 0, true, .responseTimeout), (35, 0, false, .tls), (45, 0, false, nil), (47, 0, true, .protocolError),
            (52, 0, true, .closedEarly), (55, EPIPE, true, .reset), (56, ECONNRESET, true, .reset),
            (56, 0, true, .closedEarly), (56, ETIMEDOUT, true, .responseTimeout), (58, 0, false, .tls),
            (60, 0, false, .tls), (61, 0, true, .protocolError), (77, 0, false, .tls), (80, 0, true, .tls),
            (83, 0, false, .tls), (91, 0, false, .tls), (92, 0, true, .protocolError), (97, 0, false, .refused),
            (98, 0, false, .tls), (100, 0, true, .protocolError), (999, 0, true, .protocolError),
        ]
        for (code, system, requested, outcome) in expected {
            let failure = CurlOutcome.Failure(code: CURLcode(code), system: system, requested: requested)
            #expect(CurlOutcome.outcome(of: failure) == outcome, "code \(code), errno \(system)")
        }
    }

    @Test("A cancelled exchange has no completion, and its place serves again")
    func cancel() throws {
        let server = try ScriptedServer { request in request.number == 0 ? [.hang] : [.send(Self.ok)] }
        defer { server.stop() }
        let driver = try CurlDriver(server.url, capacity: 1)
        let index = try driver.begin(keeping: false)
        while server.requestCount == 0 { _ = try driver.turnBriefly() }
        driver.transport.cancel(index)
        #expect(driver.transport.activeCount == 0)
        let answers = try driver.run(3)
        #expect(answers.map(\.outcome) == ["ok", "ok", "ok"])
    }
}
