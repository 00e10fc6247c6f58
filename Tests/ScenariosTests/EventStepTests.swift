import Testing

@testable import Scenarios

private let streamEnds =
    "expected what ends the stream: event done, 10 events, data [DONE], json $.state == done or 30s"

@Suite("Steps whose answer is a stream of events") struct EventStepTests {
    @Test("The form of the design page is read") func designed() throws {
        let step = try read(
            withStep(
                "name: report", "events: /api/v1/report/stream", "until: event done", "checks: [events >= 3]",
                "timeout: 30s")
        ).steps[0]
        var expected = EventStream()
        expected.end = .event("done")
        expected.endSource = "event done"
        #expect(step.events == expected)
        #expect(step.name == "report" && step.method == .get && step.otherMethod == nil)
        #expect(step.url == Text("/api/v1/report/stream"))
        #expect(step.timeout == .seconds(30))
        #expect(step.expect == [200...299])
        #expect(step.checks.map(\.subject) == [.events])
        #expect(
            step.headers == [
                Header(name: "Accept", value: Text("text/event-stream, application/x-ndjson, application/jsonl"))
            ])
    }

    @Test("A model's answer is asked for by POST") func posted() throws {
        let step = try read(
            withStep(
                "events: POST /v1/chat/completions", "json: {stream: true}", "until: \"data [DONE]\"", "format: sse",
                "headers: {accept: \"*/*\"}", "redirects: 2",
                "checks: [every json $.object == chunk, json $.usage exists, first_event < 1s, event_gap within 0s..500ms]",
                "capture: {reason: \"json $.choices[0].finish_reason\"}")
        ).steps[0]
        #expect(step.name == "POST /v1/chat/completions" && step.method == .post)
        #expect(step.events?.end == .data("[DONE]") && step.events?.format == .sse)
        #expect(step.body != nil && step.redirects == 2)
        #expect(step.headers.map(\.name) == ["accept"])
        #expect(step.checks.map(\.isOfEvery) == [true, false, false, false])
        #expect(step.checks.dropFirst(2).map(\.subject) == [.firstEvent, .eventGap])
        #expect(try read(withStep("events: REPORT /a")).steps[0].methodName == "REPORT")
        #expect(try read(withStep("events: http://127.0.0.1:9/a")).steps[0].name == "GET http://127.0.0.1:9/a")
        #expect(try read(withStep("events: GET /a", "json: {}")).steps[0].method == .get)
    }

    @Test("Defaults that say what is accepted are kept") func accepted() throws {
        let step = try read(withStep("events: /a", before: "defaults: {http: {headers: {ACCEPT: text/plain}}}")).steps[
            0]
        #expect(step.headers == [])
    }

    @Test(
        "What ends a stream",
        arguments: [
            ("event done", .event("done")), ("event \"my event\"", .event("my event")), ("10 events", .count(10)),
            ("1 event", .count(1)), ("data [DONE]", .data("[DONE]")), ("data ''", .data("")),
            ("data event done", .data("event done")), ("30s", .time(.seconds(30))), ("1m30s", .time(.seconds(90))),
        ] as [(String, EventStream.End)])
    func ends(text: String, expected: EventStream.End) throws {
        #expect(try StreamEndParser.parse(text) == expected)
    }

    @Test("A time is the timeout, and a condition is a check") func timeAndCondition() throws {
        let timed = try read(withStep("events: /a", "until: 5s")).steps[0]
        #expect(timed.timeout == .seconds(5) && timed.events?.end == .time(.seconds(5)))
        let step = try read(withStep("events: /a", "until: json $.state in [done, failed]", "format: ndjson")).steps[0]
        guard case .json(let check)? = step.events?.end else {
            Issue.record("no condition")
            return
        }
        #expect(check.predicate == .oneOf([.text("done"), .text("failed")]))
        #expect(step.headers.first?.value == Text("application/x-ndjson, application/jsonl"))
    }

    @Test(
        "What is wrong is told where it stands",
        arguments: [
            (["events: /a", "until: done"], ["s.yaml:10:16: \(streamEnds), found \"done\""]),
            (["events: /a", "until: [a]"], ["s.yaml:10:16: \(streamEnds), found a list"]),
            (
                ["events: /a", "until: event"],
                ["s.yaml:10:21: expected the name of an event after event, such as event done"]
            ),
            (["events: /a", "until: data"], ["s.yaml:10:20: expected a text after data, such as data [DONE]"]),
            (["events: /a", "until: 0 events"], ["s.yaml:10:16: expected a number of events, 1 or more, found \"0\""]),
            (
                ["events: /a", "until: 2.5 events"],
                ["s.yaml:10:16: expected a number of events, 1 or more, found \"2.5\""]
            ),
            (["events: /a", "until: 10"], ["s.yaml:10:16: a number of what? 10 events, or a duration such as 10s"]),
            (["events: /a", "until: 5s later"], ["s.yaml:10:19: unexpected \"later\" after 5s"]),
            (
                ["events: /a", "until: 5x"],
                ["s.yaml:10:16: expected a duration such as 250ms, 10s, 5m, found \"5x\""]
            ),
            (["events: /a", "until: 0s"], ["s.yaml:10:16: expected a duration above zero"]),
            (
                ["events: /a", "until: json $.a"],
                [
                    "s.yaml:10:24: expected a comparison after json $.a: ==, !=, <, <=, >, >=, within, in, contains, matches, exists, absent"
                ]
            ),
            (
                ["events: /a", "until: 5s", "timeout: 10s"],
                ["s.yaml:11:9: \"until\" ends the stream after 5s already: \"timeout\" can't stand beside it"]
            ),
            (
                ["events: /a", "until: event a", "format: ndjson"],
                ["s.yaml:10:9: events of ndjson have no names: expected 10 events, json $.path … or a duration"]
            ),
            (["events: /a", "format: xml"], ["s.yaml:10:17: expected sse or ndjson, found \"xml\""]),
            (
                ["events: /a", "json: {}"],
                ["s.yaml:10:9: \"json\" needs a method in front of the path: events: POST /a"]
            ),
            (["events: HEAD /a"], ["s.yaml:9:17: the answer to HEAD has no body: no event can come"]),
            (
                ["events: post /a"],
                ["s.yaml:9:17: methods are told apart by case (RFC 9110 §9.1): did you mean POST?"]
            ),
            (
                ["events: /a", "expect: [200, 429]"],
                ["s.yaml:10:9: an events step expects statuses from 200 to 299: other answers are no streams"]
            ),
            (["get: /a", "until: 5s"], ["s.yaml:10:9: \"until\" belongs to events steps"]),
            (["get: /a", "format: sse"], ["s.yaml:10:9: \"format\" belongs to events steps"]),
            (["events: /a", "get: /b"], ["s.yaml:10:9: a step does one thing: \"get\" can't stand beside \"events\""]),
            (
                ["get: /a", "checks: [events > 1, first_event < 1s, event_gap < 1s]"],
                [
                    "s.yaml:10:18: only an events step has events to check",
                    "s.yaml:10:30: only an events step has events to check",
                    "s.yaml:10:48: only an events step has events to check",
                ]
            ),
            (
                ["get: /a", "checks: [every json $.a exists]"],
                ["s.yaml:10:18: every is of the events of an events step: leave it out"]
            ),
            (
                ["events: /a", "checks: [every status == 200, every body size > 1, events < 1s, first_event == 1s]"],
                [
                    "s.yaml:10:24: expected json $.path or body after every, found \"status\"",
                    "s.yaml:10:45: body size is of the whole answer, not of every event",
                    "s.yaml:10:69: expected a number, found \"1s\"",
                    "s.yaml:10:88: == doesn't fit first_event: a time is never the same twice",
                ]
            ),
        ])
    func wrong(keys: [String], expected: [String]) {
        #expect(problems(withStep(keys.joined(separator: "\n        "))) == expected)
    }

    @Test("Objectives on streams take the statistics that they have") func objectives() throws {
        func parse(_ text: String) throws -> Objective { try Objective(parsing: text, steps: ["report"]) }
        let first = try parse("p95 first_event of report < 500ms")
        #expect(first.measure == .firstEvent && first.statistic == .percentile(95) && first.comparison == .less(500))
        #expect(try parse("p99 event_gap of report < 1s").measure == .eventGap)
        let fewest = try parse("min events of report >= 3")
        #expect(fewest.measure == .events && fewest.statistic == .minimum && fewest.comparison == .greaterOrEqual(3))
        #expect(try parse("mean events > 2.5").comparison == .greater(2.5))
        #expect(try parse("rate events > 50/s").comparison == .greater(50))
        #expect(try parse("count events within 5..20").statistic == .count)
        for (text, message) in [
            ("events > 3", "say which events: min, mean or max of a stream, count or rate of all"),
            ("p95 events > 3", "p95 doesn't fit events: expected min, mean or max of a stream, count or rate of all"),
            ("min events > 2.5", "expected a count such as 0 or 10, found \"2.5\""),
            ("mean events > x", "expected a number such as 3 or 2.5, found \"x\""),
            ("first_event < 1s", "say which first_event: min, mean, max or a percentile such as p95"),
        ] {
            do {
                _ = try parse(text)
                Issue.record("\(text) was taken")
            } catch let problem as Problem {
                #expect(problem.message == message)
            }
        }
    }
}
