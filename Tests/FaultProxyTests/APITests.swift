import Glibc
import Measures
import Scenarios
import TestSupport
import Testing

@testable import FaultProxy

/// Toxiproxy's API over a socket.
private final class APICourse {
    let course: Course
    let api: HostPort
    private var peer: Peer

    init() throws {
        course = try Course()
        api = try course.proxy.serveAPI(on: HostPort(host: "127.0.0.1", port: 0))
        peer = try Peer(to: api)
    }

    /// What a request is answered: the status, and the body. All go over one connection.
    func ask(_ method: String, _ path: String, _ body: String? = nil, agent: String = "test") throws -> Answer {
        var text = "\(method) \(path) HTTP/1.1\r\nHost: \(api)\r\nUser-Agent: \(agent)\r\n"
        if let body { text += "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n" }
        peer.send(text + "\r\n" + (body ?? ""))
        return try Answer(peer)
    }
}

private struct Answer: Equatable {
    var status: Int
    var body: String

    init(_ status: Int, _ body: String) {
        self.status = status
        self.body = body
    }

    init(_ peer: Peer) throws {
        var head = ""
        while !head.hasSuffix("\r\n\r\n") {
            guard let byte = peer.receive(1).text else { throw TestFailure("the answer ends within: \(head)") }
            head += byte
        }
        let lines = head.split(separator: "\r\n")
        status = Int(lines[0].split(separator: " ")[1]) ?? 0
        let length = lines.first { $0.hasPrefix("Content-Length: ") }.flatMap { Int($0.dropFirst(16)) } ?? 0
        body = length == 0 ? "" : peer.text(length)
    }
}

