import Foundation
import Glibc
import NIOConcurrencyHelpers
import TestSupport
import Testing

/// `loadgate drill` against a service of the tests' own, whose behaviour while it is broken is known.
@Suite("loadgate drill", .serialized)
struct DrillCommandTests {
    /// Takes writes by POST /w/ID and tells of them by GET /w/ID. While the file `broken` is there it behaves as it is told.
    private final class Shop {
        enum Fault: Sendable { case refusesAll, losesAcknowledged, appliesTwice }

        let folder: TemporaryFolder
        private let server: ScriptedServer
        private let state: NIOLockedValueBox<(counts: [String: Int], lost: Int, twice: Int)>

        init(_ fault: Fault) throws {
            let folder = try TemporaryFolder()
            let state = NIOLockedValueBox((counts: [String: Int](), lost: 0, twice: 0))
            let file = folder.path + "/broken"
            server = try ScriptedServer(record: false) { request in
                let isBroken = access(file, F_OK) == 0
                if isBroken, fault == .refusesAll {
                    return [.send(ScriptedServer.response("503 Service Unavailable"))]
                }
                let id = String(request.path.suffix(36))
                guard request.method == "POST" else {
                    let count = state.withLockedValue { $0.counts[id] ?? 0 }
                    let status = count > 0 ? "200 OK" : "404 Not Found"
                    return [.send(ScriptedServer.response(status, "{\"count\":\(count)}"))]
                }
                state.withLockedValue { state in
                    switch fault {
                    case .losesAcknowledged where isBroken: state.lost += 1
                    case .appliesTwice where isBroken:
                        state.counts[id] = 2
                        state.twice += 1
                    default: state.counts[id] = 1
                    }
                }
                return [.send(ScriptedServer.response("201 Created"))]
            }
            self.folder = folder
            self.state = state
        }

        deinit { server.stop() }

        var url: String { server.url }
        var requestCount: Int { server.requestCount }
        /// Writes that were acknowledged and dropped, and those that were applied twice.
        var known: (lost: Int, twice: Int) { state.withLockedValue { ($0.lost, $0.twice) } }
        var isBroken: Bool { access(folder.path + "/broken", F_OK) == 0 }

        func scenario(_ objectives: String, limits: String = "{}", length: String = "9s", restore: String = "5s") throws
            -> String
        {
            try folder.write(
                "scenario.yaml",
                """
                name: shop
                target: \(url)
                defaults: {timeout: 5s}
                flows: {main: {steps: [{name: write, post: "/w/${write.id}"}]}}
                load: [{arrivals: 40/s, for: \(length)}]
                drill:
                  steady: 2s
                  settle: 2s
                  limits: \(limits)
                  timeline:
                  - at: 3s
                    name: shop
                    fault: {run: [touch, \(folder.path)/broken]}
                    undo: {run: [rm, -f, \(folder.path)/broken]}
                    effective: [test, -e, \(folder.path)/broken]
                  - {at: \(restore), restore: shop}
                  audit:
                    write: write
                    rate: 200/s
                    read: {get: "/w/${write.id}", applied: json $.count}
                objectives: [\(objectives)]
                """)
        }

        func drill(_ file: String, _ options: String...) throws -> Binary {
            try Binary("loadgate", ["drill", file, "--out", folder.path + "/out"] + options)
        }

        func result() throws -> [String: Any] {
            try #require(try folder.json("out/result.json")["drill"] as? [String: Any])
        }
    }

    private static func number(_ result: [String: Any], _ key: String) -> Double? {
        (result[key] as? NSNumber)?.doubleValue
    }

