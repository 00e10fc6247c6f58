import Foundation
import Glibc
import TestSupport
import Testing

/// Every code of docs/exit-codes.md, provoked as described there.
@Suite("Exit codes", .serialized)
struct ExitCodeTests {
    private static let ok = ScriptedServer.response("200 OK", "hello")

    @Test("0: the verdict is pass")
    func pass() throws {
        let server = try ScriptedServer(always: Self.ok)
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let scenario = try folder.scenario(target: server.url, load: "{iterations: 50, users: 2}")
        let result = try Binary.run("run", scenario, "--out", folder.path)
        #expect(result.code == 0, "\(result.output)")
        #expect(result.output.contains("PASS"))
        #expect(try folder.json("result.json")["verdict"] as? String == "pass")
    }

    @Test("1: an objective failed")
    func fail() throws {
        let server = try ScriptedServer(always: ScriptedServer.response("500 Oops"))
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let result = try Binary.run(server.url, "--iterations", "50", "--out", folder.path)
        #expect(result.code == 1)
        #expect(result.output.contains("errors == 0"))
        #expect(result.output.contains("status 500"))
        #expect(try folder.json("result.json")["verdict"] as? String == "fail")
    }

    @Test("64: a start that is more than a day ahead is refused")
    func farStart() throws {
        for time in ["2326-01-31T12:00:00Z", "9999-12-31T23:59:59Z"] {
            let result = try Binary.run("http://127.0.0.1:9", "--start-at", time)
            #expect(result.code == 64)
            #expect(result.errors.contains("--start-at \(time) is more than a day ahead: add --yes if it is meant"))
        }
    }

