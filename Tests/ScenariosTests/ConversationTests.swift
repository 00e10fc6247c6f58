import Testing

@testable import Scenarios

@Suite struct ConversationTests {
    private static let id = Text(pieces: [.variable(.messageID)])

    @Test("Everything that happens on a WebSocket is read")
    func everything() throws {
        let step = try read(
            withStep(
                "name: live", "websocket: wss://127.0.0.1:9/ws/${user}", "headers: {Origin: http://app.example}",
                "protocols: [v2.updates, v1.updates]", "compression: true",
                "send: {type: update, id: \"${message.id}\"}",
                "reply: json $.id == ${message.id}", "messages: 20", "every: 100ms", "fan_out: json $.cause",
                "ping: 5s",
                "hold: 20s", "reconnect: 3", "closes: [1000, 4001]", "timeout: 2s",
                "checks: [json $.type == ack, body size < 1KiB]",
                "capture: {seq: json $.seq, word: regex /a(b)/ optional}", "tags: {kind: live}", "when: ${user} == 1",
                "auth: {bearer: token}", before: "defaults: {http: {redirects: 3, version: 2}}")
        ).steps[0]
        var expected = Conversation()
        expected.protocols = ["v2.updates", "v1.updates"]
        expected.compression = true
        expected.message = .json(
            .object([
                .init(name: "type", value: .text(Text("update"))), .init(name: "id", value: .variable(.messageID)),
            ]))
        expected.count = 20
        expected.interval = .milliseconds(100)
        expected.reply = Check(
            subject: .json(JSONPath(elements: [.name("id")], source: "$.id")), predicate: .text(.equal, Self.id),
            source: "json $.id == ${message.id}")
        expected.fanOut = JSONPath(elements: [.name("cause")], source: "$.cause")
        expected.ping = .seconds(5)
        expected.hold = .seconds(20)
        expected.reconnects = 3
        expected.closes = [1000, 4001]
        #expect(step.conversation == expected)
        #expect(step.name == "live")
        #expect(step.method == .get)
        #expect(step.url.shown == "wss://127.0.0.1:9/ws/${user}")
        #expect(step.timeout == .seconds(2))
        #expect(step.checks.count == 2)
        #expect(step.captures.map(\.isOptional) == [false, true])
        #expect(step.conditions.count == 1)
        #expect(step.authentication == .bearer(token: Text("token")))
        // The defaults of requests don't reach it.
        #expect(step.redirects == 0)
    }

    @Test("A step that only opens and closes needs nothing, a request has no conversation")
    func plain() throws {
        let step = try read(withStep("websocket: /ws")).steps[0]
        #expect(step.conversation == Conversation())
        #expect(step.name == "WEBSOCKET /ws")
        #expect(try read(minimal()).steps[0].conversation == nil)
        for url in ["ws://a/", "wss://a/", "http://a:1/", "https://a"] {
            #expect(try read(withStep("websocket: \(url)")).steps[0].url == Text(url))
        }
    }