    @Test("An outage is measured, and the undo seen") func outage() throws {
        let shop = try Shop(.refusesAll)
        let file = try shop.scenario("errors < 10%, outage within 1s..20s, lost_writes == 0, failback < 20s")
        let ended = try shop.drill(file, "--yes").wait(seconds: 120)
        #expect(ended.code == 0, "\(ended.output)\(ended.errors)")
        #expect(ended.output.contains("PASS  shop"))
        let result = try shop.result()
        // Broken from 3 to 5 s, give or take what starting a program takes.
        let outage = try #require(Self.number(result, "outage_seconds"))
        #expect(outage > 1 && outage < 20, "\(outage)")
        #expect(!shop.isBroken)
        let fault = try #require((result["faults"] as? [[String: Any]])?.first)
        #expect(fault["undone"] != nil)
        // A 503 may have been applied.
        #expect(try #require(Self.number(result, "indeterminate")) > 0)
        #expect(Self.number(result, "recovered") == 0)
        #expect(
            try String(contentsOfFile: shop.folder.path + "/out/report.html", encoding: .utf8).contains("id=\"drill\""))
    }

    @Test("Acknowledged writes that are lost are counted exactly, and named") func lost() throws {
        let shop = try Shop(.losesAcknowledged)
        let file = try shop.scenario("lost_writes == 0")
        let ended = try shop.drill(file, "--yes").wait(seconds: 120)
        #expect(ended.code == 1, "\(ended.output)\(ended.errors)")
        let result = try shop.result()
        #expect(shop.known.lost > 0)
        #expect(Self.number(result, "lost_writes") == Double(shop.known.lost))
        #expect(Self.number(result, "duplicates") == 0)
        #expect(Self.number(result, "outage_seconds") == 0)
        let lines = try String(contentsOfFile: shop.folder.path + "/out/lost-writes.jsonl", encoding: .utf8)
        #expect(lines.split(separator: "\n").count == shop.known.lost)
    }

    @Test("Writes that are applied twice are counted exactly") func twice() throws {
        let shop = try Shop(.appliesTwice)
        let ended = try shop.drill(try shop.scenario("duplicates == 0, lost_writes == 0"), "--yes").wait(seconds: 120)
        #expect(ended.code == 1, "\(ended.output)\(ended.errors)")
        let result = try shop.result()
        #expect(shop.known.twice > 0)
        #expect(Self.number(result, "duplicates") == Double(shop.known.twice))
        #expect(Self.number(result, "lost_writes") == 0)
    }

    @Test("Beyond its limits a drill is healed at once, and goes on to its end") func limits() throws {
        let shop = try Shop(.refusesAll)
        let file = try shop.scenario("rto < 60s", limits: "{outage: 1s}", length: "20s", restore: "18s")
        let ended = try shop.drill(file, "--yes").wait(seconds: 120)
        #expect(ended.errors.contains("limits.outage: no success for"), "\(ended.errors)")
        let result = try shop.result()
        #expect((result["healed_because"] as? String)?.hasPrefix("limits.outage") == true)
        let undone = try #require((result["faults"] as? [[String: Any]])?.first?["undone"] as? NSNumber).doubleValue
        #expect(undone < 17, "\(undone)")
        #expect(!shop.isBroken)
    }

    @Test("Ctrl-C undoes the faults before it ends the load") func interrupt() throws {
        let shop = try Shop(.refusesAll)
        let file = try shop.scenario("rto < 60s", length: "5m", restore: "4m")
        let binary = try shop.drill(file, "--yes")
        #expect(Wait.until(within: 60) { shop.isBroken }, "\(binary.errors)")
        binary.signal(SIGINT)
        let ended = try binary.wait(seconds: 60)
        #expect(ended.code == 130, "\(ended.output)\(ended.errors)")
        #expect(!shop.isBroken)
        #expect(try shop.result()["healed_because"] as? String == "interrupted")
    }

    @Test("Nothing is broken unasked: a dry run, nobody to ask, loadgate run") func unasked() throws {
        let shop = try Shop(.refusesAll)
        let file = try shop.scenario("rto < 60s")
        let dry = try shop.drill(file, "--dry-run").wait(seconds: 60)
        #expect(dry.code == 0, "\(dry.errors)")
        #expect(dry.output.contains("run touch \(shop.folder.path)/broken"))
        #expect(dry.output.contains("undone by:"))
        let unasked = try shop.drill(file).wait(seconds: 60)
        #expect(unasked.code == 77)
        #expect(unasked.errors.contains("nobody can be asked here: add --yes"))
        let run = try Binary("loadgate", ["run", file, "--out", shop.folder.path + "/run"]).wait(seconds: 60)
        #expect(run.code == 64)
        #expect(run.errors.contains("carry it out with loadgate drill"))
        let other = try shop.drill(file, "--yes", "--only", "nothing").wait(seconds: 60)
        #expect(other.code == 64)
        #expect(other.errors.contains("the drill has no such fault"))
        #expect(shop.requestCount == 0)
        #expect(!shop.isBroken)
    }
}
