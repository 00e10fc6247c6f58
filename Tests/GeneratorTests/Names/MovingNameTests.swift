import Measures
import NameServer
import Scenarios
import TestSupport
import Testing

@testable import Generator

@Suite("Names that move", .serialized)
struct MovingNameTests {
    static let transports: [Defaults.Transport] = [.native, .curl]

    @Test("New connections follow a name, and each exchange is counted for its address", arguments: transports)
    func fresh(transport: Defaults.Transport) throws {
        let moving = try MovingName()
        defer { moving.stop() }
        let outcome = try moving.run {
            $0.defaults.connections = .fresh
            $0.defaults.transport = transport
        }
        #expect(outcome.measurement.outcomes.keys.allSatisfy { $0 == "ok" || $0 == "unfinished" })
        #expect(outcome.record.changeCount == 1)
        let change = try #require(outcome.record.changes.first)
        #expect(change.before == ["127.0.0.2"] && change.after == ["127.0.0.3"] && !change.isRefused)
        #expect(change.at > .zero && change.at < Span(seconds: 40))
        #expect(outcome.record.lookUps >= 2 && outcome.record.failures == 0)
        let (first, second) = (outcome.tally("127.0.0.2"), outcome.tally("127.0.0.3"))
        let cut = outcome.measurement.outcomes["unfinished"] ?? 0
        #expect(first?.failed == 0 && second?.failed == 0)
        #expect(first?.exchanges == UInt64(outcome.firstCount))
        let counted = try #require(second).exchanges
        #expect(counted > 0)
        #expect(UInt64(outcome.secondCount) - counted <= cut)
    }

    @Test("Kept connections stay where they lead", arguments: transports)
    func kept(transport: Defaults.Transport) throws {
        let moving = try MovingName()
        defer { moving.stop() }
        // A few look-ups more, so that new connections would be seen.
        let outcome = try moving.run(until: .init { $0.record.changeCount == 1 && $0.record.lookUps >= 6 }) {
            $0.defaults.transport = transport
        }
        #expect(outcome.record.changeCount == 1)
        #expect(outcome.secondCount == 0 && outcome.firstCount > 0)
    }

