import Testing

@testable import Scenarios

@Suite struct StepTests {
    @Test("A step takes defaults, and its own keys replace them")
    func defaults() throws {
        let text = """
            name: tiny
            target: http://[::1]:8080/prefix
            authorised: [staging.example, 10.0.0.1, "::1", "[::1]"]
            defaults:
              timeout: 3s
              transport: native
              connections: fresh
              http: {version: "1.1", headers: {Accept: application/json}}
            flows:
              browse:
                weight: 2.5
                tags: {area: shop, kind: read}
                steps:
                  - get: /api?page=${random.int(1,5)}
                  - pause: 200ms..800ms
                  - name: order
                    post: http://other.example:81/${user}
                    timeout: 1s
                    tags: {kind: write}
                    expect: [200, 300..399]
                    form: {a: 1, b: "${uuid}"}
                    headers: {Host: virtual.example}
            load:
              - {arrivals: 20/s, for: 5s, warmup: true}
              - {arrivals: 20/s to 1200/min, for: 20s, spacing: poisson}
              - {users: 0 to 50, for: 1m}
              - {iterations: 10000, users: 20}
            limits: {max_users: 50, graceful_stop: 0s}
            """
        let scenario = try read(text)
        #expect(scenario.target.constant == "http://[::1]:8080/prefix")
        #expect(scenario.authorised == ["staging.example", "10.0.0.1", "::1", "[::1]"])
        #expect(scenario.defaults.connections == .fresh)
        #expect(scenario.defaults.headers == [Header(name: "Accept", value: Text("application/json"))])
        #expect(scenario.limits.maxUsers == 50)
        #expect(scenario.limits.gracefulStop == .zero)
        #expect(
            scenario.load == [
                .arrivals(ArrivalStage(from: 20, to: 20, duration: .seconds(5), warmup: true)),
                .arrivals(ArrivalStage(from: 20, to: 20, duration: .seconds(20), spacing: .poisson)),
                .users(UserStage(from: 0, to: 50, duration: .seconds(60))),
                .iterations(IterationStage(iterations: 10000, users: 20)),
            ])
        #expect(scenario.flows[0].weight == 2.5)
        guard case .pause(let pause) = scenario.flows[0].actions[1] else {
            Issue.record("the second action is no pause")
            return
        }
        #expect(pause == .milliseconds(200) ... .milliseconds(800))

