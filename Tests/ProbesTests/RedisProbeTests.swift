import CLinux
import Measures
import NIOConcurrencyHelpers
import Objectives
import Scenarios
import TestSupport
import Testing
import VerificationKit

@testable import Probes

/// Redis with a replica and a Sentinel, seen through redis-cli.
@Suite("Redis and Sentinel", .serialized)
struct RedisProbeTests {
    private static let objectives = [
        "replicas >= 1", "max lag <= 600", "is_master == 1", "watched == 1", "quorum == 1", "min slaves_seen >= 1",
    ]

    private func probed(_ master: RedisServer, _ sentinel: RedisSentinel, every: Double) throws -> Scenario {
        let info = "command: [redis-cli, -p, \"\(master.port)\", INFO, replication], read: lines"
        let asked = "command: [redis-cli, -3, --json, -p, \"\(sentinel.port)\", SENTINEL, MASTER, paint], read: json"
        let common = "timeout: 60s, every: \(Int(every * 1000))ms"
        return try scenario(
            """
            replicas: {\(info), value: connected_slaves, \(common)}
            lag: {\(info), value: slave0.lag, \(common)}
            is_master: {\(info), where: role == master, \(common)}
            watched: {command: [redis-cli, -p, "\(sentinel.port)", INFO, sentinel], read: lines, \(common), \
            where: [sentinel_masters == 1, master0.name == paint, master0.status == ok]}
            quorum: {\(asked), value: $.quorum, \(common)}
            slaves_seen: {\(asked), value: '$["num-slaves"]', \(common)}
            """, objectives: Self.objectives)
    }

    @Test("A replica that follows and a Sentinel that watches are shown; when the replica is gone it is refused")
    func replication() throws {
        let master = try RedisServer()
        var replica: RedisServer? = try RedisServer(replicaOf: master.port)
        let sentinel = try RedisSentinel(watching: master.port, name: "paint")
        let first = ProbeRunner(try probed(master, sentinel, every: 1))
        #expect(Wait.until(within: 60) { (try? first.read("replicas")) == 1 && (try? first.read("slaves_seen")) == 1 })
        #expect(Wait.until(within: 60) { (try? first.read("watched")) == 1 })
        let start = loadgate_monotonic()
        _ = try first.read("quorum")
        let every = max(0.05, Double(loadgate_monotonic() - start) / 1e9 * 16)

        let healthy = try findings(try probed(master, sentinel, every: every)) {
            $0.count == 6 && $0.values.allSatisfy { $0 >= 5 }
        }
        let told = "\(healthy.map { "\($0.objective.source): \($0.verdict) \($0.observed ?? -1) \($0.note ?? "")" })"
        #expect(healthy.map(\.verdict) == Array(repeating: .pass, count: 6), "\(told)")
        #expect(healthy[0].observed == 1)

        replica = nil
        #expect(replica == nil)
        #expect(Wait.until(within: 60) { (try? first.read("replicas")) == 0 })
        let alone = try findings(try probed(master, sentinel, every: every)) {
            $0.count == 6 && $0.values.allSatisfy { $0 >= 3 }
        }
        #expect(alone[0].verdict == .fail)
        #expect(alone[0].observed == 0)
        // There is no lag of nobody: no number, so nothing is shown of it.
        #expect(alone[1].verdict == .noData)
        #expect(alone[1].note?.contains("there is no line \"slave0.lag\"") == true)
        #expect(alone[2].verdict == .pass)
    }

    @Test("A Redis that isn't there, and a master of another name, are failures in redis-cli's words")
    func failures() throws {
        let master = try RedisServer()
        let sentinel = try RedisSentinel(watching: master.port, name: "paint")
        func why(_ port: Int, _ words: String, _ read: String) throws -> String? {
            reason(
                ProbeRunner(try scenario("p: {command: [redis-cli, -p, \"\(port)\", \(words)], timeout: 60s, \(read)}"))
            )
        }
        #expect(
            try why(1, "PING", "read: lines, value: a")
                == "exited with code 1: Could not connect to Redis at 127.0.0.1:1: Connection refused")
        // redis-cli exits with 0 whatever the server says.
        let other = try why(sentinel.port, "SENTINEL, MASTER, other", "read: lines, value: quorum")
        #expect(other == "\"ERR No such master with that name\" has no line name:value or name=value")
        #expect(try why(master.port, "DBSIZE", "read: number") == nil)
        #expect(try why(master.port, "INFO, replication", "read: lines, where: role == slave") == nil)
    }

    /// What the objectives come to over samples of which there are enough.
    private func findings(
        _ scenario: Scenario, until isEnough: @Sendable ([String: Int]) -> Bool
    ) throws -> [ObjectiveFinding] {
        let runner = ProbeRunner(scenario)
        let samples = NIOLockedValueBox<[String: Int]>([:])
        runner.start(at: Instant(nanoseconds: loadgate_monotonic())) { name, _ in
            samples.withLockedValue { $0[name, default: 0] += 1 }
        }
        #expect(Wait.until(within: 120) { samples.withLockedValue { isEnough($0) } })
        let series = runner.stop()
        var measurement = RunMeasurement(steps: 1, flows: 1, reactors: 1)
        measurement.addStretch(.zero..<(series.compactMap { $0.slices.last?.end }.max() ?? .zero))
        return ObjectiveWatch(scenario).findings(of: measurement, probes: series)
    }
}
