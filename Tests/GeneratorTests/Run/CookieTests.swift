import Foundation
import Scenarios
import TestSupport
import Testing

@testable import Generator

@Suite("Cookies against a scripted server", .serialized)
struct CookieTests {
    private func scenario(
        _ server: ScriptedServer, steps: [Step], load: [Stage], cookies: Bool = true,
        change: (inout Scenario) -> Void = { _ in }
    ) -> Scenario {
        EngineRun.scenario(server.url, steps: steps, load: load) {
            $0.defaults.http.cookies = cookies
            change(&$0)
        }
    }

    @Test("Users keep the cookies that they are given, from iteration to iteration, each its own")
    func kept() throws {
        let server = try ScriptedServer { request in
            let headers = request.header("Cookie") == nil ? ["Set-Cookie: id=\(request.connection); Path=/"] : []
            return [.send(ScriptedServer.response("200 OK", "x", headers: headers))]
        }
        defer { server.stop() }
        let measurement = try EngineRun.run(
            scenario(
                server, steps: [Step(name: "s", url: Text("/"))], load: EngineRun.iterations(20, users: 4)))
        #expect(measurement.outcomes == ["ok": 20])
        for requests in Dictionary(grouping: server.requests, by: \.connection).values {
            #expect(requests.first?.header("Cookie") == nil)
            #expect(requests.dropFirst().allSatisfy { $0.header("Cookie") == "id=\($0.connection)" })
        }
    }

    /// Gives each connection's first request a cookie, and each of its requests one that is `Secure`.
    private func secureServer(ipv6: Bool = false) throws -> ScriptedServer {
        try ScriptedServer(ipv6: ipv6) { _ in
            [
                .send(
                    ScriptedServer.response(
                        "200 OK", "x",
                        headers: [
                            "Set-Cookie: plain=1; Path=/", "Set-Cookie: secure=1; Path=/; Secure",
                            "Set-Cookie: __Host-a=1; Path=/; Secure", "Set-Cookie: __Host-b=1; Path=/",
                            "Set-Cookie: __Secure-c=1; Path=/", "Set-Cookie: quoted=\"a b\"; Path=/",
                        ]))
            ]
        }
    }

    @Test(
        "Secure cookies go to this machine over plain HTTP by its own names alone, prefixes are kept, quotes stay",
        arguments: [Defaults.Transport.native, .curl])
    func secure(transport: Defaults.Transport) throws {
        for (host, isTrusted) in [("127.0.0.1", true), ("localhost", true), ("[::1]", true), ("app.test", false)] {
            let server = try secureServer(ipv6: host == "[::1]")
            defer { server.stop() }
            let steps = [Step(name: "s", url: Text("http://\(host):\(server.port)/"))]
            let measurement = try EngineRun.run(
                scenario(server, steps: steps, load: EngineRun.iterations(2)) {
                    $0.defaults.transport = transport
                    $0.defaults.http.resolve = ["localhost", "app.test"].map {
                        .init(host: $0, port: server.port, address: "127.0.0.1")
                    }
                })
            #expect(measurement.outcomes == ["ok": 2])
            let sent = Set((server.requests.last?.header("Cookie") ?? "").components(separatedBy: "; "))
            let open: Set<String> = ["plain=1", "quoted=\"a b\""]
            #expect(sent == (isTrusted ? open.union(["secure=1", "__Host-a=1"]) : open), "\(host) \(transport)")
        }
    }

    @Test("A captured cookie has its quotation marks")
    func quotes() throws {
        let server = try ScriptedServer(
            always: ScriptedServer.response("200 OK", "x", headers: ["Set-Cookie: id=\"a b\"; Path=/"]))
        defer { server.stop() }
        let take = Step(name: "take", url: Text("/"), captures: [Capture(name: "id", source: .cookie("id"))])
        let use = Step(
            name: "use", url: Text("/use"),
            headers: [Header(name: "Cookie", value: Text(pieces: [.literal("id="), .variable(.capture("id"))]))])
        _ = try EngineRun.run(
            scenario(server, steps: [take, use], load: EngineRun.iterations(1), cookies: false))
        #expect(server.requests.last?.header("Cookie") == "id=\"a b\"")
    }

