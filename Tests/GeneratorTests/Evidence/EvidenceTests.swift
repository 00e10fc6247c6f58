import Foundation
import Measures
import Scenarios
import TestSupport
import Testing

@testable import Generator

/// Exchanges that failed, and the slowest, kept whole.
@Suite("Evidence of failures", .serialized) struct EvidenceTests {
    private func evidence(
        _ server: ScriptedServer, _ transport: Defaults.Transport, step: Step? = nil, steps: [Step]? = nil,
        iterations: Int = 4, change: (inout Scenario) -> Void = { _ in }
    ) throws -> [ExchangeEvidence] {
        let only = step ?? Step(name: "step", url: Text("/a?x=1"), timeout: .seconds(60))
        let scenario = EngineRun.scenario(server.url, steps: steps ?? [only], load: EngineRun.iterations(iterations)) {
            $0.defaults.transport = transport
            change(&$0)
        }
        return try EngineRun.run(scenario).evidence
    }

    @Test("A bad status is kept with what was sent and what came, three of a step", arguments: Carrier.transports)
    func status(_ transport: Defaults.Transport) throws {
        let server = try ScriptedServer(
            always: "HTTP/1.1 503 Busy\r\nX-Node: b7\r\nContent-Length: 4\r\n\r\nbusy")
        defer { server.stop() }
        let step = Step(
            name: "step", method: .post, url: Text("/a?x=1"), body: .text(Text("it's \"this\"")),
            timeout: .seconds(60))
        let all = try evidence(server, transport, step: step, iterations: 7)
        // Of seven the first three, and none of them slow: those are good.
        #expect(all.count == 3)
        #expect(all.map(\.finished) == all.map(\.finished).sorted())
        let first = try #require(all.first)
        #expect(first.kind == .failed && first.outcome == .http5xx && first.reason == "status 503")
        #expect(first.status == 503 && first.body == "busy" && first.bodyNote == nil)
        #expect(first.head?.hasPrefix("HTTP/1.1 503 Busy\nX-Node: b7") == true)
        let sent = try #require(server.requests.first)
        let request = try #require(first.request)
        #expect(request.hasPrefix("POST /a?x=1 HTTP/1.1\nHost: 127.0.0.1:\(server.port)\n"))
        #expect(request.hasSuffix("\n\nit's \"this\""))
        // Every field that the server got is shown.
        for line in sent.head.split(separator: "\r\n").dropFirst() {
            #expect(request.lowercased().contains(line.lowercased()), "\(line) of \(request)")
        }
        #expect(first.address == "127.0.0.1:\(server.port)")
        #expect(first.connection != nil && first.received > 0 && first.sent > 0)
        #expect(first.started.map { $0 >= first.intended } == true && first.finished >= first.intended)
        // The second goes over the same connection as the first, or over another reactor's.
        #expect(Set(all.compactMap(\.connection)).count <= 2)
    }