    @Test("A planned end is one close code or several, of those that a server may send")
    func closes() throws {
        #expect(try read(withStep("websocket: /ws", "closes: 1000")).steps[0].conversation?.closes == [1000])
        let codes = "1000, 1001, 1002, 1003, 1005, 1007, 1014, 3000, 4999"
        #expect(try read(withStep("websocket: /ws", "closes: [\(codes)]")).steps[0].conversation?.closes.count == 9)
        func problem(_ closes: String) -> [String] { problems(withStep("websocket: /ws", "closes: \(closes)")) }
        for code in ["999", "1004", "1015", "2000", "5000"] {
            #expect(problem(code) == ["s.yaml:10:17: no server may send the close code \(code)"])
        }
        #expect(
            problem("1006") == [
                "s.yaml:10:17: 1006 stands for a connection that ended without a close frame: that is a failure"
            ])
        #expect(problem("normal") == ["s.yaml:10:17: expected a close code such as 1000, found \"normal\""])
        #expect(problem("[]") == ["s.yaml:10:17: expected at least one close code"])
        #expect(
            problems(withStep("get: /", "closes: 1000")) == ["s.yaml:10:9: \"closes\" belongs to websocket steps"]
        )
    }

    @Test("A handshake can't have basic auth that an iteration gives a part of")
    func basicAuthentication() throws {
        let variable = "basic: {user: \"u${user}\", password: p}"
        let message = "a websocket step can't send auth by basic whose user or password holds a variable"
        #expect(problems(withStep("websocket: /ws", "auth: {\(variable)}")) == ["s.yaml:10:9: \(message)"])
        #expect(
            problems(withStep("websocket: /ws", before: "defaults: {http: {auth: {\(variable)}}}")) == [
                "s.yaml:9:9: \(message)"
            ])
        #expect(problems(withStep("websocket: /ws", "auth: {basic: {user: u, password: p}}")) == [])
    }

    @Test(
        "A message is JSON, a text, or binary",
        arguments: [
            ("hello ${message.id}", .text(Text(pieces: [.literal("hello "), .variable(.messageID)]))),
            ("'{\"binary\": 1}'", .text(Text("{\"binary\": 1}"))),
            ("[1, a]", .json(.array([.raw("1"), .text(Text("a"))]))),
            ("{binary: 1KiB}", .binary(bytes: 1024)), ("{binary: 0B}", .binary(bytes: 0)),
            ("{binary: \"16MiB\"}", .binary(bytes: 16 << 20)),
            ("{binary: yes}", .json(.object([.init(name: "binary", value: .text(Text("yes")))]))),
            (
                "{binary: 1KiB, a: 1}",
                .json(
                    .object([
                        .init(name: "binary", value: .text(Text("1KiB"))), .init(name: "a", value: .raw("1")),
                    ]))
            ),
        ] as [(String, Conversation.Message)])
    func messages(send: String, message: Conversation.Message) throws {
        #expect(try read(withStep("websocket: /", "send: \(send)")).steps[0].conversation?.message == message)
    }

    @Test(
        "A reply is told by any check of a message",
        arguments: ["json $.type == ack", "body contains ${message.id}", "body size > 2", "json $.a exists"])
    func replies(reply: String) throws {
        let text = withStep("websocket: /", "send: [\"${message.id}\"]", "reply: \(reply)", "messages: 5")
        #expect(try read(text).steps[0].conversation?.reply?.source == reply)
    }

    @Test(
        "A wrong conversation says what is wrong and where",
        arguments: [
            (["send: {binary: 5}"], ["s.yaml:10:24: expected a size such as 512B, 64KiB, 1MB, found \"5\""]),
            (["send: {binary: 1kb}"], ["s.yaml:10:24: expected a size such as 512B, 64KiB, 1MB, found \"1kb\""]),
            (["send: {binary: 17MiB}"], ["s.yaml:10:24: \"17MiB\" is more than 16MiB"]),
            (["send:"], ["s.yaml:10:14: expected a message: a text, or JSON as a mapping or list, found nothing"]),
            (
                ["send: a", "reply: status == 200"],
                ["s.yaml:11:16: a message has no status: expected json $.path or body"]
            ),
            (
                ["send: a", "reply: header X exists"],
                ["s.yaml:11:16: a message has no header: expected json $.path or body"]
            ),
            (
                ["send: a", "reply: jsn $.id == 1"],
                ["s.yaml:11:16: unknown subject \"jsn\" of a check (did you mean \"json\"?)"]
            ),
            (
                ["send: {id: 1}", "reply: json $.id == ${message.id}"],
                ["s.yaml:11:9: the reply is known by ${message.id}, which the message of send doesn't carry"]
            ),
            (
                ["send: {binary: 1KiB}", "reply: body contains ${message.id}"],
                ["s.yaml:11:9: the reply is known by ${message.id}, which the message of send doesn't carry"]
            ),
            (
                ["send: a", "messages: 20"],
                [
                    "s.yaml:11:9: 20 messages would go out all at once: \"every\" says when the next one goes, "
                        + "\"reply\" what it waits for"
                ]
            ),
            (["send: a", "messages: 0"], ["s.yaml:11:19: expected a whole number from 1 to 1000000000, found \"0\""]),
            (["send: a", "every: 0s"], ["s.yaml:11:16: expected a duration above 0s, found \"0s\""]),
            (
                ["send: a", "every: 8784h", "messages: 1000000000"],
                ["s.yaml:11:9: 1000000000 messages would take longer than 8784h"]
            ),
            (["ping: 1s"], ["s.yaml:10:9: \"ping\" needs \"send\" or \"hold\" beside it"]),
            (["fan_out: json $.a"], ["s.yaml:10:9: \"fan_out\" needs \"send\" or \"hold\" beside it"]),
            (
                ["hold: 1s", "fan_out: cookie a"],
                ["s.yaml:11:18: expected json $.path to one value, found \"cookie a\""]
            ),
            (
                ["hold: 1s", "fan_out: $.a"],
                [
                    "s.yaml:11:18: expected json $.path, header NAME, regex /…/, cookie NAME, status, body or hex, found \"$.a\""
                ]
            ),
            (
                ["messages: 2", "every: 1s", "reply: body == a", "checks: []", "hold: 1s"],
                [
                    "s.yaml:10:9: \"messages\" needs \"send\" beside it",
                    "s.yaml:11:9: \"every\" needs \"send\" beside it",
                    "s.yaml:12:9: \"reply\" needs \"send\" beside it",
                ]
            ),
            (
                ["send: a", "checks: [body == a]", "capture: {a: json $.a}"],
                [
                    "s.yaml:11:9: \"checks\" needs \"reply\" beside it: it looks at each reply",
                    "s.yaml:12:9: \"capture\" needs \"reply\" beside it: it looks at each reply",
                ]
            ),
            (
                ["send: a", "reply: body == a", "checks: [status == 101]", "capture: {a: header X, b: cookie c}"],
                [
                    "s.yaml:12:18: a message has no status: expected json $.path or body",
                    "s.yaml:13:22: a message has no status, header or cookies: expected json $.path, regex /…/, body or hex",
                    "s.yaml:13:35: a message has no status, header or cookies: expected json $.path, regex /…/, body or hex",
                ]
            ),
            (
                ["json: {}", "expect: 101", "redirects: 1", "answers: {$.a: 1}"],
                [
                    "s.yaml:10:9: \"json\" doesn't fit a websocket step: its messages stand in send",
                    "s.yaml:11:9: \"expect\" doesn't fit a websocket step",
                    "s.yaml:12:9: \"redirects\" doesn't fit a websocket step",
                    "s.yaml:13:9: \"answers\" belongs to calculate steps",
                ]
            ),
            (
                ["headers: {Upgrade: a, Sec-WebSocket-Key: b, sec-websocket-protocol: c}"],
                [
                    "s.yaml:10:19: the header field Upgrade is set by the generator",
                    "s.yaml:10:31: the header field Sec-WebSocket-Key is set by the generator",
                    "s.yaml:10:53: the header field sec-websocket-protocol is set by protocols",
                ]
            ),
            (
                ["protocols: [a b, c, c]"],
                [
                    "s.yaml:10:21: \"a b\" is not a valid subprotocol name",
                    "s.yaml:10:29: \"c\" occurs more than once",
                ]
            ),
            (
                ["auth: {digest: {user: a, password: b}}"],
                ["s.yaml:10:9: a websocket step takes auth by basic or bearer"]
            ),
            (
                ["tags: {a: b}", "timeout: 1s", "headers: {X: \"${message.id}\"}"],
                ["s.yaml:12:23: ${message.id} has a value in send and reply of a websocket step only"]
            ),
        ])
    func wrong(keys: [String], expected: [String]) {
        #expect(problems(withStep((["websocket: /ws"] + keys).joined(separator: "\n        "))) == expected)
    }

    @Test("Its URL is a path or a whole URL of a WebSocket")
    func urls() {
        #expect(
            problems(withStep("websocket: ws")) == [
                "s.yaml:9:20: \"ws\": expected a path that begins with / or a ws:// or wss:// URL"
            ])
        #expect(
            problems(withStep("websocket: ftp://a/")) == [
                "s.yaml:9:20: \"ftp://a/\": expected ws://host[:port][/path], wss://…, http://… or https://…"
            ])
    }

    @Test("The keys of conversations belong to websocket steps")
    func strangers() {
        #expect(
            problems(withStep("get: /", "send: a", "hold: 1s", "compression: true")) == [
                "s.yaml:10:9: \"send\" belongs to websocket steps", "s.yaml:11:9: \"hold\" belongs to websocket steps",
                "s.yaml:12:9: \"compression\" belongs to websocket steps (of answers: defaults.http.compression)",
            ])
    }

    @Test(
        "It goes through no proxy and no Unix socket, and digest and aws don't reach it from the defaults",
        arguments: [
            ("proxy: \"http://127.0.0.1:1\"", ["s.yaml:9:9: a websocket step can't go through a proxy"]),
            ("unix_socket: a.sock", ["s.yaml:9:9: a websocket step can't go through a Unix socket"]),
            ("auth: {digest: {user: a, password: b}}", []),
        ])
    func defaults(setting: String, expected: [String]) throws {
        let text = withStep("websocket: /ws", before: "defaults: {http: {\(setting)}}")
        #expect(problems(text) == expected)
        if expected.isEmpty { #expect(try read(text).steps[0].authentication == nil) }
    }

    @Test("A table can't be called message, a captured name can")
    func names() throws {
        let folder = try TemporaryFolder()
        try folder.write("rows.csv", "id\n1\n")
        #expect(
            problems(minimal("data: {message: {file: rows.csv}}"), file: folder.path + "/s.yaml") == [
                "\(folder.path)/s.yaml:5:8: \"message\" has a meaning of its own in ${…}: choose another name"
            ])
        let step = try read(withStep("get: /", "capture: {message: json $.message}")).steps[0]
        #expect(step.captures.map(\.name) == ["message"])
    }
}
