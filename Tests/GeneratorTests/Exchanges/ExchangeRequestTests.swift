import Measures
import Scenarios
import TestSupport
import Testing

@testable import Generator

/// What a sender makes of planned requests.
@Suite("Exchange requests")
struct ExchangeRequestTests {
    private func text(
        _ method: String = "GET", _ target: String = "/", url: String = "http://api.test",
        _ change: (inout PlannedExchange) -> Void = { _ in }
    ) throws -> String {
        let endpoint = try Endpoint(parsing: url)
        var planned = PlannedExchange(
            isSecure: endpoint.isSecure, host: endpoint.host, port: endpoint.port, method: method, target: target)
        change(&planned)
        let request = ExchangeRequest(planned, to: endpoint, userAgent: "loadgate/1")
        // What goes out ahead is the head but for its last byte.
        #expect(request.bytes[request.harmless] == UInt8(ascii: "\n"))
        #expect(request.bytes.count == request.harmless + 1 + planned.body.count)
        return String(decoding: request.bytes, as: UTF8.self)
    }

    @Test("Host, User-Agent and Content-Length are added where they are missing")
    func added() throws {
        #expect(try text() == "GET / HTTP/1.1\r\nHost: api.test\r\nUser-Agent: loadgate/1\r\n\r\n")
        #expect(
            try text("POST", "/a?b=c", url: "http://[::1]:81")
                == "POST /a?b=c HTTP/1.1\r\nHost: [::1]:81\r\nUser-Agent: loadgate/1\r\nContent-Length: 0\r\n\r\n")
        #expect(
            try text("GET", url: "https://api.test:443") {
                $0.body = Array("hello".utf8)
                $0.fields = [HeaderLine("X-B", "2"), HeaderLine("X-A", "1"), HeaderLine("X-B", "")]
            }
                == "GET / HTTP/1.1\r\nHost: api.test\r\nX-B: 2\r\nX-A: 1\r\nX-B: \r\nUser-Agent: loadgate/1\r\n"
                + "Content-Length: 5\r\n\r\nhello")
    }

    @Test("What is given stands as it is given")
    func given() throws {
        #expect(
            try text("POST") {
                $0.fields = [
                    HeaderLine("host", "other"), HeaderLine("USER-AGENT", "x"), HeaderLine("content-length", "7"),
                ]
                $0.body = [65]
            } == "POST / HTTP/1.1\r\nhost: other\r\nUSER-AGENT: x\r\ncontent-length: 7\r\n\r\nA")
        #expect(
            try text("POST") {
                $0.fields = [HeaderLine("Host", ""), HeaderLine("Transfer-Encoding", "chunked")]
                $0.body = Array("0\r\n\r\n".utf8)
            }
                == "POST / HTTP/1.1\r\nHost: \r\nTransfer-Encoding: chunked\r\nUser-Agent: loadgate/1\r\n\r\n0\r\n\r\n")
    }

    @Test("No field, target or method begins another line; all other bytes are sent")
    func hostile() throws {
        let text = try text("GE\r\nT", "/a b\r\nX: 1") {
            $0.fields = [HeaderLine("X-\r\nA", "1\r\nEvil: 2\r\n\r\nGET /x\0\u{7f}é\u{1F600}\"';<>")]
        }
        #expect(
            text
                == "GE  T /a%20b%0D%0AX:%201 HTTP/1.1\r\nHost: api.test\r\n"
                + "X-  A: 1  Evil: 2    GET /x\0\u{7f}é\u{1F600}\"';<>\r\nUser-Agent: loadgate/1\r\n\r\n")
    }

    @Test("A connection isn't used again after a request with a framing of its own")
    func framing() throws {
        let server = try ScriptedServer { _ in [.send(ScriptedServer.response("200 OK", "x"))] }
        defer { server.stop() }
        let run = try SenderRun(server.url)
        let own = run.exchange("POST", lane: .kept(0)) {
            $0.fields = [HeaderLine("Content-Length", "3")]
            $0.body = Array("abcdef".utf8)
        }
        let coded = run.exchange("POST", lane: .kept(0)) {
            $0.fields = [HeaderLine("Transfer-Encoding", "chunked"), HeaderLine("Content-Length", "5")]
            $0.body = Array("0\r\n\r\n".utf8)
        }
        let right = run.exchange("POST", lane: .kept(0)) {
            $0.fields = [HeaderLine("Content-Length", "3")]
            $0.body = Array("abc".utf8)
        }
        let observed = run.send([own, coded, right, right])
        #expect(observed.map(\.status) == [200, 200, 200, 200])
        #expect(observed.map(\.reusedConnection) == [false, false, false, true])
    }

    @Test("Nothing goes to a host or port that is none of the destinations'")
    func foreign() throws {
        let server = try ScriptedServer(always: ScriptedServer.response())
        let other = try ScriptedServer(always: ScriptedServer.response())
        defer {
            server.stop()
            other.stop()
        }
        let run = try SenderRun(server.url)
        let observed = run.send([
            run.exchange { $0.port = other.port }, run.exchange { $0.host = "localhost" },
            run.exchange { $0.host = "127.0.0.2" }, run.exchange { $0.port = -1 }, run.exchange(),
        ])
        #expect(observed.map(\.outcome) == [.refused, .refused, .refused, .refused, .ok])
        #expect(observed.prefix(4).allSatisfy { $0.sent == $0.received && $0.status == 0 })
        #expect(other.connectionCount == 0)
        #expect(server.connectionCount == 1)
    }

    @Test("Connections come from the source address that is asked for")
    func sources() throws {
        let nginx = try Nginx("location / { return 200 $remote_addr; }")
        let run = try SenderRun(nginx.url)
        let observed = run.send(
            ["127.0.0.2", "127.0.0.3", nil, "192.0.2.1", "::1", "nonsense"].map { source in
                run.exchange { $0.source = source }
            })
        #expect(observed.map(\.text) == ["127.0.0.2", "127.0.0.3", "127.0.0.1", "", "", ""])
        #expect(observed.map(\.outcome) == [.ok, .ok, .ok, .refused, .refused, .refused])
    }

    @Test("A lane whose next exchange goes another way gets another connection")
    func ways() throws {
        let nginx = try Nginx("location / { return 200 $remote_addr; }")
        let run = try SenderRun(nginx.url)
        let observed = run.send(
            ["127.0.0.2", "127.0.0.2", "127.0.0.3", nil].map { source in
                run.exchange(lane: .kept(1)) { $0.source = source }
            })
        #expect(observed.map(\.text) == ["127.0.0.2", "127.0.0.2", "127.0.0.3", "127.0.0.1"])
        #expect(observed.map(\.reusedConnection) == [false, true, false, false])
    }

    @Test("A Unix socket is gone through, a proxy is not")
    func routes() throws {
        let folder = try TemporaryFolder()
        let nginx = try Nginx(
            "listen unix:\(folder.path)/s; location / { return 200 $server_addr; }")
        var http = HTTPSettings()
        http.unixSocket = "\(folder.path)/s"
        let run = try SenderRun(nginx.url, http: http)
        let observed = run.send([run.exchange(lane: .kept(1)), run.exchange(lane: .kept(1)), run.exchange(group: 1)])
        #expect(observed.allSatisfy { $0.text.hasPrefix("unix:") })
        #expect(observed.map(\.reusedConnection) == [false, true, false])
        http = HTTPSettings()
        http.proxy = ProxyURL(Text(nginx.url))
        #expect(throws: UnusableSetting.self) { try SenderRun("http://localhost:1", http: http) }
        http = HTTPSettings()
        http.unixSocket = "/" + String(repeating: "x", count: 200)
        #expect(throws: UnusableSetting.self) { try SenderRun(nginx.url, http: http) }
    }

    @Test("The next address is tried where one refuses")
    func addresses() throws {
        let server = try ScriptedServer(always: ScriptedServer.response())
        defer { server.stop() }
        // localhost is ::1 and 127.0.0.1, in an order of the system's choice; the server has but the latter.
        let run = try SenderRun("http://localhost:\(server.port)")
        #expect(run.send([run.exchange(), run.exchange()]).outcomes == [.ok])
        #expect(run.send([run.exchange { $0.source = "127.0.0.5" }]).outcomes == [.ok])
    }
}