    @Test("The command sends the same request again", arguments: Carrier.transports)
    func command(_ transport: Defaults.Transport) throws {
        let server = try ScriptedServer(always: ScriptedServer.response("404 Gone", "no"))
        defer { server.stop() }
        let bodies: [Body] = [
            .text(Text("plain")), .text(Text("it's $HOME `id` \"q\" \\ %s !")), .text(Text("@file")),
            .text(Text("two\nlines\ttab \u{1b}[31m \u{202e}é漢\r\n")), .text(Text("%d\u{0}%%'")),
            .json(.object([.init(name: "a'b", value: .text(Text("c$(id)")))])),
            .form([Header(name: "a", value: Text("b c&d"))]),
        ]
        for body in bodies {
            let step = Step(
                name: "step", method: .put, url: Text("/a'b/${x}?q=[1]&r={2}".replacing("${x}", with: "%24x")),
                headers: [Header(name: "X-Odd", value: Text("a'b \"c\" $d")), Header(name: "X-None", value: Text(""))],
                body: body, timeout: .seconds(60))
            let before = server.requests.count
            let curl = try #require(try evidence(server, transport, step: step, iterations: 1).first?.curl)
            #expect(!curl.unicodeScalars.contains { $0.value < 0x20 }, "\(curl)")
            let output = try Self.shell(curl)
            #expect(output.contains("HTTP/1.1 404"), "\(curl)\n\(output)")
            let requests = server.requests[before...]
            let (sent, repeated) = (try #require(requests.first), try #require(requests.last))
            #expect(requests.count == 2)
            #expect(repeated.body == sent.body, "\(curl)")
            #expect(repeated.path == sent.path && repeated.method == "PUT", "\(curl)")
            for name in ["x-odd", "x-none", "content-type", "accept", "user-agent", "host", "content-length"] {
                // Without a value a blank behind the colon makes no difference.
                #expect(repeated.header(name) ?? "" == sent.header(name) ?? "", "\(name) by \(curl)")
            }
        }
    }

    private static func shell(_ command: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("A check or a capture that fails is kept with what it saw", arguments: Carrier.transports)
    func checks(_ transport: Defaults.Transport) throws {
        let server = try ScriptedServer(always: ScriptedServer.response("200 OK", #"{"total": 5}"#))
        defer { server.stop() }
        let check = try Check(parsing: "json $.total == 6")
        let failed = try evidence(
            server, transport, step: Step(name: "a", url: Text("/"), checks: [check], timeout: .seconds(60)))
        #expect(failed.filter { $0.kind == .failed }.map(\.outcome) == [.checkFailed, .checkFailed, .checkFailed])
        #expect(failed.first?.reason == "json $.total == 6: got 5")
        #expect(failed.first?.body == #"{"total": 5}"#)
        let capture = Capture(name: "id", source: .json(try JSONPath(parsing: "$.id")))
        let uncaptured = try evidence(
            server, transport, step: Step(name: "a", url: Text("/"), captures: [capture], timeout: .seconds(60)))
        #expect(uncaptured.first?.reason == "nothing to capture as id")
        #expect(uncaptured.first?.head?.hasPrefix("HTTP/1.1 200 OK") == true)
    }

    @Test("A check of a time looks at the time from the intended start", arguments: Carrier.transports)
    func times(_ transport: Defaults.Transport) throws {
        let server = try ScriptedServer { _ in [.wait(seconds: 0.05), .send(ScriptedServer.response("200 OK", "ok"))] }
        defer { server.stop() }
        func outcomes(_ check: String) throws -> [ExchangeEvidence] {
            let step = Step(name: "a", url: Text("/"), checks: [try Check(parsing: check)], timeout: .seconds(60))
            return try evidence(server, transport, step: step, iterations: 1).filter { $0.kind == .failed }
        }
        #expect(try outcomes("response_time < 60s").isEmpty)
        #expect(try outcomes("service_time > 40ms").isEmpty)
        let reason = try #require(try outcomes("response_time < 40ms").first?.reason)
        #expect(reason.hasPrefix("response_time < 40ms: got ") && reason.hasSuffix(" ms"), "\(reason)")
    }

    @Test("What is no answer is kept as it came", arguments: Carrier.transports)
    func broken(_ transport: Defaults.Transport) throws {
        let server = try ScriptedServer { _ in [.send("SSH-2.0-x\u{1b}[2J<b>\r\n\r\n"), .close] }
        defer { server.stop() }
        let first = try #require(try evidence(server, transport, iterations: 1).first)
        #expect(first.outcome == .protocolError)
        #expect(first.request?.hasPrefix("GET /a?x=1") == true)
        if transport == .native { #expect(first.body?.hasPrefix(#"SSH-2.0-x\u001b[2J<b>"#) == true, "\(first)") }
        #expect(first.status == nil && first.curl != nil)
    }

    @Test("An answer that doesn't come is told of with what came of it", arguments: Carrier.transports)
    func late(_ transport: Defaults.Transport) throws {
        let server = try ScriptedServer { _ in [.send("HTTP/1.1 200 OK\r\nContent-"), .wait(seconds: 30)] }
        defer { server.stop() }
        let step = Step(name: "step", url: Text("/slow"), timeout: .milliseconds(300))
        let first = try #require(try evidence(server, transport, step: step, iterations: 1).first)
        #expect(first.outcome == .responseTimeout)
        let came = [first.head, first.body].compactMap { $0 }.joined()
        #expect(came.contains("HTTP/1.1 200 OK"), "\(first)")
        #expect(first.curl?.contains("--max-time 0.300") == true)
    }

    @Test("A connection that is refused has an address and a request, and no answer", arguments: Carrier.transports)
    func refused(_ transport: Defaults.Transport) throws {
        let server = try ScriptedServer(always: ScriptedServer.response("200 OK", "ok"))
        server.stop()
        let first = try #require(try evidence(server, transport, iterations: 1).first)
        #expect(first.outcome == .refused && first.status == nil && first.head == nil && first.body == nil)
        #expect(first.address == "127.0.0.1:\(server.port)")
        #expect(first.request?.hasPrefix("GET /a?x=1 HTTP/1.1\n") == true)
        #expect(first.firstByte == nil)
    }

    @Test("Bodies are cut, told of where they are no text, and never shown in a coding", arguments: Carrier.transports)
    func bodies(_ transport: Defaults.Transport) throws {
        func shown(_ head: String, _ body: String) throws -> ExchangeEvidence {
            let server = try ScriptedServer(
                always: "HTTP/1.1 500 Oops\r\n\(head)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
            defer { server.stop() }
            return try #require(try evidence(server, transport, iterations: 1).first)
        }
        let long = try shown("", String(repeating: "abcdefgh", count: 5_000))
        #expect(long.body?.utf8.count == 4_096)
        #expect(long.bodyNote == "the first 4096 bytes of 40000")
        let binary = try shown("", String(repeating: "\u{0}", count: 100))
        #expect(binary.body == nil && binary.bodyNote == "100 bytes that are not a text")
        let packed = try shown("Content-Encoding: gzip\r\n", "abcd")
        #expect(packed.body == nil && packed.bodyNote == "4 bytes in the coding gzip, which are not shown")
        let hostile = try shown("X-A: \u{9b}31m\r\n", "<script>\u{1b}]0;x\u{7}</script>\u{202e}")
        #expect(hostile.body == #"<script>\u001b]0;x\u0007</script>\u202e"#)
    }

    @Test("Requests are shown as they were sent, whatever their answers captured", arguments: Carrier.transports)
    func captured(_ transport: Defaults.Transport) throws {
        let server = try ScriptedServer { request in
            let number = request.number
            return number == 0
                ? [.send(ScriptedServer.response("200 OK", #"{"t": "v0"}"#))]
                : [.wait(seconds: 0.02), .send(ScriptedServer.response("200 OK", #"{"t": "v\#(number)", "n": 1}"#))]
        }
        defer { server.stop() }
        let path = try JSONPath(parsing: "$.t")
        let first = Step(
            name: "first", url: Text("/first"), captures: [Capture(name: "t", source: .json(path))],
            timeout: .seconds(60))
        // Captures under the name that its own request is made from, and fails after.
        let second = Step(
            name: "second",
            url: Text(pieces: [.literal("/second/"), .variable(.capture("t")), .literal("/"), .variable(.uuid)]),
            captures: [
                Capture(name: "t", source: .json(path)),
                Capture(name: "u", source: .json(try JSONPath(parsing: "$.missing"))),
            ], timeout: .seconds(60))
        let kept = try evidence(server, transport, steps: [first, second], iterations: 1)
        let failed = try #require(kept.first { $0.kind == .failed })
        let sent = try #require(server.requests.first { $0.path.hasPrefix("/second/") })
        #expect(sent.path.hasPrefix("/second/v0/"))
        #expect(
            failed.request?.hasPrefix("GET \(sent.path) HTTP/1.1\n") == true, "\(failed.request ?? "") \(sent.path)")
    }

    @Test("Cookies are shown as they were sent, though the answer changed them", arguments: [Defaults.Transport.native])
    func cookies(_ transport: Defaults.Transport) throws {
        let server = try ScriptedServer { request in
            [.send("HTTP/1.1 500 Oops\r\nSet-Cookie: theme=n\(request.number); Path=/\r\nContent-Length: 0\r\n\r\n")]
        }
        defer { server.stop() }
        let scenario = EngineRun.scenario(
            server.url, steps: [Step(name: "a", url: Text("/"), timeout: .seconds(60))], load: EngineRun.iterations(3)
        ) {
            $0.defaults.transport = transport
            $0.defaults.http.cookies = true
        }
        let kept = try EngineRun.run(scenario, reactors: 1).evidence
        #expect(server.requests.map { $0.header("cookie") } == [nil, "theme=n0", "theme=n1"])
        // What a cookie holds may be a session: the value is hidden, that there was one is not.
        #expect(
            kept.map { $0.request?.contains("Cookie: theme=***") } == [false, true, true], "\(kept.map(\.request))")
        #expect(kept.last?.head?.contains("Set-Cookie: theme=***; Path=/") == true)
        #expect(kept.last?.curl?.contains("\"$COOKIE\"") == true && kept.last?.variables == ["COOKIE"])
    }

    @Test(
        "Each step's slowest are kept, and nothing of their bodies; no failure keeps none",
        arguments: Carrier.transports)
    func slow(_ transport: Defaults.Transport) throws {
        // The third of ten takes longest, then the fifth.
        let server = try ScriptedServer { request in
            let wait = request.number == 2 ? 0.3 : request.number == 4 ? 0.15 : 0
            return [.wait(seconds: wait), .send(ScriptedServer.response("200 OK", "body of \(request.number)"))]
        }
        defer { server.stop() }
        let step = Step(name: "step", url: Text(pieces: [.literal("/"), .variable(.iteration)]), timeout: .seconds(60))
        let kept = try evidence(server, transport, step: step, iterations: 10)
        #expect(kept.count == 3 && kept.allSatisfy { $0.kind == .slow && $0.outcome == .ok && $0.body == nil })
        #expect(kept.map(\.responseTime) == kept.map(\.responseTime).sorted(by: >))
        let slowest = try #require(kept.first)
        #expect(slowest.responseTime.seconds >= 0.3)
        #expect(slowest.request?.hasPrefix("GET \(server.requests[2].path) HTTP/1.1") == true)
        #expect(slowest.head?.hasPrefix("HTTP/1.1 200 OK") == true)
    }

    @Test("Secrets don't show, in whatever coding, and are variables of the command", arguments: Carrier.transports)
    func secrets(_ transport: Defaults.Transport) throws {
        let secret = "q8Zr" + "7w\"x/Lm29Kp"
        // The server says the secret so that the cut after 4,096 bytes parts it.
        let server = try ScriptedServer { request in
            let body = String(repeating: "a", count: 4_090) + secret + String(repeating: "b", count: 100)
            return [.send(ScriptedServer.response("500 \(secret.prefix(3))", body))]
        }
        defer { server.stop() }
        let step = Step(
            name: "step", method: .post, url: Text("/a?api_key=literal-77&x=1"),
            headers: [
                Header(name: "X-Mine", value: Text(pieces: [.secret(value: secret, shown: "${env:KEY}")])),
                Header(name: "Authorization", value: Text("Basic \(Data("me:pw-literal".utf8).base64EncodedString())")),
            ],
            body: .json(
                .object([
                    .init(name: "k", value: .text(Text(secret))),
                    .init(name: "password", value: .text(Text("literal-1"))),
                ])),
            timeout: .seconds(60))
        let first = try #require(
            try evidence(server, transport, step: step, iterations: 1) {
                $0.secrets.add(secret, shown: "${env:KEY}")
                $0.secrets.prepare()
            }.first)
        let all = [first.request, first.head, first.body, first.curl].compactMap { $0 }.joined(separator: "\n")
        let search = SecretSearch(["secret": secret])
        #expect(search.findings(in: Array(all.utf8)) == [], "\(all)")
        #expect(first.request?.contains("X-Mine: ${env:KEY}") == true)
        #expect(first.request?.contains("Authorization: Basic ${authorization}") == true, "\(first.request ?? "")")
        #expect(first.request?.contains(#""password":"***""#) == true, "\(first.request ?? "")")
        #expect(first.curl?.contains("'Authorization: Basic '\"$AUTHORIZATION\"") == true, "\(first.curl ?? "")")
        #expect(!all.contains("literal-1") && first.curl?.contains("\"$PASSWORD\"") == true, "\(first.curl ?? "")")
        #expect(first.curl?.contains("\"$KEY\"") == true)
        #expect(!all.contains("literal-77") && first.curl?.contains("api_key='\"$API_KEY\"'&x=1'") == true)
        #expect(first.variables.contains("KEY") && first.variables.contains("AUTHORIZATION"))
    }

    @Test("Many steps and outcomes stay within the bounds")
    func bounds() throws {
        let server = try ScriptedServer(record: false) { _ in
            [.send(ScriptedServer.response("500 Oops", String(repeating: "x", count: 100_000)))]
        }
        defer { server.stop() }
        let steps = (0..<600).map { Step(name: "s\($0)", url: Text("/\($0)"), timeout: .seconds(60)) }
        let kept = try evidence(server, .native, steps: steps, iterations: 2)
        // 600 steps: one of each, of the first 400.
        #expect(kept.count == ExchangeEvidence.bound)
        #expect(Set(kept.map(\.step)).count == ExchangeEvidence.bound)
    }
}