        let steps = scenario.steps
        #expect(steps[0].name == "GET /api?page=${random.int(1,5)}")
        #expect(steps[0].timeout == .seconds(3))
        #expect(steps[0].expect == [200...399])
        #expect(steps[0].tags == ["area": "shop", "kind": "read"])
        #expect(steps[1].method == .post)
        #expect(steps[1].timeout == .seconds(1))
        #expect(steps[1].expect == [200...200, 300...399])
        #expect(steps[1].tags == ["area": "shop", "kind": "write"])
        #expect(steps[1].headers.map(\.name) == ["Host"])
        let fields = [
            Header(name: "a", value: Text("1")), Header(name: "b", value: Text(pieces: [.variable(.uuid)])),
        ]
        #expect(steps[1].body == .form(fields))
    }

    @Test("JSON keeps types: numbers and truth values without quotes, a lone variable as its own kind")
    func json() throws {
        let text = withStep(
            "post: /",
            "json: {n: 1.50, t: true, z: ~, q: \"7\", hex: 0x10, list: [1, a], one: \"${user}\", two: \"${user}!\"}")
        let body = try read(text).steps[0].body
        let members: [JSONTemplate.Member] = [
            .init(name: "n", value: .raw("1.50")), .init(name: "t", value: .raw("true")),
            .init(name: "z", value: .raw("null")), .init(name: "q", value: .text(Text("7"))),
            .init(name: "hex", value: .text(Text("0x10"))),
            .init(name: "list", value: .array([.raw("1"), .text(Text("a"))])),
            .init(name: "one", value: .variable(.user)),
            .init(name: "two", value: .text(Text(pieces: [.variable(.user), .literal("!")]))),
        ]
        #expect(body == .json(.object(members)))
    }

    @Test("A calculation is a POST with answers, a tolerance and the server's own time")
    func calculation() throws {
        let text = withStep(
            "calculate: /calc", "json: {area: 10}", "answers: {$.total: 12.5}", "tolerance: 0.1%",
            "server_time: header server-timing calc")
        let step = try read(text).steps[0]
        #expect(step.method == .post)
        #expect(step.name == "POST /calc")
        let path = JSONPath(elements: [.name("total")], source: "$.total")
        #expect(
            step.calculation
                == Calculation(
                    answers: [.init(path: path, expected: Text("12.5"))], tolerance: .relative(0.001),
                    serverTime: .serverTiming(metric: "calc")))
    }

    @Test(
        "A wrong step says what is wrong",
        arguments: [
            (["get: api"], "s.yaml:9:14: \"api\": expected a path that begins with / or an http:// or https:// URL"),
            (
                ["get: \"${user}/a\""],
                "s.yaml:9:14: \"${user}/a\": expected a path that begins with / or an http:// or https:// URL"
            ),
            (
                ["get: ws://a/"],
                "s.yaml:9:14: \"ws://a/\": expected http://host[:port][/path] or https://…"
            ),
            (
                ["get: \"https://h${user}/\""],
                "s.yaml:9:14: \"https://h${user}/\": the host and port of a URL can't vary"
            ),
            (["get: \"http://h${user}/\""], "s.yaml:9:14: \"http://h${user}/\": the host and port of a URL can't vary"),
            (["get: http://a:0/"], "s.yaml:9:14: \"http://a:0/\": expected a port from 1 to 65535"),
            (
                ["get: http://::1/"],
                "s.yaml:9:14: \"http://::1/\": expected a host name, an IPv4 address or an IPv6 address in brackets"
            ),
            (["get: \"/a#b\""], "s.yaml:9:14: \"/a#b\": a URL to request has no fragment (#…)"),
            (
                ["name: a"],
                "s.yaml:9:9: expected one of get, head, post, put, patch, delete, options, request, calculate, events, pause, websocket in a step"
            ),
            (["pause: 1s", "name: a"], "s.yaml:10:9: a pause is a step of its own: \"name\" can't stand beside it"),
            (["pause: 1"], "s.yaml:9:16: \"1\" lacks a unit: expected a duration such as 250ms, 10s, 5m"),
            (
                ["post: /", "json: {}", "body: a"],
                "s.yaml:11:9: a request has one body: \"body\" can't stand beside \"json\""
            ),
            (["get: /", "answers: {$.a: 1}"], "s.yaml:10:9: \"answers\" belongs to calculate steps"),
            (["calculate: /"], "s.yaml:9:9: a calculate step needs answers to verify, or server_time"),
            (
                ["calculate: /", "answers: {a: 1}"],
                "s.yaml:10:19: expected a JSON path such as $.projects[0].id, found \"a\""
            ),
            (
                ["calculate: /", "answers: {}", "tolerance: -1"],
                "s.yaml:11:20: expected a tolerance such as 0.005 or 0.1%, found \"-1\""
            ),
            (
                ["calculate: /", "server_time: header Server-Timing"],
                "s.yaml:10:42: expected a metric after Server-Timing, such as calc, found nothing"
            ),
            (["get: /", "expect: 299..200"], "s.yaml:10:17: \"299..200\" is empty: the first is the greater"),
            (["get: /", "timeout: 0s"], "s.yaml:10:18: expected a duration above 0s, found \"0s\""),
            (
                ["get: /", "checks: ['body contains ${usr}']"],
                "s.yaml:10:33: unknown variable \"usr\" (did you mean \"user\"?); available here: iteration, user, uuid, random.int(low,high), env:NAME, file:PATH"
            ),
            (["get: /", "headers: {a: 1, A: 2}"], "s.yaml:10:25: the header field \"A\" occurs more than once"),
            (["get: /", "tags: {\"a b\": 1}"], "s.yaml:10:16: the name of a tag holds no spaces and no ="),
            (["get: /", "name: \"${user}\""], "s.yaml:10:16: ${…} can't stand here"),
        ])
    func wrong(keys: [String], problem: String) {
        let text = """
            name: tiny
            target: http://127.0.0.1:8080
            load: [{users: 1, for: 1s}]
            description: none
            flows:
              main:
                steps:
                  -
            \(keys.map { "        \($0)" }.joined(separator: "\n"))
            """
        #expect(problems(text).contains(problem), "\(problems(text))")
    }

    @Test(
        "Services are read with all their keys",
        arguments: [
            ("http://127.0.0.1:8080/health", "http http://127.0.0.1:8080/health"),
            ("https://127.0.0.1:8443/health", "http https://127.0.0.1:8443/health"),
            ("tcp://[::1]:5432", "tcp ::1 5432"),
            ("[pg_isready, -q]", "command pg_isready -q"),
        ])
    func services(ready: String, shown: String) throws {
        let text = minimal(
            "services: {app: {command: [run, \"8080\"], ready: \"\(ready)\", unless: --target, log: a.log, start_timeout: 1m}}"
                .replacing("\"[", with: "[").replacing("]\"", with: "]"))
        let service = try #require(
            try read(text.replacing("tcp://[::1]:5432", with: "tcp://[::1]:5432")).services.first)
        #expect(service.name == "app")
        #expect(service.command == [Text("run"), Text("8080")])
        #expect(service.unlessTarget)
        #expect(service.log == Text("a.log"))
        #expect(service.startTimeout == .seconds(60))
        switch try #require(service.ready) {
        case .http(let url): #expect("http \(url.shown)" == shown)
        case .tcp(let host, let port): #expect("tcp \(host) \(port)" == shown)
        case .command(let words): #expect("command " + words.map(\.shown).joined(separator: " ") == shown)
        }
    }

    @Test(
        "A wrong readiness is refused",
        arguments: ["tcp://a", "tcp://a:0", "tcp://a:99999", "tcp://a:80/x", "a:80", "http://", "https://a:0/"])
    func wrongReadiness(ready: String) {
        #expect(problems(minimal("services: {app: {command: [run], ready: \"\(ready)\"}}")).count == 1)
    }

    @Test(
        "A wrong stage says what is wrong",
        arguments: [
            ("{for: 1s}", "s.yaml:4:8: expected arrivals, users or iterations in a stage"),
            ("{users: 1}", "s.yaml:4:8: missing key \"for\""),
            ("{arrivals: 1/s, users: 1, for: 1s}", "s.yaml:4:24: \"users\" doesn't fit a stage of arrivals"),
            (
                "{arrivals: 1/s to 9, for: 1s}",
                "s.yaml:4:26: \"9\" lacks a unit: expected a rate such as 50/s, 100/min, 10/h"
            ),
            ("{arrivals: 99999999/s, for: 1s}", "s.yaml:4:19: \"99999999/s\" is more than 10000000/s"),
            ("{users: 0 to x, for: 1s}", "s.yaml:4:21: expected users such as 50 or 0 to 50, found \"x\""),
            ("{users: 20000, for: 1s}", "s.yaml:4:16: 20000 users are more than limits.max_users allows (10000)"),
            ("{iterations: 0}", "s.yaml:4:21: expected a whole number from 1 to 1000000000000, found \"0\""),
            ("{users: 1, for: 1s, warmup: yes}", "s.yaml:4:36: expected true or false, found \"yes\""),
            ("{users: 1, for: 1s, warmup: true}", "s.yaml:4:7: every stage is a warm-up: nothing would be measured"),
            ("", "s.yaml:4:7: expected at least one stage of load"),
        ])
    func wrongStages(stage: String, problem: String) {
        let text = minimal().replacing("{users: 1, for: 1s}", with: stage)
        #expect(problems(text) == [problem])
    }

    @Test("An objective as a mapping carries its place in the sign-off table")
    func objectives() throws {
        let text = minimal(
            """
            objectives:
              - p95 response_time of home < 200ms
              - {objective: availability > 99%, section: S, criterion: C < 1, severity: advisory, abort: after 20s}
            """)
        let objectives = try read(text).objectives
        #expect(objectives[0].severity == .hard)
        #expect(objectives[1].section == "S")
        #expect(objectives[1].criterion == "C < 1")
        #expect(objectives[1].severity == .advisory)
        #expect(objectives[1].abortAfter == .seconds(20))
    }

    @Test(
        "The target may come from the command line, and then the file's is not looked at",
        arguments: [
            minimal(), minimal().replacing("target: http://127.0.0.1:8080", with: "target: ${env:NOT_SET}"),
            minimal().replacing("target: http://127.0.0.1:8080\n", with: ""),
        ])
    func targetFromCommandLine(text: String) throws {
        #expect(try read(text, target: "http://localhost:9").target == Text("http://localhost:9"))
        #expect(
            problems(text, target: "ftp://x") == [
                "command line:1:1: --target \"ftp://x\": expected http://host[:port][/path] or https://…"
            ])
    }
}
