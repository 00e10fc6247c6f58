import Measures
import Scenarios

/// What a name has now, and what was learnt of it: a value without I/O.
struct NameEntry {
    private(set) var record: NameRecord
    /// What new connections may use; empty where nothing may be sent.
    private(set) var addresses: [SocketAddress]
    /// Why nothing may be sent; nil: it may.
    private(set) var refusal: String?
    /// When it is to be looked up again.
    private(set) var due: Instant
    /// It is being looked up.
    var isUnderWay = false

    private let isAuthorised: Bool
    /// The addresses of the last answer, whether they may be used or not.
    private var answered: [SocketAddress]
    private var known: Set<AddressKey>

    /// Addresses of one name that a run tells apart; further ones are not used.
    static let mostAddresses = 4_096
    /// Bounds of the time between two look-ups by TTL, in seconds: no server is asked more often than once a second.
    private static let shortest = 1
    /// How long what a file of this machine says holds, and how soon at the latest a look-up that failed is made again.
    private static let retry = 5

    /// A name that was looked up for the first time.
    init(
        _ host: String, _ answer: NameLookup.Answer, source: NameRecord.Source, isAuthorised: Bool,
        refresh: DNSSettings.Refresh, at now: Instant
    ) {
        let usable = Array(answer.addresses.prefix(Self.mostAddresses))
        addresses = usable
        answered = usable
        known = Set(usable.compactMap { AddressKey($0) })
        self.isAuthorised = isAuthorised
        record = NameRecord(name: host, source: source)
        record.lifetime = answer.lifetime
        record.lookUps = 1
        record.leftOut = UInt64(answer.addresses.count - usable.count)
        record.addresses = usable.map { NameRecord.Address(address: $0.numericHost) }
        due = Self.due(after: answer.lifetime, source, refresh, now)
    }

    private static func due(
        after lifetime: Int?, _ source: NameRecord.Source, _ refresh: DNSSettings.Refresh, _ now: Instant
    ) -> Instant {
        switch refresh {
        case .never: return .distantFuture
        case .every(let duration): return now + Span(duration)
        case .ttl:
            // The system's resolver says nothing of how long its answers hold.
            if source == .system { return .distantFuture }
            return now + Span(seconds: Double(max(shortest, lifetime ?? retry)))
        }
    }

    /// Takes what a further look-up came to. Gives what connections have from now on, where that is something else. `start`: the
    /// beginning of the load.
    mutating func take(
        _ result: Result<NameLookup.Answer, NameLookup.Failure>, source: NameRecord.Source?,
        refresh: DNSSettings.Refresh, at now: Instant, since start: Instant
    ) -> NameTable.Update? {
        isUnderWay = false
        record.lookUps += 1
        switch result {
        case .failure(let failure):
            fail(failure.reason, refresh, now)
            return nil
        case .success(let answer):
            record.source = source ?? (answer.lifetime == nil ? .hosts : .dns)
            record.lifetime = answer.lifetime
            due = Self.due(after: answer.lifetime, record.source, refresh, now)
            return take(answer.addresses, refresh, now, now - start)
        }
    }

    private mutating func fail(_ reason: String, _ refresh: DNSSettings.Refresh, _ now: Instant) {
        record.failures += 1
        record.failure = reason
        let soon = now + Span(seconds: Double(min(Self.retry, max(Self.shortest, record.lifetime ?? Self.retry))))
        if case .every(let duration) = refresh {
            due = min(soon, now + Span(duration))
        } else {
            due = soon
        }
    }

    private mutating func take(
        _ all: [SocketAddress], _ refresh: DNSSettings.Refresh, _ now: Instant, _ time: Span
    ) -> NameTable.Update? {
        if !isAuthorised, let foreign = all.first(where: { !$0.isLoopback }) {
            record.refusals += 1
            note(all, isRefused: true, time)
            let text =
                "\(record.name) has moved to \(foreign.numericHost), which is not this machine, and the name is not authorised"
            defer { (addresses, refusal) = ([], text) }
            return refusal == text ? nil : NameTable.Update(host: record.name, addresses: [], refusal: text)
        }
        let usable = take(known: all)
        guard !usable.isEmpty else {
            fail("it has had more than \(Self.mostAddresses) addresses", refresh, now)
            return nil
        }
        let isNew = note(usable, isRefused: false, time)
        guard isNew || refusal != nil else { return nil }
        (addresses, refusal) = (usable, nil)
        return NameTable.Update(host: record.name, addresses: usable, refusal: nil)
    }

    /// Those of the addresses that are told apart.
    private mutating func take(known all: [SocketAddress]) -> [SocketAddress] {
        all.filter { address in
            guard let key = AddressKey(address) else { return false }
            if known.contains(key) { return true }
            guard known.count < Self.mostAddresses else {
                record.leftOut += 1
                return false
            }
            known.insert(key)
            record.addresses.append(NameRecord.Address(address: address.numericHost))
            return true
        }
    }

    /// Notes a change, where it is one: another order is none. True where it is.
    @discardableResult
    private mutating func note(_ now: [SocketAddress], isRefused: Bool, _ time: Span) -> Bool {
        let isChange = Set(now.compactMap { AddressKey($0) }) != Set(answered.compactMap { AddressKey($0) })
        guard isChange else { return false }
        record.changeCount += 1
        if record.changes.count < NameRecord.keptChanges {
            record.changes.append(
                NameRecord.Change(
                    at: time, before: answered.map(\.numericHost), after: now.map(\.numericHost),
                    isRefused: isRefused))
        }
        answered = now
        return true
    }
}
