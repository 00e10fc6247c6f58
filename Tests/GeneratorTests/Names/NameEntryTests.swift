import Measures
import Scenarios
import Testing

@testable import Generator

@Suite("What a name has")
struct NameEntryTests {
    private let start = Instant(nanoseconds: 1_000_000_000_000)

    private func at(_ seconds: Double) -> Instant { start + Span(seconds: seconds) }

    private func answer(_ addresses: [String], ttl: Int? = 5) -> NameLookup.Answer {
        NameLookup.Answer(addresses: addresses.compactMap { SocketAddress(numeric: $0) }, lifetime: ttl)
    }

    private func entry(
        _ addresses: [String] = ["127.0.0.2"], ttl: Int? = 5, isAuthorised: Bool = false,
        refresh: DNSSettings.Refresh = .ttl
    ) -> NameEntry {
        NameEntry(
            "api.test", answer(addresses, ttl: ttl), source: ttl == nil ? .hosts : .dns, isAuthorised: isAuthorised,
            refresh: refresh, at: start)
    }

    private func take(
        _ entry: inout NameEntry, _ addresses: [String], ttl: Int? = 5, at seconds: Double = 5,
        refresh: DNSSettings.Refresh = .ttl
    ) -> NameTable.Update? {
        entry.take(.success(answer(addresses, ttl: ttl)), source: nil, refresh: refresh, at: at(seconds), since: start)
    }

    @Test("It is looked up again after its TTL, at most once a second; after a span; or never")
    func due() {
        #expect(entry(ttl: 5).due == at(5))
        #expect(entry(ttl: 0).due == at(1))
        // What a file says is looked at again after 5 s.
        #expect(entry(ttl: nil).due == at(5))
        #expect(entry(ttl: 60, refresh: .every(.milliseconds(250))).due == at(0.25))
        #expect(entry(ttl: 0, refresh: .never).due == .distantFuture)
    }

    @Test("Another set of addresses is a change, another order is none")
    func changes() {
        var entry = entry(["127.0.0.2", "127.0.0.3"])
        #expect(take(&entry, ["127.0.0.3", "127.0.0.2"]) == nil)
        #expect(entry.record.changeCount == 0)
        let update = take(&entry, ["127.0.0.4"], at: 10)
        #expect(update?.addresses.map(\.numericHost) == ["127.0.0.4"])
        #expect(
            entry.record.changes == [
                NameRecord.Change(
                    at: Span(seconds: 10), before: ["127.0.0.2", "127.0.0.3"], after: ["127.0.0.4"], isRefused: false)
            ])
        #expect(entry.record.addresses.map(\.address) == ["127.0.0.2", "127.0.0.3", "127.0.0.4"])
        // The first look-up, and two further ones.
        #expect(entry.record.lookUps == 3)
    }

    @Test("A look-up that fails leaves the addresses, and is made again within five seconds")
    func failure() {
        for (ttl, retry) in [(0, 1.0), (3, 3.0), (60, 5.0)] {
            var entry = entry(ttl: ttl)
            let failed = NameLookup.Failure(reason: "no such name")
            #expect(
                entry.take(.failure(failed), source: nil, refresh: .ttl, at: at(60), since: start) == nil)
            #expect(entry.addresses.map(\.numericHost) == ["127.0.0.2"])
            #expect(entry.record.failures == 1 && entry.record.failure == "no such name")
            #expect(entry.due == at(60 + retry))
        }
    }

    @Test("A name that moves where no load may go has no address, until it comes back; an authorised one follows")
    func foreign() {
        var entry = entry()
        let update = take(&entry, ["127.0.0.3", "192.0.2.1"])
        #expect(update?.addresses.isEmpty == true)
        #expect(
            update?.refusal
                == "api.test has moved to 192.0.2.1, which is not this machine, and the name is not authorised")
        #expect(entry.record.refusals == 1 && entry.record.changes.first?.isRefused == true)
        // The same again is no news.
        #expect(take(&entry, ["127.0.0.3", "192.0.2.1"], at: 10) == nil)
        #expect(entry.record.refusals == 2 && entry.record.changeCount == 1)
        // A failure leaves it so: what isn't known to be allowed is not.
        _ = entry.take(
            .failure(NameLookup.Failure(reason: "no such name")), source: nil, refresh: .ttl, at: at(12), since: start)
        #expect(entry.refusal != nil)
        let back = take(&entry, ["127.0.0.2"], at: 15)
        #expect(back?.refusal == nil && back?.addresses.map(\.numericHost) == ["127.0.0.2"])
        // No address that was refused is among those of the run.
        #expect(entry.record.addresses.map(\.address) == ["127.0.0.2"])

        var authorised = self.entry(isAuthorised: true)
        #expect(take(&authorised, ["192.0.2.1"])?.addresses.map(\.numericHost) == ["192.0.2.1"])
    }

    @Test("Ever new addresses are followed up to a bound, and those beyond are counted")
    func bound() {
        var entry = entry(["127.0.0.1"])
        for number in 0..<5_000 {
            _ = take(&entry, ["127.1.\(number / 250).\(number % 250 + 1)"], at: Double(number))
        }
        // The first one, and 4,095 of the 5,000.
        #expect(entry.record.addresses.count == 4_096)
        #expect(entry.record.leftOut == 905)
        #expect(entry.record.failures == 905)
        #expect(entry.addresses.map(\.numericHost) == ["127.1.16.95"])
        #expect(entry.record.changes.count == 500 && entry.record.changeCount == 4_095)
    }

    @Test("A new connection takes the first address that accepts one, each in turn, or any")
    func picks() {
        var rotating = PreferredAddresses(counts: [3], pick: .rotate, part: 1)
        #expect((0..<6).map { _ in rotating.first(of: 0) } == [2, 0, 1, 2, 0, 1])
        rotating.replace(0, with: [5, 7])
        #expect(Set((0..<2).map { _ in rotating.first(of: 0) }) == [5, 7])
        var random = PreferredAddresses(counts: [4], pick: .random)
        // Four addresses, 400 connections: that one is never taken has a chance of 4 × 0.75^400, about 10^-49.
        #expect(Set((0..<400).map { _ in random.first(of: 0) }) == [0, 1, 2, 3])
        var first = PreferredAddresses(counts: [2])
        first.prefer(1, of: 0)
        // What stays of the run's numbers: 1 is gone, 2 and 3 are new.
        first.replace(0, with: [3, 2])
        #expect(first.first(of: 0) == 3)
        // A connection on its way to what is gone changes nothing, and goes on with what is there.
        first.prefer(1, of: 0)
        #expect(first.first(of: 0) == 3)
        #expect(first.next(after: 1, of: 0, attempts: 1) == 3)
        first.replace(0, with: [])
        #expect(first.first(of: 0) == -1)
        #expect(first.next(after: -1, of: 0, attempts: 1) == nil)
    }
}
