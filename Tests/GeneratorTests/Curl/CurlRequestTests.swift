import Foundation
import Measures
import Scenarios
import TestSupport
import Testing

@testable import Generator

@Suite("Requests of libcurl's transport, as a scripted server reads them", .serialized)
struct CurlRequestTests {
    private static let ok = ScriptedServer.response("200 OK", "hello")

    /// One exchange of a step, and the requests that it made.
    private func requests(
        _ step: Step, count: Int = 1, data: [DataTable] = [], change: (inout Defaults) -> Void = { _ in }
    ) throws -> [ScriptedServer.Request] {
        let server = try ScriptedServer(always: Self.ok)
        defer { server.stop() }
        let driver = try CurlDriver(server.url, steps: [step], data: data, change: change)
        for row in 0..<count {
            let answer = try driver.one(row: row)
            try #require(answer.outcome == "ok", "\(answer.reason)")
        }
        return server.requests
    }

    private func fields(_ request: ScriptedServer.Request) -> [String] {
        request.head.split(separator: "\r\n").dropFirst().map(String.init).sorted()
    }

    @Test("A plain request has Host, User-Agent and Accept, as the native transport's")
    func plain() throws {
        let made = try requests(Step(name: "s", url: Text("/a/../b?x=1&y=%20")))
        #expect(made[0].head.hasPrefix("GET /a/../b?x=1&y=%20 HTTP/1.1\r\n"))
        let host = made[0].header("host") ?? ""
        #expect(host.hasPrefix("127.0.0.1:"))
        #expect(fields(made[0]) == ["Accept: */*", "Host: \(host)", "User-Agent: loadgate-test"])
    }

    @Test("Each method sends its name, and a length where it could carry something", arguments: Step.Method.allCases)
    func methods(_ method: Step.Method) throws {
        let made = try requests(Step(name: "s", method: method, url: Text("/")), count: 2)
        #expect(made.map(\.method) == [method.rawValue, method.rawValue])
        let length: String? = [.post, .put, .patch].contains(method) ? "0" : nil
        #expect(made[1].header("content-length") == length)
        #expect(made[1].header("content-type") == nil)
        #expect(made[1].header("expect") == nil)
    }

