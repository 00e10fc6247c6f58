import Foundation
import Glibc
import TestSupport
import Testing

/// What a run says when things went wrong around it.
@Suite("Honesty", .serialized)
struct HonestyTests {
    private static let ok = ScriptedServer.response("200 OK", "hello")

    @Test(
        "A generator that was held up counts the wait as response time, shows it beside the service time, and is invalid"
    )
    func heldUp() throws {
        let server = try ScriptedServer(record: false) { _ in [.send(Self.ok)] }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let binary = try Binary("loadgate", [server.url, "--rate", "200/s", "--for", "6s", "--out", folder.path])
        #expect(Wait.until { server.requestCount > 200 })
        binary.signal(SIGSTOP)
        let stopped = Date()
        #expect(Wait.until { Date().timeIntervalSince(stopped) > 1 })
        binary.signal(SIGCONT)
        let result = try binary.wait()
        #expect(result.code == 3)
        let json = try folder.json("result.json")
        #expect(json["verdict"] as? String == "invalid")
        let step = try #require((json["steps"] as? [String: [String: Any]])?.values.first)
        // 200 of 1,200 arrivals fell into the second: their response times reach up to it, their service times don't.
        let response = try #require((step["response_time_ms"] as? [String: Double])?["p95"])
        let service = try #require((step["service_time_ms"] as? [String: Double])?["p95"])
        #expect(response > 500)
        #expect(service < response / 2)
        // Nothing was left out for it.
        #expect(step["count"] as? Int == 1_200)
    }

    @Test(
        "Answers that lay in the sockets while this process was stopped are no timeouts: the run is invalid, and says why",
        arguments: ["native", "curl"])
    func stopped(transport: String) throws {
        let server = try ScriptedServer(record: false) { _ in [.wait(seconds: 0.25), .send(Self.ok)] }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let scenario = try folder.write(
            "stopped.yaml",
            """
            name: stopped
            target: \(server.url)
            defaults: {transport: \(transport), timeout: 1s}
            flows: {main: {steps: [{name: s, get: /}]}}
            load: [{users: 8, for: 3s}]
            objectives: [{objective: errors == 0, criterion: no errors}]
            """)
        let binary = try Binary("loadgate", ["run", scenario, "--out", folder.path])
        #expect(Wait.until { server.requestCount >= 16 })
        binary.signal(SIGSTOP)
        let begin = Date()
        // Longer than the timeout: without the clock that notices it, each of them would have taken too long.
        #expect(Wait.until { Date().timeIntervalSince(begin) > 1.6 })
        binary.signal(SIGCONT)
        let result = try binary.wait()
        let json = try folder.json("result.json")
        let outcomes = try #require(json["outcomes"] as? [String: Int])
        #expect(outcomes["response_timeout"] == nil, "\(outcomes)")
        #expect(outcomes["ok"] ?? 0 > 16)
        #expect(json["verdict"] as? String == "invalid")
        #expect(result.code == 3)
        #expect(result.output.contains("this process was held up for "))
        let step = try #require((json["steps"] as? [String: [String: Any]])?["s"])
        #expect(step["stalled"] as? Int ?? 0 >= 8)
        let rows = result.output.split(separator: "\n").filter { $0.contains("no errors") }
        #expect(rows.count == 1 && rows.allSatisfy { $0.contains("INVALID") }, "\(result.output)")
    }

    @Test("Nothing asked of a load is that no exchange fails; one way in which all fail is said first")
    func withoutObjectives() throws {
        let server = try ScriptedServer(record: false) { request in
            [.send(ScriptedServer.response(request.path == "/good" ? "200 OK" : "500 Oops"))]
        }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        func run(_ steps: String, _ more: String = "") throws -> Binary.Result {
            let scenario = try folder.write(
                "s.yaml",
                """
                name: s
                target: \(server.url)
                flows: {main: {steps: [\(steps)]}}
                load: [{iterations: 10, users: 2}]
                \(more)
                """)
            return try Binary.run("run", scenario, "--out", folder.path)
        }
        let good = try run("{get: /good}")
        #expect(good.code == 0)
        #expect(good.output.contains("errors == 0"))
        let mixed = try run("{get: /good}, {get: /bad}")
        #expect(mixed.code == 1)
        #expect(mixed.output.hasPrefix("FAIL  s: 1 of 1 objective failed"))
        let bad = try run("{get: /bad}", "objectives: [p50 response_time < 10s]")
        #expect(bad.code == 1)
        #expect(bad.output.hasPrefix("FAIL  s: 0 of 10 exchanges succeeded"))
        let closing = try ScriptedServer(record: false) { _ in [.close] }
        defer { closing.stop() }
        let failed = try Binary.run(closing.url, "--iterations", "10", "--out", folder.path)
        #expect(failed.code == 1)
        #expect(failed.output.contains(": each of the 10 exchanges ended in closed_early (closed before"))
    }