@Suite("Toxiproxy's API") struct APITests {
    @Test("every call gives Toxiproxy's answer") func conformance() throws {
        let course = try APICourse()
        let up = "\(course.course.upstream.address)"
        let listen = "\(course.course.address)"
        func proxy(_ name: String, _ listen: String, _ enabled: Bool = true, toxics: String = "") -> String {
            "{\"name\":\"\(name)\",\"listen\":\"\(listen)\",\"upstream\":\"\(up)\",\"enabled\":\(enabled),\"toxics\":[\(toxics)]}"
        }
        func error(_ status: Int, _ text: String) -> Answer {
            Answer(status, "{\"error\":\"\(text)\",\"status\":\(status)}\n")
        }
        let free = try Upstream().address
        let p = proxy("p", listen)
        let latency =
            "{\"attributes\":{\"latency\":100,\"jitter\":5},\"name\":\"latency_downstream\",\"type\":\"latency\","
            + "\"stream\":\"downstream\",\"toxicity\":1}"
        let limit =
            "{\"attributes\":{\"bytes\":10},\"name\":\"mine\",\"type\":\"limit_data\",\"stream\":\"upstream\",\"toxicity\":0.1}"
        let table: [(String, String, String?, Answer)] = [
            ("GET", "/version", nil, Answer(200, "{\"version\": \"2.12.0\"}\n")),
            ("GET", "/proxies", nil, Answer(200, "{\"p\":\(p)}")),
            ("GET", "/proxies/p", nil, Answer(200, p)),
            ("GET", "/proxies/%70", nil, Answer(200, p)),
            ("GET", "/proxies/none", nil, error(404, "proxy not found")),
            ("GET", "/proxies/none/toxics", nil, error(404, "proxy not found")),
            (
                "POST", "/proxies", "{\"name\":\"q\",\"listen\":\"\(free)\",\"upstream\":\"\(up)\"}",
                Answer(201, proxy("q", "\(free)"))
            ),
            ("POST", "/proxies", "{\"name\":\"q\",\"upstream\":\"\(up)\"}", error(409, "proxy already exists")),
            ("POST", "/proxies", "{\"upstream\":\"\(up)\"}", error(400, "missing required field: name")),
            ("POST", "/proxies", "{\"name\":\"r\"}", error(400, "missing required field: upstream")),
            ("POST", "/proxies", "", error(400, "bad request body: EOF")),
            ("POST", "/proxies", "{\"name\":7}", error(400, "bad request body: name must be a text")),
            ("POST", "/proxies/q", "{\"enabled\":false}", Answer(200, proxy("q", "\(free)", false))),
            ("PATCH", "/proxies/q", "{\"enabled\":true,\"name\":\"other\"}", Answer(200, proxy("q", "\(free)"))),
            ("DELETE", "/proxies/q", nil, Answer(204, "")),
            ("DELETE", "/proxies/q", nil, error(404, "proxy not found")),
            ("GET", "/proxies/p/toxics", nil, Answer(200, "[]")),
            (
                "POST", "/proxies/p/toxics", "{\"type\":\"latency\",\"attributes\":{\"latency\":100,\"jitter\":5}}",
                Answer(200, latency)
            ),
            ("POST", "/proxies/p/toxics", "{\"TYPE\":\"latency\",\"name\":null}", error(409, "toxic already exists")),
            (
                "POST", "/proxies/p/toxics",
                "{\"type\":\"limit_data\",\"name\":\"mine\",\"stream\":\"UPSTREAM\",\"toxicity\":0.1,\"attributes\":{\"bytes\":10}}",
                Answer(200, limit)
            ),
            // Those of what comes from the client stand first.
            ("GET", "/proxies/p/toxics", nil, Answer(200, "[\(limit),\(latency)]")),
            ("GET", "/proxies/p", nil, Answer(200, proxy("p", listen, toxics: "\(limit),\(latency)"))),
            ("GET", "/proxies/p/toxics/mine", nil, Answer(200, limit)),
            (
                "POST", "/proxies/p/toxics/latency_downstream",
                "{\"attributes\":{\"jitter\":0},\"name\":\"x\",\"stream\":\"upstream\"}",
                Answer(200, latency.replacing("\"jitter\":5", with: "\"jitter\":0"))
            ),
            ("PATCH", "/proxies/p/toxics/mine", "{\"toxicity\":1}", Answer(200, limit.replacing("0.1}", with: "1}"))),
            ("GET", "/proxies/p/toxics/none", nil, error(404, "toxic not found")),
            ("POST", "/proxies/p/toxics/none", "{}", error(404, "toxic not found")),
            ("DELETE", "/proxies/p/toxics/none", nil, error(404, "toxic not found")),
            ("DELETE", "/proxies/p/toxics/mine", nil, Answer(204, "")),
            (
                "POST", "/proxies/p/toxics", "{\"type\":\"latency\",\"stream\":\"sideways\"}",
                error(400, "stream was invalid, can be either upstream or downstream")
            ),
            ("POST", "/proxies/p/toxics", "{\"type\":\"packet_loss\"}", error(400, "invalid toxic type")),
            ("POST", "/proxies/p/toxics", "{}", error(400, "invalid toxic type")),
            (
                "POST", "/proxies/p/toxics", "{\"type\":\"bandwidth\",\"attributes\":{\"rate\":\"fast\"}}",
                error(400, "bad request body: rate must be a whole number")
            ),
            (
                "POST", "/proxies/p/toxics", "{\"type\":\"slicer\"}",
                error(400, "bad request body: average_size must be at least 1")
            ),
            ("POST", "/reset", nil, Answer(204, "")),
            ("GET", "/proxies", nil, Answer(200, "{\"p\":\(p)}")),
            (
                "POST", "/populate", "[{\"name\":\"p\",\"listen\":\"\(listen)\",\"upstream\":\"\(up)\"}]",
                Answer(201, "{\"proxies\":[\(p)]}")
            ),
            (
                "POST", "/populate", "[{\"name\":\"s\"}]",
                Answer(
                    400, "{\"error\":\"missing required field: upstream at proxy 1\",\"status\":400,\"proxies\":null}")
            ),
            ("GET", "/nothing", nil, Answer(404, "404 page not found\n")),
            ("GET", "/proxies/", nil, Answer(404, "404 page not found\n")),
            ("PUT", "/proxies/p", "{}", Answer(405, "")),
            ("GET", "/reset", nil, Answer(405, "")),
        ]
        for (method, path, body, expected) in table {
            #expect(try course.ask(method, path, body) == expected, "\(method) \(path) \(body ?? "")")
        }
        let browser = try course.ask("GET", "/version", agent: "Mozilla/5.0 (X11)")
        #expect(browser == Answer(403, "User agent not allowed\n"))
        let outside = try course.ask(
            "POST", "/proxies", "{\"name\":\"x\",\"listen\":\"0.0.0.0:0\",\"upstream\":\"\(up)\"}")
        #expect(outside.status == 400 && outside.body.contains("loopback only"))
        // A port that is taken.
        let taken = try course.ask("POST", "/proxies", "{\"name\":\"x\",\"listen\":\"\(up)\",\"upstream\":\"\(up)\"}")
        #expect(taken.status == 500)
    }

