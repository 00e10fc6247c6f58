import Foundation
import Glibc
import TestSupport
import Testing

/// What a run leaves, and how it is made again.
@Suite("Reports", .serialized)
struct ReportTests {
    private static let files = ["report.html", "report.md", "junit.xml", "series.csv", "metrics.prom"]

    private func server() throws -> ScriptedServer {
        try ScriptedServer(record: false) { _ in [.send(ScriptedServer.response("200 OK", "hello"))] }
    }

    /// Two steps of one flow, held against limits that a slow machine meets, too.
    private func scenario(_ folder: TemporaryFolder, _ server: ScriptedServer, load: String) throws -> String {
        try folder.write(
            "two.yaml",
            """
            name: two steps
            target: \(server.url)
            flows:
              main: {steps: [{name: first, get: /, tags: {kind: fast}}, {name: second, get: /second}]}
            load: [\(load)]
            objectives:
              - errors == 0
              - {objective: p95 response_time of kind=fast < 100s, section: Speed, criterion: Fast enough}
              - max response_time < 200s in any 2s
            """)
    }

    @Test("A run leaves every report; without its result they are made again from its progress, with the same figures")
    func again() throws {
        let server = try server()
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let file = try scenario(
            folder, server, load: "{arrivals: 40/s, for: 1s, warmup: true}, {arrivals: 60/s, for: 3s}")
        let run = try Binary.run("run", file, "--out", folder.path + "/out")
        #expect(run.code == 0, "\(run.output)\(run.errors)")
        #expect(run.output.hasSuffix("Report: \(folder.path)/out/report.html\n"))
        let texts = try Self.files.map { try String(contentsOfFile: "\(folder.path)/out/\($0)", encoding: .utf8) }
        let original = try folder.json("out/result.json")

        // From the result: the same, byte by byte.
        let again = try Binary.run("report", folder.path + "/out")
        #expect(again.code == 0)
        #expect(again.output == run.output)
        for (name, text) in zip(Self.files, texts) {
            #expect(try String(contentsOfFile: "\(folder.path)/out/\(name)", encoding: .utf8) == text)
        }

        // From the progress alone: the same figures.
        try FileManager.default.removeItem(atPath: folder.path + "/out/result.json")
        let rebuilt = try Binary.run("report", folder.path + "/out", "--format", "json")
        #expect(rebuilt.code == 0)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/out/result.json"))
        var made = try #require(try JSONSerialization.jsonObject(with: Data(rebuilt.output.utf8)) as? [String: Any])
        #expect(made["rebuilt"] as? [String] == ["the load came to its end, but the run left no result"])
        #expect(made["verdict"] as? String == "inconclusive" && made["partial"] as? Bool == true)
        for key in ["steps", "series", "outcomes", "objectives", "flows", "stages", "seconds", "wall_seconds", "audit"]
        {
            let (one, other) = (original[key] as? NSObject, made[key] as? NSObject)
            #expect(one != nil && one == other, "\(key)")
        }
        // What the process used is read at another time; all else is the same.
        for key in ["verdict", "partial", "rebuilt", "generator"] { made[key] = nil }
        for (key, value) in made { #expect(original[key] as? NSObject == value as? NSObject, "\(key)") }
        try check(rebuilt.output)
    }

    @Test("After kill -9 everything is there but the last second; the verdict is no pass")
    func killed() throws {
        let server = try server()
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let out = folder.path + "/out"
        let file = try scenario(folder, server, load: "{arrivals: 100/s, for: 5m}")
        let binary = try Binary("loadgate", ["run", file, "--out", out, "--no-live"])
        #expect(Wait.until { server.requestCount > 600 })
        binary.signal(SIGKILL)
        #expect(try binary.wait(seconds: 30).code == 128 + SIGKILL)
        let served = server.requestCount
        let log = try String(contentsOfFile: out + "/progress.jsonl", encoding: .utf8)
        let seconds = log.split(separator: "\n").count - 1

        let report = try Binary.run("report", out)
        #expect(report.code == 0, "\(report.errors)")
        #expect(report.output.hasPrefix("INCONCLUSIVE  two steps"))
        #expect(report.output.contains("\(seconds) seconds are in its log"))
        let result = try folder.json("out/result.json")
        #expect(result["partial"] as? Bool == true)
        #expect(result["ending"] as? String == "interrupted")
        #expect(result["seconds"] as? Double == Double(seconds))
        let counted = try #require((result["outcomes"] as? [String: Int])?["ok"])
        // 200 requests a second. What the target answered and the log lacks came after the log's last line, which was
        // written when its second was over and reported: on a machine with other work, that may be a little later.
        #expect(counted <= served)
        #expect(served - counted <= 2 * 200, "\(served) served, \(counted) in the log")
        #expect(counted >= 200 * (seconds - 1))
        let steps = try #require(result["steps"] as? [String: [String: Any]])
        #expect(steps.values.reduce(0) { $0 + ($1["count"] as? Int ?? 0) } == counted)
        let objectives = try #require(result["objectives"] as? [[String: Any]])
        #expect(objectives.map { $0["verdict"] as? String } == ["pass", "pass", "pass"])
        #expect(objectives[1]["criterion"] as? String == "Fast enough")
        for name in Self.files { #expect(FileManager.default.fileExists(atPath: "\(out)/\(name)"), "\(name)") }
        try check(String(contentsOfFile: out + "/result.json", encoding: .utf8))
    }

    @Test("A folder with an older run's result and a killed one's log is of the killed one")
    func reused() throws {
        let server = try server()
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let file = try scenario(folder, server, load: "{iterations: 10, users: 1}")
        #expect(try Binary.run("run", file, "--out", folder.path).code != 70)
        var log = try String(contentsOfFile: folder.path + "/progress.jsonl", encoding: .utf8)
        log = log.replacing(#/"started":"\d{4}/#, with: "\"started\":\"2999")
        _ = try folder.write("progress.jsonl", log)
        #expect(try Binary.run("report", folder.path, "--format", "json").output.contains("\"rebuilt\""))
        // A log that can't be read takes nothing from the result.
        _ = try folder.write("progress.jsonl", "nonsense\n")
        #expect(try !Binary.run("report", folder.path, "--format", "json").output.contains("\"rebuilt\""))
    }

    @Test("One report goes to standard output or into a file, a link into the Markdown")
    func one() throws {
        let server = try server()
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let file = try scenario(folder, server, load: "{iterations: 100, users: 1}")
        let run = try Binary.run("run", file, "--out", folder.path, "--format", "junit", "--quiet")
        #expect(run.output == (try String(contentsOfFile: folder.path + "/junit.xml", encoding: .utf8)))
        let link = "https://ci.example/jobs/1"
        let markdown = try Binary.run("report", folder.path, "--format", "md", "--link", link)
        #expect(markdown.output.contains("[Full report](<\(link)>)"))
        let csv = folder.path + "/copy.csv"
        #expect(try Binary.run("report", folder.path, "--format", "csv", "--out", csv).output == "")
        #expect(
            try String(contentsOfFile: csv, encoding: .utf8)
                == String(contentsOfFile: folder.path + "/series.csv", encoding: .utf8))
        for arguments in [["--out", "x"], ["--link", "x"], ["--format", "docx"]] {
            let wrong = try Binary("loadgate", ["report", folder.path] + arguments).wait()
            #expect(wrong.code == 64, "\(wrong.errors)")
        }
        #expect(try Binary.run("report", folder.path, "--format", "csv", "--out", "/dev/null/x").code == 70)
    }

    @Test("A folder of no run, and a damaged log, are told with what was expected")
    func missing() throws {
        let folder = try TemporaryFolder()
        let empty = try Binary.run("report", folder.path)
        #expect(empty.code == 65)
        #expect(empty.errors.contains("holds neither result.json nor progress.jsonl: expected the folder of a run"))
        let nowhere = try Binary.run("report", folder.path + "/nowhere")
        #expect(nowhere.code == 65)
        #expect(nowhere.errors.contains("there is no folder"))
        _ = try folder.write("progress.jsonl", "{\"version\": 1}\n")
        let damaged = try Binary.run("report", folder.path)
        #expect(damaged.code == 65)
        #expect(damaged.errors.contains("line 1: "))
    }

    @Test("A report that can't be written is told, and the verdict stays")
    func fullDisk() throws {
        let server = try server()
        defer { server.stop() }
        let folder = try TemporaryFolder()
        // A folder in the file's place.
        try FileManager.default.createDirectory(atPath: folder.path + "/junit.xml", withIntermediateDirectories: false)
        let file = try folder.scenario(target: server.url, load: "{iterations: 50, users: 2}")
        let result = try Binary.run("run", file, "--out", folder.path, "--no-live")
        #expect(result.code == 0, "\(result.errors)")
        #expect(
            result.errors
                == "loadgate: can't write \(folder.path)/junit.xml: Is a directory; the verdict and the exit code hold without\n"
        )
        #expect(FileManager.default.fileExists(atPath: folder.path + "/metrics.prom"))
        let again = try Binary.run("report", folder.path)
        #expect(again.code == 70)
        #expect(again.errors.contains("junit.xml: Is a directory"))
    }

    @Test("Secrets show in none of the reports")
    func secrets() throws {
        let token = "tok-" + UUID().uuidString
        let server = try ScriptedServer(record: false) { request in
            [.send(ScriptedServer.response("500 Oops", "no \(request.header("Authorization") ?? "")"))]
        }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let file = try folder.write(
            "secret.yaml",
            """
            name: secret
            target: \(server.url)
            defaults: {http: {headers: {Authorization: "Bearer ${env:API_TOKEN}"}}}
            flows: {main: {steps: [{name: s, get: "/?key=${env:API_TOKEN}", checks: [body contains nothing-like-it]}]}}
            load: [{iterations: 30, users: 2}]
            objectives: [availability > 99%]
            """)
        let run = try Binary.run("run", file, "--out", folder.path, environment: ["API_TOKEN": token])
        #expect(run.code == 1, "\(run.errors)")
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name != "secret.yaml" {
            let text = try String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8)
            #expect(!text.contains(token), "\(name)")
        }
        try FileManager.default.removeItem(atPath: folder.path + "/result.json")
        let rebuilt = try Binary.run("report", folder.path)
        #expect(rebuilt.code == 0)
        #expect(!rebuilt.output.contains(token))
        #expect(try !String(contentsOfFile: folder.path + "/result.json", encoding: .utf8).contains(token))
    }

    /// Holds a result against the published schema, with a validator that is not ours.
    private func check(_ result: String) throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("result.json", result)
        _ = try folder.write("schema.json", Binary.run("schema", "result").output)
        let code =
            "import json, jsonschema; validator = jsonschema.Draft202012Validator; "
            + "schema = json.load(open('schema.json')); validator.check_schema(schema); "
            + "validator(schema).validate(json.load(open('result.json')))"
        let checked = try Binary("/usr/bin/python3", ["-c", code], in: folder.url).wait()
        #expect(checked.code == 0, "\(checked.errors)")
    }

    @Test("The sample in the repository fits the published schema")
    func sample() throws {
        try check(String(contentsOfFile: Binary.package.path + "/reports/sample/result.json", encoding: .utf8))
    }
}
