import Foundation
import TestSupport
import Testing

/// Every scenario that is shipped, run against real servers, shortened.
@Suite("Shipped scenarios", .serialized)
struct ScenarioTests {
    /// Every step was answered, and every answer was right. The verdict is left out: on a busy machine a short run may
    /// fall short of a latency or a sample.
    @discardableResult
    private func check(_ folder: TemporaryFolder, _ result: Binary.Result) throws -> [String: [String: Any]] {
        #expect([0, 1, 3].contains(result.code), "\(result.output)\n\(result.errors)")
        let steps = try self.steps(folder)
        for (name, step) in steps {
            let outcomes = step["outcomes"] as? [String: Int] ?? [:]
            #expect(outcomes["ok"] ?? 0 > 0, "\(name)")
            #expect(outcomes.keys.allSatisfy { $0 == "ok" }, "\(name): \(outcomes)")
        }
        return steps
    }

    private func steps(_ folder: TemporaryFolder) throws -> [String: [String: Any]] {
        try #require(try folder.json("result.json")["steps"] as? [String: [String: Any]])
    }

    /// The nginx that the scenarios start, on a port of the test's own; with TLS by the certificates that they name.
    private func site(tls: Bool = false) throws -> Nginx {
        let stack = Binary.package.path + "/scenarios/stack"
        guard tls else { return try Nginx("include \(stack)/site.conf;") }
        try Self.makeCertificates()
        let folder = Binary.package.path + "/reports/certificates"
        return try Nginx(
            """
            ssl_certificate \(folder)/server.pem; ssl_certificate_key \(folder)/server.key;
            ssl_protocols TLSv1.2 TLSv1.3; include \(stack)/site.conf;
            """, listening: "ssl http2")
    }

    /// What `make` does before it runs or validates a scenario with TLS.
    private static func makeCertificates() throws {
        let made = try Binary.shell("scenarios/stack/certificates")
        guard made.code == 0 else { throw TestFailure("no certificates: \(made.errors)") }
    }

    @Test("signoff.yaml against the reference target")
    func signoff() throws {
        let paintbox = try Paintbox("--database", "memory")
        let secrets = try TrialSecrets([
            "paintbox/production/database", "paintbox/production/redis", "paintbox/production/api",
        ])
        let folder = try TemporaryFolder()
        // All but the rate limiter, whose windows take minutes.
        let names = ["cdn", "cors", "headers", "calculate", "create", "credentials", "secrets"]
        let result = try Binary(
            "loadgate",
            ["run", "scenarios/signoff.yaml", "--target", paintbox.url, "--rate", "60/s", "--for", "5s"]
                + ["--out", folder.path, "--only", "load"] + names.flatMap { ["--only", "verify.\($0)"] },
            environment: secrets.environment.merging(["PAINTBOX_CONTROL": paintbox.control]) { $1 }
        ).wait()
        try check(folder, result)
        let verifications = try #require(try folder.json("result.json")["verifications"] as? [[String: Any]])
        #expect(verifications.map { $0["name"] as? String } == names)
        for verification in verifications {
            // A clone without its whole history can't show that there is nothing in it.
            let verdicts = verification["name"] as? String == "credentials" ? ["pass", "inconclusive"] : ["pass"]
            #expect(verdicts.contains(verification["verdict"] as? String ?? ""), "\(result.output)")
        }
        let probes = try #require(try folder.json("result.json")["probes"] as? [String: [String: Any]])
        #expect(Set(probes.keys) == ["origin", "pool", "pool_waiting"])
        #expect(probes.values.allSatisfy { $0["failed"] as? Int == 0 }, "\(probes)")
        #expect(!result.output.contains(secrets.key))
        let steps = try #require(try folder.json("result.json")["steps"] as? [String: [String: Any]])
        #expect(Set(steps.keys) == ["list-projects", "show-project", "estimate", "asset", "live-update"])
        #expect(steps["estimate"]?["calculation_time_ms"] != nil)
        #expect(steps["live-update"]?["round_trip_ms"] != nil)
    }

