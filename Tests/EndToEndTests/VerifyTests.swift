import Foundation
import Glibc
import TestSupport
import Testing

/// Verifications and probes as parts of a run.
@Suite("Verifications in a run", .serialized)
struct VerifyTests {
    /// A scenario on a target with some entries of `verify:`, each a line.
    private func scenario(
        _ folder: TemporaryFolder, _ target: String, _ verifications: [String], more: String = ""
    ) throws -> String {
        try folder.write(
            "verify.yaml",
            """
            name: verify
            target: \(target)
            identities: {count: 500, header: X-API-Key, value: "client-${user}"}
            flows: {main: {steps: [{name: list, get: /api/v1/projects}]}}
            load: [{iterations: 20, users: 2}]
            verify:
            \(verifications.map { "  - \($0)" }.joined(separator: "\n"))
            \(more)
            """)
    }

    @Test("a scenario without load runs its verifications, and its reports show no load")
    func withoutLoad() throws {
        let paintbox = try Paintbox("--database", "memory")
        let folder = try TemporaryFolder()
        let file = try folder.write(
            "only.yaml",
            """
            name: only
            target: \(paintbox.url)
            verify:
              - headers: {paths: [/]}
            """)
        let validated = try Binary.run("validate", file)
        #expect(validated.code == 0)
        #expect(validated.output == "\(file): valid (1 verification)\n")
        // The plan stays where nothing live is shown.
        let result = try Binary.run("run", file, "--no-live", "--out", folder.path + "/out")
        #expect(result.code == 0, "\(result.output)\(result.errors)")
        #expect(result.errors.contains("headers"), "\(result.errors)")
        #expect(result.output.hasPrefix("PASS"))
        #expect(try folder.json("out/result.json")["verdict"] as? String == "pass")
        let page = try String(contentsOfFile: folder.path + "/out/report.html", encoding: .utf8)
        for absent in ["<h2>Steps", "<h2>Flows", "<h2>Generator", "<h2>Latency"] {
            #expect(!page.contains(absent), "\(absent)")
        }
        for arguments in [["gate", file], ["baseline", "record", file, "--to", folder.path + "/b.json"]] {
            let refused = try Binary("loadgate", arguments).wait()
            #expect(refused.code == 65)
            #expect(refused.errors.contains("sends no load, it only verifies: there is nothing to compare"))
        }
        let load = try Binary.run("run", file, "--only", "load")
        #expect(load.code == 65)
        #expect(load.errors.contains("--only load: the scenario sends no load, it only verifies"))
    }

    @Test("probes alone are read for their time and judged, without a target and without load")
    func probesAlone() throws {
        let folder = try TemporaryFolder()
        func file(_ objective: String) throws -> String {
            try folder.write(
                "watch.yaml",
                """
                name: watch
                watch: 1100ms
                probes: {pool: {command: [echo, "3"], every: 500ms}}
                objectives: ["\(objective)"]
                """)
        }
        let good = try file("max pool <= 3")
        #expect(try Binary.run("validate", good).output == "\(good): valid (1 probe, 1 objective)\n")
        let passed = try Binary.run("run", good, "--no-live", "--out", folder.path + "/good")
        #expect(passed.code == 0, "\(passed.output)\(passed.errors)")
        #expect(passed.errors.contains("reading 1 probe for 1.1 s"))
        let result = try folder.json("good/result.json")
        let pool = try #require((result["probes"] as? [String: Any])?["pool"] as? [String: Any])
        // A sample each 500 ms; a machine that is slow misses some of them, never all.
        #expect((1...3).contains(try #require(pool["samples"] as? Int)))
        #expect(pool["max"] as? Double == 3)
        let failed = try Binary.run("run", try file("max pool < 3"), "--quiet", "--out", folder.path + "/bad")
        #expect(failed.code == 1)
        let gate = try Binary("loadgate", ["gate", good]).wait()
        #expect(gate.code == 65)
        #expect(gate.errors.contains("sends no load, it only reads probes: there is nothing to compare"))
    }

