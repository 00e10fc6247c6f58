import CLinux
import Glibc
import Measures
import Scenarios
import TestSupport
import Testing

@testable import FaultProxy

/// Lower bounds of times are exact: no machine makes a delay shorter. Upper ones are none: a busy one makes it longer.
@Suite("Disturbances") struct DisturbanceTests {
    @Test("latency delays what comes by its time, in its direction only, new connections and open ones alike")
    func latency() throws {
        let course = try Course()
        let open = try course.connect()
        let name = try course.disturb(.latency(.milliseconds(60), jitter: .zero), .downstream)
        let pairs = [open, try course.connect()]
        for pair in pairs {
            let up = seconds {
                pair.client.send("a")
                #expect(pair.server.text(1) == "a")
            }
            let down = seconds {
                pair.server.send("b")
                #expect(pair.client.text(1) == "b")
            }
            #expect(down >= 0.060)
            // A machine that is held up for so long would fail all else, too.
            #expect(up < 5)
        }
        // Kept so long: an end would be delayed, and counted, too.
        try withExtendedLifetime(pairs) {
            let struck = try course.struck(name)
            #expect(struck == 2)
        }
    }

    @Test("latency delays an end, too, and a reset") func delayedEnds() throws {
        let course = try Course()
        try course.disturb(.latency(.milliseconds(40), jitter: .zero))
        let (client, server) = try course.connect()
        let end = seconds {
            client.finish()
            #expect(server.receive() == .end)
        }
        let reset = seconds {
            server.reset()
            #expect(client.receive() == .reset)
        }
        #expect(end >= 0.040 && reset >= 0.040)
    }

    @Test("jitter keeps the order, and every delay within its bounds") func jitter() throws {
        let course = try Course()
        try course.disturb(.latency(.milliseconds(30), jitter: .milliseconds(25)), .upstream)
        let (client, server) = try course.connect()
        let sent = pattern(4_000)
        let took = try seconds {
            let sending = Background {
                for start in stride(from: 0, to: sent.count, by: 40) { client.send(Array(sent[start..<(start + 40)])) }
                return true
            }
            #expect(server.receive(exactly: sent.count) == sent)
            let isSent = try sending.join()
            #expect(isSent)
        }
        // The shortest delay is 30 ms - 25 ms.
        #expect(took >= 0.005)
        var random = SeededNumbers(state: 7)
        var rules = LaneRules()
        Latency(delay: .init(nanoseconds: 30), jitter: .init(nanoseconds: 25)).shape(&rules, of: random.strike)
        let delays = (0..<2_000).map { _ in rules.delay(&random.random).nanoseconds }
        #expect(delays.allSatisfy { 5...55 ~= $0 })
        // 51 values that are alike: one is missing with a probability of 51 · (50/51)^2000 < 10⁻¹⁵.
        #expect(Set(delays).count == 51)
    }

    @Test("delays of several disturbances add up") func sum() throws {
        let course = try Course()
        try course.disturb(.latency(.milliseconds(30), jitter: .zero))
        let second = try course.disturb(.latency(.milliseconds(20), jitter: .zero))
        #expect(second == "latency_2")
        let (client, server) = try course.connect()
        let took = seconds {
            client.send("a")
            #expect(server.text(1) == "a")
        }
        #expect(took >= 0.050)
    }

    @Test("a latency that ends lets what it held go at once, in order, and loses nothing") func removedLatency() throws
    {
        let course = try Course()
        let name = try course.disturb(.latency(.seconds(600), jitter: .zero))
        let (client, server) = try course.connect()
        let sent = pattern(300_000)
        let sending = Background { client.send(sent) }
        #expect(try sending.join() == sent.count)
        client.finish()
        #expect(Wait.until { (try? course.struck(name)) ?? 0 > 0 })
        #expect(!server.hasInput)
        try course.calm(name)
        #expect(server.rest() == (sent, .end))
    }

