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
        // What an editor shows of it, by the schema that is printed.
        _ = try folder.write("schema.json", try Binary.run("schema", "scenario").output)
        let script = """
            import json, sys, yaml, jsonschema
            schema = json.load(open(sys.argv[1]))
            jsonschema.Draft202012Validator(schema).validate(yaml.safe_load(open(sys.argv[2])))
            """
        let fitting = try Binary(
            "/usr/bin/python3", ["-c", script, "\(folder.path)/schema.json", file]
        ).wait()
        #expect(fitting.code == 0, "\(fitting.errors)")
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
        #expect(refused.errors == "loadgate: \(file) exists: --force replaces it, --out names another file\n")
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine")
        #expect(try Binary("loadgate", curl + ["--force"]).wait().code == 0)
        #expect(try String(contentsOfFile: file, encoding: .utf8).contains("get: /\n"))

        let invalid = try Binary.run("init", "--openapi", file, "--out", "-")
        #expect(invalid.code == 65)
        // The file that was made is known for what it is.
        #expect(
            invalid.errors
                == "\(file): this is a scenario already, which init does not read: loadgate run takes it\n")
        #expect(try Binary.run("init", "--har", folder.path + "/none", "--out", "-").code == 65)
        for wrong in [
            ["init"], ["init", "--curl", "curl x", "--har", "y"], ["init", "--curl", "curl x", "--target", "nowhere"],
            ["init", "--curl", "curl x", "--all-hosts"], ["init", "x", "--har", "y"],
            ["init", "--har", "y", "--root", "."],
            ["init", "--har", "y", "--authorise", "h"], ["init", "--curl", "curl x", "--name", "${x}"],
        ] {
            #expect(try Binary("loadgate", wrong).wait().code == 64, "\(wrong)")
        }
        let unwritable = try Binary.run("init", "--curl", "curl http://127.0.0.1/", "--out", "/dev/null/x")
        #expect(unwritable.code == 70)
    }

    @Test("A document that a service gives out: its password flow is the login, an empty list fails nothing")
    func served() throws {
        let document = """
            {"openapi": "3.1.0", "info": {"title": "Shop"},
             "components": {"securitySchemes": {"o": {"type": "oauth2", "flows": {"password": {"tokenUrl": "token"}}}}},
             "paths": {
              "/token": {"post": {"responses": {"200": {"description": ""}}}},
              "/items": {"get": {"operationId": "list", "security": [{"o": []}], "responses": {"200": {"description": "",
                "content": {"application/json": {"schema": {"type": "array", "items": {"type": "object",
                  "properties": {"id": {"type": "integer"}}}}}}}}}},
              "/items/{id}": {"get": {"operationId": "show", "security": [{"o": []}],
                "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}}],
                "responses": {"200": {"description": ""}}}}}}
            """
        let server = try ScriptedServer { request in
            func json(_ text: String) -> [ScriptedServer.Action] {
                [.send(ScriptedServer.response("200 OK", text, headers: ["Content-Type: application/json"]))]
            }
            switch (request.method, request.path) {
            case ("GET", "/old"):
                return [.send(ScriptedServer.response("302 Found", "", headers: ["Location: /openapi.json"]))]
            case ("GET", "/openapi.json"): return json(document)
            case ("POST", "/token") where request.body.contains("password=w0rt"):
                return json("{\"access_token\": \"T\"}")
            case ("GET", "/items") where request.header("Authorization") == "Bearer T": return json("[]")
            default: return [.send(ScriptedServer.response("401 Unauthorized", ""))]
            }
        }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let file = folder.path + "/shop.yaml"
        let made = try Binary.run("init", "--openapi", "\(server.url)/old", "--out", file)
        #expect(made.code == 0, "\(made.errors)")
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(text.contains("target: \(server.url)\n"))
        let run = try Binary.run(
            "run", file, "--set", "LOGIN_PASSWORD=w0rt", "--rate", "5/s", "--for", "1s", "--no-live", "--out",
            folder.path)
        #expect([0, 3].contains(run.code), "\(run.output)\n\(run.errors)")
        let steps = try #require(try folder.json("result.json")["steps"] as? [String: [String: Any]])
        #expect((steps["list"]?["outcomes"] as? [String: Int])?.keys.elementsEqual(["ok"]) == true)
        #expect(server.requests.allSatisfy { !$0.path.hasPrefix("/items/") })
    }

    @Test("A URL is asked only on this machine or an authorised host; what it answers is judged")
    func refusedURLs() throws {
        let server = try ScriptedServer { request in
            switch request.path {
            case "/away":
                [.send(ScriptedServer.response("302 Found", "", headers: ["Location: http://192.0.2.1/openapi.json"]))]
            case "/docs": [.send(ScriptedServer.response("200 OK", "<!doctype html><html></html>"))]
            case "/round": [.send(ScriptedServer.response("302 Found", "", headers: ["Location: /round"]))]
            default: [.send(ScriptedServer.response("404 Not Found", ""))]
            }
        }
        defer { server.stop() }
        func result(_ url: String) throws -> Binary.Result { try Binary.run("init", "--openapi", url, "--out", "-") }
        let foreign = try result("http://192.0.2.1/openapi.json")
        #expect(foreign.code == 77)
        #expect(foreign.errors.contains("not authorised: pass --authorise 192.0.2.1"))
        #expect(try result("\(server.url)/away").code == 77)
        let missing = try result("\(server.url)/none")
        #expect(missing.code == 65)
        #expect(missing.errors.hasPrefix("loadgate: \(server.url)/none answered 404: it is often at /openapi.json"))
        #expect(try result("\(server.url)/docs").errors.contains("this is an HTML page, which init does not read"))
        #expect(try result("\(server.url)/round").errors.hasSuffix("/round redirects more than 3 times\n"))
        server.stop()
        #expect(try result("\(server.url)/gone").code == 69)
    }

    @Test("A Postman collection, whose host stands in a variable")
    func postman() throws {
        let folder = try TemporaryFolder()
        let collection = """
            {"info": {"name": "Paint", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
             "item": [{"name": "projects", "item": [
               {"name": "make", "event": [{"listen": "test", "script": {"exec": [
                  "pm.response.to.have.status(201);", "pm.environment.set('project', pm.response.json().id);"]}}],
                "request": {"method": "POST", "url": "{{baseUrl}}/api/v1/projects", "header": [],
                  "body": {"mode": "raw", "raw": "{\\"name\\": \\"Facade {{who}}\\", \\"client\\": \\"Abel\\"}",
                    "options": {"raw": {"language": "json"}}}}},
               {"name": "show", "request": {"method": "GET", "url": "{{baseUrl}}/api/v1/projects/{{project}}"}}]}],
             "variable": [{"key": "who", "value": "of Ada"}]}
            """
        let file = try folder.write("paint.postman_collection.json", collection)
        try check("--postman", file, steps: ["make", "show"])
        try check(file, steps: ["make", "show"])
    }
}
