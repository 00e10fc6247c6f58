import Foundation
import TestSupport
import Testing

/// Every scenario that is shipped, run against real servers, shortened.
@Suite("Shipped scenarios", .serialized)
struct ScenarioTests {
    /// Every step was answered, and every answer was right. The verdict is left out: on a busy machine a short run may
    /// fall short of a latency or a sample.
    private func check(_ folder: TemporaryFolder, _ result: Binary.Result) throws {
        let json = try folder.json("result.json")
        #expect([0, 1, 3].contains(result.code), "\(result.output)\n\(result.errors)")
        for (name, step) in try #require(json["steps"] as? [String: [String: Any]]) {
            let outcomes = step["outcomes"] as? [String: Int] ?? [:]
            #expect(outcomes["ok"] ?? 0 > 0, "\(name)")
            #expect(outcomes.keys.allSatisfy { $0 == "ok" }, "\(name): \(outcomes)")
        }
    }

    @Test("signoff.yaml against the reference target")
    func signoff() throws {
        let paintbox = try Paintbox()
        let folder = try TemporaryFolder()
        let result = try Binary.run(
            "run", "scenarios/signoff.yaml", "--target", paintbox.url, "--rate", "60/s", "--for", "5s", "--out",
            folder.path)
        try check(folder, result)
        let steps = try #require(try folder.json("result.json")["steps"] as? [String: [String: Any]])
        #expect(Set(steps.keys) == ["list-projects", "show-project", "estimate", "asset"])
        #expect(steps["estimate"]?["calculation_time_ms"] != nil)
    }

    @Test("users.yaml against the reference target")
    func users() throws {
        let paintbox = try Paintbox("--rate-limit", "off")
        let folder = try TemporaryFolder()
        let result = try Binary.run("run", "scenarios/users.yaml", "--target", paintbox.url, "--out", folder.path)
        try check(folder, result)
    }

    @Test("failing.yaml fails, and says with what")
    func failing() throws {
        let paintbox = try Paintbox()
        let folder = try TemporaryFolder()
        let result = try Binary.run(
            "run", "scenarios/failing.yaml", "--target", paintbox.url, "--for", "1s", "--out", folder.path)
        #expect(result.code == 1)
        #expect(result.output.contains("http_4xx 50"))
    }

    @Test("nginx.yaml against nginx, request for request")
    func nginx() throws {
        let nginx = try Nginx()
        let folder = try TemporaryFolder()
        let result = try Binary.run(
            "run", "scenarios/nginx.yaml", "--target", nginx.url, "--rate", "200/s", "--for", "2s", "--out", folder.path
        )
        try check(folder, result)
        #expect(
            (try folder.json("result.json")["steps"] as? [String: [String: Any]])?["hello"]?["count"] as? Int == 400)
    }

    @Test("nginx answers what other servers don't: chunks, HEAD, redirects, large bodies, its own errors")
    func nginxAnswers() throws {
        let nginx = try Nginx(
            """
            root /etc; default_type text/plain;
            location = /hello { return 200 "hello\\n"; }
            location = /away { return 302 /hello; }
            location = /services { chunked_transfer_encoding on; gzip off; ssi on; ssi_types *; }
            location = /close { keepalive_timeout 0; return 200 "bye\\n"; }
            """)
        let folder = try TemporaryFolder()
        let scenario = try folder.write(
            "nginx.yaml",
            """
            name: nginx
            target: \(nginx.url)
            flows:
              main:
                steps:
                  - {name: head, head: /hello, checks: [header content-length == 6, body size == 0]}
                  - {name: redirect, get: /away, expect: 302, checks: [header location contains /hello]}
                  - {name: ssi-chunked, get: /services, checks: [header transfer-encoding == chunked, body contains http]}
                  - {name: missing, get: /no-such-file, expect: 404}
                  - {name: refused-method, post: /hello, body: x, expect: [200, 405]}
                  - {name: close, get: /close, checks: [header connection == close]}
                  - {name: too-long, get: "/${random.int(1,9)}", headers: {X-Long: "\(String(repeating: "x", count: 40_000))"}, expect: 400}
            load: [{iterations: 40, users: 4}]
            objectives: [errors == 0, max response_time < 100s]
            """)
        let result = try Binary.run("run", scenario, "--out", folder.path)
        #expect(result.code == 0, "\(result.output)\n\(result.errors)")
    }

    @Test("Every shipped scenario validates")
    func validates() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Binary.package.path + "/scenarios")
            .filter { $0.hasSuffix(".yaml") }.map { "scenarios/" + $0 }
        #expect(files.count >= 3)
        let result = try Binary("loadgate", ["validate"] + files).wait()
        #expect(result.code == 0, "\(result.errors)")
    }

    @Test("result.json and the scenarios fit their published schemas")
    func schemas() throws {
        let server = try ScriptedServer(always: ScriptedServer.response("404 Not Found", "x"))
        defer { server.stop() }
        let folder = try TemporaryFolder()
        _ = try Binary.run(server.url, "--rate", "100/s", "--for", "2s", "--out", folder.path)
        for subject in ["scenario", "result"] {
            _ = try folder.write("schema-\(subject).json", try Binary.run("schema", subject).output)
        }
        let script = try folder.write(
            "check.py",
            """
            import glob, json, sys, yaml, jsonschema
            folder = sys.argv[1]
            def check(subject, document):
                schema = json.load(open(f"{folder}/schema-{subject}.json"))
                jsonschema.Draft202012Validator.check_schema(schema)
                jsonschema.Draft202012Validator(schema).validate(document)
            check("result", json.load(open(f"{folder}/result.json")))
            for file in glob.glob("scenarios/*.yaml"): check("scenario", yaml.safe_load(open(file)))
            """)
        let result = try Binary.shell("/usr/bin/python3 '\(script)' '\(folder.path)'")
        #expect(result.code == 0, "\(result.errors)")
    }
}
