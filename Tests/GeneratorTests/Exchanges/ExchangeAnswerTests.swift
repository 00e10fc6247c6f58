import Measures
import Scenarios
import TestSupport
import Testing

@testable import Generator

/// What a sender makes of what servers answer.
@Suite("Exchange answers")
struct ExchangeAnswerTests {
    private func observe(
        _ actions: [ScriptedServer.Action], _ method: String = "GET", timeout: Double = 30,
        _ change: (inout PlannedExchange) -> Void = { _ in }
    ) throws -> ObservedExchange {
        let server = try ScriptedServer { _ in actions }
        defer { server.stop() }
        return try SenderRun(server.url).one(method, timeout: timeout, change)
    }

    @Test("Status, fields in their order and body come back, whatever pieces they come in")
    func whole() throws {
        let response =
            "HTTP/1.1 429 Too Many\r\nRetry-After: 3\r\nX-A: 1\r\nx-a:  two\t\r\nFolded: a\r\n  b\r\n"
            + "Content-Length: 5\r\n\r\nhello"
        for action in [ScriptedServer.Action.send(response), .sendBytewise(response)] {
            let observed = try observe([action])
            #expect(observed.outcome == .ok)
            #expect(observed.status == 429)
            #expect(
                observed.fields == [
                    HeaderLine("Retry-After", "3"), HeaderLine("X-A", "1"), HeaderLine("x-a", "two"),
                    HeaderLine("Folded", "a b"), HeaderLine("Content-Length", "5"),
                ])
            #expect(observed.value("X-A") == "1, two")
            #expect(observed.text == "hello")
            #expect(observed.bodyLength == 5)
            #expect(observed.sent < observed.received)
            #expect(!observed.reusedConnection)
        }
    }

    @Test("Chunks are joined, and trailers left out")
    func chunked() throws {
        let observed = try observe([
            .sendBytewise(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: 1\r\n\r\n")
        ])
        #expect(observed.outcome == .ok)
        #expect(observed.text == "abcde")
        #expect(observed.values("T").isEmpty)
    }

    @Test("Without a length the close ends the answer, and a reset breaks it")
    func untilClose() throws {
        let head = "HTTP/1.1 200 OK\r\n\r\nabc"
        let closed = try observe([.send(head), .close])
        #expect(closed.outcome == .ok)
        #expect(closed.text == "abc")
        let broken = try observe([.send(head), .wait(seconds: 0.2), .reset])
        #expect(broken.outcome == .reset)
        #expect(broken.status == 200)
        #expect(broken.text == "abc")
    }

    @Test("Answers without a body end with their head")
    func bodiless() throws {
        for (method, head) in [
            ("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"),
            ("GET", "HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\n"),
            ("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n"),
        ] {
            let observed = try observe([.send(head)], method)
            #expect(observed.outcome == .ok, "\(head)")
            #expect(observed.bodyLength == 0)
        }
    }

    @Test("Interim answers are skipped with their fields")
    func interim() throws {
        let observed = try observe([
            .sendBytewise("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"),
            .send(ScriptedServer.response("201 Created", "x")),
        ])
        #expect(observed.outcome == .ok)
        #expect(observed.status == 201)
        #expect(observed.values("Link").isEmpty)
    }

    @Test("Of a body as much is kept as was asked for, and all of it is counted")
    func bounds() throws {
        let body = String(repeating: "0123456789", count: 100_000)
        let actions = [ScriptedServer.Action.send(ScriptedServer.response("200 OK", body))]
        for bound in [0, 1, 999, 131_072, 1_000_000, 2_000_000] {
            let observed = try observe(actions) { $0.keptBody = bound }
            #expect(observed.outcome == .ok)
            #expect(observed.bodyLength == 1_000_000)
            #expect(observed.text == body.prefix(bound), "\(bound)")
        }
        #expect(try observe(actions) { $0.keptBody = -1 }.body.isEmpty)
    }

    @Test("What is cut short has what came of it and says why it ended")
    func cutShort() throws {
        let nothing = try observe([.close])
        #expect(nothing.outcome == .closedEarly)
        #expect(nothing.status == 0)
        let head = try observe([.send("HTTP/1.1 429 No\r\nRetry-After: 1\r\nContent-Length: 9\r\n\r\nabc"), .close])
        #expect(head.outcome == .closedEarly)
        #expect(head.status == 429)
        #expect(head.value("Retry-After") == "1")
        #expect(head.text == "abc")
        #expect(head.bodyLength == 3)
        #expect(try observe([.reset]).outcome == .reset)
    }

    @Test(
        "What is no answer is protocol",
        arguments: [
            "SSH-2.0-OpenSSH\r\n", "\0\0\0", "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz", "HTTP/1.1 101 Switching\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        ])
    func malformed(_ answer: String) throws {
        #expect(try observe([.send(answer), .hang]).outcome == .protocolError)
    }

    @Test("Endless heads and endless interim answers end")
    func endless() throws {
        let interim = String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 40)
        #expect(try observe([.send(interim), .hang]).outcome == .protocolError)
        let head = "HTTP/1.1 200 OK\r\nX: " + String(repeating: "x", count: 70_000)
        #expect(try observe([.send(head), .hang]).outcome == .protocolError)
    }

    @Test("An answer that doesn't come, or doesn't end, is response_timeout")
    func timeouts() throws {
        let silent = try observe([.hang], timeout: 0.2)
        #expect(silent.outcome == .responseTimeout)
        #expect(silent.duration >= Span(seconds: 0.19))
        let slow = try observe(
            [.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"), .trickle("0123456789", seconds: 0.05), .hang],
            timeout: 0.3)
        #expect(slow.outcome == .responseTimeout)
        #expect(slow.status == 200)
        #expect(!slow.body.isEmpty)
    }

    @Test("An answer that comes while the body is still being sent is the answer")
    func early() throws {
        var options = ScriptedServer.Options()
        options.actsAtHead = true
        options.receiveBuffer = 4096
        let server = try ScriptedServer(options) { _ in
            [.send(ScriptedServer.response("413 Too Large", "no")), .finish]
        }
        defer { server.stop() }
        let run = try SenderRun(server.url)
        let observed = run.send([
            run.exchange("POST", lane: .kept(1)) { $0.body = Array(repeating: 120, count: 10_000_000) },
            run.exchange("GET", lane: .kept(1)),
        ])
        #expect(observed.map(\.outcome) == [.ok, .ok])
        #expect(observed.map(\.status) == [413, 413])
        #expect(observed.map(\.reusedConnection) == [false, false])
        #expect(server.connectionCount == 2)
    }

    @Test("A body of ten megabytes arrives as it is")
    func largeBody() throws {
        let server = try ScriptedServer { request in
            [.send(ScriptedServer.response("200 OK", "\(request.body.utf8.count) \(request.body.suffix(3))"))]
        }
        defer { server.stop() }
        let observed = try SenderRun(server.url).one("PUT") {
            $0.body = Array(repeating: 120, count: 9_999_997) + Array("end".utf8)
        }
        #expect(observed.outcome == .ok)
        #expect(observed.text == "10000000 end")
    }

    @Test("Nobody listening is refused, a queue that is full connect_timeout")
    func unreachable() throws {
        let gone = try ScriptedServer(always: "")
        gone.stop()
        #expect(Wait.until { (try? SenderRun(gone.url).one().outcome) == .refused })
        let full = try FullBacklog()
        defer { full.release() }
        let observed = try SenderRun("http://127.0.0.1:\(full.port)").one(timeout: 0.2)
        #expect(observed.outcome == .connectTimeout)
        #expect(observed.status == 0)
        #expect(observed.sent == observed.received)
    }
}
