import Foundation
import Measures
import Scenarios
import TestSupport
import Testing

@testable import Generator

/// What values become on their way into requests, and what answers' values are held to; over both transports.
@Suite("Values in requests and answers", .serialized)
struct ValueTests {
    /// One request for each row of a table, in order.
    private func paths(_ url: Text, values: [String], prefix: String = "", transport: Defaults.Transport) throws
        -> [String]
    {
        let server = try ScriptedServer(always: ScriptedServer.response())
        defer { server.stop() }
        let scenario = EngineRun.scenario(
            server.url + prefix, steps: [Step(name: "s", url: url)], load: EngineRun.iterations(values.count)
        ) {
            $0.defaults.transport = transport
            $0.data = [DataTable(name: "t", columns: ["v"], rows: values.map { [$0] })]
        }
        _ = try EngineRun.run(scenario, reactors: 1)
        return server.requests.map(\.path)
    }

    private let value = Text.Piece.variable(.column(table: "t", column: "v"))
    private let raw = Text.Piece.variable(.raw(.column(table: "t", column: "v")))

    @Test(
        "A value in a path segment or a query is one value, whatever it holds",
        arguments: [Defaults.Transport.native, .curl])
    func encoded(transport: Defaults.Transport) throws {
        let values = ["a&b=c", "+1 2", "%41", "a/b?c#d", "é", "\r\nX: y", "-._~"]
        #expect(
            try paths(
                Text(pieces: [.literal("/items/"), value, .literal("?q="), value]), values: values, transport: transport
            )
                == [
                    "a%26b%3Dc", "%2B1%202", "%2541", "a%2Fb%3Fc%23d", "%C3%A9", "%0D%0AX%3A%20y", "-._~",
                ].map { "/items/\($0)?q=\($0)" })
        // As it is, but for what no request line may hold.
        #expect(
            try paths(Text(pieces: [.literal("/"), raw]), values: values, transport: transport)
                == ["/a&b=c", "/+1%202", "/%41", "/a/b?c%23d", "/%C3%A9", "/%0D%0AX:%20y", "/-._~"])
    }

    @Test(
        "A URL that a value begins leads to the target, as a path or whole",
        arguments: [Defaults.Transport.native, .curl])
    func references(transport: Defaults.Transport) throws {
        let reference = Text(pieces: [raw])
        #expect(
            try paths(
                reference, values: ["/items?page=2&q=a%20b", "items/3", "?page=4", "/a b#part"], transport: transport)
                == ["/items?page=2&q=a%20b", "/items/3", "/?page=4", "/a%20b"])
        // Seen from the target's path, unless it holds that already.
        #expect(
            try paths(
                reference, values: ["/items", "/api/items?page=2", "/apix", "?page=4", "/api"], prefix: "/api",
                transport: transport)
                == ["/api/items", "/api/items?page=2", "/api/apix", "/api?page=4", "/api"])
        #expect(
            try paths(
                Text(pieces: [raw, .literal("/last?q="), value]), values: ["/v2", "", "v3"], transport: transport)
                == ["/v2/last?q=%2Fv2", "/last?q=", "/v3/last?q=v3"])
    }

    @Test("A whole URL leads to the target's own host, and to no other", arguments: [Defaults.Transport.native, .curl])
    func hosts(transport: Defaults.Transport) throws {
        let server = try ScriptedServer { request in
            let port = request.header("Host")?.split(separator: ":").last ?? ""
            let next = [
                "http://127.0.0.1:\(port)/items?page=2", "HTTP://127.0.0.1:\(port)", "//127.0.0.1:\(port)/x",
                "http://127.0.0.1:\(port)?a=b", "http://127.0.0.2:\(port)/evil", "https://127.0.0.1:\(port)/evil",
                "//evil/evil", "http://127.0.0.1:\(port)@evil/evil", "",
            ]
            let number = Int(request.header("X-Number") ?? "") ?? 0
            return [.send(ScriptedServer.response("200 OK", "", headers: ["X-Next: \(next[number])"]))]
        }
        defer { server.stop() }
        let first = Step(
            name: "first", url: Text("/first"),
            headers: [Header(name: "X-Number", value: Text(pieces: [.variable(.iteration)]))],
            captures: [Capture(name: "next", source: .header("X-Next"))])
        var next = Step(name: "next", url: Text(pieces: [.variable(.raw(.capture("next")))]))
        next.headers = [Header(name: "X-Number", value: Text("8"))]
        let scenario = EngineRun.scenario(server.url, steps: [first, next], load: EngineRun.iterations(9)) {
            $0.defaults.transport = transport
        }
        _ = try EngineRun.run(scenario, reactors: 1)
        #expect(
            server.requests.map(\.path).filter { $0 != "/first" } == ["/items?page=2", "/", "/x", "/?a=b"])
    }

    @Test("A form's fields are encoded in its own way, raw ones are not")
    func forms() throws {
        let server = try ScriptedServer(always: ScriptedServer.response())
        defer { server.stop() }
        let step = Step(
            name: "s", method: .post, url: Text("/"),
            body: .form([
                Header(name: "a", value: Text(pieces: [value])), Header(name: "b", value: Text(pieces: [raw])),
            ]))
        let scenario = EngineRun.scenario(server.url, steps: [step], load: EngineRun.iterations(1)) {
            $0.data = [DataTable(name: "t", columns: ["v"], rows: [["x y&z=%41"]])]
        }
        _ = try EngineRun.run(scenario, reactors: 1)
        #expect(server.requests[0].body == "a=x%20y%26z%3D%2541&b=x y&z=%41")
    }

    @Test("A WebSocket's URL is encoded likewise")
    func webSocket() throws {
        let server = try ScriptedServer(always: ScriptedServer.response("400 Bad Request", ""))
        defer { server.stop() }
        var step = Step(name: "s", url: Text(pieces: [.literal("/live/"), value]))
        step.conversation = Conversation()
        let scenario = EngineRun.scenario(server.url, steps: [step], load: EngineRun.iterations(1)) {
            $0.data = [DataTable(name: "t", columns: ["v"], rows: [["a/b c"]])]
        }
        _ = try EngineRun.run(scenario, reactors: 1)
        #expect(server.requests[0].path == "/live/a%2Fb%20c")
    }

    private func judged(
        _ body: String, checks: [String] = [], calculation: Calculation? = nil, captures: [Capture] = []
    ) throws -> AnswerJudge.Judgement {
        var step = Step(name: "s", url: Text("/"), captures: captures)
        step.checks = try checks.map { try Check(parsing: $0) }
        step.calculation = calculation
        var scenario = Scenario(name: "t", target: Text(""), flows: [], load: [])
        scenario.flows = [Flow(name: "f", actions: [.request(step)])]
        let judge = AnswerJudge(step, names: VariableNames(scenario))
        defer { judge.release() }
        return Array(body.utf8).withUnsafeBufferPointer { bytes in
            var answer = AnswerJudge.Answer(message: bytes)
            answer.status = 200
            return judge.judge(answer, captures: nil, isTold: true, secrets: { Secrets() }, render: { _ in nil })
        }
    }

    @Test("A check of several values holds of each of them, and tells which one it doesn't hold of")
    func several() throws {
        let body = #"{"items": [{"id": 1, "tag": "a"}, {"id": 2, "tag": "b"}, {"id": 30}], "none": []}"#
        for check in [
            "json $.items[*].id > 0", "json $.items[*].id count == 3", "json $..tag in [a, b, c]",
            "json $.items[?@.id > 10].tag absent", "json $.items[-1:].id == 30", "json $.none[*] absent",
            "json $.items[*].tag exists", "json $.items[*].id in [1, 2, 30]", "json $.none[*] count == 0",
            "status in [200, 404]", "body matches /\"TAG\"/i",
            // Nothing is there, which differs from everything, as with a path to one value.
            "json $.none[*] != x", "json $.nothing != x",
        ] {
            #expect(try judged(body, checks: [check]).outcome == .ok, "\(check)")
        }
        for (check, got) in [
            ("json $.items[*].id < 10", "got 30"), ("json $.items[*].tag == a", "got b"),
            ("json $.items[*].tag absent", "got a"), ("json $.none[*] exists", "there is none"),
            ("json $.none[*] == 1", "there is none"), ("status in [201, 404]", "got 200"),
            ("body matches /\"TAG\"/", "got "),
        ] {
            let message = try judged(body, checks: [check]).message ?? "it holds"
            #expect(message.hasPrefix("\(check): \(got)"), "\(message)")
        }
    }

    @Test("What takes too many steps to be looked for is neither there nor absent")
    func tooLong() throws {
        // 200 lists within each other have some 200^4 / 24 ways of four steps.
        let deep = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
        for predicate in ["absent", "exists", "count == 0"] {
            let judgement = try judged(deep, checks: ["json $..[*]..[*]..[*]..[*] \(predicate)"])
            #expect(judgement.outcome == .checkFailed)
            #expect(judgement.message?.hasSuffix("the path takes too many steps in this answer") == true)
        }
    }

    @Test("Of several values the first is captured, or one that is drawn")
    func picked() throws {
        let body = Array(#"{"items": [{"id": 1}, {"id": "two"}, {"id": 3}]}"#.utf8)
        let path = try JSONPath(parsingQuery: "$.items[*].id")
        var step = Step(name: "s", url: Text("/"))
        step.captures = [
            Capture(name: "first", source: .json(path)), Capture(name: "any", source: .json(path), isRandom: true),
            Capture(name: "all", source: .body), Capture(name: "code", source: .status),
        ]
        var scenario = Scenario(name: "t", target: Text(""), flows: [], load: [])
        scenario.flows = [Flow(name: "f", actions: [.request(step)])]
        let names = VariableNames(scenario)
        let judge = AnswerJudge(step, names: names)
        defer { judge.release() }
        var captures = [CapturedValue?](repeating: nil, count: 4)
        let judgement = body.withUnsafeBufferPointer { bytes in
            captures.withUnsafeMutableBufferPointer { captures in
                var answer = AnswerJudge.Answer(message: bytes)
                answer.status = 206
                return judge.judge(
                    answer, captures: captures.baseAddress, isTold: true, secrets: { Secrets() },
                    pick: { count in count - 2 }, render: { _ in nil })
            }
        }
        #expect(judgement.outcome == .ok)
        let texts = step.captures.map { capture in
            captures[names.capture(capture.name)].map { String(decoding: $0.text, as: UTF8.self) }
        }
        #expect(texts == ["1", "two", String(decoding: body, as: UTF8.self), "206"])
    }

    @Test("Whole numbers beyond 2^53 are compared digit by digit")
    func large() throws {
        let body = #"{"id": 9007199254740992, "x": 0.30000000000000004}"#
        // As Doubles all of these are equal.
        for check in [
            "json $.id == 9007199254740992", "json $.id < 9007199254740993", "json $.id != 9007199254740993",
            "json $.id within 9007199254740991..9007199254740992", "json $.x > 0.3",
        ] {
            #expect(try judged(body, checks: [check]).outcome == .ok, "\(check)")
        }
        for check in ["json $.id == 9007199254740993", "json $.id > 9007199254740991.5e1", "json $.x == 0.3"] {
            #expect(try judged(body, checks: [check]).outcome == .checkFailed, "\(check)")
        }
    }

    @Test("Tolerance 0 is exact, and any other holds to its last digit")
    func tolerances() throws {
        func outcome(_ observed: String, _ expected: String, _ tolerance: Calculation.Tolerance) throws -> Outcome {
            let path = JSONPath(elements: [.name("v")], source: "$.v")
            return try judged(
                "{\"v\": \(observed)}",
                calculation: Calculation(answers: [.init(path: path, expected: Text(expected))], tolerance: tolerance)
            ).outcome
        }
        #expect(try outcome("9007199254740993", "9007199254740992", .absolute(0)) == .checkFailed)
        #expect(try outcome("0.30000000000000004", "0.3", .absolute(0)) == .checkFailed)
        #expect(try outcome("0.30", "0.3", .absolute(0)) == .ok)
        #expect(try outcome("1e2", "100", .relative(0)) == .ok)
        // 1.02 − 1.01 is 0.01, though 0.010000000000000009 as a Double.
        #expect(try outcome("1.02", "1.01", .absolute(0.01)) == .ok)
        #expect(try outcome("1.0200000000000001", "1.01", .absolute(0.01)) == .checkFailed)
        // 0.1 % of 2000 is 2.
        #expect(try outcome("2002", "2000", .relative(0.001)) == .ok)
        #expect(try outcome("2002.0000000000001", "2000", .relative(0.001)) == .checkFailed)
        #expect(try outcome("1e400", "1", .relative(0.001)) == .checkFailed)
    }

    @Test("A body that was cut off satisfies no check of its JSON, absent ones included")
    func truncated() throws {
        let whole = #"{"ok": true, "items": [1, 2], "last": {"a": 1}}"#
        let checks = [
            "json $.ok == true", "json $.items count == 2", "json $.error absent", "json $.ok exists",
            "json $.last.a != 2",
        ]
        for check in checks {
            #expect(try judged(whole, checks: [check]).outcome == .ok, "\(check)")
            for end in [whole.count - 1, 30, 1, 0] {
                let judgement = try judged(String(whole.prefix(end)), checks: [check])
                #expect(judgement.outcome == .checkFailed, "\(check) \(end)")
                #expect(judgement.message?.contains("the body is not JSON: it ") == true, "\(check) \(end)")
            }
        }
        let path = JSONPath(elements: [.name("ok")], source: "$.ok")
        let calculation = Calculation(answers: [.init(path: path, expected: Text("true"))])
        #expect(try judged(whole, calculation: calculation).outcome == .ok)
        #expect(try judged(String(whole.dropLast()), calculation: calculation).outcome == .checkFailed)
        let capture = Capture(name: "c", source: .json(path))
        #expect(
            try judged(String(whole.dropLast()), captures: [capture]).message
                == "nothing to capture as c: the body is not JSON: it ends within a value")
        // What looks at other things is not concerned.
        #expect(try judged("{", checks: ["body contains {"]).outcome == .ok)
    }
}
