import Foundation
import Glibc
import TestSupport
import Testing

/// Several processes that share a load, and the one result that is made of theirs.
@Suite("Fleets", .serialized)
struct FleetTests {
    @Test("Four workers send exactly the load, no row twice, and merge into one verdict")
    func whole() throws {
        let fleet = try FleetFixture()
        for worker in try fleet.start(4) {
            let ended = try worker.wait()
            #expect(ended.code == 0, "\(ended.output)\(ended.errors)")
            #expect(ended.errors.contains("the verdict is that of all: loadgate merge \(fleet.shared) --out DIR"))
        }
        let merged = try fleet.merge()
        #expect(merged.code == 0, "\(merged.output)\(merged.errors)")
        #expect(merged.output.hasPrefix("PASS  fleet: "), "\(merged.output)")
        #expect(merged.output.contains("Workers  4 workers, begun within "), "\(merged.output)")

        let result = try fleet.result
        #expect(result["outcomes"] as? [String: Int] == ["ok": 600])
        // Every row once, in the order of the file: 600 of the 2,000.
        #expect(fleet.rows.count == 600)
        #expect(Set(fleet.rows).count == 600)
        let record = try #require(result["fleet"] as? [String: Any])
        let each = try #require(record["workers"] as? [[String: Any]])
        #expect(each.map { $0["exchanges"] as? Int } == [150, 150, 150, 150])
        #expect(each.allSatisfy { $0["clock_error_ms"] as? Double ?? 0 > 0 })
        try expectSamePercentiles(result, fleet.serverTimes)
        // Once all have ended their status says the same as the merge, and nothing is wrong.
        let status = try fleet.status("--format", "json")
        #expect(status.code == 0, "\(status.errors)")
        let shown = try #require(try JSONSerialization.jsonObject(with: Data(status.output.utf8)) as? [String: Any])
        #expect((shown["sum"] as? [String: Any])?["exchanges"] as? Int == 600)
        #expect(
            (shown["workers"] as? [[String: Any]])?.map { $0["state"] as? String } == [
                "ended", "ended", "ended", "ended",
            ])
    }

    /// What the server says that it took has the percentiles of its own log: as exactly as the histogram can tell, a place of it being at
    /// most 1/1,024 of its value wide, and a microsecond at least. What the clients saw took at least as long.
    private func expectSamePercentiles(_ result: [String: Any], _ log: [Double]) throws {
        let step = try #require((result["steps"] as? [String: [String: Any]])?["delayed"])
        let told = try #require(step["calculation_time_ms"] as? [String: Double])
        let seen = try #require(step["service_time_ms"] as? [String: Double])
        for (name, percent) in [("p50", 50.0), ("p90", 90), ("p95", 95), ("p99", 99), ("max", 100)] {
            let exact = log[Int((percent / 100 * Double(log.count)).rounded(.up)) - 1]
            let merged = try #require(told[name])
            #expect(
                merged >= exact - 0.001 && merged <= exact * (1 + 1.0 / 1_024) + 0.001, "\(name): \(merged), \(exact)")
            let observed = try #require(seen[name])
            #expect(observed >= exact, "\(name): \(observed), \(exact)")
        }
    }

    @Test("A worker that is killed ends all within seconds, and the run is invalid")
    func killed() throws {
        let fleet = try FleetFixture(seconds: 60, rate: 30)
        let workers = try fleet.start(3)
        #expect(fleet.awaitRequests())
        workers[1].signal(SIGKILL)
        let began = Date()
        for worker in [workers[0], workers[2]] {
            let ended = try worker.wait()
            #expect(ended.code == 0, "\(ended.output)\(ended.errors)")
            #expect(ended.errors.contains("worker 1/3 shows no more that it lives"), "\(ended.errors)")
        }
        // 60 s of load were to come. Undisturbed it takes 2.5 s and what the answers under way take.
        #expect(Date().timeIntervalSince(began) < 15)
        _ = try workers[1].wait()
        let merged = try fleet.merge()
        #expect(merged.code == 3, "\(merged.output)\(merged.errors)")
        #expect(merged.output.hasPrefix("INVALID  fleet: worker 1/3 on "), "\(merged.output)")
        let record = try #require(try fleet.result["fleet"] as? [String: Any])
        #expect(
            (record["notes"] as? [String])?.first?.hasPrefix("the others were stopped: worker 1/3 shows no more")
                == true
        )
    }

    @Test("Ctrl-C of one worker ends all; the merged run is partial, and interrupted")
    func interrupted() throws {
        let fleet = try FleetFixture(seconds: 60, rate: 30)
        let workers = try fleet.start(3)
        #expect(fleet.awaitRequests())
        workers[2].signal(SIGINT)
        for worker in workers {
            let code = try worker.wait().code
            #expect(code == 0)
        }
        let merged = try fleet.merge()
        #expect(merged.code == 130, "\(merged.output)\(merged.errors)")
        let result = try fleet.result
        #expect(result["ending"] as? String == "interrupted")
        #expect(result["partial"] as? Bool == true)
        #expect(try fleet.status("--quiet").code == 130)
    }

    @Test("Workers that don't fit together, or don't come, send nothing")
    func refused() throws {
        let fleet = try FleetFixture()
        let alone = try fleet.worker(0, of: 3, ["--fleet-wait", "300ms"]).wait()
        #expect(alone.code == 69, "\(alone.errors)")
        let missing = "fleet: 2 of 3 workers did not come within 0.3 s (segments 1, 2); --fleet-wait waits longer"
        #expect(alone.errors.contains(missing), "\(alone.errors)")
        let status = try fleet.status()
        #expect(status.code == 3)
        #expect(status.output.hasPrefix("fleet  3 workers: 3 refused\n"), "\(status.output)")
        #expect(status.output.contains("fleet: 2 of 3 workers did not come"), "\(status.output)")
        let again = try fleet.worker(0, of: 3).wait()
        #expect(again.code == 69)
        #expect(
            again.errors.contains(
                "\(fleet.shared) is in use, or was: a worker 0/3 was there before; name a new folder for each run"))
        let other = try fleet.folder.write(
            "other.yaml", try String(contentsOfFile: fleet.scenario, encoding: .utf8) + "\n# another\n")
        let odd = fleet.folder.path + "/odd"
        let workers = [
            try fleet.worker(0, of: 2, in: odd), try fleet.worker(1, of: 2, scenario: other, in: odd),
        ]
        for worker in workers {
            let ended = try worker.wait()
            #expect(ended.code == 69)
            #expect(ended.errors.contains("has another scenario file than worker 0"), "\(ended.errors)")
        }
        #expect(fleet.server.requestCount == 0)
    }

    @Test("A merged run is compared with the scenario's baseline, or with the one that is named")
    func baseline() throws {
        let fleet = try FleetFixture(seconds: 2, rate: 200, more: "baseline: {file: none.json, tolerance: 7%}")
        for worker in try fleet.start(2) { _ = try worker.wait() }
        let merged = try fleet.merge()
        #expect(merged.code == 0, "\(merged.output)\(merged.errors)")
        #expect(merged.errors.contains("/none.json yet: loadgate baseline record"), "\(merged.errors)")
        let open = try #require(try fleet.result["comparison"] as? [String: Any])
        #expect((open["reason"] as? String)?.hasPrefix("nobody recorded this baseline yet") == true)
        #expect((open["settings"] as? [String: Any] ?? open)["tolerance"] as? Double == 0.07)

        // One of another load, which it can't be compared with: that is said, and decides nothing.
        let other = Binary.package.path + "/baselines/signoff.json"
        let named = try fleet.merge("--baseline", other)
        #expect(named.code == 0, "\(named.output)\(named.errors)")
        let compared = try #require(try fleet.result["comparison"] as? [String: Any])
        #expect((compared["reason"] as? String)?.hasPrefix("not comparable: ") == true, "\(compared)")
        #expect((compared["notes"] as? [String])?.last?.hasPrefix("the load was carried by 2 workers") == true)
        let missing = try fleet.merge("--baseline", fleet.folder.path + "/nothing.json")
        #expect(missing.code == 65)
        #expect(missing.errors.contains("nothing.json: there is no such file"), "\(missing.errors)")
    }

    @Test("A worker that begins late is named, by merge and by status")
    func late() throws {
        let fleet = try FleetFixture(seconds: 2, rate: 20)
        let start = Date(timeIntervalSinceNow: 3)
        func worker(_ segment: Int, at time: Date) throws -> Binary {
            try Binary(
                "loadgate",
                [
                    "run", fleet.scenario, "--segment", "\(segment)/2", "--start-at",
                    time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)), "--out",
                    fleet.shared + "/worker-\(segment)", "--reactors", "1",
                ])
        }
        let workers = [try worker(0, at: start), try worker(1, at: start.addingTimeInterval(0.5))]
        for worker in workers { _ = try worker.wait() }
        let merged = try Binary.run("merge", fleet.shared, "--out", fleet.folder.path + "/merged")
        #expect(merged.code == 65, "\(merged.output)\(merged.errors)")
        let refusal =
            #/the loads did not begin together: worker 1\/2 \(.*\) began (49|5\d)\d(\.\d)? ms after the first, 100 ms is allowed/#
        #expect(merged.errors.contains(refusal), "\(merged.errors)")
        let status = try fleet.status()
        #expect(status.code == 0, "\(status.output)\(status.errors)")
        #expect(status.output.contains(#/worker 1\/2 began (49|5\d)\d(\.\d)? ms after the first/#), "\(status.output)")
    }

    @Test(
        "Options that don't go together are named",
        arguments: [
            (["--fleet", "x"], "--fleet wants --segment i/n: which part of the load is this?"),
            (["--merge"], "--merge wants --fleet: where do the others leave their parts?"),
            (["--max-skew", "1s"], "--max-skew wants --merge"),
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

    @Test("make fleet deals a load to processes of this machine, and ends with its verdict")
    func local() throws {
        let fleet = try FleetFixture(seconds: 2)
        let folder = fleet.folder
        let ended = try Binary(
            "/bin/bash", [Binary.package.path + "/scripts/fleet", fleet.scenario, "--reactors", "1"], in: folder.url,
            environment: ["LOADGATE": Binary.url(of: "loadgate").path, "WORKERS": "3"]
        ).wait()
        // Starts of processes on a busy machine may be further apart than is allowed unless told.
        #expect(ended.code == 0 || ended.errors.contains("--max-skew"), "\(ended.output)\(ended.errors)")
        #expect(fleet.server.requestCount == 400)
        let none = try Binary(
            "/bin/bash", [Binary.package.path + "/scripts/fleet", folder.path + "/none.yaml"], in: folder.url,
            environment: ["LOADGATE": Binary.url(of: "loadgate").path]
        ).wait()
        #expect(none.code == 65, "\(none.errors)")
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
