import Measures
import Scenarios
import TestSupport
import Testing

@testable import Generator

/// What the answers said whose exchanges failed.
@Suite("Excerpts of bad answers", .serialized)
struct ExcerptTests {
    private typealias Action = ScriptedServer.Action

    /// What FastAPI answers where a field is missing.
    private static let reason = #"{"detail":[{"type":"missing","loc":["body","area"],"msg":"Field required"}]}"#

    private func excerpts(
        _ actions: [Action], _ transport: Defaults.Transport, iterations: Int = 4, method: Step.Method = .get,
        checks: [Check] = [], change: (inout Scenario) -> Void = { _ in }
    ) throws -> [String: String] {
        let server = try ScriptedServer { _ in actions }
        defer { server.stop() }
        let step = Step(name: "step", method: method, url: Text("/"), checks: checks, timeout: .seconds(60))
        let scenario = EngineRun.scenario(server.url, steps: [step], load: EngineRun.iterations(iterations)) {
            $0.defaults.transport = transport
            change(&$0)
        }
        return try EngineRun.run(scenario).excerpts[0]
    }

    @Test(
        "A status that was not expected is shown with what the answer says, of the first one",
        arguments: Carrier.transports)
    func status(_ transport: Defaults.Transport) throws {
        let whole = ScriptedServer.response("422 Unprocessable", Self.reason)
        let head = "HTTP/1.1 422 Unprocessable\r\nContent-Length: \(Self.reason.utf8.count)\r\n\r\n"
        let chunked =
            "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 422 Unprocessable\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "10\r\n\(Self.reason.prefix(16))\r\n\(String(Self.reason.utf8.count - 16, radix: 16))\r\n"
            + "\(Self.reason.dropFirst(16))\r\n0\r\n\r\n"
        for actions: [Action] in [
            // In one piece, byte by byte, the body behind the head as many servers send it, in chunks, until the close.
            [.send(whole)], [.sendBytewise(whole)], [.send(head), .wait(seconds: 0.02), .send(Self.reason)],
            [.send(chunked)], [.sendBytewise(chunked)],
            [.send("HTTP/1.1 422 Unprocessable\r\n\r\n\(Self.reason)"), .close],
        ] {
            #expect(try excerpts(actions, transport, iterations: 1) == ["status 422": Self.reason])
        }
        // Cookies keep heads; the body is kept all the same.
        #expect(
            try excerpts([.send(whole)], transport, iterations: 1) { $0.defaults.http.cookies = true }
                == ["status 422": Self.reason])
        #expect(try excerpts([.send(ScriptedServer.response("500 Oops", ""))], transport) == [:])
        #expect(
            try excerpts([.send("HTTP/1.1 500 Oops\r\nContent-Length: 9\r\n\r\n")], transport, method: .head) == [:])
    }

    @Test("A check that fails is shown with the answer, also one that needs no body", arguments: Carrier.transports)
    func checks(_ transport: Defaults.Transport) throws {
        let answer = [Action.send(ScriptedServer.response("200 OK", "maintenance until noon"))]
        let body = Check(subject: .body, predicate: .contains(Text("total")), source: "body contains total")
        let message = #"body contains total: got maintenance until noon"#
        #expect(
            try excerpts(answer, transport, iterations: 1, checks: [body]) == [message: "maintenance until noon"])
        // Its first failure says that bodies are wanted; the second has one.
        let size = Check(subject: .bodySize, predicate: .number(.greater, 100), source: "body_size > 100")
        let second = try excerpts(answer, transport, iterations: 3, checks: [size])
        #expect(second == ["body_size > 100: got 22 bytes": "maintenance until noon"])
    }

    @Test("Of long answers the beginning is kept, of many the first; secrets and controls don't show")
    func bounded() throws {
        var secrets = Secrets()
        secrets.add("hunter22", shown: "${env:P}")
        func shown(_ text: String) -> String? {
            Array(text.utf8).withUnsafeBufferPointer { AnswerExcerpt.text(of: $0, secrets: secrets) }
        }
        #expect(shown("") == nil)
        #expect(shown(" \r\n ") == nil)
        #expect(shown("no hunter22\r\n\there") == "no ${env:P} here")
        #expect(shown("\u{1b}[31mred\u{7}\u{202e}") == #"\u001b[31mred\u0007\u202e"#)
        // 300 characters, and the sign that there were more.
        #expect(shown(String(repeating: "x", count: 301)) == String(repeating: "x", count: 300) + "…")
        #expect(shown(String(repeating: "ü", count: 300)) == String(repeating: "ü", count: 300))
        // What a server issues is as secret as what the scenario names.
        let issued = #"{"access_token": "abc\"def", "detail": "the token is invalid", "user": {"Password":"x y"}}"#
        #expect(
            shown(issued)
                == #"{"access_token": "***", "detail": "the token is invalid", "user": {"Password":"***"}}"#)
        #expect(shown("Bearer abcdefghijkl.mno is no good") == "Bearer *** is no good")
        #expect(shown("token eyJhbGciOi.eyJzdWIiOi.c2ln expired") == "token *** expired")
        let bytes: [UInt8] = (0..<200).map { UInt8(0x80 + $0 % 0x40) }
        #expect(bytes.withUnsafeBufferPointer { AnswerExcerpt.text(of: $0, secrets: secrets) } == "(not a text)")
    }

    @Test(
        "What a login captured as a secret shows in no message and no excerpt, in no coding and wherever it is cut off",
        arguments: Carrier.transports, SecretCoding.all)
    func captured(_ transport: Defaults.Transport, _ coding: SecretCoding) throws {
        let secret = ["Tk7", "q9/x", "+Wz0", "2&mB", "8vR4"].joined()
        let server = try ScriptedServer { request in
            if request.path == "/login" {
                return [.send(ScriptedServer.response("200 OK", "x", headers: ["X-Own: \(secret)"]))]
            }
            let coded = coding.encode(secret)
            return [
                .send(
                    ScriptedServer.response(
                        request.path == "/bad" ? "500 Oops" : "200 OK", "whole \(coded), begun \(coded.dropLast(2))"))
            ]
        }
        defer { server.stop() }
        let body = Check(subject: .body, predicate: .contains(Text("total")), source: "body contains total")
        let steps = [
            Step(name: "bad", url: Text("/bad"), timeout: .seconds(60)),
            Step(name: "check", url: Text("/check"), checks: [body], timeout: .seconds(60)),
        ]
        let scenario = EngineRun.scenario(server.url, steps: steps, load: EngineRun.iterations(1)) { scenario in
            scenario.defaults.transport = transport
            scenario.login = Flow(
                name: Scenario.loginName,
                actions: [
                    .request(
                        Step(
                            name: "sign-in", url: Text("/login"),
                            captures: [Capture(name: "own", source: .header("x-own"), isSecret: true)]))
                ])
        }
        let measurement = try EngineRun.run(scenario)
        let texts = (measurement.excerpts.flatMap { $0.values } + measurement.examples.flatMap(\.self)).joined(
            separator: "\n")
        #expect(SecretSearch(["own": secret]).findings(in: Array(texts.utf8)) == [], "\(texts)")
        // Two excerpts and the message of the check.
        #expect(texts.ranges(of: "${own}").count >= 3, "\(texts)")
    }

    @Test(
        "Captures are secret by what is said of them, or by a name",
        arguments: [
            (Capture(name: "x", source: .header("X-Api-Key")), true),
            (Capture(name: "x", source: .cookie("session")), true),
            (Capture(name: "token", source: .regex("(a)")), true),
            (Capture(name: "x", source: .header("Location")), false),
            (Capture(name: "x", source: .regex("(a)"), isSecret: true), true),
            (
                Capture(
                    name: "x", source: .json(JSONPath(elements: [.name("access_token"), .index(0)], source: "$"))), true
            ), (Capture(name: "id", source: .json(JSONPath(elements: [.name("id")], source: "$.id"))), false),
        ])
    func secretCaptures(_ capture: Capture, isSecret: Bool) { #expect(capture.holdsSecret == isSecret) }

    @Test("A large bad answer costs no more than its beginning", arguments: Carrier.transports)
    func large(_ transport: Defaults.Transport) throws {
        let page = String(repeating: "word ", count: 600_000)
        let found = try excerpts([.send(ScriptedServer.response("502 Bad", page))], transport, iterations: 2)
        #expect(found["status 502"] == String(repeating: "word ", count: 60) + "…")
    }

    @Test("A WebSocket's opening that is refused, and a reply that fails a check, say what came")
    func webSockets() throws {
        let refusing = try ScriptedServer(always: ScriptedServer.response("403 No", "sign in first"))
        defer { refusing.stop() }
        var step = Step(name: "live", url: Text("/ws"), timeout: .seconds(60))
        var conversation = Conversation()
        conversation.message = .json(.object([.init(name: "id", value: .variable(.messageID))]))
        conversation.reply = Check(
            subject: .json(try JSONPath(parsing: "$.id")),
            predicate: .text(.equal, Text(pieces: [.variable(.messageID)])), source: "json $.id == ${message.id}")
        conversation.count = 1
        step.conversation = conversation
        let refused = try EngineRun.run(
            EngineRun.scenario(refusing.url, steps: [step], load: EngineRun.iterations(1)))
        #expect(refused.excerpts[0] == ["status 403, not 101": "sign in first"])

        let echo = try WebSocketServer.echo()
        defer { echo.stop() }
        step.checks = [
            Check(
                subject: .json(try JSONPath(parsing: "$.ok")), predicate: .exists, source: "json $.ok exists")
        ]
        let wrong = try EngineRun.run(
            EngineRun.scenario(echo.url, steps: [step], load: EngineRun.iterations(1)))
        #expect(wrong.excerpts[0].values.allSatisfy { $0.contains("\"id\"") } && wrong.excerpts[0].count == 1)
    }
}
