import Measures
import Scenarios
import Testing

@testable import InputVerification

@Suite struct AnswerJudgementTests {
    private func answer(
        _ body: String, type: String? = "text/html", status: Int = 400, fields: [HeaderLine] = []
    ) -> ObservedExchange {
        let planned = PlannedExchange(isSecure: false, host: "127.0.0.1", port: 1, target: "/")
        var answer = ObservedExchange(
            planned: planned, sent: Instant(nanoseconds: 0), received: Instant(nanoseconds: 1), outcome: .ok)
        answer.status = status
        answer.body = Array(body.utf8)
        answer.bodyLength = answer.body.count
        answer.fields = fields + (type.map { [HeaderLine("Content-Type", $0)] } ?? [])
        return answer
    }

    @Test(
        "Stack traces, errors of databases and paths are recognised as frameworks write them",
        arguments: [
            ("Java", "\tat com.example.api.Estimates.parse(Estimates.java:42)"),
            ("Java", "Caused by: java.lang.NumberFormatException: For input string: \"x\""),
            ("Java", "JSON parse error: com.fasterxml.jackson.core.JsonParseException: Unexpected character"),
            ("Python", "Traceback (most recent call last):\n  File \"/app/main.py\", line 12, in calculate"),
            ("Python", #"{"trace":"File \"app.py\", line 3"}"#),
            ("Node.js", "SyntaxError: Unexpected token &lt;<br> &nbsp; at parse (/srv/body-parser/lib/json.js:92:19)"),
            ("Node.js", "    at Server.emit (node:internal/events:519:28)"),
            (".NET", "   at Api.Estimates.Parse(String s) in /src/Estimates.cs:line 12"),
            ("PHP", "<b>Warning</b>: Undefined index: area in <b>/srv/index.php</b> on line <b>12</b>"),
            ("PHP", "Uncaught TypeError: f(): Argument #1 in /srv/a.php:3\nStack trace:\n#0 {main}"),
            ("Ruby", "app.rb:12:in `block in <main>': undefined method"),
            ("Go", "panic: x\n\ngoroutine 18 [running]:\nmain.handler()\n\t/src/main.go:17 +0x1d"),
            ("Rust", "thread 'main' panicked at src/main.rs:4:5"),
            ("Swift", "Fatal error: Unexpectedly found nil"),
            ("Swift", "typeMismatch(Swift.Double, Swift.DecodingError.Context(codingPath: [])"),
            ("C++", "terminate called after throwing an instance of 'std::out_of_range'"),
            ("a database", "ERROR:  syntax error at or near \"loadgate\" at character 15"),
            ("a database", "SQLSTATE[22003]: Numeric value out of range"),
            ("a database", "ORA-01722: invalid number"),
            ("a path of a file", "can't open /var/www/estimates/limits.json"),
        ])
    func leaks(label: String, body: String) {
        #expect(LeakPattern.matches(in: Array(body.utf8)).contains { $0.label == label }, "\(body)")
    }

    @Test(
        "Plain messages, and our own payloads given back, are no stack traces",
        arguments: [
            #"{"error":{"status":400,"message":"area must be 0.01 to 100000 and coats 1 to 10"}}"#,
            #"{"message":"The JSON value could not be converted to System.Int32. Path: $.coats | LineNumber: 0"}"#,
            #"{"detail":[{"type":"float_parsing","loc":["body","area"],"msg":"Input should be a valid number"}]}"#,
            "See https://docs.example/errors/400.html at 12:30:15, or go: 12", "",
            "<nav><a href=\"/home/\">Home</a></nav><script src=\"/static/app.js\"></script>",
        ])
    func harmless(body: String) { #expect(LeakPattern.matches(in: Array(body.utf8)) == []) }

    @Test("No payload is taken for a leak when it is given back")
    func payloads() throws {
        for json in ["{name: x}", "{n: 1}"] {
            let input = try InputScenario(json: json, "bodies: 10000", "size: 64KiB")
            let tree = JSONTree(input.rule.body, number: 0, user: nil)
            for hostile in input.cases where hostile.kind != .deepNesting && hostile.kind != .longStrings {
                #expect(LeakPattern.matches(in: hostile.body(tree)) == [], "\(hostile.change)")
            }
        }
    }

    @Test("A leak is found at its place, also at the very end")
    func places() throws {
        let text = String(repeating: "x", count: 1_000) + "a.py\", line 7"
        let match = try #require(LeakPattern.matches(in: Array(text.utf8)).first)
        #expect(match.range == 1_001..<1_013)
        #expect(LeakPattern.matches(in: Array(text.utf8.dropLast())) == [])
    }

    @Test("Markup counts where a browser would run it")
    func markup() {
        let echo = "unexpected <script>loadgate(1)</script>"
        #expect(EchoJudge.markup(in: answer(echo)) == "<script>loadgate(")
        #expect(EchoJudge.markup(in: answer(echo, type: "text/html; charset=utf-8")) != nil)
        #expect(EchoJudge.markup(in: answer(echo, type: "image/svg+xml")) != nil)
        #expect(EchoJudge.markup(in: answer(echo, type: "application/json")) == nil)
        #expect(EchoJudge.markup(in: answer(echo, type: "text/plain")) == nil)
        #expect(EchoJudge.markup(in: answer("unexpected &lt;script&gt;loadgate(1)&lt;/script&gt;")) == nil)
        // Without a type browsers look into the body.
        #expect(EchoJudge.markup(in: answer(echo, type: nil)) != nil)
        let nosniff = [HeaderLine("X-Content-Type-Options", "nosniff")]
        #expect(EchoJudge.markup(in: answer(echo, type: nil, fields: nosniff)) == nil)
    }

    @Test("Effects of payloads: a header field, a file, a calculated expression")
    func effects() {
        #expect(EchoJudge.effect(in: answer("x", fields: [HeaderLine("x-loadgate-injected", "1")]), of: true) != nil)
        #expect(EchoJudge.effect(in: answer("root:x:0:0:root:/root:/bin/sh"), of: false) != nil)
        #expect(EchoJudge.effect(in: answer("Hello 8641969"), of: true) != nil)
        #expect(EchoJudge.effect(in: answer("Hello 8641969"), of: false) == nil)
        #expect(EchoJudge.effect(in: answer("Hello {{1234567*7}}"), of: true) == nil)
        #expect(1_234_567 * 7 == 8_641_969)
    }

    @Test("Valid answers are compared by status, type and form; what varied before may vary later")
    func validAnswers() {
        func json(_ body: String, status: Int = 200) -> ObservedExchange {
            answer(body, type: "application/json", status: status)
        }
        let valid = ValidAnswer([json(#"{"id":1,"tags":["a"]}"#), json(#"{"id":2,"tags":[]}"#)])
        #expect(valid.difference(of: json(#"{"tags":["b","c"],"id":3}"#)) == nil)
        #expect(valid.difference(of: json(#"{"id":null,"tags":[]}"#)) == nil)
        #expect(valid.difference(of: json(#"{"id":"3","tags":[]}"#)) != nil)
        #expect(valid.difference(of: json(#"{"id":3}"#)) != nil)
        #expect(valid.difference(of: json(#"{"id":3,"tags":[1]}"#)) != nil)
        #expect(valid.difference(of: json(#"{"id":3,"tags""#)) != nil)
        #expect(valid.difference(of: json(#"{"id":3,"tags":[]}"#, status: 201)) != nil)
        #expect(valid.difference(of: answer(#"{"id":3,"tags":[]}"#)) != nil)
        let varying = ValidAnswer([json(#"{"id":1}"#), json(#"{"name":"x"}"#, status: 201)])
        #expect(varying.difference(of: json(#"{"other":true}"#, status: 202)) == nil)
        let empty = ValidAnswer([answer("", type: nil, status: 204)])
        #expect(empty.difference(of: answer("", type: nil, status: 204)) == nil)
        #expect(empty.difference(of: answer("{}", type: "application/json", status: 204)) != nil)
        let deep = Array((String(repeating: "[", count: 30_000) + String(repeating: "]", count: 30_000)).utf8)
        #expect(AnswerShape(deep) == nil)
    }

    @Test("Bodies are shown short, on one line, binary bytes as numbers")
    func shown() {
        #expect(ShownBytes.shown(Array("{\"a\":\"\u{0}\n\"}".utf8) + [0xFF]) == #"{"a":"\x00\n"}\xFF"#)
        let long = ShownBytes.shown([UInt8](repeating: 97, count: 10 << 20))
        #expect(long.utf8.count < 200)
        #expect(long.contains(" … "))
    }
}