    @Test("What the run's end cuts off is told in every output, and is no timeout", arguments: ["native", "curl"])
    func unfinished(transport: String) throws {
        let server = try ScriptedServer(record: false) { request in
            request.number < 4 ? [.send(Self.ok)] : [.hang]
        }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let scenario = try folder.write(
            "cut.yaml",
            """
            name: cut
            target: \(server.url)
            defaults: {transport: \(transport), timeout: 60s}
            flows: {main: {steps: [{name: s, get: /}]}}
            load: [{users: 3, for: 400ms}]
            limits: {graceful_stop: 100ms}
            objectives: [errors == 0, max response_time < 10s]
            """)
        let result = try Binary.run("run", scenario, "--out", folder.path)
        #expect(result.code == 3, "\(result.output)")
        let json = try folder.json("result.json")
        #expect(json["outcomes"] as? [String: Int] == ["ok": 4, "unfinished": 3])
        let step = try #require((json["steps"] as? [String: [String: Any]])?["s"])
        #expect(step["count"] as? Int == 4)
        // Of 4 known and 3 unknown the median is the 4th at least.
        #expect(((step["response_time_ms"] as? [String: Any])?["at_least"] as? [String])?.contains("p50") == true)
        #expect(result.output.contains("4 exchanges and 3 cut off by the end"))
        func text(_ file: String) throws -> String {
            try String(contentsOfFile: folder.path + "/" + file, encoding: .utf8)
        }
        #expect(try text("report.md").contains("4 exchanges and 3 cut off by the end"))
        #expect(try text("report.md").contains("≥ "))
        #expect(try text("report.html").contains("Cut off by the end"))
        #expect(try text("metrics.prom").contains("outcome=\"unfinished\"} 3"))
        #expect(try text("series.csv").contains("outcome_unfinished"))
        #expect(try text("junit.xml").contains("3 exchanges were cut off"))
        #expect(try text("progress.jsonl").contains("\"unfinished\":3"))
    }