    private func verifications(_ folder: TemporaryFolder) throws -> [[String: Any]] {
        try #require(try folder.json("result.json")["verifications"] as? [[String: Any]])
    }

    private static let cors = """
        cors: {path: /api/v1/projects, allow: ["https://app.paintbox.example"], credentials: true, \
        section: Security, criterion: CORS policies enforced}
        """

    @Test("the reference target keeps its promises, and each criterion has its row")
    func reference() throws {
        let paintbox = try Paintbox("--database", "memory")
        let folder = try TemporaryFolder()
        let file = try scenario(
            folder, paintbox.url,
            [
                "headers: {paths: [/, /missing, /api/v1/projects], section: Security, criterion: Security headers}",
                Self.cors,
                "input: {post: /api/v1/calculate, json: {area: 10, coats: 2}, skip: [large_bodies]}",
                """
                cache: {name: cdn, get: "/static/asset-${n}.css", catalogue: 50, requests: 400, origin: probe origin}
                """,
            ],
            more: """
                probes:
                  origin: {get: "\(paintbox.control)/metrics", read: prometheus, value: origin_requests_total}
                  pool: {get: "\(paintbox.control)/metrics", every: 20ms, read: prometheus, value: paintbox_pool_sessions}
                objectives: [hit_ratio of cdn > 50%, max pool <= 20]
                """)
        let result = try Binary.run("run", file, "--out", folder.path)
        let json = try folder.json("result.json")
        let verdicts = try verifications(folder).map { "\($0["kind"] ?? "") \($0["verdict"] ?? "")" }
        #expect(verdicts == ["headers pass", "cors pass", "input pass", "cache pass"], "\(result.output)")
        #expect(result.output.contains("\nSign-off\n"))
        #expect(result.output.contains("CORS policies enforced"))
        let objectives = try #require(json["objectives"] as? [[String: Any]])
        #expect(objectives.first?["verdict"] as? String == "pass")
        // 50 objects are missed once each: of 400 requests 350 are hits.
        #expect(objectives.first?["samples"] as? Int == 400)
        let probes = try #require(json["probes"] as? [String: [String: Any]])
        #expect(probes["pool"]?["failed"] as? Int == 0)
        #expect(result.errors.contains("cache cdn: about "))
    }

    @Test("--only carries out one part; without load there is none in the result")
    func only() throws {
        let paintbox = try Paintbox()
        let folder = try TemporaryFolder()
        let file = try scenario(folder, paintbox.url, [Self.cors, "headers: {paths: [/]}"])
        let one = try Binary.run("run", file, "--only", "verify.cors", "--out", folder.path)
        #expect(one.code == 0, "\(one.output)")
        #expect(one.output.hasPrefix("PASS  verify: the verification holds\n"))
        #expect(!one.output.contains("Steps"))
        #expect(try verifications(folder).map { $0["kind"] as? String } == ["cors"])
        let generator = try #require(try folder.json("result.json")["generator"] as? [String: Any])
        #expect(generator["reactors"] as? Int == 0)
        let load = try Binary.run("run", file, "--only", "load", "--out", folder.path)
        #expect(!load.output.contains("Verifications"))
        #expect(try folder.json("result.json")["verifications"] == nil)
        let wrong = try Binary.run("run", file, "--only", "verify.crs", "--out", folder.path)
        #expect(wrong.code == 65)
        #expect(wrong.errors.contains("did you mean \"verify.cors\"?"))
    }

