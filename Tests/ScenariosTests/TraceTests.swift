import Testing

@testable import Scenarios

@Suite("Traces, checks of times, and methods by name") struct TraceTests {
    @Test("defaults.http.trace and trace_url are read; the link holds the id where the scenario says")
    func read() throws {
        let scenario = try ScenariosTests.read(
            minimal(
                """
                defaults: {http: {trace: w3c}}
                trace_url: "https://traces.example/t/${trace.id}?id=${trace.id}"
                """))
        #expect(scenario.defaults.http.trace == .w3c)
        #expect(scenario.traceURL?.url(of: "ab12") == "https://traces.example/t/ab12?id=ab12")
        #expect(try ScenariosTests.read(minimal()).defaults.http.trace == nil)
    }

    @Test(
        "A link that leads nowhere is refused",
        arguments: [
            "https://traces.example/", "traces.example/${trace.id}", "ftp://a.example/${trace.id}",
            "https://traces.example/${trace.id}/${user}", "https://traces.example/a b/${trace.id}",
            "javascript:alert(1)//${trace.id}", "https://${trace.id}@/x",
        ])
    func link(_ url: String) {
        #expect(
            problems(minimal("trace_url: \"\(url)\"")) == [
                "s.yaml:5:12: expected a URL such as https://traces.example/${trace.id}, found \"\(url)\""
            ])
    }

    @Test("What a trace is told by is named")
    func names() {
        #expect(
            problems(minimal("defaults: {http: {trace: b3}}")) == ["s.yaml:5:26: expected w3c, found \"b3\""])
    }

    @Test(
        "A check of a time is exact to the nanosecond",
        arguments: [
            ("response_time < 500ms", .responseTime, .number(.less, 500_000_000)),
            ("service_time <= 1.5s", .serviceTime, .number(.lessOrEqual, 1_500_000_000)),
            ("response_time within 1ms..2ms", .responseTime, .within(1_000_000...2_000_000)),
            ("response_time>10us", .responseTime, .number(.greater, 10_000)),
        ] as [(String, Check.Subject, Check.Predicate)])
    func times(_ text: String, _ subject: Check.Subject, _ predicate: Check.Predicate) throws {
        #expect(try Check(parsing: text) == Check(subject: subject, predicate: predicate, source: text))
    }

    @Test(
        "What no time can be is refused",
        arguments: [
            ("response_time < 500", "\"500\" lacks a unit: expected a duration such as 250ms, 10s, 5m"),
            ("response_time < ", "expected a duration such as 500ms, found nothing"),
            ("response_time == 5ms", "== doesn't fit response_time: a time is never the same twice"),
            ("service_time in [5ms]", "in doesn't fit service_time: compare it, such as < 500ms"),
            ("response_time contains 5", "contains doesn't fit response_time: it is a number"),
            ("service_time exists", "exists doesn't fit service_time"),
        ])
    func noTimes(_ text: String, _ message: String) {
        do throws(Problem) {
            _ = try Check(parsing: text)
            Issue.record("accepted")
        } catch {
            #expect(error.message == message)
        }
    }

    @Test("A check of a time is none of a reply, nor of what a final read finds")
    func elsewhere() {
        #expect(
            problems(withStep("websocket: /ws", "send: x", "reply: response_time < 5ms")) == [
                "s.yaml:11:16: a time says nothing here: expected a check of the answer itself"
            ])
    }

    @Test("A request of any method has its name as it is written, and a name for results")
    func methods() throws {
        let steps = try ScenariosTests.read(withStep("request: PURGE /static/a.css")).steps
        #expect(steps[0].methodName == "PURGE")
        #expect(steps[0].name == "PURGE /static/a.css")
        #expect(steps[0].url == Text("/static/a.css"))
        let known = try ScenariosTests.read(withStep("request: POST /a", "json: {x: 1}")).steps
        #expect(known[0].method == .post && known[0].otherMethod == nil)
        let query = try ScenariosTests.read(withStep("request: QUERY /a/${iteration}", "body: x", "name: q")).steps
        #expect(query[0].methodName == "QUERY")
        #expect(query[0].url.variables == [.iteration])
    }

    @Test(
        "What is no method, or none that a server answers, is refused where it stands",
        arguments: [
            ("PURGE", "18: expected a method and a path, such as PURGE /static/a.css, found \"PURGE\""),
            ("/a", "18: expected a method and a path, such as PURGE /static/a.css, found \"/a\""),
            ("post /a", "18: methods are told apart by case (RFC 9110 §9.1): did you mean POST?"),
            (
                "CONNECT a:443",
                "18: CONNECT asks a proxy for a tunnel, which is not a request that can be answered"
            ),
        ])
    func noMethods(_ text: String, _ problem: String) {
        #expect(problems(withStep("request: \(text)")) == ["s.yaml:9:\(problem)"])
    }

    @Test("A problem in the URL of such a request is shown where it stands")
    func location() {
        #expect(
            problems(withStep("request: PURGE /a/${nothing}")).first?.hasPrefix("s.yaml:9:27: ") == true,
            "\(problems(withStep("request: PURGE /a/${nothing}")))")
    }
}