    @Test("a bandwidth is kept: so many bytes take their time at least") func bandwidth() throws {
        let course = try Course()
        try course.disturb(.bandwidth(1_000_000), .downstream)
        let (client, server) = try course.connect()
        let sent = pattern(200_000)
        let took = try seconds {
            let sending = Background { server.send(sent) }
            #expect(client.receive(exactly: sent.count) == sent)
            let count = try sending.join()
            #expect(count == sent.count)
        }
        // 200,000 bytes at 1,000,000 bytes a second.
        #expect(took >= 0.2)
    }

    @Test("a pacer that is asked on time gives its rate exactly, and what timers lose is made up for") func pacer() {
        var pacer = Pacer(freeFrom: .init(nanoseconds: 0))
        var now: Int64 = 0
        var passed = 0
        var late: Int64 = 0
        while passed < 1_000_000 {
            let grant = pacer.grant(100_000, due: .init(nanoseconds: 0), at: .init(nanoseconds: now), rate: 1_000_000)
            if grant.bytes > 0 {
                passed += grant.bytes
                pacer.take(grant.bytes)
            } else {
                // Every timer fires up to 2 ms late.
                late = (late + 700_000) % 2_000_000
                now = grant.wait.nanoseconds + late
            }
        }
        // A second, and the lateness of the last timer.
        #expect(now >= 1_000_000_000 && now < 1_002_000_000)
    }

    @Test("a blackhole lets nothing through and closes nothing; once it ends, all of it comes in order")
    func blackhole()
        throws
    {
        let course = try Course()
        let (client, server) = try course.connect()
        let name = try course.disturb(.blackhole)
        client.send("one ")
        server.send("two ")
        #expect(Wait.until { (try? course.struck(name)) == 2 })
        client.send("three")
        client.finish()
        // Bytes, ends and the other side's resets are held alike.
        #expect(!server.hasInput && !client.hasInput)
        try course.calm(name)
        #expect(server.rest() == (Array("one three".utf8), .end))
        #expect(client.text(4) == "two ")
    }

    @Test("a blackhole of one direction leaves the other alone") func oneWay() throws {
        let course = try Course()
        let name = try course.disturb(.blackhole, .upstream)
        let (client, server) = try course.connect()
        client.send("lost")
        server.send("found")
        #expect(client.text(5) == "found")
        #expect(Wait.until { (try? course.struck(name)) == 1 })
        #expect(!server.hasInput)
    }

    @Test("in a blackhole even a dead upstream stays silent") func silentDeath() throws {
        let proxy = try FaultProxy()
        defer { proxy.stop() }
        let address = try proxy.add(
            name: "p", listen: HostPort(host: "127.0.0.1", port: 0), upstream: try Upstream().address)
        let name = try proxy.disturb("p", ProxyFault(proxy: "p", disturbance: .blackhole))
        let client = try Peer(to: address)
        #expect(Wait.until { (try? proxy.counts("p").failed) == 1 })
        #expect(!client.hasInput)
        try proxy.calm("p", disturbance: name)
        #expect(client.receive() == .reset)
    }

    @Test("a full blackhole makes the sender wait; nothing of it is lost") func fullBlackhole() throws {
        let course = try Course()
        let name = try course.disturb(.blackhole)
        let (client, server) = try course.connect()
        let sent = pattern(24 * 1024 * 1024)
        let sending = Background {
            let count = client.send(sent)
            client.finish()
            return count
        }
        // 256 KiB are kept by the proxy; the rest waits in the kernel and at the sender.
        #expect(Wait.until { (try? course.struck(name)) ?? 0 >= 4 })
        try course.calm(name)
        #expect(server.rest() == (sent, .end))
        #expect(try sending.join() == sent.count)
    }

    @Test("a reset strikes open connections and new ones, and both sides") func resets() throws {
        let course = try Course()
        let (client, server) = try course.connect()
        let name = try course.disturb(.reset(after: .zero))
        #expect(client.receive() == .reset && server.receive() == .reset)
        #expect(try Peer(to: course.address).receive() == .reset)
        #expect(Wait.until { (try? course.struck(name)) == 2 })
        #expect(!course.upstream.hasConnection)
        try course.calm(name)
        let again = try course.connect()
        again.client.send("x")
        #expect(again.server.text(1) == "x")
    }