    @Test("130: a start that is meant to be centuries ahead is waited for, and Ctrl-C ends it")
    func meantStart() throws {
        let server = try ScriptedServer(always: ScriptedServer.response())
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let scenario = try folder.write(
            "scenario.yaml",
            """
            name: far
            target: \(server.url)
            probes: {one: {command: [echo, "1"], every: 1h}}
            flows: {main: {steps: [{get: /}]}}
            load: [{arrivals: 10/s, for: 1s, warmup: true}, {users: 2, for: 1s}, {iterations: 5, users: 1}]
            """)
        for (number, time) in ["2300-01-31T12:00:00Z", "9999-12-31T23:59:59Z"].enumerated() {
            let out = "\(folder.path)/\(number)"
            let binary = try Binary("loadgate", ["run", scenario, "--start-at", time, "--yes", "--out", out])
            // The progress' head is written when all is made ready.
            #expect(
                Wait.until { (try? String(contentsOfFile: out + "/progress.jsonl", encoding: .utf8))?.isEmpty == false }
            )
            #expect(binary.isRunning)
            binary.signal(SIGINT)
            let result = try binary.wait(seconds: 30)
            #expect(result.code == 130, "\(result.errors)")
            #expect(try folder.json("\(number)/result.json")["verdict"] as? String != "pass")
        }
        #expect(server.requestCount == 0)
    }

    @Test("70: a folder that another run writes to is refused, and the other process named")
    func folderInUse() throws {
        let server = try ScriptedServer(always: Self.ok)
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let first = try Binary("loadgate", [server.url, "--for", "30s", "--users", "1", "--out", folder.path])
        #expect(Wait.until { server.requestCount > 0 })
        let second = try Binary.run(server.url, "--iterations", "1", "--out", folder.path)
        #expect(second.code == 70)
        #expect(second.errors.contains("\(folder.path) is being written by process \(first.identifier): "))
        first.signal(SIGINT)
        _ = try first.wait()
        // The lock went with its holder, and left nothing.
        #expect(try Binary.run(server.url, "--iterations", "1", "--out", folder.path).code == 0)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/.lock"))
    }

    @Test("3: a generator that can't keep up says so")
    func invalid() throws {
        let nginx = try Nginx()
        let folder = try TemporaryFolder()
        let scenario = try folder.write(
            "fast.yaml",
            """
            name: fast
            target: \(nginx.url)
            flows: {main: {steps: [{get: /}]}}
            load: [{arrivals: 1000000/s, for: 1s}]
            limits: {max_users: 200}
            objectives: [p95 response_time < 10s, throughput > 900000/s]
            """)
        // A share of one processor, and far more than any program could send with it.
        let loadgate = Binary.url(of: "loadgate").path
        let result = try Binary.shell(
            "taskset -c 0 '\(loadgate)' run '\(scenario)' --out '\(folder.path)'")
        #expect(result.code == 3)
        let json = try folder.json("result.json")
        #expect(json["verdict"] as? String == "invalid")
        #expect(result.output.contains("arrivals were dropped"))
        let generator = try #require(json["generator"] as? [String: Any])
        let intended = try #require(generator["intended_rate"] as? Double)
        let achieved = try #require(generator["achieved_rate"] as? Double)
        #expect(achieved < 0.99 * intended)
    }

    @Test("3: too few samples for the objective are inconclusive")
    func inconclusive() throws {
        let server = try ScriptedServer(always: Self.ok)
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let scenario = try folder.write(
            "few.yaml",
            """
            name: few
            target: \(server.url)
            flows: {main: {steps: [{get: /}]}}
            load: [{iterations: 20, users: 1}]
            objectives: [p95 response_time < 10s]
            """)
        let result = try Binary.run("run", scenario, "--out", folder.path)
        #expect(result.code == 3)
        #expect(try folder.json("result.json")["verdict"] as? String == "inconclusive")
        // 59 samples are the least that can show a p95 (1 − 0.95⁵⁹ > 0.95); 39 more than there were.
        #expect(result.output.contains("39 more"))
    }

    @Test(
        "64: a wrong command line",
        arguments: [
            ["run"], ["run", "x.yaml", "--segment", "2/2"], ["--nonsense"], ["run", "x.yaml", "--reactors", "0"], [],
        ])
    func usage(arguments: [String]) throws {
        let result = try Binary("loadgate", arguments).wait()
        #expect(result.code == 64)
        #expect(result.errors.lowercased().contains("usage: loadgate"))
    }

    @Test(
        "64: a word that is no command, with what was probably meant",
        arguments: [
            (["rnu", "x"], "'rnu' is not a command (did you mean 'loadgate run'?)"),
            (["nonsense"], "'nonsense' is neither a command (there are: run, load, "),
            (["validat", "x.yaml"], "(did you mean 'loadgate validate'?)"),
            (["sign-off.yaml"], "(did you mean 'loadgate run sign-off.yaml'?)"),
            (["localhost:8080"], "(did you mean 'loadgate http://localhost:8080'?)"),
            (["--users", "5", "example.test/a"], "(did you mean 'loadgate http://example.test/a'?)"),
            (["load", "nonsense"], "'nonsense' is neither a command"),
        ])
    func unknownCommand(arguments: [String], message: String) throws {
        let result = try Binary("loadgate", arguments).wait()
        #expect(result.code == 64)
        #expect(result.errors.contains(message), "\(result.errors)")
        #expect(result.output.isEmpty)
    }

    @Test("64: without anything, the short help")
    func shortHelp() throws {
        let result = try Binary("loadgate", []).wait()
        #expect(result.code == 64)
        for line in ["loadgate run <file>", "loadgate gate <file>", "loadgate --help", "docs/tutorial.md"] {
            #expect(result.errors.contains(line), "\(result.errors)")
        }
        #expect(result.errors.split(separator: "\n").count < 20)
    }

    @Test("65: an invalid scenario, every problem with its place")
    func invalidScenario() throws {
        let folder = try TemporaryFolder()
        let scenario = try folder.write(
            "broken.yaml",
            """
            name: broken
            target: http://127.0.0.1:1
            flwos: {}
            flows: {main: {steps: [{gett: /}]}}
            load: [{arrivals: fast, for: 1s}]
            """)
        let validated = try Binary.run("validate", scenario)
        #expect(validated.code == 65)
        let lines = validated.errors.split(separator: "\n")
        #expect(lines.contains { $0.hasPrefix("\(scenario):3:1: ") && $0.contains("flows") })
        #expect(lines.contains { $0.hasPrefix("\(scenario):4:") && $0.contains("get") })
        #expect(lines.contains { $0.hasPrefix("\(scenario):5:") })
        #expect(try Binary.run("run", scenario).code == 65)
        #expect(try Binary.run("validate", "/nowhere/at-all.yaml").code == 65)
    }

    @Test("69: a target that nobody serves, and a service that doesn't start")
    func unreachable() throws {
        let folder = try TemporaryFolder()
        let server = try ScriptedServer(always: "")
        let url = server.url
        server.stop()
        #expect(Wait.until { (try? Binary.shell("exec 3<>/dev/tcp/127.0.0.1/\(server.port)").code) != 0 })
        #expect(try Binary.run(url, "--out", folder.path).code == 69)
        let scenario = try folder.write(
            "service.yaml",
            """
            name: service
            target: http://127.0.0.1:1
            services: {broken: {command: [sh, -c, exit 3], ready: "tcp://127.0.0.1:1"}}
            flows: {main: {steps: [{get: /}]}}
            load: [{iterations: 1, users: 1}]
            """)
        let result = try Binary.run("run", scenario, "--out", folder.path)
        #expect(result.code == 69)
        #expect(result.errors.contains("service broken: exited with code 3 before it was ready"))
    }

    @Test("70: results that can't be written")
    func internalError() throws {
        let server = try ScriptedServer(always: Self.ok)
        defer { server.stop() }
        let result = try Binary.run(server.url, "--iterations", "1", "--out", "/dev/null/results")
        #expect(result.code == 70)
        #expect(result.errors == "loadgate: can't make the folder /dev/null/results: Not a directory\n")
        #expect(server.requestCount == 0)
    }

    @Test("77: a target that is neither here nor authorised gets not a single packet")
    func notAuthorised() throws {
        let folder = try TemporaryFolder()
        let result = try Binary.run("http://192.0.2.1/", "--iterations", "1", "--out", folder.path)
        #expect(result.code == 77)
        #expect(result.errors.contains("pass --authorise 192.0.2.1"))
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/result.json"))
    }

    @Test("130: interrupted; what was measured is reported and marked partial")
    func interrupted() throws {
        let server = try ScriptedServer(record: false) { _ in [.send(Self.ok)] }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let binary = try Binary("loadgate", [server.url, "--rate", "50/s", "--for", "10m", "--out", folder.path])
        #expect(Wait.until { server.requestCount > 20 })
        binary.signal(SIGINT)
        let result = try binary.wait(seconds: 30)
        #expect(result.code == 130)
        let json = try folder.json("result.json")
        #expect(json["partial"] as? Bool == true)
        #expect((json["seconds"] as? Double ?? 999) < 120)
        #expect(result.output.contains("Partial"))
    }
}