    @Test("A later field replaces one of the same name, a step's goes before defaults, an empty value is sent as such")
    func headers() throws {
        let step = Step(
            name: "s", url: Text("/"),
            headers: [
                Header(name: "x-a", value: Text("step")), Header(name: "X-Empty", value: Text("")),
                Header(name: "X-Blank", value: Text("  ")), Header(name: "ACCEPT", value: Text("text/css")),
                Header(name: "User-Agent", value: Text("mine")), Header(name: "Host", value: Text("other.test")),
            ])
        let made = try requests(step) { $0.headers = [Header(name: "X-A", value: Text("default"))] }
        #expect(
            fields(made[0]) == [
                "ACCEPT: text/css", "Host: other.test", "User-Agent: mine", "X-Blank:", "X-Empty:", "x-a: step",
            ])
    }

    @Test("Places in URL, fields and body are filled in for each request")
    func places() throws {
        let table = DataTable(
            name: "t", columns: ["v"],
            rows: [["a b"], [""], ["c\r\nInjected: yes"], [String(repeating: "z", count: 30_000)]])
        let value = Text(pieces: [.variable(.column(table: "t", column: "v"))])
        let step = Step(
            name: "s", method: .post, url: Text(pieces: [.literal("/p?v=")] + value.pieces),
            headers: [Header(name: "X-V", value: value), Header(name: "X-C", value: Text("constant"))],
            body: .text(value))
        let made = try requests(step, count: 4, data: [table])
        #expect(made.map(\.path).prefix(3) == ["/p?v=a%20b", "/p?v=", "/p?v=c%0D%0AInjected%3A%20yes"])
        #expect(made.map { $0.header("x-v") }.prefix(3) == ["a b", nil, "c  Injected: yes"])
        #expect(made[1].head.contains("\r\nX-V:\r\n"))
        #expect(made.map(\.body) == table.rows.map { $0[0] })
        #expect(made.allSatisfy { $0.header("x-c") == "constant" && $0.header("injected") == nil })
        #expect(made.allSatisfy { $0.header("content-type") == "text/plain; charset=utf-8" })
    }

    @Test("A capture that hasn't happened is said, and nothing is sent")
    func missingCapture() throws {
        let server = try ScriptedServer(always: Self.ok)
        defer { server.stop() }
        let capture = Capture(name: "c", source: .header("x"))
        let step = Step(
            name: "s", url: Text(pieces: [.literal("/"), .variable(.capture("c"))]), captures: [capture])
        let driver = try CurlDriver(server.url, steps: [step])
        #expect(throws: TestFailure.self) { try driver.one() }
        #expect(server.requestCount == 0)
    }

    @Test("JSON, forms and large texts arrive whole, with any method")
    func bodies() throws {
        let json = try requests(
            Step(name: "s", method: .put, url: Text("/"), body: .json(.object([.init(name: "a", value: .raw("1"))]))))
        #expect(json[0].body == #"{"a":1}"#)
        #expect(json[0].method == "PUT")
        #expect(json[0].header("content-type") == "application/json")
        let form = try requests(
            Step(name: "s", method: .post, url: Text("/"), body: .form([Header(name: "a b", value: Text("c&d"))])))
        #expect(form[0].body == "a%20b=c%26d")
        #expect(form[0].header("content-type") == "application/x-www-form-urlencoded")
        let large = String(repeating: "b", count: 8_000_000)
        let sent = try requests(Step(name: "s", method: .post, url: Text("/"), body: .text(Text(large))), count: 2)
        #expect(sent[1].body == large)
        #expect(sent[1].header("expect") == nil)
    }

    @Test("A multipart body has its parts, filled in and from files, request after request")
    func multipart() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("note.txt", "from a file")
        let table = DataTable(name: "t", columns: ["v"], rows: [["first"], ["second"]])
        let parts: [Body.Part] = [
            .init(name: "constant", content: .text(Text("same"))), .init(name: "empty", content: .text(Text(""))),
            .init(name: "filled", content: .text(Text(pieces: [.variable(.column(table: "t", column: "v"))]))),
            .init(name: "file", content: .file(path: file), type: "text/x-note", fileName: "sent.txt"),
        ]
        let step = Step(name: "s", method: .post, url: Text("/"), body: .multipart(parts))
        let made = try requests(step, count: 2, data: [table])
        for (request, filled) in zip(made, ["first", "second"]) {
            let type = try #require(request.header("content-type"))
            let boundary = try #require(type.split(separator: "=").last)
            #expect(type.hasPrefix("multipart/form-data; boundary="))
            let expected = [
                "\r\nContent-Disposition: form-data; name=\"constant\"\r\n\r\nsame\r\n",
                "\r\nContent-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n",
                "\r\nContent-Disposition: form-data; name=\"filled\"\r\n\r\n\(filled)\r\n",
                "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"sent.txt\"\r\n"
                    + "Content-Type: text/x-note\r\n\r\nfrom a file\r\n",
            ]
            #expect(request.body == expected.map { "--\(boundary)\($0)" }.joined() + "--\(boundary)--\r\n")
        }
    }

    @Test("A file is sent as it is, request after request, and again where a challenge asks for it")
    func upload() throws {
        let folder = try TemporaryFolder()
        let content = String(repeating: "0123456789abcdef", count: 50_000)
        let file = try folder.write("data.bin", content)
        let step = Step(name: "s", method: .put, url: Text("/"), body: .file(path: file))
        let made = try requests(step, count: 2)
        #expect(made.map(\.body) == [content, content])
        #expect(made.map(\.method) == ["PUT", "PUT"])
        #expect(made[0].header("content-type") == "application/octet-stream")
        #expect(made[0].header("content-length") == "800000")
        #expect(throws: SystemError.self) {
            try CurlDriver(
                "http://127.0.0.1:1", steps: [Step(name: "s", url: Text("/"), body: .file(path: "/no/such/file"))])
        }
    }

    @Test("Basic and bearer prove themselves at once, digest after the server's challenge")
    func authentication() throws {
        var step = Step(name: "s", url: Text("/"))
        step.authentication = .basic(user: Text("Aladdin"), password: Text("open sesame"))
        // RFC 7617 §2.
        #expect(try requests(step)[0].header("authorization") == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
        step.authentication = .bearer(token: Text("abc.def"))
        #expect(try requests(step)[0].header("authorization") == "Bearer abc.def")
        step.authentication = .digest(user: Text("Mufasa"), password: Text("Circle of Life"))
        step.method = .post
        step.body = .text(Text("payload"))
        let challenge = ScriptedServer.response(
            "401 Unauthorized", "no", headers: [#"WWW-Authenticate: Digest realm="r", nonce="n", qop="auth""#])
        let server = try ScriptedServer { request in
            [.send(request.header("authorization") == nil ? challenge : Self.ok)]
        }
        defer { server.stop() }
        let answer = try CurlDriver(server.url, steps: [step]).one()
        #expect(answer.status == 200)
        #expect(answer.body == "hello")
        let authorization = try #require(server.requests.last?.header("authorization"))
        #expect(authorization.hasPrefix(#"Digest username="Mufasa", realm="r", nonce="n", uri="/""#))
        #expect(server.requests.last?.body == "payload")
    }

    @Test("Each user has cookies of its own")
    func cookies() throws {
        let server = try ScriptedServer { request in
            [.send(ScriptedServer.response("200 OK", "", headers: ["Set-Cookie: id=\(request.number); Path=/"]))]
        }
        defer { server.stop() }
        let driver = try CurlDriver(server.url) { $0.http.cookies = true }
        for user in [0, 1, 0, 1] { _ = try driver.one(user: user) }
        #expect(server.requests.map { $0.header("cookie") } == [nil, nil, "id=0", "id=1"])
        let without = try CurlDriver(server.url)
        for _ in 0..<2 { _ = try without.one() }
        #expect(server.requests.suffix(2).allSatisfy { $0.header("cookie") == nil })
    }

    @Test("Connections are kept and used again, or made for each request")
    func connections() throws {
        let server = try ScriptedServer(always: Self.ok)
        defer { server.stop() }
        let kept = try CurlDriver(server.url).run(20)
        #expect(server.connectionCount == 1)
        #expect(kept.map(\.completion.connects) == [1] + Array(repeating: 0, count: 19))
        #expect(kept[0].completion.phases.connect > 0)
        #expect(kept[1].completion.phases.connect == 0)
        #expect(kept.allSatisfy { $0.completion.phases.firstByte > 0 && $0.completion.phases.lookUp == 0 })
        let fresh = try CurlDriver(server.url, change: { $0.connections = .fresh }).run(5)
        #expect(server.connectionCount == 6)
        #expect(fresh.allSatisfy { $0.completion.connects == 1 })
        #expect(server.requests.suffix(5).allSatisfy { $0.header("connection") == "close" })
    }

    @Test("More steps and exchanges than handles share them")
    func manySteps() throws {
        let server = try ScriptedServer { request in [.send(ScriptedServer.response("200 OK", request.path))] }
        defer { server.stop() }
        let steps = (0..<5_000).map { Step(name: "s\($0)", url: Text("/\($0)")) }
        let driver = try CurlDriver(server.url, steps: steps, capacity: 1)
        for step in Array(0..<5_000) + [3, 4_999] {
            #expect(try driver.one(step: step).body == "/\(step)")
        }
    }

    @Test("Exchanges at once have each their own answer")
    func atOnce() throws {
        let server = try ScriptedServer { request in [.send(ScriptedServer.response("200 OK", request.body))] }
        defer { server.stop() }
        let step = Step(
            name: "s", method: .post, url: Text("/"), body: .text(Text(pieces: [.variable(.user)])))
        let driver = try CurlDriver(server.url, steps: [step], capacity: 200)
        let answers = try driver.run(200, users: 200, atOnce: true)
        #expect(Set(answers.map(\.body)) == Set((1...200).map(String.init)))
    }

    @Test("Bytes of request and answer are counted")
    func bytes() throws {
        let server = try ScriptedServer(always: Self.ok)
        defer { server.stop() }
        let step = Step(name: "s", method: .post, url: Text("/"), body: .text(Text("12345")))
        let answer = try CurlDriver(server.url, steps: [step]).one()
        let request = server.requests[0]
        #expect(answer.completion.sent == UInt64(request.head.utf8.count + 4 + 5))
        #expect(answer.completion.received == UInt64(Self.ok.utf8.count))
    }
}