    @Test("Kept connections that end are opened again where the name leads then", arguments: transports)
    func dying(transport: Defaults.Transport) throws {
        let moving = try MovingName { _ in
            [.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"), .close]
        }
        defer { moving.stop() }
        let outcome = try moving.run { $0.defaults.transport = transport }
        #expect(outcome.secondCount > 0)
        #expect(outcome.measurement.outcomes.keys.allSatisfy { $0 == "ok" || $0 == "unfinished" })
    }

    @Test("Where a name moves to what is not allowed, nothing is sent, and that is said", arguments: transports)
    func foreign(transport: Defaults.Transport) throws {
        let moving = try MovingName()
        defer { moving.stop() }
        let outcome = try moving.run(to: ["192.0.2.1"], until: .init { $0.record.refusals >= 3 }) {
            $0.defaults.connections = .fresh
            $0.defaults.transport = transport
        }
        #expect(outcome.record.refusals > 0 && outcome.record.changes.first?.isRefused == true)
        #expect(outcome.measurement.outcomes["dns"] ?? 0 > 0, "\(outcome.measurement.outcomes)")
        #expect(
            outcome.measurement.outcomes.keys.allSatisfy { ["ok", "dns", "unfinished"].contains($0) },
            "\(outcome.measurement.outcomes)")
        #expect(
            outcome.measurement.examples[0] == [
                "api.paintbox.test has moved to 192.0.2.1, which is not this machine, and the name is not authorised"
            ])
        #expect(outcome.record.addresses.map(\.address) == ["127.0.0.2"])
        #expect(outcome.record.addresses[0].tally?.exchanges == UInt64(outcome.firstCount))
    }

    @Test("A name server that goes leaves the addresses, and its failures are counted")
    func gone() throws {
        let moving = try MovingName()
        defer { moving.stop() }
        let outcome = try moving.run(to: nil, stopsServer: true, until: .init { $0.record.failures >= 2 }) {
            $0.defaults.connections = .fresh
        }
        #expect(outcome.measurement.outcomes.keys.allSatisfy { $0 == "ok" || $0 == "unfinished" })
        #expect(outcome.record.failures >= 2 && outcome.record.failure != nil)
        #expect(outcome.record.changeCount == 0)
    }

    @Test("A name that never had an address is an error before the load")
    func unknown() throws {
        let moving = try MovingName()
        defer { moving.stop() }
        let table = try NameTable(DNSSettings(), server: moving.address, names: ["other.test"])
        let error = #expect(throws: Resolver.Unresolvable.self) {
            try Destinations([Endpoint(parsing: "http://other.test")], authorised: [], names: table)
        }
        #expect(error?.description == "can't resolve other.test: no such name, asked of \(moving.address)")
        // And one that is nowhere but out of bounds.
        let names = try NameServer([NameDeclaration(name: "far.test", addresses: ["192.0.2.1"])])
        defer { names.stop() }
        let far = try NameTable(
            DNSSettings(), server: names.listen(on: HostPort(host: "127.0.0.1", port: 0)), names: ["far.test"])
        #expect(throws: Destinations.NotAuthorised.self) {
            try Destinations([Endpoint(parsing: "http://far.test")], authorised: [], names: far)
        }
        _ = try Destinations([Endpoint(parsing: "http://far.test")], authorised: ["far.test"], names: far)
    }

    @Test("With rotation all addresses get their share, on both transports", arguments: transports)
    func rotation(transport: Defaults.Transport) throws {
        let moving = try MovingName(addresses: ["127.0.0.2", "127.0.0.3"])
        defer { moving.stop() }
        let outcome = try moving.run(users: 1, to: nil, until: .end) {
            $0.defaults.connections = .fresh
            $0.defaults.transport = transport
            $0.defaults.dns.pick = .rotate
            $0.load = EngineRun.iterations(40)
        }
        #expect(outcome.record.changeCount == 0)
        // In turn, so that two reactors, or one, differ by one each at most.
        #expect(abs(outcome.firstCount - outcome.secondCount) <= 2, "\(outcome.firstCount) \(outcome.secondCount)")
        #expect(outcome.firstCount + outcome.secondCount == 40)
        #expect(outcome.tally("127.0.0.2")?.exchanges == UInt64(outcome.firstCount))
        #expect(outcome.tally("127.0.0.3")?.exchanges == UInt64(outcome.secondCount))
    }

    @Test("The first address that accepts connections is kept, where the first one does not", arguments: transports)
    func first(transport: Defaults.Transport) throws {
        let moving = try MovingName(addresses: ["127.0.0.2", "127.0.0.3"])
        defer { moving.stop() }
        moving.first.stop()
        let outcome = try moving.run(users: 1, to: nil, until: .end) {
            $0.defaults.connections = .fresh
            $0.defaults.transport = transport
            $0.load = EngineRun.iterations(20)
        }
        #expect(outcome.measurement.outcomes == ["ok": 20])
        #expect(outcome.tally("127.0.0.3")?.exchanges == 20)
    }

    @Test("A name that changes ten times a second is followed, and nothing fails", arguments: transports)
    func restless(transport: Defaults.Transport) throws {
        let moving = try MovingName()
        defer { moving.stop() }
        let isOver = Flag()
        let restless = moving.names
        let thread = BesideThread {
            for turn in 1... where !isOver.isSet {
                try? restless.switchAddresses(of: MovingName.name, to: [turn % 2 == 0 ? "127.0.0.2" : "127.0.0.3"])
                // A tenth of a second.
                if Wait.until(within: 0.1, { isOver.isSet }) { return }
            }
        }
        let outcome = try moving.run(
            to: nil, until: .init { $0.record.changeCount >= 4 && $0.firstCount > 0 && $0.secondCount > 0 }
        ) {
            $0.defaults.connections = .fresh
            $0.defaults.transport = transport
        }
        isOver.set()
        thread.finish()
        #expect(outcome.record.changeCount >= 4)
        #expect(
            outcome.measurement.outcomes.keys.allSatisfy { $0 == "ok" || $0 == "unfinished" },
            "\(outcome.measurement.outcomes)")
        #expect(outcome.firstCount > 0 && outcome.secondCount > 0)
    }

    @Test("Planned exchanges follow a name that moved while the load went on")
    func planned() throws {
        let moving = try MovingName()
        defer { moving.stop() }
        var settings = DNSSettings()
        settings.refresh = .every(.milliseconds(100))
        let table = try NameTable(settings, server: moving.address, names: [MovingName.name])
        defer { table.stop() }
        let endpoint = try Endpoint(parsing: moving.url)
        let sender = try ExchangeSender(
            destinations: Destinations([endpoint], authorised: [], names: table), tls: TLSSettings(),
            userAgent: "loadgate-test")
        func send() -> Outcome? {
            let exchange = PlannedExchange(
                isSecure: false, host: endpoint.host, port: endpoint.port, target: "/")
            return sender.send([exchange]) { false }.first?.outcome
        }
        #expect(send() == .ok)
        let updates = Flag()
        table.follow(from: ReactorClock.now()) { _ in updates.set() }
        try moving.names.switchAddresses(of: MovingName.name, to: ["127.0.0.3"])
        #expect(Wait.until { updates.isSet })
        #expect(send() == .ok)
        #expect(moving.first.requestCount == 1 && moving.second.requestCount == 1)
        try moving.names.switchAddresses(of: MovingName.name, to: ["192.0.2.1"])
        #expect(Wait.until { send() == .dns })
    }
}
