import Foundation
import TestSupport
import Testing

/// What runs beside the load or without one, against the same servers.
extension HostileServerTests {
    /// Servers that send without end, and servers that drip.
    private func besides() throws -> [(name: String, server: Hostile)] {
        func flood(_ beginning: String, _ flood: String) throws -> Hostile {
            let server = try FloodServer(beginning: Array(beginning.utf8), flood: Array(flood.utf8))
            return Hostile(url: server.url, stop: server.stop)
        }
        func drip(_ text: String) throws -> Hostile {
            let server = try ScriptedServer(record: false) { _ in [.trickle(text, seconds: 0.02)] }
            return Hostile(url: server.url, stop: server.stop)
        }
        return [
            ("head without end", try flood(Self.head, Self.line)),
            ("interim answers without end", try flood("", "HTTP/1.1 103 Early Hints\r\n\r\n")),
            ("body without end", try flood("\(Self.head)\r\n", String(repeating: "a", count: 65_536))),
            ("trailers without end", try flood(Self.chunked + "0\r\n", Self.line)),
            ("head that drips", try drip(Self.head + String(repeating: "X: a\r\n", count: 500))),
            (
                "body that drips",
                try drip("\(Self.head)Content-Length: 3000\r\n\r\n" + String(repeating: "a", count: 3000))
            ),
        ]
    }

    /// Runs a scenario for each server, all beside one another; what came of each.
    private func runAll(
        _ servers: [(name: String, server: Hostile)], in folder: TemporaryFolder, _ scenario: (String) -> String
    ) throws -> [(name: String, code: Int32, seconds: Double, memory: Int, errors: String)] {
        let begin = Date()
        let runs = try servers.enumerated().map { number, item in
            let file = try folder.write("\(number).yaml", scenario(item.server.url))
            return try Binary("loadgate", ["run", file, "--out", "\(folder.path)/\(number)", "--no-live"])
        }
        // One after the other is waited for, so that later ones are looked at less often near their end.
        return try zip(servers, runs).map { item, run in
            let ended = try finish(run)
            return (
                item.name, ended.result.code, Date().timeIntervalSince(begin), ended.memory,
                ended.result.output + ended.result.errors
            )
        }
    }

    @Test("Verifications of a hostile server end in their time and in bounded memory, and pass nothing")
    func verifications() throws {
        let servers = try besides()
        defer { servers.forEach { $0.server.stop() } }
        let folder = try TemporaryFolder()
        let ended = try runAll(servers, in: folder) { url in
            """
            name: verified
            target: \(url)
            defaults: {timeout: 50ms}
            verify:
              - headers: {paths: [/]}
              - cors: {path: /, allow: [https://app.example]}
              - cache: {get: "/${n}", catalogue: 5, requests: 10}
              - rate_limit: {get: /, identity: X-API-Key, limit: 5/s}
              - input: {post: /, json: {a: 1}}
            """
        }
        for (number, run) in ended.enumerated() {
            // Some 80 requests of 50 ms each are four seconds, beside five others of their like.
            #expect(run.code == 1 && run.seconds < 30 && run.memory < Self.memoryBound, "\(run)")
            let result = try folder.json("\(number)/result.json")
            let verifications = try #require(result["verifications"] as? [[String: Any]])
            #expect(verifications.count == 5)
            for verification in verifications {
                let findings = verification["findings"] as? [[String: Any]] ?? []
                let passed = findings.filter {
                    $0["verdict"] as? String == "pass" && $0["severity"] as? String == "hard"
                }
                #expect(passed.isEmpty, "\(run.name): \(passed)")
            }
        }
    }

    @Test("A service that such a server answers for is not ready in its time, and the run says why")
    func readiness() throws {
        let servers = try besides()
        defer { servers.forEach { $0.server.stop() } }
        let folder = try TemporaryFolder()
        let ended = try runAll(servers, in: folder) { url in
            """
            name: waited
            target: \(url)
            services: {s: {command: [sleep, "60"], ready: "\(url)/ready", start_timeout: 1s}}
            flows: {main: {steps: [{get: /}]}}
            load: [{users: 1, iterations: 1}]
            """
        }
        for run in ended {
            // A second, and what one request that has begun may take: two more. Nothing of an answer is kept but its head.
            #expect(run.code == 69 && run.seconds < 30 && run.memory < Self.memoryBound / 2, "\(run)")
            #expect(run.errors.contains("service s: not ready within 1.0 seconds: "), "\(run)")
        }
    }
}