    @Test("a reset comes after its time, and bytes pass until then") func lateReset() throws {
        let course = try Course()
        let (client, server) = try course.connect()
        let took = try seconds {
            _ = try course.disturb(.reset(after: .milliseconds(80)))
            client.send("x")
            #expect(server.text(1) == "x")
            #expect(client.receive() == .reset)
        }
        #expect(took >= 0.080)
    }

    @Test("refuse: the kernel refuses, open connections are reset, and the port is had again at once") func refuse()
        throws
    {
        let course = try Course()
        for round in 1...20 {
            let (client, server) = try course.connect()
            let name = try course.disturb(.refuse)
            #expect(client.receive() == .reset && server.receive() == .reset)
            #expect(throws: Peer.Refused(code: ECONNREFUSED)) { try Peer(to: course.address) }
            let counts = try course.proxy.counts("p")
            #expect(counts.struck[name] == 1 && !counts.isListening && counts.broken == round)
            // Enabling it lifts no disturbance.
            try course.proxy.setEnabled("p", true)
            #expect(throws: Peer.Refused(code: ECONNREFUSED)) { try Peer(to: course.address) }
            try course.calm(name)
        }
        _ = try course.connect()
    }

    @Test("while a proxy refuses, no one else is given its port") func reserved() throws {
        let course = try Course()
        try course.disturb(.refuse)
        let other = try FaultProxy()
        defer { other.stop() }
        var address = try ProxyAddress.toListen(on: course.address)
        // A socket without SO_REUSEADDR, as nearly all that want just any port have.
        let descriptor = loadgate_tcp_socket(address.family)
        defer { close(descriptor) }
        let length = address.length
        let status = withUnsafePointer(to: &address.storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        #expect(status == -1 && errno == EADDRINUSE)
    }

    @Test("a slow close passes the end on later, bytes at once") func slowClose() throws {
        let course = try Course()
        let name = try course.disturb(.slowClose(.milliseconds(80)))
        let (client, server) = try course.connect()
        let took = seconds {
            client.send("x")
            #expect(server.text(1) == "x")
            client.finish()
            #expect(server.receive() == .end)
        }
        #expect(took >= 0.080)
        #expect(try course.struck(name) == 1)
    }

    @Test("sliced bytes come complete and in order, and take their pauses") func slice() throws {
        let course = try Course()
        try course.disturb(.slice(bytes: 10, variation: 0, pause: .milliseconds(5)), .upstream)
        let (client, server) = try course.connect()
        let sent = pattern(100)
        let took = seconds {
            client.send(sent)
            // With 5 ms between them a piece is what one receive gives; two may lie together on a busy machine.
            var all: [UInt8] = []
            while all.count < 100, case .bytes(let bytes) = server.receive() {
                #expect(bytes.count % 10 == 0)
                all += bytes
            }
            #expect(all == sent)
        }
        // Ten pieces have nine pauses between them.
        #expect(took >= 9 * 0.005)
    }

    @Test("pieces vary within their bounds") func variedSlices() {
        var numbers = SeededNumbers(state: 3)
        let slicer = Slicer(size: 64, variation: 32, pause: .zero)
        let sizes = (0..<4_000).map { _ in slicer.pieceSize(&numbers.random) }
        // 65 values that are alike: one is missing with a probability of 65 · (64/65)^4000 < 10⁻²⁴.
        #expect(sizes.min() == 32 && sizes.max() == 96 && Set(sizes).count == 65)
    }

    @Test("limited data: exactly so many bytes arrive, then a clean end", arguments: [0, 1, 1_000, 100_000])
    func limit(bytes: Int) throws {
        let course = try Course()
        let open = try course.connect()
        open.server.send("before")
        #expect(open.client.text(6) == "before")
        let name = try course.disturb(.limitData(bytes: bytes), .downstream)
        let sent = pattern(150_000)
        for pair in [open, try course.connect()] {
            // Unread bytes of the client at the proxy must not turn the end into a reset.
            pair.client.send("request")
            let sending = Background { pair.server.send(sent) }
            #expect(pair.client.rest() == (Array(sent[..<bytes]), .end))
            _ = try sending.join()
            pair.client.end()
            pair.server.end()
        }
        #expect(Wait.until { (try? course.struck(name)) == 2 })
        #expect(Wait.until { (try? course.proxy.counts("p").open) == 0 })
    }

    @Test("toxicity: none at 0, all at 1, its share in between, decided once for each connection") func toxicity()
        throws
    {
        func share(_ toxicity: Double) throws -> Int {
            let course = try Course()
            let name = try course.disturb(.blackhole, .upstream, toxicity: toxicity)
            let pairs = try (0..<200).map { _ in try course.connect() }
            for pair in pairs { pair.client.send("x") }
            // Whoever is spared is spared to the end.
            for _ in 0..<2 {
                #expect(
                    Wait.until {
                        let struck = (try? course.struck(name)) ?? 0
                        return struck + pairs.count(where: { $0.server.hasInput }) == 200
                    })
            }
            return try #require(try course.struck(name))
        }
        #expect(try share(0) == 0)
        #expect(try share(1) == 200)
        // Binomial with n = 200, p = 0.3: outside 20...100 with a probability below 10⁻¹⁰.
        #expect(20...100 ~= (try share(0.3)))
    }