    @Test(
        "Fresh cookies begin again with each iteration, and live as long as it",
        arguments: [Defaults.Transport.native, .curl])
    func fresh(transport: Defaults.Transport) throws {
        let server = try ScriptedServer { request in
            let headers = request.header("Cookie") == nil ? ["Set-Cookie: id=\(request.path.dropFirst(3)); Path=/"] : []
            return [.send(ScriptedServer.response("200 OK", "x", headers: headers))]
        }
        defer { server.stop() }
        func step(_ name: String) -> Step {
            Step(name: name, url: Text(pieces: [.literal("/\(name)/"), .variable(.iteration)]))
        }
        let open = [Stage.arrivals(ArrivalStage(from: 200, to: 200, duration: .milliseconds(50)))]
        for load in [open, EngineRun.iterations(10, users: 2)] {
            let measurement = try EngineRun.run(
                scenario(server, steps: [step("a"), step("b"), step("c")], load: load) {
                    $0.defaults.http.freshCookies = true
                    $0.defaults.transport = transport
                })
            #expect(measurement.outcomes == ["ok": 30])
        }
        for request in server.requests {
            let number = String(request.path.dropFirst(3))
            #expect(request.header("Cookie") == (request.path.hasPrefix("/a/") ? nil : "id=\(number)"))
        }
    }

    @Test("Without the setting nothing is kept")
    func off() throws {
        let server = try ScriptedServer(
            always: ScriptedServer.response("200 OK", "x", headers: ["Set-Cookie: id=1; Path=/"]))
        defer { server.stop() }
        _ = try EngineRun.run(
            scenario(
                server, steps: [Step(name: "s", url: Text("/"))], load: EngineRun.iterations(3), cookies: false))
        #expect(server.requests.allSatisfy { $0.header("Cookie") == nil })
    }

    @Test("Any answer may set cookies, and bodies, checks and own fields stay what they are")
    func around() throws {
        let server = try ScriptedServer { request in
            switch request.path {
            case "/login":
                [
                    .send(
                        ScriptedServer.response(
                            "302 Found", "",
                            headers: ["set-cookie: a=1; Path=/", "Set-Cookie: b=2; Path=/api", "Location: /"]))
                ]
            case "/no?x=/y/z":
                [.sendBytewise(ScriptedServer.response("404 Not Found", "", headers: ["Set-Cookie: c=3"]))]
            default: [.send(ScriptedServer.response("200 OK", request.body))]
            }
        }
        defer { server.stop() }
        let number = Text(pieces: [.literal("n"), .variable(.iteration)])
        let steps = [
            Step(name: "login", url: Text("/login")), Step(name: "no", url: Text("/no?x=/y/z"), expect: [404...404]),
            Step(
                name: "post", method: .post,
                url: Text(pieces: [.literal("/api/"), .variable(.iteration), .literal("?q")]),
                headers: [Header(name: "cookie", value: Text("own=0"))], body: .text(number),
                checks: [Check(subject: .body, predicate: .text(.equal, number), source: "body")]),
        ]
        let measurement = try EngineRun.run(scenario(server, steps: steps, load: EngineRun.iterations(2)))
        #expect(measurement.outcomes == ["ok": 6])
        let posts = server.requests.filter { $0.method == "POST" }
        #expect(posts.map { $0.header("Cookie") } == ["own=0; b=2; a=1; c=3", "own=0; b=2; a=1; c=3"])
        #expect(posts.map(\.body) == ["n0", "n1"])
        #expect(server.requests[3].header("Cookie") == "a=1; c=3")
        #expect(server.requests[4].header("Cookie") == "a=1; c=3")
        #expect(server.requests.allSatisfy { $0.head.lowercased().components(separatedBy: "\r\ncookie:").count <= 2 })
    }

    @Test("A cookie of one host goes to its other ports, and to no other host")
    func hosts() throws {
        let other = try ScriptedServer(always: ScriptedServer.response("200 OK", "x"))
        defer { other.stop() }
        let server = try ScriptedServer(
            always: ScriptedServer.response("200 OK", "x", headers: ["Set-Cookie: id=1; Path=/"]))
        defer { server.stop() }
        let steps = [
            Step(name: "a", url: Text("/")), Step(name: "b", url: Text("http://127.0.0.1:\(other.port)/port")),
            Step(name: "c", url: Text("http://localhost:\(other.port)/host")),
        ]
        #expect(try EngineRun.run(scenario(server, steps: steps, load: EngineRun.iterations(1))).outcomes == ["ok": 3])
        #expect(other.requests.map { $0.header("Cookie") } == ["id=1", nil])
    }
}
