import Foundation
import Glibc
import TestSupport
import Testing

/// Several processes that share a load, and the one result that is made of theirs.
@Suite("Fleets", .serialized)
struct FleetTests {
    /// A server of known delays: each request says how long its answer takes.
    private static func server() throws -> ScriptedServer {
        try ScriptedServer { request in
            let wait = request.path.split(separator: "=").last.flatMap { Double($0) } ?? 0
            return [.wait(seconds: wait / 1_000), .send(ScriptedServer.response("200 OK", "5"))]
        }
    }

    private static func scenario(_ folder: TemporaryFolder, target: String, seconds: Int = 3) throws -> String {
        var rows = "row,ms\n"
        for row in 0..<2_000 { rows += "\(row),\(row % 10 == 0 ? 60 : 20)\n" }
        _ = try folder.write("rows.csv", rows)
        return try folder.write(
            "fleet.yaml",
            """
            name: fleet
            target: \(target)
            data: {rows: {file: rows.csv, order: once}}
            flows: {main: {steps: [{get: "/delay?row=${rows.row}&ms=${rows.ms}", name: delayed}]}}
            load: [{arrivals: 200/s, for: \(seconds)s}]
            objectives:
              - p50 response_time < 2s
              - availability > 99%
              - {objective: throughput > 10/s, abort: after 1s}
            """)
    }

    private static func worker(
        _ segment: Int, of count: Int, _ scenario: String, in shared: String, _ more: [String] = []
    ) throws -> Binary {
        try Binary(
            "loadgate",
            ["run", scenario, "--segment", "\(segment)/\(count)", "--fleet", shared, "--reactors", "1"] + more)
    }

    private static func merge(_ shared: String, _ folder: TemporaryFolder) throws -> Binary.Result {
        try Binary.run("merge", shared, "--out", folder.path + "/merged", "--max-skew", "10s")
    }

    @Test("Four workers send exactly the load, no row twice, and merge into one verdict")
    func whole() throws {
        let server = try Self.server()
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let scenario = try Self.scenario(folder, target: server.url)
        let shared = folder.path + "/shared"
        let workers = try (0..<4).map { try Self.worker($0, of: 4, scenario, in: shared) }
        for worker in workers {
            let ended = try worker.wait()
            #expect(ended.code == 0, "\(ended.output)\(ended.errors)")
            #expect(ended.errors.contains("the verdict is that of all: loadgate merge \(shared) --out DIR"))
        }
        let merged = try Self.merge(shared, folder)
        #expect(merged.code == 0, "\(merged.output)\(merged.errors)")
        #expect(merged.output.hasPrefix("PASS  fleet: "), "\(merged.output)")
        #expect(merged.output.contains("Workers  4 workers, begun within "), "\(merged.output)")

        let result = try folder.json("merged/result.json")
        let outcomes = try #require(result["outcomes"] as? [String: Int])
        #expect(outcomes == ["ok": 600])
        // Every row once, in the order of the file: 600 of the 2,000.
        let rows = server.requests.compactMap { request in
            request.path.firstMatch(of: #/row=(\d+)/#).flatMap { Int($0.1) }
        }
        #expect(rows.count == 600)
        #expect(Set(rows).count == 600)
        // What took the server 60 ms and 20 ms took as long here.
        let steps = try #require(result["steps"] as? [String: [String: Any]])
        let times = try #require(steps["delayed"]?["service_time_ms"] as? [String: Double])
        #expect(times["p50"] ?? 0 >= 20)
        #expect(times["max"] ?? 0 >= 60)
        let fleet = try #require(result["fleet"] as? [String: Any])
        let each = try #require(fleet["workers"] as? [[String: Any]])
        #expect(each.map { $0["exchanges"] as? Int } == [150, 150, 150, 150])
        #expect(each.allSatisfy { $0["clock_error_ms"] as? Double ?? 0 > 0 })
    }

    @Test("A worker that is killed ends all within seconds, and the run is invalid")
    func killed() throws {
        let server = try Self.server()
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let scenario = try Self.scenario(folder, target: server.url, seconds: 60)
        let shared = folder.path + "/shared"
        let workers = try (0..<3).map { try Self.worker($0, of: 3, scenario, in: shared) }
        #expect(Wait.until { server.requestCount > 50 })
        workers[1].signal(SIGKILL)
        let began = Date()
        for worker in [workers[0], workers[2]] {
            let ended = try worker.wait()
            #expect(ended.code == 0, "\(ended.output)\(ended.errors)")
            #expect(ended.errors.contains("worker 1/3 shows no more that it lives"), "\(ended.errors)")
        }
        // 60 s of load were to come.
        #expect(Date().timeIntervalSince(began) < 30)
        _ = try workers[1].wait()
        let merged = try Self.merge(shared, folder)
        #expect(merged.code == 3, "\(merged.output)\(merged.errors)")
        #expect(merged.output.hasPrefix("INVALID  fleet: worker 1/3 on "), "\(merged.output)")
        let fleet = try #require(try folder.json("merged/result.json")["fleet"] as? [String: Any])
        #expect(
            (fleet["notes"] as? [String])?.first?.hasPrefix("the others were stopped: worker 1/3 shows no more") == true
        )
    }