    @Test("a toxicity that is no share is refused") func wrongToxicity() throws {
        let course = try Course()
        #expect(throws: ProxyError.self) { try course.disturb(.blackhole, toxicity: 1.5) }
        #expect(throws: ProxyError.self) { try course.disturb(.blackhole, toxicity: -0.1) }
        #expect(throws: ProxyError.self) { try course.disturb(.blackhole, toxicity: .nan) }
        #expect(throws: ProxyError.self) { try course.disturb(.slice(bytes: 0, variation: 0, pause: .zero)) }
    }

    @Test("reset: all enabled, nothing disturbed") func calmed() throws {
        let course = try Course()
        try course.disturb(.refuse)
        try course.disturb(.blackhole)
        try course.proxy.setEnabled("p", false)
        course.proxy.reset()
        let (client, server) = try course.connect()
        client.send("x")
        #expect(server.text(1) == "x")
        #expect(try course.proxy.counts("p").struck.isEmpty)
    }

    @Test("disturbances come and go under traffic, and not a byte is lost, doubled or swapped", arguments: [1, 2])
    func underTraffic(seed: UInt64) throws {
        let course = try Course(workers: 2)
        let pairs = try (0..<4).map { _ in try course.connect() }
        let sent = pattern(3_000_000, seed: seed)
        // Each way of each connection has a sender and a reader.
        let work = pairs.flatMap { pair in
            [(pair.client, pair.server), (pair.server, pair.client)].map { from, to in
                (
                    Background {
                        let count = from.send(sent)
                        from.finish()
                        return count
                    }, Background { to.rest().bytes == sent }
                )
            }
        }
        var numbers = SeededNumbers(state: seed)
        let faults: [ProxyFault.Disturbance] = [
            .latency(.milliseconds(3), jitter: .milliseconds(3)), .bandwidth(50_000_000), .blackhole,
            .slice(bytes: 900, variation: 600, pause: .microseconds(20)), .slowClose(.milliseconds(2)),
        ]
        var names: [String] = []
        for _ in 0..<120 {
            let direction = ProxyFault.Direction.allCases[Int(numbers.random.below(3))]
            let fault = faults[Int(numbers.random.below(UInt64(faults.count)))]
            names.append(try course.disturb(fault, direction, toxicity: numbers.random.below(2) == 0 ? 1 : 0.5))
            if names.count > 3 { try course.calm(names.remove(at: Int(numbers.random.below(4)))) }
        }
        for name in names { try course.calm(name) }
        for (sending, reading) in work {
            let count = try sending.join()
            #expect(count == sent.count)
            #expect(try reading.join())
        }
    }
}
