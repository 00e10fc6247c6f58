import Foundation
import Glibc
import TestSupport
import Testing

/// The drills of scenarios/drills, with the real systems; those of databases are in `DatabaseDrillTests`.
@Suite("Drills of real systems", .serialized)
struct DrillTests {
    @Test("A first drill: a region fails, the edge turns to the other, and no order is lost")
    func first() throws {
        let drill = try RealDrill(
            "first", shortened(readsFaster, ("at: 6s", "at: 3s"), ("at: 16s", "at: 8s"), ("for: 25s", "for: 13s")))
        // The edge looks every two seconds, and the region is out of order for five.
        let outage = try #require(drill.number("outage_seconds"))
        #expect(outage > 0 && outage < 5, "\(outage)")
        #expect(drill.count("lost_writes") == 0)
        // Half of 50 a second for 13 s, less two seconds' outage: 275.
        #expect(drill.count("acknowledged") ?? 0 > 100)
    }

    @Test("HAProxy: a region that is killed is seen to get nothing more, and comes back")
    func haproxy() throws {
        let drill = try RealDrill(
            "haproxy-kill", shortened(("at: 6s", "at: 3s"), ("at: 18s", "at: 9s"), ("for: 30s", "for: 16s")))
        let regions = try #require(drill.result["answered_by"] as? [[String: Any]])
        #expect(Set(regions.compactMap { $0["name"] as? String }) == ["iad", "ord"])
        // Killed at 3 s, started at 9 s: of the seconds between it answers none.
        let good = try #require(regions.first { $0["name"] as? String == "iad" }?["good"] as? [Int])
        #expect(good[5..<9].allSatisfy { $0 == 0 }, "\(good)")
        #expect(good[11..<16].contains { $0 > 0 }, "\(good)")
    }

    @Test("DNS: a region that is dead gets requests until the TTL of its name is over, and no longer")
    func names() throws {
        let drill = try RealDrill("dns-failover")
        let addresses = try #require(drill.result["addresses"] as? [[String: Any]])
        #expect(addresses.compactMap { $0["address"] as? String } == ["127.0.0.2", "127.0.0.3"])
        // Killed at 4 s, switched at 7 s, kept for 2 s at most: the last one is sent 3 to 5 s after the fault, and a look-up.
        let last = try #require((addresses[0]["last_after_t0_seconds"] as? NSNumber)?.doubleValue)
        #expect(last > 2.5 && last < 6, "\(last)")
        // A kept connection has died with the region.
        let pooled = (addresses[0]["last_pooled_after_t0_seconds"] as? NSNumber)?.doubleValue ?? 0
        #expect(pooled < 1, "\(pooled)")
        let failed = try #require(addresses[1]["failed"] as? [Int])
        #expect(failed.reduce(0, +) == 0, "\(failed)")
        #expect(try #require(drill.number("outage_seconds")) < 6)
    }

    @Test("HAProxy: a region that is drained loses no request")
    func drain() throws {
        let drill = try RealDrill(
            "haproxy-drain", shortened(("at: 6s", "at: 3s"), ("at: 16s", "at: 7s"), ("for: 30s", "for: 11s")))
        #expect(drill.failures == 0)
    }

    @Test("Redis: Sentinel loses what the replica never had, and min-replicas-to-write bounds it")
    func redis() throws {
        let changes = shortened(
            readsFaster, ("at: 7s", "at: 3s"), ("at: 11s", "at: 7s"), ("at: 20s", "at: 13s"), ("for: 32s", "for: 20s"))
        let unbounded = try #require(try RealDrill("redis-partition", changes).count("lost_writes"))
        let bounded = try #require(try RealDrill("redis-bounded", changes).count("lost_writes"))
        // 50 a second for the four seconds from the cut to the death; bounded: until the replica has been silent for a second,
        // which the master looks at once a second.
        #expect(unbounded > 150, "\(unbounded)")
        #expect(bounded < 130 && bounded < unbounded, "\(bounded)")
    }

    @Test("Redis: a master that hangs is replaced, and nothing acknowledged is lost")
    func redisPause() throws {
        let drill = try RealDrill(
            "redis-pause",
            shortened(readsFaster, ("at: 7s", "at: 3s"), ("at: 18s", "at: 9s"), ("for: 32s", "for: 14s")))
        let masters = try #require(drill.result["roles"] as? [[String: Any]]).compactMap { $0["after"] as? Int }
        #expect(Set(masters) == [28302], "\(masters)")
        #expect(drill.count("lost_writes") == 0)
    }

    @Test(
        "Blue-green: a release and its rollback lose no request, no order, no WebSocket",
        arguments: ["nginx", "haproxy"])
    func blueGreen(behind: String) throws {
        let drill = try RealDrill(
            "bluegreen-\(behind)",
            shortened(readsFaster, ("at: 7s", "at: 4s"), ("at: 15s", "at: 9s"), ("for: 24s", "for: 15s")))
        let versions = try #require(drill.result["answered_by"] as? [[String: Any]])
        #expect(Set(versions.compactMap { $0["name"] as? String }) == ["blue", "green"])
        #expect(drill.failures == 0)
        #expect(drill.count("lost_writes") == 0)
    }

    /// Where a pair of links into a network namespace can be made.
    private static let mayCut: Bool = {
        let made =
            "ip netns add lgtry$$ && ip link add lgtry$$ type veth peer name i netns lgtry$$; s=$?; ip netns del lgtry$$; exit $s"
        return geteuid() == 0 && (try? Binary.shell("PATH=$PATH:/usr/sbin:/sbin; \(made)").code) == 0
    }()

    @Test(
        "A namespace: nothing comes in over a link that is down; orders that come in are carried out unheard",
        .enabled(if: mayCut, "needs root, iproute2 and a kernel that lets it make network namespaces"))
    func namespace() throws {
        let drill = try RealDrill(
            "namespace",
            [
                readsFaster, ("steady: 3s", "steady: 2s"), ("at: 4s", "at: 3s"), ("at: 8s", "at: 6s"),
                ("at: 14s", "at: 9s"), ("at: 18s", "at: 12s"), ("for: 26s", "for: 15s"),
            ])
        // Two outages of three seconds each, and what TCP waits before it sends again.
        let outages = try #require(drill.result["outages"] as? [Any])
        #expect(outages.count >= 2)
        #expect(try #require(drill.count("recovered")) > 0)
        #expect(drill.count("lost_writes") == 0)
        #expect(try Binary.shell("ip netns list | grep -q loadgate-drill").code != 0)
    }

    @Test("A namespace without root is not possible, and said so", .enabled(if: geteuid() != 0, "root may"))
    func unprivileged() throws {
        let ended = try Binary(
            "loadgate",
            [
                "drill", Binary.package.appendingPathComponent("scenarios/drills/namespace.yaml").path, "--dry-run",
            ]
        ).wait()
        #expect(ended.output.contains("NOT POSSIBLE: not possible here, because it needs root"))
    }
}
