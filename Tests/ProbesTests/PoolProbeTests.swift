import CLinux
import Foundation
import Measures
import NIOConcurrencyHelpers
import Objectives
import Scenarios
import TestSupport
import Testing
import VerificationKit

@testable import Probes

/// The pooler of PostgreSQL under load, seen through its own console: once as it should be, once too small.
@Suite("The connection pool under load", .serialized)
struct PoolProbeTests {
    private static let objectives = [
        "p90 pool within 5..20", "pool within 5..20", "max pool_waiting == 0", "max pool_maxwait == 0",
    ]

    /// What a pool comes to under twelve clients that are never idle. `settled`: how many server connections it has then;
    /// `enough`: the samples of each probe.
    private func findings(minimum: Int, maximum: Int, settled: Double, samples enough: Int) throws -> [ObjectiveFinding]
    {
        let postgres = try PostgresServer()
        let pooler = try PgBouncerServer(postgres: postgres.port, minimum: minimum, maximum: maximum)
        // The slower this machine is, the slower the beat: a sample takes the time that psql takes.
        var every = 0.1
        func probed() throws -> Scenario {
            let show =
                "command: [psql, -X, -h, 127.0.0.1, -p, \"\(pooler.port)\", -U, stats, pgbouncer, --csv, -c, SHOW POOLS]"
            let common = "\(show), every: \(Int(every * 1000))ms, timeout: 60s, read: csv, where: database == paintbox"
            return try scenario(
                """
                pool: {\(common), value: sv_active + sv_idle + sv_used + sv_tested + sv_login}
                pool_waiting: {\(common), value: cl_waiting}
                pool_maxwait: {\(common), value: maxwait}
                """, objectives: Self.objectives)
        }
        let bench = try PgBenchLoad(
            port: pooler.port, clients: 12, statement: "select pg_sleep(0.01);", seconds: 300)
        defer { withExtendedLifetime(bench) {} }
        let first = ProbeRunner(try probed())
        // The pool fills up while clients wait; what is measured begins after that.
        #expect(Wait.until(within: 60) { (try? first.read("pool")) == settled }, "\(reason(first, "pool") ?? "")")
        let start = loadgate_monotonic()
        _ = try first.read("pool")
        every = max(every, Double(loadgate_monotonic() - start) / 1e9 * 5)

        let measured = try probed()
        let runner = ProbeRunner(measured)
        let samples = NIOLockedValueBox<[String: Int]>([:])
        runner.start(at: Instant(nanoseconds: loadgate_monotonic())) { name, _ in
            samples.withLockedValue { $0[name, default: 0] += 1 }
        }
        #expect(
            Wait.until(within: 120) {
                samples.withLockedValue { $0.count == 3 && $0.values.allSatisfy { $0 >= enough } }
            })
        #expect(bench.isRunning)
        let series = runner.stop()
        var measurement = RunMeasurement(steps: 1, flows: 1, reactors: 1)
        measurement.addStretch(.zero..<(series.compactMap { $0.slices.last?.end }.max() ?? .zero))
        return ObjectiveWatch(measured).findings(of: measurement, probes: series)
    }

    @Test("A pool of 5 to 20 under twelve clients is utilised, and nobody waits: shown")
    func good() throws {
        // p90 takes 29 samples: 0.9²⁹ < 0.05.
        let findings = try findings(minimum: 5, maximum: 20, settled: 12, samples: 31)
        let told = "\(findings.map { "\($0.objective.source): \($0.verdict) \($0.observed ?? -1) \($0.note ?? "")" })"
        #expect(findings.map(\.verdict) == [.pass, .pass, .pass, .pass], "\(told)")
        #expect(findings.map(\.observed) == [12, 12, 0, 0])
        #expect(findings[0].bound == 12)
        #expect(findings.allSatisfy { $0.samples >= 29 })
        #expect(findings.allSatisfy { $0.unit == .number })
    }

    @Test("A pool of 2 is refused: it is below the band, and clients wait")
    func tooSmall() throws {
        let findings = try findings(minimum: 0, maximum: 2, settled: 2, samples: 5)
        let told = "\(findings.map { "\($0.objective.source): \($0.verdict) \($0.observed ?? -1) \($0.note ?? "")" })"
        #expect(findings[0].verdict == .fail, "\(told)")
        #expect(findings[0].observed == 2)
        #expect(findings[1].verdict == .fail, "\(told)")
        #expect(findings[2].verdict == .fail, "\(told)")
        // Twelve clients, two of them served.
        #expect(findings[2].observed == 10, "\(told)")
    }

    @Test("A database that the pooler doesn't know is no pool at rest")
    func unknownDatabase() throws {
        let postgres = try PostgresServer()
        let pooler = try PgBouncerServer(postgres: postgres.port, minimum: 5, maximum: 20)
        let show = "[psql, -X, -h, 127.0.0.1, -p, \"\(pooler.port)\", -U, stats, pgbouncer, --csv, -c, SHOW POOLS]"
        func why(_ keys: String) throws -> String? {
            reason(ProbeRunner(try scenario("p: {command: \(show), timeout: 60s, read: csv, \(keys)}")))
        }
        #expect(
            try why("value: cl_waiting, where: database == paintbx") == "none of 1 rows has \"database == paintbx\"")
        #expect(
            try why("value: cl_waitng, where: database == pgbouncer")
                == "the CSV has no column \"cl_waitng\" (did you mean \"cl_waiting\"?)")
        #expect(try why("where: database == pgbouncer") == nil)
        // A user without a right to the console, and no server at all: psql's own words.
        let denied = show.replacingOccurrences(of: "stats", with: "paintbox")
        #expect(
            reason(ProbeRunner(try scenario("p: {command: \(denied), timeout: 60s, read: csv}")))?
                .contains("not allowed") == true)
        let nowhere = show.replacingOccurrences(of: "\"\(pooler.port)\"", with: "\"1\"")
        #expect(
            reason(ProbeRunner(try scenario("p: {command: \(nowhere), timeout: 60s, read: csv}")))?
                .hasPrefix("exited with code 2: psql: error: connection to server at \"127.0.0.1\", port 1 failed")
                == true)
    }

    @Test("A query's own number is read, and rows are counted")
    func query() throws {
        let postgres = try PostgresServer(settings: ["cluster_name": "probed"])
        let psql = "psql, -X, -h, 127.0.0.1, -p, \"\(postgres.port)\", -U, postgres, -d, postgres"
        let runner = ProbeRunner(
            try scenario(
                """
                limit: {command: [\(psql), -At, -c, SHOW max_connections], timeout: 60s}
                own: {command: [\(psql), --csv, -c, "select application_name, state from pg_stat_activity"], \
                timeout: 60s, read: csv, where: [application_name == psql, state == active]}
                """))
        #expect(try runner.read("limit") == 100)
        #expect(try runner.read("own") == 1)
        #expect(try postgres.query("SHOW cluster_name") == "probed\n")
    }
}