    @Test("populate leaves what is unchanged untouched, with its connections, and replaces what has changed")
    func populate() throws {
        let course = try APICourse()
        let (client, server) = try course.course.connect()
        let other = try Upstream()
        let same =
            "{\"name\":\"p\",\"listen\":\"\(course.course.address)\",\"upstream\":\"\(course.course.upstream.address)\"}"
        let new = "{\"name\":\"n\",\"listen\":\"127.0.0.1:0\",\"upstream\":\"\(other.address)\",\"enabled\":false}"
        #expect(try course.ask("POST", "/populate", "[\(same),\(new)]").status == 201)
        client.send("still there")
        #expect(server.text(11) == "still there")
        let moved = same.replacing("\(course.course.upstream.address)", with: "\(other.address)")
        #expect(try course.ask("POST", "/populate", "[\(moved)]").status == 201)
        #expect(client.receive() == .reset)
        _ = try Peer(to: course.course.address)
        _ = try other.accept()
    }

    @Test("toxics act: each on connections that are open, and no longer once they are removed") func toxics() throws {
        let course = try APICourse()
        func toxic(_ json: String) throws { #expect(try course.ask("POST", "/proxies/p/toxics", json).status == 200) }
        let (client, server) = try course.course.connect()
        try toxic("{\"name\":\"t\",\"type\":\"timeout\",\"stream\":\"upstream\"}")
        client.send("held")
        #expect(Wait.until { (try? course.course.struck("t")) == 1 })
        #expect(!server.hasInput)
        // Unlike Toxiproxy's, its end neither loses the bytes nor closes the connection.
        #expect(try course.ask("DELETE", "/proxies/p/toxics/t").status == 204)
        #expect(server.text(4) == "held")

        try toxic("{\"type\":\"latency\",\"attributes\":{\"latency\":50}}")
        let slow = seconds {
            server.send("x")
            #expect(client.text(1) == "x")
        }
        #expect(slow >= 0.050)
        #expect(try course.ask("POST", "/reset").status == 204)

        let closing = try seconds {
            try toxic("{\"name\":\"t\",\"type\":\"timeout\",\"attributes\":{\"timeout\":50}}")
            #expect(client.receive() == .end && server.receive() == .end)
        }
        #expect(closing >= 0.050)
        #expect(try course.ask("POST", "/reset").status == 204)

        let (second, third) = try course.course.connect()
        try toxic("{\"type\":\"reset_peer\"}")
        #expect(second.receive() == .reset && third.receive() == .reset)
    }

    @Test("an API elsewhere than on loopback is refused") func loopbackOnly() throws {
        let course = try Course()
        #expect(throws: ProxyError.self) { try course.proxy.serveAPI(on: HostPort(host: "0.0.0.0", port: 0)) }
    }

    @Test("requests come in pieces, one behind the other, in chunks, and with a question first") func forms() throws {
        let course = try APICourse()
        let peer = try Peer(to: course.api)
        for byte in "\r\nGET /version HTTP/1.1\r\nHost: x\r\n\r\n".utf8 { peer.send([byte]) }
        #expect(try Answer(peer).status == 200)
        peer.send(String(repeating: "GET /version HTTP/1.1\r\nHost: x\r\n\r\n", count: 300))
        for _ in 0..<300 { #expect(try Answer(peer) == Answer(200, "{\"version\": \"2.12.0\"}\n")) }
        peer.send("POST /proxies/p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        peer.send("1;a=b\r\n{\r\n00001\r\n}\r\n0\r\nTrailer: x\r\n\r\n")
        #expect(try Answer(peer).status == 200)
        peer.send("POST /proxies/p HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        #expect(try Answer(peer).status == 100)
        peer.send("{}")
        #expect(try Answer(peer).status == 200)
        peer.send("GET /version HTTP/1.0\r\n\r\n")
        #expect(try Answer(peer).status == 200)
        #expect(peer.receive() == .end)
    }

    @Test(
        "what could be read in two ways, or is too large, is refused, and the connection ends",
        arguments: [
            (400, "GET /version\r\n\r\n"), (400, "GET  /version HTTP/1.1\r\nHost: x\r\n\r\n"),
            (400, "GET version HTTP/1.1\r\nHost: x\r\n\r\n"), (400, "GET /version HTTP/1.1\r\n\r\n"),
            (400, "GET /version HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"),
            (400, "GET /version HTTP/1.1\r\nHost : x\r\n\r\n"),
            (400, "GET /version HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n"),
            (400, "GET /version HTTP/1.1\r\nHost: x\u{0}\r\n\r\n"),
            (400, "GET /version HTTP/1.1\r\nHost: x\ry\r\n\r\n"),
            (400, "POST /reset HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"),
            (400, "POST /reset HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"),
            (400, "POST /reset HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
            (501, "POST /reset HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n"),
            (413, "POST /reset HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n"),
            (400, "POST /reset HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
            (400, "POST /reset HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n"),
            (413, "POST /reset HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n"),
            (417, "POST /reset HTTP/1.1\r\nHost: x\r\nExpect: wonders\r\n\r\n"),
            (505, "GET /version HTTP/2.0\r\nHost: x\r\n\r\n"),
            (431, "GET /\(String(repeating: "a", count: 9_000)) HTTP/1.1\r\n"),
            (431, "GET / HTTP/1.1\r\n" + String(repeating: "a: b\r\n", count: 200) + "\r\n"),
        ])
    func refused(status: Int, request: String) throws {
        let course = try APICourse()
        let peer = try Peer(to: course.api)
        peer.send(request)
        #expect(try Answer(peer).status == status)
        #expect(peer.receive() == .end)
    }

    @Test("a million hostile bytes neither end it nor get any bytes of its own") func hostile() throws {
        let course = try APICourse()
        var numbers = SeededNumbers(state: 5)
        let valid = [
            "POST /proxies/p/toxics HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n{\"type\":\"timeout\" }\n",
            "POST /proxies/p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
            "GET /proxies HTTP/1.1\r\nHost: x\r\n\r\n", "DELETE /proxies/none HTTP/1.1\r\nHost: x\r\n\r\n",
        ]
        var sent = 0
        while sent < 1_000_000 {
            var bytes = Array(valid[Int(numbers.random.below(4))].utf8)
            for _ in 0..<numbers.random.below(4) {
                bytes[Int(numbers.random.below(UInt64(bytes.count)))] = UInt8(truncatingIfNeeded: numbers.random.next())
            }
            if numbers.random.below(50) == 0 {
                bytes += (0..<100_000).map { _ in UInt8(truncatingIfNeeded: numbers.random.next()) }
            }
            let peer = try Peer(to: course.api)
            sent += peer.send(bytes)
            peer.finish()
            // Every connection ends, whatever it was sent.
            #expect([.end, .reset].contains(peer.rest().end))
        }
        #expect(try course.ask("GET", "/version").status == 200)
    }
}