    @Test("a server that grants every origin fails, with the exchange as evidence")
    func failing() throws {
        let server = try ScriptedServer { request in
            let origin = request.header("Origin") ?? "*"
            return [
                .send(
                    ScriptedServer.response(
                        "200 OK", "hello",
                        headers: [
                            "Access-Control-Allow-Origin: \(origin)", "Access-Control-Allow-Credentials: true",
                        ]))
            ]
        }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let file = try scenario(folder, server.url, [Self.cors])
        let result = try Binary.run("run", file, "--only", "verify", "--out", folder.path)
        #expect(result.code == 1, "\(result.output)")
        #expect(result.output.contains("FAIL     Security"))
        let findings = try #require(try verifications(folder).first?["findings"] as? [[String: Any]])
        let failed = findings.filter { $0["verdict"] as? String == "fail" }
        #expect(!failed.isEmpty)
        let exhibits = failed.compactMap { $0["exhibits"] as? [[String: Any]] }.joined()
        #expect(exhibits.contains { ($0["request"] as? String)?.contains("evil") ?? false })
    }

    @Test("an advisory verification is shown and doesn't count")
    func advisory() throws {
        let server = try ScriptedServer(always: ScriptedServer.response("200 OK", "hello"))
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let file = try scenario(folder, server.url, ["headers: {paths: [/], severity: advisory}"])
        let result = try Binary.run("run", file, "--only", "verify", "--out", folder.path)
        #expect(try verifications(folder).first?["verdict"] as? String == "fail")
        #expect(result.code == 3)
        #expect(result.output.contains("headers (advisory)"))
    }

    @Test("a host that isn't authorised gets no packet of a verification or probe either")
    func notAuthorised() throws {
        let paintbox = try Paintbox()
        let folder = try TemporaryFolder()
        for more in [
            ("headers: {paths: [\"http://192.0.2.1/\"]}", ""),
            ("headers: {paths: [/]}", "probes: {far: {get: \"http://192.0.2.1/\"}}"),
        ] {
            let file = try scenario(folder, paintbox.url, [more.0], more: more.1)
            let result = try Binary.run("run", file, "--out", folder.path)
            #expect(result.code == 77)
            #expect(result.errors.contains("192.0.2.1"))
        }
    }

    @Test("a setting that verifications can't use is refused before any load, and only where they send")
    func unusableSetting() throws {
        let server = try ScriptedServer(always: ScriptedServer.response("200 OK", "hello"))
        defer { server.stop() }
        let folder = try TemporaryFolder()
        _ = try folder.write("clean.txt", "nothing to see\n")
        let proxy = "defaults: {http: {proxy: \"\(server.url)\"}}"
        let refused = try Binary.run(
            "run", try scenario(folder, server.url, ["headers: {paths: [/]}"], more: proxy), "--out", folder.path)
        #expect(refused.code == 65)
        #expect(refused.errors.contains("verifications go direct, not through the proxy"), "\(refused.errors)")
        #expect(server.requestCount == 0)
        let credentials = try Binary.run(
            "run", try scenario(folder, server.url, ["credentials: {paths: [clean.txt]}"], more: proxy), "--out",
            folder.path)
        // Whether the machine kept up with the load is not the question.
        #expect(credentials.code != 65, "\(credentials.errors)")
        #expect(try verifications(folder).first?["verdict"] as? String == "pass")
        #expect(server.requestCount == 20)
    }

    @Test("Ctrl-C ends a verification; what is known is reported, the rest is not passed over")
    func interrupted() throws {
        // Answers, but takes its time: the verification takes minutes.
        let server = try ScriptedServer(record: false) { _ in
            [.wait(seconds: 0.2), .send(ScriptedServer.response("400 Bad Request", "no"))]
        }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let file = try scenario(
            folder, server.url,
            ["input: {post: /, json: {area: 1, coats: 2}, expect_valid: 400}", "headers: {paths: [/]}"])
        let binary = try Binary("loadgate", ["run", file, "--only", "verify", "--out", folder.path])
        #expect(Wait.until { server.requestCount > 2 })
        binary.signal(SIGINT)
        let result = try binary.wait(seconds: 30)
        #expect(result.code == 130)
        #expect(try folder.json("result.json")["partial"] as? Bool == true)
        let found = try verifications(folder)
        #expect(found.map { $0["kind"] as? String } == ["input", "headers"])
        #expect(found.last?["verdict"] as? String == "inconclusive")
        #expect(found.first?["verdict"] as? String != "pass")
    }
}
