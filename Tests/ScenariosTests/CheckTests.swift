import Testing

@testable import Scenarios

@Suite struct CheckTests {
    private func path(_ elements: JSONPath.Element..., source: String) -> JSONPath {
        JSONPath(elements: elements, source: source)
    }

    @Test(
        "A check is parsed",
        arguments: [
            ("status == 200", .status, .number(.equal, 200)),
            ("status within 200..299", .status, .within(200...299)),
            ("status!=500", .status, .number(.notEqual, 500)),
            ("header content-type contains json", .header("content-type"), .contains(Text("json"))),
            ("header X-Count >= 3", .header("X-Count"), .number(.greaterOrEqual, 3)),
            ("header ETag exists", .header("ETag"), .exists),
            ("header Set-Cookie absent", .header("Set-Cookie"), .absent),
            ("body contains \" a b \"", .body, .contains(Text(" a b "))),
            ("body matches /^a.b$/", .body, .matches("^a.b$")),
            ("body == pong", .body, .text(.equal, Text("pong"))),
            ("body size < 256KiB", .bodySize, .number(.less, 262_144)),
            ("body size within 1..2KB", .bodySize, .within(1...2000)),
            (
                "json $.projects count > 0",
                .jsonCount(JSONPath(elements: [.name("projects")], source: "$.projects")), .number(.greater, 0)
            ),
            (
                "json $.a[0] == -1.5e1", .json(JSONPath(elements: [.name("a"), .index(0)], source: "$.a[0]")),
                .number(.equal, -15)
            ),
            ("json $ == true", .json(JSONPath(elements: [], source: "$")), .text(.equal, Text("true"))),
            (
                "json $[\"a b\"] != none at all",
                .json(JSONPath(elements: [.name("a b")], source: "$[\"a b\"]")), .text(.notEqual, Text("none at all"))
            ),
        ] as [(String, Check.Subject, Check.Predicate)])
    func parsed(text: String, subject: Check.Subject, predicate: Check.Predicate) throws {
        #expect(try Check(parsing: text) == Check(subject: subject, predicate: predicate, source: text))
    }

