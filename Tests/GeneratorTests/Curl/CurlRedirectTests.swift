import Foundation
import Measures
import Scenarios
import TestSupport
import Testing

@testable import Generator

@Suite("Redirects of libcurl's transport, and where they may lead", .serialized)
struct CurlRedirectTests {
    private static let ok = ScriptedServer.response("200 OK", "arrived")

    private static func redirect(_ status: String, to target: String) -> String {
        ScriptedServer.response(status, "moved", headers: ["Location: \(target)"])
    }

    private func step(_ method: Step.Method = .get, body: Body? = nil, redirects: Int = 5) -> Step {
        var step = Step(name: "s", method: method, url: Text("/start"), body: body)
        step.redirects = redirects
        return step
    }

    @Test("Without redirects to follow, a 3xx answer is the answer")
    func notFollowed() throws {
        let server = try ScriptedServer(always: Self.redirect("302 Found", to: "/next"))
        defer { server.stop() }
        let answer = try CurlDriver(server.url, steps: [step(redirects: 0)]).one()
        #expect(answer.status == 302)
        #expect(answer.body == "moved")
        #expect(server.requestCount == 1)
    }

    @Test("A redirect is followed, and the last answer is the answer")
    func followed() throws {
        let server = try ScriptedServer { request in
            [.send(request.path == "/start" ? Self.redirect("302 Found", to: "next?a=b") : Self.ok)]
        }
        defer { server.stop() }
        let answers = try CurlDriver(server.url, steps: [step()]).run(2)
        for answer in answers {
            #expect(answer.status == 200)
            #expect(answer.body == "arrived")
            #expect(answer.head.hasPrefix("HTTP/1.1 200"))
            #expect(!answer.head.contains("Location"))
            #expect(answer.completion.redirects == 1)
            #expect(answer.completion.bodyBytes == 7)
        }
        #expect(answers.map(\.completion.connects) == [1, 0])
        #expect(answers[0].completion.phases.connect > 0)
        #expect(server.requests.map(\.path) == ["/start", "/next?a=b", "/start", "/next?a=b"])
    }

    @Test("More redirects than allowed are protocol")
    func tooMany() throws {
        let server = try ScriptedServer(always: Self.redirect("302 Found", to: "/again"))
        defer { server.stop() }
        let answer = try CurlDriver(server.url, steps: [step(redirects: 3)]).one()
        #expect(answer.outcome == "protocol")
        #expect(answer.reason == "more than 3 redirects")
        #expect(server.requestCount == 4)
    }

