import Testing

@testable import Scenarios

@Suite struct ProblemTests {
    @Test("All problems of a file are told at once, in the order of their places")
    func allAtOnce() {
        let text = """
            nmae: broken
            target: http://user@127.0.0.1:99999
            authorised: [http://example.test]
            services:
              app:
                command: []
                ready: ftp://127.0.0.1
                unless: never
            identities: {count: 0, header: Content-Length, value: "${iteration}"}
            defaults:
              timeout: 10
              conections: shared
              transport: curly
            flows:
              browse:
                weight: -1
                steps:
                  - get: /a b
                    checks: [stauts == 200, "json $.a[x] exists"]
                    expect: [200, 700]
                  - get: /a
                    post: /b
                  - {name: one, get: "/${project}", capture: {project: json $.id}}
                  - {name: one, get: "/${project}/${projct}"}
                  - pause: 2s..1s
                  - {name: two, body: x}
              empty: {steps: []}
            load:
              - {arrivals: 20, for: 5s}
              - {users: many, for: 5s, spacing: even}
              - {iterations: 5, for: 1s}
            objectives:
              - p95 response_time of brwose < 200ms
              - {objective: availability > 99.9, severity: soft, abort: 20s}
            drill: {}
            """
        #expect(
            problems(text).joined(separator: "\n") == """
                s.yaml:1:1: unknown key "nmae" (did you mean "name"?)
                s.yaml:1:1: missing key "name"
                s.yaml:2:9: "http://user@127.0.0.1:99999": a URL holds no user or password here: send a header field
                s.yaml:3:14: "http://example.test": expected a host name or address, without scheme and port
                s.yaml:6:14: the command is empty
                s.yaml:7:12: "ftp://127.0.0.1": expected http://…, https://…, tcp://host:port or a command as a list
                s.yaml:8:13: expected --target, found "never"
                s.yaml:9:21: expected a whole number from 1 to 10000000, found "0"
                s.yaml:9:32: the header field Content-Length is set by the generator
                s.yaml:9:56: "iteration" has no value here; available here: user, env:NAME, file:PATH
                s.yaml:11:12: "10" lacks a unit: expected a duration such as 250ms, 10s, 5m
                s.yaml:12:3: unknown key "conections" (did you mean "connections"?)
                s.yaml:13:14: expected auto or native or curl, found "curly" (did you mean "curl"?)
                s.yaml:16:13: expected a number above 0, found "-1"
                s.yaml:18:14: "/a b": a URL holds no spaces or control characters: write them as %20
                s.yaml:19:18: unknown subject "stauts" of a check (did you mean "status"?)
                s.yaml:19:43: expected a number, a quoted name, *, a slice or ?condition in [ ] of the JSON path, found "x"
                s.yaml:20:23: expected a status from 100 to 599, or two such as 200..299, found "700"
                s.yaml:22:9: a step does one thing: "post" can't stand beside "get"
                s.yaml:23:28: "project" has no value here: only this or a later step or another flow captures it
                s.yaml:24:16: another step is called "one" (line 23)
                s.yaml:24:39: unknown variable "projct" (did you mean "project"?); available here: project, \
                iteration, user, uuid, random.int(low,high), env:NAME, file:PATH
                s.yaml:25:16: "2s..1s" is empty: the first is the longer
                s.yaml:26:9: expected one of get, head, post, put, patch, delete, options, request, calculate, events, pause, \
                websocket in a step
                s.yaml:27:3: the flow "empty" sends no request
                s.yaml:29:16: "20" lacks a unit: expected a rate such as 50/s, 100/min, 10/h
                s.yaml:30:13: expected users such as 50 or 0 to 50, found "many"
                s.yaml:30:28: "spacing" doesn't fit a stage of users
                s.yaml:31:21: "for" doesn't fit a stage of iterations
                s.yaml:33:26: no step or flow is called "brwose" (did you mean "browse"?)
                s.yaml:34:32: "99.9" is not a ratio: write 99.9%, or a fraction up to 1
                s.yaml:34:48: expected hard or advisory, found "soft"
                s.yaml:34:61: expected after and a duration, such as after 20s, found "20s"
                s.yaml:35:8: missing key "timeline"
                """)
    }

    @Test(
        "A value of the wrong type says what was expected and what was found",
        arguments: [
            ("description: [a]", "s.yaml:5:14: expected a text, found a list"),
            ("description:", "s.yaml:5:13: expected a text, found nothing"),
            ("authorised: host", "s.yaml:5:13: expected a list of host names, found \"host\""),
            ("services: [a]", "s.yaml:5:11: expected a mapping of services, found a list"),
            (
                "limits: many",
                "s.yaml:5:9: expected a mapping with the keys max_users, graceful_stop …, found \"many\""
            ),
            ("limits: {max_users: 1.5}", "s.yaml:5:21: expected a whole number from 1 to 10000000, found \"1.5\""),
            (
                "limits: {graceful_stop: soon}",
                "s.yaml:5:25: expected a duration such as 250ms, 10s, 5m, found \"soon\""
            ),
            ("objectives: {a: b}", "s.yaml:5:13: expected a list of objectives, found a mapping"),
            (
                "objectives: [[a]]",
                "s.yaml:5:14: expected an objective such as p95 response_time < 200ms, found a list"
            ),
            ("defaults: {http: {version: \"9\"}}", "s.yaml:5:28: expected 1.1 or 2, found \"9\""),
            (
                "defaults: {tls: []}",
                "s.yaml:5:17: expected a mapping with the keys ca, certificate, key, verify …, found a list"
            ),
            ("baseline: {}", "s.yaml:5:11: missing key \"file\""),
            (
                "baseline: {file: b.json, tolerance: 5}",
                "s.yaml:5:37: \"5\" is not a ratio: write 5%, or a fraction up to 1"
            ),
            (
                "baseline: {file: b.json, floor: 1}",
                "s.yaml:5:33: \"1\" lacks a unit: expected a duration such as 250ms, 10s, 5m"
            ),
            (
                "baseline: {file: b.json, alpha: 50%}",
                "s.yaml:5:33: expected a chance above 0% and up to 20%, such as 5%, found \"50%\""
            ),
            (
                "baseline: {file: b.json, alpha: 0}",
                "s.yaml:5:33: expected a chance above 0% and up to 20%, such as 5%, found \"0\""
            ),
            ("baseline: {file: b.json, runs: 4}", "s.yaml:5:32: expected a whole number from 5 to 100, found \"4\""),
            ("proxies: {}", "s.yaml:5:1: \"proxies\" needs \"drill\" beside it"),
            ("defaults: {http: {headers: {\"a b\": c}}}", "s.yaml:5:29: \"a b\" is not a valid header name"),
            (
                "defaults: {http: {headers: {Connection: close}}}",
                "s.yaml:5:29: the header field Connection is set by the generator"
            ),
            (
                "defaults: {http: {headers: {X: \"a\\r\\nb\"}}}",
                "s.yaml:5:32: the value holds a line break or NUL, which a header field can't"
            ),
            (
                "defaults: {connections: per-user}",
                "s.yaml:5:25: expected per_user or shared or fresh, found \"per-user\" (did you mean \"per_user\"?)"
            ),
            ("verify: {}", "s.yaml:5:9: expected a list of verifications, found a mapping"),
            ("drill: {}", "s.yaml:5:8: missing key \"timeline\""),
            (
                "xyz: 1",
                "s.yaml:5:1: unknown key \"xyz\" (known here: name, description, target, authorised, services, identities, data, defaults, login, flows, load, limits, objectives, probes, watch, verify, baseline, proxies, trace_url, names, drill)"
            ),
            ("name: again", "s.yaml:5:1: the key \"name\" occurs more than once (first in line 1)"),
        ])
    func wrongTypes(line: String, problem: String) {
        #expect(problems(minimal(line)) == [problem])
    }

    @Test("Missing keys are told where the mapping begins")
    func missing() {
        #expect(
            problems("\ndescription: x") == [
                "s.yaml:2:1: missing key \"name\"", "s.yaml:2:1: missing key \"target\"",
                "s.yaml:2:1: missing key \"flows\"",
                "s.yaml:2:1: missing key \"load\" (a scenario without flows and load needs \"verify\", or \"probes\" and \"objectives\")",
            ])
    }

    @Test("Every duplicate key is told, in flow and block mappings, quoted or not, and moves no other problem")
    func duplicates() {
        let text = """
            name: a
            name: b
            "name": c
            target: http://localhost
            flows: {f: {steps: [{get: /, get: /b, naem: x}], weight: 1, weight: 2, wieght: 3}}
            load: [{users: 1, for: 1s, users: 2}]
            """
        #expect(
            problems(text) == [
                "s.yaml:2:1: the key \"name\" occurs more than once (first in line 1)",
                "s.yaml:3:1: the key \"name\" occurs more than once (first in line 1)",
                "s.yaml:5:30: the key \"get\" occurs more than once (first in line 5)",
                "s.yaml:5:39: unknown key \"naem\" (did you mean \"name\"?)",
                "s.yaml:5:61: the key \"weight\" occurs more than once (first in line 5)",
                "s.yaml:5:72: unknown key \"wieght\" (did you mean \"weight\"?)",
                "s.yaml:6:28: the key \"users\" occurs more than once (first in line 6)",
            ])
    }

    @Test("More duplicate keys than are looked for, and duplicates that don't stand as they are, end the reading")
    func manyDuplicates() {
        #expect(
            problems(String(repeating: "name: a\n", count: 60)).last
                == "s.yaml:51:1: the key \"name\" occurs more than once")
        #expect(problems("&a x: 1\n*a : 2").first == "s.yaml:1:1: the key \"x\" occurs more than once")
    }

    @Test(
        "What is no YAML says where",
        arguments: [
            ("", "s.yaml:1:1: the file is empty: expected a scenario"),
            ("# nothing\n", "s.yaml:1:1: the file is empty: expected a scenario"),
            ("~", "s.yaml:1:1: the file is empty: expected a scenario"),
            ("a: b: c", "s.yaml:1:5: not YAML: mapping values are not allowed in this context"),
            ("a: 'b", "s.yaml:1:6: not YAML: while scanning a quoted scalar, found unexpected end of stream"),
            (
                "x: {a: json $.b[0].c}",
                """
                s.yaml:1:16: not YAML: while parsing a flow mapping, did not find expected ',' or '}' (a value that \
                holds one of [ ] { } , needs quotes here)
                """
            ),
            ("a: b\n---\nc: d", "s.yaml:2:1: not YAML: a scenario file holds one document"),
            ("a: \u{7}", "s.yaml:1:4: not YAML: control characters are not allowed"),
            ("a: *b", "s.yaml:1:4: not YAML: found undefined alias"),
            ("<<: {[a]: b}", "s.yaml:1:6: expected a text as key"),
            (
                "- a",
                "s.yaml:1:1: expected a mapping with the keys name, description, target, authorised …, found a list"
            ),
            (
                "just a text",
                "s.yaml:1:1: expected a mapping with the keys name, description, target, authorised …, found \"just a text\""
            ),
        ])
    func syntax(text: String, problem: String) {
        #expect(problems(text).contains(problem))
    }

    @Test("Positions count characters, with a byte order mark, CRLF and letters beyond ASCII")
    func positions() {
        let text = minimal("description: é\nlimits: {größe: 1}").replacing("\n", with: "\r\n")
        #expect(
            problems("\u{FEFF}" + text) == [
                "s.yaml:6:10: unknown key \"größe\" (known here: max_users, graceful_stop)"
            ])
        #expect(problems("\u{FEFF}nmae: x").first == "s.yaml:1:1: unknown key \"nmae\" (did you mean \"name\"?)")
        #expect(
            problems(minimal("limits: {\"größe\": 1, x: 1}")).last?.hasPrefix("s.yaml:5:22: unknown key \"x\"") == true)
    }

    @Test("A problem inside a text points at it where the text stands as it is, else where it begins")
    func insideTexts() {
        #expect(
            problems(
                minimal(
                    "objectives:\n  - p95 response_time < 5\n  - 'p95 response_time < 5'\n  - \"p95 response_time < \\x35\"\n  - >\n    p95 response_time\n    < 5"
                )) == [
                    "s.yaml:6:25: \"5\" lacks a unit: expected a duration such as 250ms, 10s, 5m",
                    "s.yaml:7:26: \"5\" lacks a unit: expected a duration such as 250ms, 10s, 5m",
                    "s.yaml:8:5: \"5\" lacks a unit: expected a duration such as 250ms, 10s, 5m",
                    "s.yaml:9:5: \"5\" lacks a unit: expected a duration such as 250ms, 10s, 5m",
                ])
    }

    @Test("Aliases and merge keys work, and what is wrong behind them is told once")
    func aliases() throws {
        let text = """
            name: tiny
            target: http://127.0.0.1
            load: [{users: 1, for: 1s}]
            flows:
              a:
                steps:
                  - &base {name: one, get: /1, timeout: 3s, headers: {X: a}}
                  - {<<: *base, name: two, get: /2}
                  - <<: [{timeout: 4s}, *base]
                    name: three
            """
        let steps = try read(text).steps
        #expect(steps.map(\.name) == ["one", "two", "three"])
        #expect(steps.map(\.timeout) == [.seconds(3), .seconds(3), .seconds(4)])
        #expect(steps.map(\.url.shown) == ["/1", "/2", "/1"])
        #expect(
            problems(text.replacing("timeout: 3s", with: "timeout: 3")) == [
                "s.yaml:7:45: \"3\" lacks a unit: expected a duration such as 250ms, 10s, 5m"
            ])
        #expect(
            problems(minimal("limits: {<<: 5}")) == ["s.yaml:5:14: expected a mapping after <<, found \"5\""])
    }

    @Test("Files that can't be read say why")
    func files() throws {
        let folder = try TemporaryFolder()
        func problem(_ path: String) -> String? {
            do throws(InvalidScenario) {
                _ = try ScenarioReader(environment: [:], kinds: .all).read(path: path)
                return nil
            } catch {
                return error.description.replacing(folder.path, with: "…")
            }
        }
        #expect(problem(folder.path + "/absent.yaml") == "…/absent.yaml:1:1: the file can't be read: no such file")
        #expect(problem(folder.path) == "…:1:1: the file can't be read: it is a folder")
        let latin = try folder.write("latin.yaml", Array("name: a\ndescription: caf".utf8) + [0xE9, 0x0A])
        #expect(problem(latin) == "…/latin.yaml:2:17: the file is not UTF-8")
        let large = try folder.write("large.yaml", String(repeating: "#", count: YAMLSource.Bounds.scenario.bytes + 1))
        #expect(problem(large) == "…/large.yaml:1:1: the file can't be read: it is larger than 1 MiB")
        let good = try folder.write("good.yaml", minimal())
        #expect(problem(good) == nil)
    }
}