    @Test(
        "A wrong check says what is wrong and in which column",
        arguments: [
            ("stauts == 200", 1, "unknown subject \"stauts\" of a check (did you mean \"status\"?)"),
            ("latency < 5", 1, "unknown subject \"latency\" of a check (did you mean \"response_time\"?)"),
            (
                "colour < 5", 1,
                "unknown subject \"colour\" of a check (expected: status, header, body, hex, json, response_time, service_time, "
                    + "events, first_event, event_gap)"
            ),
            (
                "status", 7,
                "expected a comparison after status: ==, !=, <, <=, >, >=, within, in, contains, matches, exists, absent"
            ),
            ("status = 200", 8, "unknown comparison \"=\" (did you mean \"==\"?)"),
            ("status == ok", 11, "expected a number, found \"ok\""),
            ("status ==", 10, "expected a number, found nothing"),
            ("status contains 2", 8, "contains doesn't fit status: it is a number"),
            ("status exists", 8, "exists doesn't fit status"),
            ("status within 200", 15, "expected two numbers such as 200..299 after within, found \"200\""),
            ("status within 299..200", 15, "\"299..200\" is empty: the first is the greater"),
            ("header", 7, "expected the name of a header field, found nothing"),
            ("header a contians b", 10, "unknown comparison \"contians\" (did you mean \"contains\"?)"),
            ("header a exists always", 17, "unexpected \"always\" after the check"),
            ("body < 5", 8, "< doesn't fit body: compare body size, or use contains"),
            ("body within 1..2", 6, "within doesn't fit body: it is a text"),
            ("body size < 5kb", 13, "expected a size such as 512B, 64KiB, 1MB, found \"5kb\""),
            ("body matches abc", 14, "expected a regular expression as /…/, found \"abc\""),
            ("body matches /(/", 14, "\"/(/\" is not a valid regular expression"),
            ("body matches //", 14, "the regular expression is empty"),
            ("json projects exists", 6, "expected a JSON path such as $.projects[0].id, found \"projects\""),
            ("json $.a < many", 12, "expected a number, found \"many\""),
            ("json $.a contains", 18, "expected a text after contains"),
            ("status in", 10, "expected values such as [200, 404] after in, found nothing"),
            ("status in [200, x]", 17, "expected a number, found \"x\""),
            ("status in [200, 'x']", 17, "a text doesn't fit status: it is a number"),
            ("json $.a in [1, , 2]", 17, "expected a value, found nothing"),
            ("header a in [\"b\" c]", 18, "expected , or ], found \"c\""),
            ("body matches /a/iq", 17, "\"iq\" are not flags of a regular expression: i, s, m and x, each once"),
            ("json $.a[?@.b exists]", 9, "[ of the JSON path is not closed by ]"),
        ])
    func refused(text: String, column: Int, message: String) {
        #expect(throws: Problem(file: "check", line: 1, column: column, message: message)) {
            try Check(parsing: text)
        }
    }

    @Test(
        "A JSON path is parsed",
        arguments: [
            ("$", []),
            ("$.projects[0].id", [.name("projects"), .index(0), .name("id")]),
            ("$['a b'][-1]", [.name("a b"), .index(-1)]),
            ("$[\"q\\\"\"].é_1-x", [.name("q\""), .name("é_1-x")]),
        ] as [(String, [JSONPath.Element])])
    func paths(text: String, elements: [JSONPath.Element]) throws {
        #expect(try JSONPath(parsing: text) == JSONPath(elements: elements, source: text))
    }

    @Test(
        "A wrong JSON path says what is wrong and in which column",
        arguments: [
            ("a", 1, "expected a JSON path such as $.projects[0].id, found \"a\""),
            ("", 1, "expected a JSON path such as $.projects[0].id, found nothing"),
            ("$a", 2, "expected . or [ in the JSON path, found \"a\""),
            (
                "$..a", 1,
                "expected a JSON path to one value here: names and indices, without *, .., slices and filters"
            ),
            (
                "$.a[?@.b == 1]", 1,
                "expected a JSON path to one value here: names and indices, without *, .., slices and filters"
            ),
            (
                "$.1", 3,
                "expected a name after . in the JSON path (a name with other characters stands as [\"…\"])"
            ),
            (
                "$[x]", 3,
                "expected a number, a quoted name, *, a slice or ?condition in [ ] of the JSON path, found \"x\""
            ),
            ("$[01]", 3, "\"01\" is not a valid index in a JSON path"),
            ("$[1", 2, "[ of the JSON path is not closed by ]"),
            ("$['a]", 3, "a quote in the JSON path is not closed"),
            ("$.a b", 4, "expected . or [ in the JSON path, found \" \""),
        ])
    func wrongPaths(text: String, column: Int, message: String) {
        #expect(throws: Problem(file: "JSON path", line: 1, column: column, message: message)) {
            try JSONPath(parsing: text)
        }
    }

    @Test(
        "A capture is parsed",
        arguments: [
            ("json $.id", .json(JSONPath(elements: [.name("id")], source: "$.id"))),
            ("header Location", .header("Location")),
            ("regex /id=(\\d+)/", .regex("id=(\\d+)")),
            ("regex /id=(x)/i", .regex("(?i)id=(x)")),
            ("cookie session", .cookie("session")), ("status", .status), ("body", .body),
        ] as [(String, Capture.Source)])
    func captures(text: String, source: Capture.Source) throws {
        #expect(try CaptureParser.source(text) == source)
    }

    @Test(
        "A capture whose source is followed by optional may fail",
        arguments: [
            ("json $.next optional", .json(JSONPath(elements: [.name("next")], source: "$.next")), true),
            ("header Location  optional ", .header("Location"), true),
            ("regex /a optional/", .regex("a optional"), false),
            ("regex /a optional/ optional", .regex("a optional"), true),
            ("cookie optional", .cookie("optional"), false), ("cookie optional optional", .cookie("optional"), true),
            ("body optional", .body, true), ("status", .status, false),
        ] as [(String, Capture.Source, Bool)])
    func optionalCaptures(text: String, source: Capture.Source, isOptional: Bool) throws {
        let capture = try CaptureParser.capture("name", text)
        #expect(capture.source == source)
        #expect(capture.isOptional == isOptional)
    }

    @Test(
        "A capture whose source is followed by secret is one, beside optional in any order",
        arguments: [
            ("json $.ticket secret", true, false), ("header X-Own secret optional", true, true),
            ("header X-Own optional  secret", true, true), ("cookie secret", false, false),
            ("cookie secret secret", true, false), ("regex /a secret/", false, false),
        ])
    func secretCaptures(text: String, isSecret: Bool, isOptional: Bool) throws {
        let capture = try CaptureParser.capture("name", text)
        #expect(capture.isSecret == isSecret)
        #expect(capture.isOptional == isOptional)
    }

    @Test(
        "A wrong capture says what is wrong",
        arguments: [
            (
                "jsno $.id", 0,
                "expected json $.path, header NAME, regex /…/, cookie NAME, status, body or hex, found \"jsno $.id\" (did you mean \"json\"?)"
            ),
            ("json $.id twice", 10, "unexpected \"twice\""),
            ("header", 6, "expected the name of a header field, found nothing"),
            ("regex id", 6, "expected a regular expression as /…/, found \"id\""),
        ])
    func wrongCaptures(text: String, offset: Int, message: String) {
        #expect(throws: GrammarError(offset: offset, message: message)) { try CaptureParser.source(text) }
        #expect(throws: GrammarError(offset: offset, message: message)) { _ = try CaptureParser.capture("name", text) }
    }
}