    @Test("Methods change as in a browser: POST after 301 and 302, all but HEAD after 303")
    func methods() throws {
        let expected: [(String, Step.Method, String)] = [
            ("301", .post, "GET"), ("302", .post, "GET"), ("303", .post, "GET"), ("307", .post, "POST"),
            ("308", .post, "POST"), ("301", .put, "PUT"), ("302", .patch, "PATCH"), ("303", .put, "GET"),
            ("303", .patch, "GET"), ("303", .delete, "GET"), ("302", .delete, "DELETE"), ("307", .put, "PUT"),
            ("303", .head, "HEAD"), ("303", .get, "GET"), ("301", .options, "OPTIONS"),
        ]
        for (status, method, then) in expected {
            let server = try ScriptedServer { request in
                [.send(request.path == "/start" ? Self.redirect("\(status) Moved", to: "/next") : Self.ok)]
            }
            defer { server.stop() }
            let hasBody = [.post, .put, .patch].contains(method)
            // A HEAD's answer ends with its head, whatever length it tells.
            if method == .head { continue }
            let driver = try CurlDriver(
                server.url, steps: [step(method, body: hasBody ? .text(Text("payload")) : nil)])
            let answers = try driver.run(2)
            #expect(answers.allSatisfy { $0.status == 200 }, "\(status) \(method)")
            #expect(
                server.requests.map(\.method) == [method.rawValue, then, method.rawValue, then], "\(status) \(method)")
            let body = hasBody && then == method.rawValue ? "payload" : ""
            #expect(server.requests.map(\.body) == [hasBody ? "payload" : "", body, hasBody ? "payload" : "", body])
        }
    }

    @Test("Where a redirect turns a request into GET, the fields that describe its body stay behind")
    func contentFields() throws {
        var fields = ["Content-Encoding", "Content-Language", "Content-Digest", "Digest", "Repr-Digest"].map {
            Header(name: $0, value: Text("content"))
        }
        fields += [
            Header(name: "Content-Type", value: Text("text/special")), Header(name: "X-Kept", value: Text("kept")),
            Header(name: "Accept", value: Text("text/plain")),
        ]
        for (status, method, isDropped) in [
            ("301", Step.Method.post, true), ("302", .post, true), ("303", .post, true), ("303", .put, true),
            ("303", .patch, true), ("307", .post, false), ("308", .put, false), ("302", .put, false),
        ] {
            let server = try ScriptedServer { request in
                [.send(request.path == "/start" ? Self.redirect("\(status) Moved", to: "/next") : Self.ok)]
            }
            defer { server.stop() }
            var step = step(method, body: .text(Text("payload")))
            step.headers = fields
            // Twice: the next exchange on the handle has them all again.
            let answers = try CurlDriver(server.url, steps: [step]).run(2)
            #expect(answers.allSatisfy { $0.status == 200 })
            let label = "\(status) \(method)"
            for (number, request) in server.requests.enumerated() {
                let isBare = isDropped && number % 2 == 1
                #expect(request.header("X-Kept") == "kept", "\(label)")
                #expect(request.header("Accept") == "text/plain", "\(label)")
                for field in fields where field.name.contains("Content") || field.name.contains("Digest") {
                    #expect((request.header(field.name) == nil) == isBare, "\(label): \(field.name), \(request.head)")
                }
                #expect((request.header("Content-Length") == nil) == isBare, "\(label): \(request.head)")
                #expect(request.header("Transfer-Encoding") == nil, "\(label)")
            }
        }
    }

    @Test("Fields with places in them are left out, too, and filled in again for the next exchange")
    func variableFields() throws {
        let server = try ScriptedServer { request in
            [.send(request.path == "/start" ? Self.redirect("303 See Other", to: "/next") : Self.ok)]
        }
        defer { server.stop() }
        var step = step(.put, body: .text(Text("payload")))
        step.headers = [
            Header(name: "Content-Type", value: Text(pieces: [.literal("text/"), .variable(.user)])),
            Header(name: "X-User", value: Text(pieces: [.variable(.user)])),
        ]
        _ = try CurlDriver(server.url, steps: [step]).run(2)
        let types = server.requests.map { $0.header("Content-Type") }
        #expect(types.map { $0 == nil } == [false, true, false, true])
        #expect(server.requests.allSatisfy { $0.header("X-User") != nil })
    }

    @Test(
        "304, 300, 305 and 306 are no redirects, whatever their Location says", arguments: [300, 304, 305, 306, 399])
    func noRedirect(status: Int) throws {
        let server = try ScriptedServer { request in
            let answer = "HTTP/1.1 \(status) Not So\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n"
            return [.send(request.path == "/start" ? answer : Self.ok)]
        }
        defer { server.stop() }
        let answers = try CurlDriver(server.url, steps: [step()]).run(2)
        #expect(answers.map(\.status) == [status, status])
        #expect(answers.map(\.completion.redirects) == [0, 0])
        #expect(server.requests.map(\.path) == ["/start", "/start"])
        // A redirect to such an answer ends there; the handle follows again after it.
        let chain = try ScriptedServer { request in
            switch request.path {
            case "/start": [.send(Self.redirect("302 Found", to: "/middle"))]
            case "/middle": [.send("HTTP/1.1 \(status) Not So\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n")]
            default: [.send(Self.ok)]
            }
        }
        defer { chain.stop() }
        #expect(try CurlDriver(chain.url, steps: [step()]).run(2).map(\.status) == [status, status])
        #expect(chain.requests.map(\.path) == ["/start", "/middle", "/start", "/middle"])
    }

    @Test("A file goes to the redirect's target, too")
    func file() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("data", String(repeating: "data", count: 40_000))
        let server = try ScriptedServer { request in
            [.send(request.path == "/start" ? Self.redirect("307 Moved", to: "/next") : Self.ok)]
        }
        defer { server.stop() }
        let answer = try CurlDriver(server.url, steps: [step(.put, body: .file(path: file))]).one()
        #expect(answer.status == 200)
        #expect(server.requests.map(\.body.count) == [160_000, 160_000])
    }

    @Test("Nothing is sent to a host that is not authorised")
    func notAuthorised() throws {
        // RFC 5737 §3: an address of documentation.
        for target in [
            "http://198.51.100.1/", "https://198.51.100.1:8443/x", "//198.51.100.1/x", "http://[2001:db8::1]/",
        ] {
            let server = try ScriptedServer(always: Self.redirect("302 Found", to: target))
            defer { server.stop() }
            let answer = try CurlDriver(server.url, steps: [step()]).one(timeout: .seconds(5))
            #expect(answer.outcome == "protocol")
            let host = target.contains("2001") ? "2001:db8::1" : "198.51.100.1"
            #expect(answer.reason == "redirected to \(host), which is not authorised")
        }
    }

    @Test("A name is held to the rule by the address that it has when it is used")
    func rebinding() throws {
        let server = try ScriptedServer(always: Self.redirect("302 Found", to: "http://elsewhere.test:8080/"))
        defer { server.stop() }
        let driver = try CurlDriver(server.url, steps: [step()]) {
            $0.http.resolve = [.init(host: "elsewhere.test", port: 8080, address: "198.51.100.1")]
        }
        let answer = try driver.one(timeout: .seconds(5))
        #expect(answer.outcome == "protocol")
        #expect(answer.reason == "redirected to elsewhere.test, which is not authorised")
        // The target's own name, too: what was looked up before the run may have changed.
        let own = try CurlDriver("http://target.test:8080", steps: [step()]) {
            $0.http.resolve = [.init(host: "target.test", port: 8080, address: "198.51.100.1")]
        }
        #expect(try own.one(timeout: .seconds(5)).reason == "target.test is not authorised")
        // Authorised, the connection is tried: nobody listens on this address of loopback.
        let allowed = try CurlDriver("http://target.test:1", steps: [step()], authorised: ["TARGET.test"]) {
            $0.http.resolve = [.init(host: "target.test", port: 1, address: "127.0.0.1")]
        }
        #expect(try allowed.one().outcome == "refused")
    }

    @Test("Another port and another name of this machine are this machine")
    func loopback() throws {
        let other = try ScriptedServer(always: Self.ok)
        defer { other.stop() }
        for host in ["localhost", "127.0.0.1", "name.test"] {
            let server = try ScriptedServer(always: Self.redirect("302 Found", to: "http://\(host):\(other.port)/x"))
            defer { server.stop() }
            let driver = try CurlDriver(server.url, steps: [step()]) {
                $0.http.resolve = [.init(host: "name.test", port: other.port, address: "127.0.0.1")]
            }
            #expect(try driver.one().body == "arrived")
        }
    }

    @Test("Only HTTP is followed")
    func schemes() throws {
        for target in ["file:///etc/hostname", "ftp://127.0.0.1/", "gopher://127.0.0.1:1/x"] {
            let server = try ScriptedServer(always: Self.redirect("302 Found", to: target))
            defer { server.stop() }
            let answer = try CurlDriver(server.url, steps: [step()]).one()
            #expect(answer.outcome == "protocol")
            #expect(answer.body == "" || answer.body == "moved")
        }
    }

    @Test("Credentials are not sent to another host")
    func credentials() throws {
        let other = try ScriptedServer(always: Self.ok)
        defer { other.stop() }
        let server = try ScriptedServer(always: Self.redirect("302 Found", to: "http://localhost:\(other.port)/"))
        defer { server.stop() }
        var basic = step()
        basic.authentication = .basic(user: Text("u"), password: Text("p"))
        var bearer = step()
        bearer.name = "bearer"
        bearer.authentication = .bearer(token: Text("secret"))
        let driver = try CurlDriver(server.url, steps: [basic, bearer])
        for number in 0..<2 { #expect(try driver.one(step: number).body == "arrived") }
        #expect(server.requests.allSatisfy { $0.header("authorization") != nil })
        #expect(other.requests.allSatisfy { $0.header("authorization") == nil })
        #expect(other.requestCount == 2)
    }
}
