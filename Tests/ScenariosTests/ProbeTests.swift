import Foundation
import Testing

@testable import Scenarios

@Suite struct ProbeTests {
    private func probe(_ keys: String, environment: [String: String] = [:]) throws -> Probe {
        let scenario = try read(minimal("probes: {p: {\(keys)}}"), environment: environment)
        return try #require(scenario.probes.first)
    }

    @Test("The pool of the design page is read")
    func pool() throws {
        let scenario = try read(
            minimal(
                """
                probes:
                  pool:
                    command: [psql, -h, 127.0.0.1, -p, "6432", pgbouncer, --csv, -c, SHOW POOLS]
                    environment: {PGPASSWORD: "${env:PW}"}
                    every: 500ms
                    timeout: 3s
                    read: csv
                    value: sv_active + sv_idle
                    where: [database == paintbox, user != "nobody else"]
                  origin: {get: http://127.0.0.1:8081/metrics, every: 5s, read: prometheus, value: requests_total}
                objectives: [p95 pool within 5..20, max pool == 20, rate origin < 5/s, origin < 300/min, pool > -1.5]
                """), environment: ["PW": "hidden-word"])
        let pool = scenario.probes[0]
        #expect(pool.name == "pool")
        guard case .command(let words, let variables) = pool.source else {
            Issue.record("no command")
            return
        }
        #expect(words.map(\.constant).count == 9)
        #expect(variables.map(\.name) == ["PGPASSWORD"])
        #expect(variables[0].value.constant == "hidden-word")
        #expect(scenario.secrets.redact("hidden-word") == "${env:PW}")
        #expect(pool.every == .milliseconds(500))
        #expect(pool.timeout == .seconds(3))
        #expect(
            isSame(
                pool.format,
                .csv(
                    columns: ["sv_active", "sv_idle"],
                    filters: [
                        Probe.Filter(name: "database", value: "paintbox"),
                        Probe.Filter(name: "user", value: "nobody else", isEqual: false),
                    ])))
        #expect(isSame(scenario.probes[1].format, .prometheus(metrics: ["requests_total"], labels: [])))
        #expect(scenario.probeEndpoints.map(\.authority) == ["127.0.0.1:8081"])
        #expect(
            scenario.objectives.map(\.statistic) == [.percentile(95), .maximum, .rate, .rate, nil])
        #expect(
            scenario.objectives.map(\.measure) == [
                .probe("pool"), .probe("pool"), .probe("origin"), .probe("origin"), .probe("pool"),
            ])
        #expect(
            scenario.objectives.map(\.comparison) == [
                .within(5...20), .equal(20), .less(5), .less(5), .greater(-1.5),
            ])
    }

    @Test("The examples of the page on probes are valid, and it tells of every key")
    func page() throws {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(contentsOf: root.appendingPathComponent("docs/probes.md"), encoding: .utf8)
        let examples = page.components(separatedBy: "\n```").filter { $0.hasPrefix("yaml\n") }
        #expect(examples.count == 3)
        for example in examples { #expect(problems(String(example.dropFirst(5))) == [], "\(example)") }
        for key in KeyTable(ProbeKeys.self).keys {
            #expect(page.contains("`\(key.name)`"), "\(key.name)")
            #expect(examples.contains { $0.contains("\(key.name): ") }, "\(key.name)")
        }
        for format in ProbeFormats.builtIn.names { #expect(page.contains("`\(format)`"), "\(format)") }
    }

    @Test("What is not given has its default")
    func defaults() throws {
        let probe = try probe("command: [nproc]")
        #expect(probe.every == .seconds(1))
        #expect(probe.timeout == .seconds(2))
        #expect(isSame(probe.format, .number))
    }

    @Test(
        "Each way of reading has its own value",
        arguments: [
            ("read: number", .number as any ProbeFormat),
            ("read: json, value: \"$.pool[0].active\"", .json(path("$.pool[0].active"), counts: false)),
            ("read: json, value: $.pool count", .json(path("$.pool"), counts: true)),
            ("read: csv", .csv(columns: [], filters: [])),
            ("read: csv, value: \"'a b'+c\"", .csv(columns: ["a b", "c"], filters: [])),
            (
                "read: csv, where: state == 'idle in transaction'",
                .csv(columns: [], filters: [Probe.Filter(name: "state", value: "idle in transaction")])
            ),
            ("read: lines, value: connected_slaves", .lines(names: ["connected_slaves"])),
            ("read: lines, value: slave0.lag", .lines(names: ["slave0.lag"])),
            ("read: lines, where: role==master", .linesHold([Probe.Filter(name: "role", value: "master")])),
            (
                "read: prometheus, value: a:b_total + c, where: 'pool == \"paintbox\"'",
                .prometheus(metrics: ["a:b_total", "c"], labels: [Probe.Filter(name: "pool", value: "paintbox")])
            ),
            (
                "read: prometheus, value: '\"my.metric\"', where: '\"a.b\" != \"\"'",
                .prometheus(
                    metrics: ["my.metric"], labels: [Probe.Filter(name: "a.b", value: "", isEqual: false)])
            ),
            (
                "read: csv, where: \"db == ${env:DB:-paintbox}\"",
                .csv(columns: [], filters: [Probe.Filter(name: "db", value: "paintbox")])
            ),
        ])
    func formats(keys: String, format: any ProbeFormat) throws {
        #expect(isSame(try probe("command: [x], \(keys)").format, format))
    }

    private func isSame(_ format: any ProbeFormat, _ expected: any ProbeFormat) -> Bool {
        func isEqual<Format: ProbeFormat>(_ expected: Format) -> Bool { format as? Format == expected }
        return isEqual(expected)
    }

    private static func path(_ source: String) -> JSONPath {
        (try? JSONPath(parsing: source)) ?? JSONPath(elements: [], source: "")
    }

    @Test("A path is one on the target, which the command line may replace")
    func targetPath() throws {
        func url(target: String, given: String? = nil) throws -> String? {
            let text = minimal("probes: {p: {get: /metrics, headers: {A: b}}}", target: target)
            guard case .http(let url, let headers) = try read(text, target: given).probes[0].source else { return nil }
            #expect(headers.map(\.name) == ["A"])
            return url.constant
        }
        #expect(try url(target: "http://127.0.0.1:8080") == "http://127.0.0.1:8080/metrics")
        #expect(try url(target: "http://127.0.0.1:8080/") == "http://127.0.0.1:8080/metrics")
        #expect(try url(target: "http://127.0.0.1:8080/v1") == "http://127.0.0.1:8080/v1/metrics")
        #expect(try url(target: "http://127.0.0.1:1", given: "http://[::1]:9") == "http://[::1]:9/metrics")
    }

    @Test("The endpoints of probes are told once each")
    func endpoints() throws {
        let scenario = try read(
            minimal(
                """
                probes:
                  a: {get: "http://127.0.0.1:1/a"}
                  b: {get: "http://127.0.0.1:1/b"}
                  c: {get: "https://other.example/c"}
                  d: {command: [x]}
                  e: {get: /metrics}
                """))
        #expect(
            scenario.probeEndpoints.map(\.base) == [
                "http://127.0.0.1:1", "https://other.example", "http://127.0.0.1:8080",
            ])
    }

    @Test(
        "What is wrong with a probe is told with its place",
        arguments: [
            ("", "s.yaml:5:13: a probe has either command or get"),
            ("command: [x], get: /x", "s.yaml:5:13: a probe has either command or get"),
            ("get: /x, evry: 1s", "s.yaml:5:23: unknown key \"evry\" (did you mean \"every\"?)"),
            ("command: []", "s.yaml:5:23: the command is empty"),
            ("command: [\"\"]", "s.yaml:5:23: the program's name is empty"),
            ("command: x", "s.yaml:5:23: expected a list of a program and its arguments, found \"x\""),
            (
                "command: [x], every: 5ms",
                "s.yaml:5:35: samples are taken every 10ms at most: each is work for this machine and for what it asks"
            ),
            ("command: [x], every: 0s", "s.yaml:5:35: expected a duration above 0s, found \"0s\""),
            ("command: [x], timeout: 2", "s.yaml:5:37: \"2\" lacks a unit: expected a duration such as 250ms, 10s, 5m"),
            ("command: [x], headers: {A: b}", "s.yaml:5:28: \"headers\" doesn't fit a command"),
            ("get: /x, environment: {A: b}", "s.yaml:5:23: \"environment\" doesn't fit get: it is a command's"),
            ("command: [x], environment: {A=: b}", "s.yaml:5:42: \"A=\" is not a valid variable name"),
            ("get: ftp://x", "s.yaml:5:19: \"ftp://x\": expected an http:// or https:// URL, or a path on the target"),
            ("get: http://a b/", "s.yaml:5:19: \"http://a b/\": a URL holds no spaces, control characters or fragment"),
            ("get: /a#b", "s.yaml:5:19: \"/a#b\": a URL holds no spaces, control characters or fragment"),
            (
                "get: \"http://u@h/\"",
                "s.yaml:5:19: \"http://u@h/\": a URL holds no user or password here: send a header field"
            ),
            (
                "command: [x], read: jsn",
                "s.yaml:5:34: expected number or json or csv or lines or prometheus, found \"jsn\" (did you mean \"json\"?)"
            ),
            ("command: [x], value: a", "s.yaml:5:28: \"value\" needs read: json, csv, lines or prometheus"),
            ("command: [x], where: a == b", "s.yaml:5:28: \"where\" needs read: json, csv, lines or prometheus"),
            ("command: [x], read: json", "s.yaml:5:13: read: json needs a value: a path such as $.pool.active"),
            (
                "command: [x], read: json, value: a",
                "s.yaml:5:47: expected a JSON path such as $.projects[0].id, found \"a\""
            ),
            (
                "command: [x], read: json, value: $.a + $.b",
                "s.yaml:5:51: expected count or the end after the JSON path"
            ),
            ("command: [x], read: json, value: $.a, where: a == b", "s.yaml:5:52: \"where\" doesn't fit read: json"),
            ("command: [x], read: csv, value: a +", "s.yaml:5:49: expected the name of a column, found nothing"),
            ("command: [x], read: csv, value: a b", "s.yaml:5:48: expected + or the end, found \"b\""),
            ("command: [x], read: csv, value: \"'a\"", "s.yaml:5:47: a quote is not closed"),
            (
                "command: [x], read: csv, where: a = b",
                "s.yaml:5:48: expected == or != and a value after a, found \"=\""
            ),
            ("command: [x], read: csv, where: a", "s.yaml:5:47: expected == or != and a value after a"),
            ("command: [x], read: csv, where: a ==", "s.yaml:5:50: expected a value after =="),
            ("command: [x], read: csv, where: []", "s.yaml:5:46: the list is empty"),
            (
                "command: [x], read: csv, where: [{a: b}]",
                "s.yaml:5:47: expected a column and its value, such as name == value, found a mapping"
            ),
            ("command: [x], read: lines", "s.yaml:5:13: read: lines needs a value, the name of a line, or where"),
            (
                "command: [x], read: lines, value: a, where: a == b",
                "s.yaml:5:51: of lines either value is read, or it is seen whether where holds"
            ),
            ("command: [x], read: prometheus", "s.yaml:5:13: read: prometheus needs a value: the name of a metric"),
            (
                "command: [x], read: prometheus, value: a-b",
                "s.yaml:5:53: \"a-b\" is not a plain metric name: put it in quotes"
            ),
            (
                "command: [x], read: prometheus, value: 'a{b=\"c\"}'",
                "s.yaml:5:55: expected + or the end, found \"{b=\"c\"}\"; labels stand in where: name == value"
            ),
            (
                "command: [x], read: prometheus, value: a, where: b:c == d",
                "s.yaml:5:63: \"b:c\" is not a plain label name: put it in quotes"
            ),
        ])
    func wrong(keys: String, problem: String) {
        #expect(problems(minimal("probes: {p: {\(keys)}}")) == [problem])
    }

    @Test(
        "A probe's name can stand in an objective",
        arguments: [
            ("response_time", "\"response_time\" is a measure of objectives: choose another name"),
            ("p95", "\"p95\" has a meaning of its own in objectives: choose another name"),
            ("p500", "\"p500\" has a meaning of its own in objectives: choose another name"),
            ("max", "\"max\" has a meaning of its own in objectives: choose another name"),
            ("within", "\"within\" has a meaning of its own in objectives: choose another name"),
            ("\"a b\"", "a probe's name has letters, digits, _, - and ., a letter first: objectives name it"),
            ("\"a<b\"", "a probe's name has letters, digits, _, - and ., a letter first: objectives name it"),
            ("5", "a probe's name has letters, digits, _, - and ., a letter first: objectives name it"),
        ])
    func names(name: String, problem: String) {
        #expect(problems(minimal("probes: {\(name): {command: [x]}}")) == ["s.yaml:5:10: \(problem)"])
        for good in ["pool", "pool_waiting", "db-1.lag", "_x", "größe", "pX"] {
            #expect(problems(minimal("probes: {\(good): {command: [x]}}\nobjectives: [max \(good) < 5]")) == [])
        }
    }

    @Test("There are 64 probes at most")
    func many() {
        let probes = (1...65).map { "p\($0)x: {command: [x]}" }.joined(separator: ", ")
        #expect(problems(minimal("probes: {\(probes)}")) == ["s.yaml:5:9: more than 64 probes"])
    }

    @Test(
        "Objectives on probes say what makes no sense",
        arguments: [
            ("p95 pol < 5", "unknown measure \"pol\" (did you mean \"pool\"?)"),
            (
                "ratio pool < 5",
                "ratio doesn't fit a probe: expected min, mean, max or a percentile such as p95, count or rate"
            ),
            ("max pool < 5/s", "expected a number, found \"5/s\" (a counter's increase is judged by rate)"),
            ("rate pool < 5", "\"5\" lacks a unit: expected a rate such as 50/s, 100/min, 10/h"),
            ("count pool < 1.5", "expected a count such as 0 or 10, found \"1.5\""),
            ("p95 pool < 5 in any 10s", "pool is a probe: it is judged over the whole run, not in any window"),
            ("p95 pool of main < 5", "pool is a probe: it reads one number beside all load, not of a part of it"),
            ("p95 pool < 5ms", "expected a number, found \"5ms\""),
            ("p95 response_time of pool < 5ms", "no step or flow is called \"pool\" (there are: main, home)"),
        ])
    func objectives(objective: String, problem: String) throws {
        let found = problems(minimal("probes: {pool: {command: [x]}}\nobjectives: [\(objective)]"))
        #expect(found.count == 1)
        #expect(found.first?.hasSuffix(": \(problem)") == true, "\(found)")
    }

    @Test("An objective on a probe can't end the run")
    func abort() {
        let text = minimal(
            "probes: {pool: {command: [x]}}\nobjectives: [{objective: max pool < 5, abort: after 2s}]")
        #expect(problems(text) == ["s.yaml:6:40: pool is a probe: it is judged at the end and can't end the run"])
    }
}
