import Foundation
import TestSupport
import Testing

/// The drills of scenarios/drills that break databases. A suite of its own: it runs beside the others' (scripts/run-parts).
@Suite("Drills of real databases", .serialized)
struct DatabaseDrillTests {
    private static let standby = [
        ("at: 7s", "at: 3s"), ("at: 9s", "at: 5s"), ("at: 18s", "at: 9s"), ("for: 32s", "for: 17s"),
    ]

    @Test("PostgreSQL: what was on its way to an asynchronous standby is lost when the primary dies")
    func asynchronous() throws {
        let drill = try RealDrill("postgres-async", shortened(readsFaster) + Self.standby)
        // 30 writes a second, and 300 ms on their way: nine, give or take what the primary had not sent.
        let lost = try #require(drill.count("lost_writes"))
        #expect(lost > 0 && lost < 60, "\(lost)")
        #expect(try #require(drill.number("outage_seconds")) > 1)
        #expect(try #require(drill.number("rpo_seconds")) > 0)
        #expect(drill.count("duplicates") == 0)
    }

    @Test("PostgreSQL: nothing that a synchronous standby acknowledged is lost when the primary dies")
    func synchronous() throws {
        let drill = try RealDrill("postgres-sync", shortened(readsFaster) + Self.standby)
        #expect(drill.count("lost_writes") == 0)
        #expect(drill.count("acknowledged") ?? 0 > 100)
        #expect(drill.count("unexpected") == 0)
        #expect(try #require(drill.number("outage_seconds")) > 1)
    }

    @Test("PgBouncer: the pool's connections go with the primary, and it leads to the standby once it is told")
    func pool() throws {
        let drill = try RealDrill(
            "postgres-pool",
            shortened(
                readsFaster, ("at: 7s", "at: 3s"), ("at: 9s", "at: 5s"), ("at: 16s", "at: 9s"), ("for: 26s", "for: 14s")
            ))
        // From the death at 3 s to the promotion at 5 s at least, less what one request takes.
        #expect(try #require(drill.number("outage_seconds")) > 1.5)
        #expect(drill.count("duplicates") == 0)
    }

    @Test(
        "A full disk: what needs another page is refused, and nothing acknowledged is lost",
        .enabled(if: LostOutputTests.mayMount, "no file system can be mounted here"))
    func disk() throws {
        let drill = try RealDrill(
            "postgres-disk",
            shortened(readsFaster, ("at: 6s", "at: 3s"), ("at: 14s", "at: 10s"), ("for: 24s", "for: 15s")))
        // Full from 3 to 10 s. What the pages at hand have room for is still taken, here and there: an outage ends with that.
        let outage = try #require(drill.number("outage_seconds"))
        #expect(outage > 0 && outage < 9, "\(outage)")
        #expect(drill.count("lost_writes") == 0)
        #expect(drill.count("recovered") == 0)
    }

    /// Where etcd and Patroni are; `scripts/setup test` installs them.
    private static let hasPatroni =
        (try? Binary.shell("PATH=$PATH:/usr/sbin; command -v etcd && command -v patroni").code) == 0

    /// Seconds after which a leader's lock ends: Patroni takes no less than 20 from 3.2 on.
    private static let ttl: Int = {
        let version = (try? Binary.shell("patroni --version").output)?.split(separator: " ").last?.split(separator: ".")
        let numbers = (version ?? []).prefix(2).compactMap { Int($0) }
        return numbers.lexicographicallyPrecedes([3, 2]) ? 8 : 20
    }()

    @Test(
        "Patroni: a leader that is cut off loses what it acknowledges alone, and acknowledges nothing in synchronous mode",
        .enabled(if: hasPatroni, "etcd or patroni is not installed"), arguments: ["", "-sync"])
    func patroni(mode: String) throws {
        // Cut off at 3 s, from its clients at 5 s; another has the lock at the latest `ttl` and a turn of its loop after the cut.
        let restored = 3 + Self.ttl + 5
        let drill = try RealDrill(
            "patroni-partition" + mode,
            shortened(
                readsFaster, (", apart", ", apart, ttl=\(Self.ttl)"),
                ("haproxy, apart, ttl=\(Self.ttl)", "haproxy, apart"),
                ("at: 7s", "at: 3s"), ("at: 9s", "at: 5s"), ("at: 38s", "at: \(restored)s"),
                ("for: 55s", "for: \(restored + 8)s")))
        let lost = try #require(drill.count("lost_writes"))
        if mode.isEmpty {
            // 50 a second for the two seconds. More where the second cut came late, but for no longer than 3 s of retries and two
            // turns of its loop, after which it takes no writes itself: 250.
            #expect(lost > 50 && lost < 250, "\(lost)")
            // All of them were acknowledged after the cut, but what was on its way to the others then: 200 ms of them at most.
            let after = try #require(drill.count("split_brain_loss"))
            #expect(after <= lost && after > lost - 10, "\(after) of \(lost)")
        } else {
            #expect(lost == 0)
        }
        #expect(drill.count("duplicates") == 0)
        // Another leads.
        let leaders = try #require(drill.result["roles"] as? [[String: Any]]).filter {
            $0["probe"] as? String == "leader"
        }
        #expect([2, 3].contains(leaders.last?["after"] as? Int), "\(leaders)")
    }

    @Test("Backups: what the archive had is there after a restore, and what it hadn't is told")
    func backup() throws {
        let drill = try RealDrill(
            "backup-base",
            [
                readsFaster, ("steady: 8s", "steady: 3s"), ("settle: 3s", "settle: 2s"), ("at: 12s", "at: 5s"),
                ("at: 13s", "at: 6s"), ("at: 14s", "at: 7s"), ("at: 20s", "at: 13s"), ("for: 40s", "for: 26s"),
            ])
        // A segment is archived every second at least.
        #expect(try #require(drill.number("rpo_seconds")) < 5)
        #expect(try #require(drill.number("outage_seconds")) > 1)
        #expect(drill.count("duplicates") == 0)
    }
}