    @Test("Ctrl-C of one worker ends all; the merged run is partial, and interrupted")
    func interrupted() throws {
        let server = try Self.server()
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let scenario = try Self.scenario(folder, target: server.url, seconds: 60)
        let shared = folder.path + "/shared"
        let workers = try (0..<3).map { try Self.worker($0, of: 3, scenario, in: shared) }
        #expect(Wait.until { server.requestCount > 50 })
        workers[2].signal(SIGINT)
        for worker in workers { #expect(try worker.wait().code == 0) }
        let merged = try Self.merge(shared, folder)
        #expect(merged.code == 130, "\(merged.output)\(merged.errors)")
        let result = try folder.json("merged/result.json")
        #expect(result["ending"] as? String == "interrupted")
        #expect(result["partial"] as? Bool == true)
    }

    @Test("Workers that don't fit together, or don't come, send nothing")
    func refused() throws {
        let server = try Self.server()
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let scenario = try Self.scenario(folder, target: server.url)
        let shared = folder.path + "/alone"
        let alone = try Self.worker(0, of: 3, scenario, in: shared, ["--fleet-wait", "300ms"]).wait()
        #expect(alone.code == 69, "\(alone.errors)")
        #expect(
            alone.errors.contains(
                "fleet: 2 of 3 workers did not come within 0.3 s (segments 1, 2); --fleet-wait waits longer"),
            "\(alone.errors)")
        let again = try Self.worker(0, of: 3, scenario, in: shared).wait()
        #expect(again.code == 69)
        #expect(
            again.errors.contains(
                "\(shared) is in use, or was: a worker 0/3 was there before; name a new folder for each run"))
        let other = try folder.write(
            "other.yaml", try String(contentsOfFile: scenario, encoding: .utf8) + "\n# another\n")
        let odd = folder.path + "/odd"
        let workers = [
            try Self.worker(0, of: 2, scenario, in: odd), try Self.worker(1, of: 2, other, in: odd),
        ]
        for worker in workers {
            let ended = try worker.wait()
            #expect(ended.code == 69)
            #expect(ended.errors.contains("has another scenario file than worker 0"), "\(ended.errors)")
        }
        #expect(server.requestCount == 0)
    }

    @Test(
        "Options that don't go together are named",
        arguments: [
            (["--fleet", "x"], "--fleet wants --segment i/n: which part of the load is this?"),
            (["--fleet-wait", "5s"], "--fleet-wait wants --fleet: which folder do the workers share?"),
            (
                ["--fleet", "x", "--segment", "0/2", "--start-at", "2099-01-31T12:00:00Z"],
                "--fleet and --start-at: the workers agree on a start in the folder, so name one of both"
            ),
            (
                ["--fleet", "x", "--segment", "0/2", "--fleet-wait", "soon"],
                "--fleet-wait wants a duration up to 24h such as 5m, got 'soon'"
            ),
        ])
    func options(arguments: [String], message: String) throws {
        let ended = try Binary("loadgate", ["run", "x.yaml"] + arguments).wait()
        #expect(ended.code == 64)
        #expect(ended.errors.contains(message), "\(ended.errors)")
    }

    @Test("merge refuses to write over a worker's folder")
    func overwriting() throws {
        let ended = try Binary.run("merge", "a/b", "c", "--out", "./a/b")
        #expect(ended.code == 64)
        #expect(
            ended.errors.contains("--out ./a/b is the folder of a worker (a/b), whose files would be lost"),
            "\(ended.errors)")
    }
}