    @Test("users.yaml against the reference target")
    func users() throws {
        let paintbox = try Paintbox("--rate-limit", "off")
        let folder = try TemporaryFolder()
        let result = try Binary.run("run", "scenarios/users.yaml", "--target", paintbox.url, "--out", folder.path)
        try check(folder, result)
    }

    @Test("two-loads.yaml against the reference target: each load sends what it says, in its own time")
    func twoLoads() throws {
        let paintbox = try Paintbox("--database", "memory")
        let folder = try TemporaryFolder()
        let times = ["LENGTH=3s", "SPIKE_AT=500ms", "RAMP=500ms", "SPIKE=500ms", "REST=500ms"]
        let result = try Binary(
            "loadgate",
            ["run", "scenarios/two-loads.yaml", "--target", paintbox.url, "--out", folder.path]
                + times.flatMap { ["--set", $0] }
        ).wait()
        let steps = try check(folder, result)
        // 20/s × 3 s; 100/s × 0.5 s / 2 + 100/s × 0.5 s, nothing for half a second, and a Poisson stage of 25 or so.
        #expect(steps["list-projects"]?["count"] as? Int == 60)
        let loads = try #require(try folder.json("result.json")["loads"] as? [String: [String: Any]])
        #expect(loads["readers"]?["intended_rate"] as? Double == 20)
        #expect(loads["spike"]?["start"] as? Double == 0.5 && loads["spike"]?["seconds"] as? Double == 1.5)
        #expect(5...60 ~= (loads["spike"]?["started"] as? Int ?? 0) - 75)
        #expect(steps["asset"]?["load"] as? String == "spike")
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

    @Test("what-failed.yaml keeps what failed whole, and its commands get the same statuses again")
    func whatFailed() throws {
        let paintbox = try Paintbox()
        let folder = try TemporaryFolder()
        let result = try Binary.run(
            "run", "scenarios/what-failed.yaml", "--target", paintbox.url, "--rate", "10/s", "--for", "1s", "--out",
            folder.path)
        #expect(result.code == 1, "\(result.errors)")
        #expect(result.output.contains("The first that failed"))
        #expect(result.output.contains("curl -sS -i"))
        let lines = try String(contentsOfFile: folder.path + "/failures.jsonl", encoding: .utf8).split(separator: "\n")
            .map { try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]) }
        let failed = lines.filter { $0["kind"] as? String == "failed" }
        let firsts = Dictionary(grouping: failed) { $0["step"] as? String ?? "" }.compactMapValues(\.first)
        #expect(firsts.count == 4)
        for (step, exchange) in firsts {
            let id = try #require(exchange["trace_id"] as? String)
            #expect(exchange["trace_url"] as? String == "https://traces.example/trace/\(id)")
            let command = try #require(exchange["curl"] as? String)
            let status = try #require(exchange["status"] as? Int)
            let shell = Process()
            shell.executableURL = URL(fileURLWithPath: "/bin/sh")
            shell.arguments = ["-c", command]
            let pipe = Pipe()
            shell.standardOutput = pipe
            try shell.run()
            let answer = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            shell.waitUntilExit()
            #expect(answer.hasPrefix("HTTP/1.1 \(status)"), "\(step): \(command): \(answer)")
        }
        // Made again of the folder, the report has them still.
        let page = try String(contentsOfFile: folder.path + "/report.html", encoding: .utf8)
        #expect(page.contains("What failed, exchange by exchange"))
        #expect(try Binary.run("report", folder.path).code == 0)
        #expect(try String(contentsOfFile: folder.path + "/report.html", encoding: .utf8) == page)
    }

    @Test("json-paths.yaml finds what it says in the reference target's answers, and takes projects at random")
    func jsonPaths() throws {
        let paintbox = try Paintbox()
        let folder = try TemporaryFolder()
        let result = try Binary.run(
            "run", "scenarios/json-paths.yaml", "--target", paintbox.url, "--rate", "20/s", "--for", "2s", "--out",
            folder.path)
        #expect([0, 3].contains(result.code), "\(result.output)\(result.errors)")
        let steps = try #require(try folder.json("result.json")["steps"] as? [String: [String: Any]])
        for name in ["list", "one", "head"] {
            #expect((steps[name]?["outcomes"] as? [String: Int])?.keys.sorted() == ["ok"], "\(name): \(result.output)")
        }
    }

    @Test("pushed.yaml is pushed whole, its group among the rest")
    func pushed() throws {
        let paintbox = try Paintbox()
        let receiver = try ScriptedServer(always: ScriptedServer.response("200 OK", "{}"))
        defer { receiver.stop() }
        let folder = try TemporaryFolder()
        let result = try Binary.run(
            "run", "scenarios/pushed.yaml", "--target", paintbox.url, "--rate", "20/s", "--for", "2s", "--out",
            folder.path, "--push", "otlp=\(receiver.url)")
        #expect([0, 3].contains(result.code), "\(result.output)\(result.errors)")
        let pushed = try #require((try folder.json("result.json")["push"] as? [[String: Any]])?.first)
        #expect(pushed["complete"] as? Bool == true, "\(pushed)")
        let last = try #require(receiver.requests.last?.body)
        for name in ["loadgate.group_time", "loadgate.verdict", "\"look\""] { #expect(last.contains(name), "\(name)") }
    }

    @Test("nginx.yaml against nginx, request for request")
    func nginx() throws {
        let nginx = try Nginx()
        let folder = try TemporaryFolder()
        let result = try Binary.run(
            "run", "scenarios/nginx.yaml", "--target", nginx.url, "--rate", "200/s", "--for", "2s", "--out", folder.path
        )
        #expect(try check(folder, result)["hello"]?["count"] as? Int == 400)
    }

    @Test("limits.yaml against nginx: two limits at once, told by the body, and requests at once")
    func limits() throws {
        let stack = Binary.package.path + "/scenarios/stack"
        let nginx = try Nginx("include \(stack)/limits-site.conf;", http: "include \(stack)/limits-http.conf;")
        let folder = try TemporaryFolder()
        let result = try Binary.run("run", "scenarios/limits.yaml", "--target", nginx.url, "--out", folder.path)
        #expect([0, 3].contains(result.code), "\(result.output)\n\(result.errors)")
        let verifications = try #require(try folder.json("result.json")["verifications"] as? [[String: Any]])
        #expect(verifications.first?["verdict"] as? String == "pass", "\(result.output)")
        // nginx sends the second part of the report anywhere in a second.
        #expect(["pass", "inconclusive"].contains(verifications.last?["verdict"] as? String ?? ""), "\(result.output)")
        let findings = verifications.flatMap { $0["findings"] as? [[String: Any]] ?? [] }
        let checks = Set(findings.compactMap { $0["check"] as? String })
        #expect(
            checks.isSuperset(of: ["limit of 10/s", "limit of 30/10s", "concurrency", "slots", "held_apart"]),
            "\(checks)")
    }

    @Test("https.yaml against nginx: HTTP/2, redirects followed by libcurl or not at all")
    func https() throws {
        let nginx = try site(tls: true)
        let folder = try TemporaryFolder()
        let result = try Binary.run(
            "run", "scenarios/https.yaml", "--target", nginx.url, "--rate", "100/s", "--for", "1s", "--out", folder.path
        )
        let steps = try check(folder, result)
        #expect(steps.values.allSatisfy { $0["count"] as? Int == 100 })
        #expect(
            steps.mapValues { $0["transport"] as? String }
                == ["hello": "curl", "moved": "curl", "not-followed": "native"])
        #expect(steps["not-followed"]?["tls_ms"] != nil)
    }

    @Test("login.yaml against nginx: each user signs in once, and does what its role lets it do")
    func login() throws {
        let nginx = try site()
        let folder = try TemporaryFolder()
        let result = try Binary.run(
            "run", "scenarios/login.yaml", "--target", nginx.url, "--for", "2s", "--out", folder.path)
        let steps = try check(folder, result)
        let counts = steps.mapValues { $0["count"] as? Int ?? 0 }
        #expect(counts["sign-in"] == 20)
        // Users 10 and 20 of 20 are administrators; their steps and the others' come after the same account.
        let (audits, homes) = (try #require(counts["audit"]), try #require(counts["home"]))
        #expect(audits < homes)
        #expect(audits + homes <= counts["account"] ?? 0)
    }

    @Test(
        "jobs.yaml against a server of jobs: pages again and again, a checkout as one, jobs polled until they are done")
    func jobs() throws {
        let server = try StackServer("jobs.py", "--workers", "8", "--mean", "200")
        let folder = try TemporaryFolder()
        let result = try Binary.run(
            "run", "scenarios/jobs.yaml", "--target", server.url, "--for", "2s", "--out", folder.path)
        let steps = try check(folder, result)
        let counts = steps.mapValues { $0["count"] as? Int ?? 0 }
        // 12/s × 2 s: two of three shop, one has something converted.
        #expect(counts["cart"] == 16 && counts["pay"] == 16 && counts["submit"] == 8 && counts["download"] == 8)
        #expect(2 * 16...4 * 16 ~= counts["page"] ?? 0)
        let groups = try #require(try folder.json("result.json")["groups"] as? [String: [String: Any]])
        #expect(groups.mapValues { $0["completed"] as? Int } == ["checkout": 16, "conversion": 8, "job": 8])
        #expect(groups.values.allSatisfy { $0["failed"] as? Int == 0 && $0["given_up"] as? Int == 0 })
        let rounds = try #require(groups["job"]?["rounds"] as? [String: Double])
        #expect((rounds["mean"] ?? 0) * 8 == Double(counts["job"] ?? 0))
    }

    @Test("live.yaml against the reference target: round trips, pings, and what others see")
    func live() throws {
        let paintbox = try Paintbox("--rate-limit", "off")
        let folder = try TemporaryFolder()
        let result = try Binary.run(
            "run", "scenarios/live.yaml", "--target", paintbox.url, "--for", "3s", "--out", folder.path)
        let steps = try check(folder, result)
        #expect(Set(steps.keys) == ["update", "broadcast", "watch"])
        #expect(steps["update"]?["round_trip_ms"] != nil)
        #expect(steps["broadcast"]?["round_trip_ms"] != nil)
        #expect(steps["watch"]?["fan_out_ms"] != nil)
        #expect(steps["watch"]?["ping_ms"] != nil)
        #expect((try folder.json("result.json")["generator"] as? [String: Any])?["reconnects"] as? Int == 0)
    }

    @Test("graphql-subscription.yaml against strawberry-graphql: each named entry has its figures")
    func graphQL() throws {
        let server = try ConversationServer("subscriptions", importing: "strawberry")
        let folder = try TemporaryFolder()
        let result = try Binary.run(
            "run", "scenarios/graphql-subscription.yaml", "--target", server.url, "--for", "3s", "--out", folder.path)
        let steps = try checkParts(folder, result)
        #expect(Set(steps.keys) == ["quotes", "acknowledged", "query", "first-quote", "next-quote"])
        #expect(steps["quotes"]?["part_of"] == nil)
        #expect(steps["next-quote"]?["part_of"] as? String == "quotes")
    }

    @Test("socket-io.yaml against python-socketio: events, acknowledgements both ways, attachments, pings")
    func socketIO() throws {
        let server = try ConversationServer("rooms", importing: "socketio")
        let folder = try TemporaryFolder()
        let result = try Binary.run(
            "run", "scenarios/socket-io.yaml", "--target", server.url, "--for", "3s", "--out", folder.path)
        let steps = try checkParts(folder, result)
        #expect(
            Set(steps.keys) == ["room", "open", "connected", "price", "joined", "reversed", "closed"])
    }

    /// As `check`, of a run that may cut conversations off.
    private func checkParts(_ folder: TemporaryFolder, _ result: Binary.Result) throws -> [String: [String: Any]] {
        #expect([0, 1, 3].contains(result.code), "\(result.output)\n\(result.errors)")
        let steps = try self.steps(folder)
        for (name, step) in steps {
            let outcomes = step["outcomes"] as? [String: Int] ?? [:]
            #expect(outcomes["ok"] ?? 0 > 0, "\(name)")
            #expect(outcomes.keys.allSatisfy { ["ok", "unfinished"].contains($0) }, "\(name): \(outcomes)")
            #expect(step["response_time_ms"] != nil, "\(name)")
        }
        return steps
    }

    @Test("streams.yaml starts its own server: first events and gaps of each kind of stream")
    func streams() throws {
        let folder = try TemporaryFolder()
        let result = try Binary.run("run", "scenarios/streams.yaml", "--for", "3s", "--out", folder.path)
        let steps = try check(folder, result)
        #expect(Set(steps.keys) == ["report", "export", "answer"])
        for (name, count) in ["report": 6, "export": 10, "answer": 11] {
            #expect(steps[name]?["first_event_ms"] != nil && steps[name]?["event_gap_ms"] != nil)
            let events = try #require(steps[name]?["events"] as? [String: Any])
            #expect(events["min"] as? Int == count && events["max"] as? Int == count, "\(name): \(events)")
        }
        // It thinks for a tenth of a second, then gives a token each 20 ms.
        let first = try #require((steps["answer"]?["first_event_ms"] as? [String: Any])?["min"] as? Double)
        let gap = try #require((steps["answer"]?["event_gap_ms"] as? [String: Any])?["p50"] as? Double)
        #expect(first >= 100 && gap >= 15, "\(first), \(gap)")
    }

    @Test("calculation.yaml against the reference target: every price right, and the same each time")
    func calculation() throws {
        let paintbox = try Paintbox("--rate-limit", "off")
        let folder = try TemporaryFolder()
        let result = try Binary.run(
            "run", "scenarios/calculation.yaml", "--target", paintbox.url, "--for", "3s", "--out", folder.path)
        let step = try #require(try check(folder, result)["estimate"])
        #expect(step["wrong_answers"] == nil)
        #expect(step["calculation_time_ms"] != nil)
        let determinism = try #require(step["determinism"] as? [String: Int])
        // 600 prices and those of the warm-up, of a table of 200: some come again.
        #expect(determinism["repeated"] ?? 0 > 0)
        #expect(determinism["differing"] == 0)
    }

    @Test("wrong-answers.yaml fails, and lists what was wrong with its input")
    func wrongAnswers() throws {
        let paintbox = try Paintbox("--rate-limit", "off")
        let folder = try TemporaryFolder()
        let result = try Binary.run(
            "run", "scenarios/wrong-answers.yaml", "--target", paintbox.url, "--for", "1s", "--out", folder.path)
        #expect(result.code == 1, "\(result.output)\n\(result.errors)")
        let steps = try steps(folder)
        #expect(steps["right"]?["outcomes"] as? [String: Int] == ["ok": 10])
        #expect(steps["wrong"]?["outcomes"] as? [String: Int] == ["check_failed": 10])
        let wrong = try #require((steps["wrong"]?["wrong_answers"] as? [[String: Any]])?.first)
        let expected = [
            "kind": "value", "input": #"{"area":45.5,"coats":2}"#, "path": "$.total", "expected": "625.56",
            "observed": "625.55",
        ]
        for (key, value) in expected { #expect(wrong[key] as? String == value) }
        let other = try #require((steps["not-the-same"]?["wrong_answers"] as? [[String: Any]])?.first)
        #expect(other["kind"] as? String == "not_deterministic")
        #expect(other["input"] as? String == #"{"area":10,"coats":1}"#)
        let row = try #require(result.output.split(separator: "\n").first { $0.contains("625.56") })
        #expect(row.contains("$.total") && row.contains("625.55") && row.contains(#"{"area":45.5,"coats":2}"#))
        #expect(result.output.contains("not deterministic: the same request was answered differently before"))
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
        try Self.makeCertificates()
        let files = try FileManager.default.contentsOfDirectory(atPath: Binary.package.path + "/scenarios")
            .filter { $0.hasSuffix(".yaml") }.map { "scenarios/" + $0 }
        #expect(files.count >= 10)
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