    @Test("A secret shows nowhere: not in results, progress, terminal, or errors, even where the server echoes it")
    func secrets() throws {
        let token = "tok-" + UUID().uuidString
        let server = try ScriptedServer { request in
            [.send(ScriptedServer.response("200 OK", "you sent \(request.header("Authorization") ?? "")"))]
        }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        _ = try folder.write("key.txt", token + "-file\n")
        let scenario = try folder.write(
            "secret.yaml",
            """
            name: secret
            target: ${env:TARGET_URL}
            defaults: {http: {headers: {Authorization: "Bearer ${env:API_TOKEN}", X-Key: "${file:key.txt}"}}}
            flows: {main: {steps: [{name: s, get: /, checks: [body contains nothing-like-it]}]}}
            load: [{iterations: 30, users: 2}]
            objectives: [availability > 99%]
            """)
        let environment = ["API_TOKEN": token, "TARGET_URL": server.url]
        let result = try Binary.run("run", scenario, "--out", folder.path, environment: environment)
        #expect(result.code == 1)
        #expect(server.requests.first?.header("Authorization") == "Bearer " + token)
        #expect(server.requests.first?.header("X-Key") == token + "-file")
        let texts = try ["result.json", "progress.jsonl"].map {
            try String(contentsOfFile: folder.path + "/" + $0, encoding: .utf8)
        }
        for text in texts + [result.output, result.errors] { #expect(!text.contains(token)) }
        #expect(result.output.contains("${env:API_TOKEN}"))
        // A broken scenario names the variable, not its value.
        let broken = try folder.write(
            "broken.yaml", "name: ${env:API_TOKEN}\ntarget: ftp://${env:API_TOKEN}\nflows: [\"${env:API_TOKEN}\"]\n")
        let validated = try Binary.run("validate", broken, environment: environment)
        #expect(validated.code == 65)
        #expect(!(validated.output + validated.errors).contains(token))
    }

    @Test(
        "Where this machine has no descriptor left, the run says so, blames nobody else, and leaves its results",
        arguments: ["native", "curl"])
    func exhausted(transport: String) throws {
        let server = try ScriptedServer(record: false) { _ in [.wait(seconds: 0.2), .send(Self.ok)] }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let scenario = try folder.write(
            "scenario.yaml",
            """
            name: no descriptors
            target: \(server.url)
            defaults: {transport: \(transport)}
            flows: {main: {steps: [{name: step, get: /}]}}
            load: [{users: 400, for: 2s}]
            objectives: [errors == 0, max response_time < 100s]
            """)
        let result = try Binary.shell(
            "ulimit -n 120; exec '\(Binary.url(of: "loadgate").path)' run '\(scenario)' --out '\(folder.path)'")
        #expect(result.code == 3, "\(result.output)\n\(result.errors)")
        let json = try folder.json("result.json")
        #expect(((json["generator"] as? [String: Any])?["exhausted"] as? Int ?? 0) > 0)
        #expect((json["outcomes"] as? [String: Int])?.keys.sorted() == ["ok"])
        for file in ["report.html", "report.md", "junit.xml", "series.csv", "metrics.prom"] {
            #expect(FileManager.default.fileExists(atPath: folder.path + "/" + file), "\(file)")
        }
    }

    @Test("A run whose iterations are all given up fails, and says which steps never ran")
    func givenUp() throws {
        let server = try ScriptedServer(always: ScriptedServer.response("200 OK", "{}"))
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let scenario = try folder.write(
            "scenario.yaml",
            """
            name: given up
            target: \(server.url)
            flows:
              main:
                steps:
                  - {name: take, get: /take, capture: {x: "json $.nope optional"}}
                  - {name: echo, get: "/echo/${x}"}
                  - {name: last, get: /last}
            load: [{iterations: 40, users: 4}]
            objectives:
              - errors == 0
              - availability > 35%
              - throughput > 0/s
              - p95 response_time of echo < 100s
              - errors of last == 0
            """)
        let result = try Binary.run("run", scenario, "--out", folder.path)
        #expect(result.code == 1, "\(result.output)\n\(result.errors)")
        let json = try folder.json("result.json")
        let objectives = try #require(json["objectives"] as? [[String: Any]])
        // 40 of 80 events are good: the lower bound of that is 0.5 − 1.645 · √(0.25 / 80) ≈ 40.8 %, or a little less.
        #expect(
            objectives.map { $0["verdict"] as? String } == ["fail", "pass", "pass", "no_data", "no_data"])
        #expect(objectives[0]["observed"] as? Int == 40)
        let last = try #require(objectives[4]["note"] as? String)
        #expect(
            last == "there was no exchange; never ran: \"last\" (40 iterations of its flow were given up before it)")
        let flow = try #require((json["flows"] as? [String: [String: Any]])?["main"])
        #expect(flow["begun"] as? Int == 40)
        #expect(flow["iterations"] as? Int == 0)
        #expect(flow["given_up_by"] as? [String: Int] == ["missing_value": 40])
        #expect((json["generator"] as? [String: Any])?["given_up"] as? Int == 40)
        #expect(json["outcomes"] as? [String: Int] == ["ok": 40, "not_sent": 40])
        let shown = result.output
        #expect(shown.contains("never ran: 40 iterations of its flow were given up before it"))
        #expect(shown.contains("given up") && shown.contains("not_sent 40 (50 %)"))
        for file in ["report.html", "report.md", "junit.xml"] {
            let text = try String(contentsOfFile: folder.path + "/" + file, encoding: .utf8)
            #expect(text.contains("last never ran: 40 iterations of its flow were given up before it"), "\(file)")
        }
        #expect(server.requests.allSatisfy { $0.path == "/take" })
    }

    @Test("Two runs at once don't get in each other's way")
    func twoAtOnce() throws {
        let server = try ScriptedServer(record: false) { _ in [.send(Self.ok)] }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let scenario = try folder.scenario(target: server.url, load: "{iterations: 100, users: 2}")
        let runs = try (0..<3).map { _ in try Binary("loadgate", ["run", scenario], in: folder.url) }
        for run in runs { #expect(try run.wait().code == 0) }
        let reports = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/reports")
        #expect(reports.filter { $0.hasPrefix("simple-run-") }.count == 3)
        let latest = try folder.json("reports/latest/result.json")
        #expect(latest["verdict"] as? String == "pass")
    }

    @Test("A disk that is full is said before anything is sent")
    func fullDisk() throws {
        let server = try ScriptedServer(record: false) { _ in [.send(Self.ok)] }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/progress.jsonl", withDestinationPath: "/dev/full")
        let result = try Binary.run(server.url, "--iterations", "100", "--out", folder.path)
        #expect(result.errors.contains("No space left on device"))
        #expect(result.code == 70)
        #expect(server.requestCount == 0)
    }

    @Test("A service that ends by itself makes the run invalid")
    func serviceEnds() throws {
        let server = try ScriptedServer(record: false) { _ in [.send(Self.ok)] }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let scenario = try folder.write(
            "service.yaml",
            """
            name: service
            target: \(server.url)
            services: {helper: {command: [sh, -c, "sleep 0.5; exit 9"]}}
            flows: {main: {steps: [{get: /}]}}
            load: [{arrivals: 50/s, for: 3s}]
            """)
        let result = try Binary.run("run", scenario, "--out", folder.path)
        #expect(result.code == 3)
        #expect(result.output.contains("service helper exited with code 9 by itself"))
    }

    @Test("A broken objective with abort ends the run early")
    func abort() throws {
        let server = try ScriptedServer(record: false) { _ in [.send(ScriptedServer.response("500 Oops"))] }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let scenario = try folder.write(
            "abort.yaml",
            """
            name: abort
            target: \(server.url)
            flows: {main: {steps: [{get: /}]}}
            load: [{arrivals: 50/s, for: 10m}]
            objectives: [{objective: errors < 10%, abort: after 1s}]
            """)
        let result = try Binary.run("run", scenario, "--out", folder.path)
        #expect(result.code == 1)
        let json = try folder.json("result.json")
        #expect(json["ending"] as? String == "aborted")
        #expect((json["seconds"] as? Double ?? 999) < 60)
    }
}
