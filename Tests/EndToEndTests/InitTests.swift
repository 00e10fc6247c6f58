import Foundation
import TestSupport
import Testing

/// `loadgate init`: what it writes from each source validates, and runs against the reference target without an error.
@Suite("Imported scenarios", .serialized)
struct InitTests {
    /// Imports, validates and runs; every step must have been answered rightly.
    private func check(
        _ source: String..., steps expected: Set<String>, environment: [String: String] = [:]
    ) throws {
        let paintbox = try Paintbox("--rate-limit", "off")
        let folder = try TemporaryFolder()
        let file = folder.path + "/imported.yaml"
        let made = try Binary("loadgate", ["init"] + source + ["--target", paintbox.url, "--out", file]).wait()
        #expect(made.code == 0, "\(made.errors)")
        #expect(made.output.isEmpty)
        #expect(made.errors.hasSuffix("next: loadgate run \(file)\n"))
        let validated = try Binary.run("validate", file, environment: environment)
        #expect(validated.code == 0, "\(validated.errors)")
        let result = try Binary.run(
            "run", file, "--rate", "20/s", "--for", "2s", "--out", folder.path, environment: environment)
        // On a busy machine a short run may fall short of a latency or a sample.
        #expect([0, 1, 3].contains(result.code), "\(result.output)\n\(result.errors)")
        let steps = try #require(try folder.json("result.json")["steps"] as? [String: [String: Any]])
        #expect(Set(steps.keys) == expected)
        for (name, step) in steps {
            let outcomes = step["outcomes"] as? [String: Int] ?? [:]
            #expect(outcomes["ok"] ?? 0 > 0, "\(name)")
            #expect(outcomes.keys.allSatisfy { $0 == "ok" }, "\(name): \(outcomes)")
        }
    }

    @Test("An OpenAPI document")
    func openAPI() throws {
        try check(
            "--openapi", "scenarios/import/paintbox-openapi.yaml",
            steps: [
                "listProjects", "createProject", "showProject", "listEstimates", "addEstimate", "calculate", "health",
                "frontPage", "asset",
            ], environment: ["CLIENT_KEY": "client-1"])
    }

    @Test("A recording")
    func har() throws {
        try check(
            "--har", "scenarios/import/session.har",
            steps: ["GET /", "GET /static/asset-1.css", "GET /api/v1/projects", "POST /api/v1/projects"])
    }

    @Test("A curl command")
    func curl() throws {
        try check(
            "--curl",
            """
            curl -sS 'http://127.0.0.1:8080/api/v1/calculate' -H "X-API-Key: $KEY" \\
              --json '{"area": 45.5, "coats": 2}' --next 'http://127.0.0.1:8080/api/v1/projects?page=2' | jq .total
            """, steps: ["POST /api/v1/calculate", "GET /api/v1/projects"])
    }

    @Test("The shipped scenario is what the import makes of the shipped document, with a service added")
    func shipped() throws {
        let made = try Binary.run(
            "init", "--openapi", "scenarios/import/paintbox-openapi.yaml", "--name", "imported", "--out", "-")
        let shipped = try String(
            contentsOf: Binary.package.appendingPathComponent("scenarios/imported.yaml"), encoding: .utf8)
        var lines = shipped.components(separatedBy: "\n")
        let start = try #require(lines.firstIndex { $0.hasPrefix("# Added by hand") })
        let end = try #require(lines.firstIndex(of: "flows:"))
        lines.removeSubrange(start..<end)
        #expect(lines.joined(separator: "\n") == made.output)

        let paintbox = try Paintbox("--rate-limit", "off")
        let folder = try TemporaryFolder()
        let result = try Binary.run(
            "run", "scenarios/imported.yaml", "--target", paintbox.url, "--for", "1s", "--out", folder.path)
        #expect([0, 1, 3].contains(result.code), "\(result.errors)")
        let outcomes = try #require(try folder.json("result.json")["steps"] as? [String: [String: Any]])
        #expect(outcomes.values.allSatisfy { ($0["outcomes"] as? [String: Int] ?? [:]).keys.elementsEqual(["ok"]) })
    }

    @Test("An existing file is kept unless --force is given; an invalid source is 65, a wrong command line 64")
    func codes() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("there.yaml", "mine")
        let curl = ["init", "--curl", "curl http://127.0.0.1:8080/", "--out", file]
        let refused = try Binary("loadgate", curl).wait()
        #expect(refused.code == 64)
        #expect(refused.errors.contains("there.yaml exists: --force replaces it"))
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine")
        #expect(try Binary("loadgate", curl + ["--force"]).wait().code == 0)
        #expect(try String(contentsOfFile: file, encoding: .utf8).contains("get: /\n"))

        let invalid = try Binary.run("init", "--openapi", file, "--out", "-")
        #expect(invalid.code == 65)
        #expect(invalid.errors == "\(file)#: expected an OpenAPI document: the key \"openapi\" is missing\n")
        #expect(try Binary.run("init", "--har", folder.path + "/none", "--out", "-").code == 65)
        for wrong in [
            ["init"], ["init", "--curl", "curl x", "--har", "y"], ["init", "--curl", "curl x", "--target", "nowhere"],
            ["init", "--curl", "curl x", "--all-hosts"], ["init", "--curl", "curl x", "--name", "${x}"],
        ] {
            #expect(try Binary("loadgate", wrong).wait().code == 64, "\(wrong)")
        }
        let unwritable = try Binary.run("init", "--curl", "curl http://127.0.0.1/", "--out", "/dev/null/x")
        #expect(unwritable.code == 70)
    }
}
