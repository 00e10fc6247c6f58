import CLinux
import Dispatch
import Glibc
public import Measures
import NIOConcurrencyHelpers
public import Scenarios

/// The addresses of the hosts of a run by their names: looked up before the load, and again while it goes on, on a thread of
/// its own. An answer that doesn't come leaves the addresses from before; one that leads where no load may go leaves none.
///
/// Numeric addresses and `localhost` have no entry: nobody is asked for them.
public final class NameTable: Sendable {
    /// What connections to a host have from now on.
    struct Update: Sendable {
        var host: String
        /// Without ports, all of them allowed; empty where nothing may be sent.
        var addresses: [SocketAddress]
        /// Why nothing may be sent.
        var refusal: String?
    }

    private struct State {
        var entries: [String: NameEntry] = [:]
        /// Grows with every update.
        var version = 0
        var onUpdate: (@Sendable (Update) -> Void)?
        var isFollowing = false
        /// The beginning of the load.
        var start = Instant(nanoseconds: 0)
        var isStopped = false
        /// Answers of the system's resolver that wait to be taken.
        var fromSystem: [(host: String, result: Result<NameLookup.Answer, NameLookup.Failure>)] = []
    }

    private let settings: DNSSettings
    private let own: HostPort?
    private let ownNames: Set<String>
    private let state = NIOLockedValueBox(State())
    /// Readable where the thread has something to look at.
    private let wake: Int32
    private let ended = DispatchSemaphore(value: 0)

    /// Look-ups under way at a time.
    private static let mostAtOnce = 64

    /// Makes a table without an entry.
    ///
    /// - Parameters:
    ///   - server: A drill's own name server; nil: there is none.
    ///   - names: What that one is asked for; all else is asked of whom the settings say.
    /// - Throws: `SystemError` where the process has no descriptor left.
    public init(_ settings: DNSSettings, server: HostPort? = nil, names: [String] = []) throws {
        self.settings = settings
        own = server
        ownNames = Set(names.map(NameDeclaration.plain))
        wake = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        if wake < 0 { throw SystemError(code: errno, doing: "eventfd") }
    }

    deinit { close(wake) }

    /// True for hosts that nobody is asked for: they mean the same for ever.
    static func isFixed(_ host: String) -> Bool {
        host == "localhost" || host.hasSuffix(".localhost") || SocketAddress(numeric: host) != nil
    }

    private func server(for host: String) -> HostPort? {
        if let own, ownNames.contains(NameDeclaration.plain(host)) { return own }
        return settings.server
    }

    // MARK: Before the load

    /// The addresses of a host, without ports; looked up at its first call, for 20 s at most.
    ///
    /// - Parameter isAuthorised: Whether load may go to the host wherever it is.
    func addresses(of host: String, isAuthorised: Bool) throws(Resolver.Unresolvable) -> [SocketAddress] {
        let known = state.withLockedValue { $0.entries[host] }
        if let known {
            if let refusal = known.refusal { throw Resolver.Unresolvable(host: host, reason: refusal) }
            return known.addresses
        }
        let server = server(for: host)
        let found = NameLookup(host, server: server).finish()
        let answer: NameLookup.Answer
        var source = NameRecord.Source.dns
        switch found {
        case .success(let value):
            answer = value
            if value.lifetime == nil { source = .hosts }
        case .failure(let failure):
            if let server { throw Resolver.Unresolvable(host: host, reason: "\(failure.reason), asked of \(server)") }
            // What only a module of the system's resolver knows.
            answer = try Self.askedOfSystem(host)
            source = .system
        }
        let entry = NameEntry(
            host, answer, source: source, isAuthorised: isAuthorised, refresh: settings.refresh,
            at: ReactorClock.now())
        state.withLockedValue { $0.entries[host] = entry }
        return entry.addresses
    }

    private static func askedOfSystem(_ host: String) throws(Resolver.Unresolvable) -> NameLookup.Answer {
        let found = try Resolver.addresses(of: Endpoint(isSecure: false, host: host, port: 80))
        var seen: Set<AddressKey> = []
        let addresses = found.filter { AddressKey($0).map { seen.insert($0).inserted } ?? false }
        return NameLookup.Answer(addresses: addresses.map { $0.at(port: 0) }, lifetime: nil)
    }

    // MARK: Beside the load

    /// Looks names up again from now on, as the settings say, until `stop`. `onUpdate` is called on the table's own thread,
    /// one call after the other, with what new connections have from then on. `start`: the beginning of the load.
    func follow(from start: Instant, _ onUpdate: @escaping @Sendable (Update) -> Void) {
        let begins = state.withLockedValue { state in
            state.onUpdate = onUpdate
            state.start = start
            guard !state.isFollowing, !state.isStopped,
                state.entries.values.contains(where: { $0.due != .distantFuture })
            else { return false }
            state.isFollowing = true
            return true
        }
        guard begins else { return }
        DispatchQueue(label: "loadgate.names", qos: .userInitiated).async { [self] in
            carry()
            ended.signal()
        }
    }

    /// Looks names up again from now on for those who ask the table themselves, where no load does.
    public func keepFresh() { follow(from: ReactorClock.now()) { _ in } }

    /// Looks nothing up any more.
    public func stop() {
        let wasFollowing = state.withLockedValue { state in
            defer { (state.isStopped, state.isFollowing, state.onUpdate) = (true, false, nil) }
            return state.isFollowing
        }
        guard wasFollowing else { return }
        eventfd_write(wake, 1)
        ended.wait()
    }

    /// The addresses that a host has now, or why nothing may be sent to it, where there was an update after `version`; nil:
    /// nothing is new.
    func news(since version: inout Int) -> [Update]? {
        state.withLockedValue { state in
            guard state.version != version else { return nil }
            version = state.version
            return state.entries.map { Update(host: $0.key, addresses: $0.value.addresses, refusal: $0.value.refusal) }
        }
    }

    /// What was learnt of each name so far, in the order of the names.
    public var records: [NameRecord] {
        state.withLockedValue { state in state.entries.values.map(\.record).sorted { $0.name < $1.name } }
    }

    // MARK: On the thread

    private func carry() {
        var underWay: [(host: String, lookup: NameLookup)] = []
        while true {
            let (due, next) = takeDue(room: Self.mostAtOnce - underWay.count)
            for host in due {
                if isOfSystem(host) {
                    askSystem(host)
                } else {
                    underWay.append((host, NameLookup(host, server: server(for: host))))
                }
            }
            var polled = [pollfd(fd: wake, events: Int16(POLLIN), revents: 0)]
            var wait = next.map { Int32(clamping: max(0, ($0 - ReactorClock.now()).nanoseconds + 999_999) / 1_000_000) }
            for (_, lookup) in underWay {
                lookup.add(to: &polled)
                wait = min(wait ?? .max, lookup.wait)
            }
            guard poll(&polled, nfds_t(polled.count), wait ?? -1) >= 0 || errno == EINTR else { return }
            if polled[0].revents != 0 {
                var count: eventfd_t = 0
                eventfd_read(wake, &count)
            }
            if state.withLockedValue({ $0.isStopped }) { return }
            takeFromSystem()
            var first = 1
            for (_, lookup) in underWay {
                lookup.goOn(polled[first..<(first + lookup.socketCount)])
                first += lookup.socketCount
            }
            underWay.removeAll { host, lookup in
                guard let result = lookup.result else { return false }
                take(result, of: host, source: nil)
                return true
            }
        }
    }

    /// The hosts that are to be looked up now, and when the next one is.
    private func takeDue(room: Int) -> (due: [String], next: Instant?) {
        let now = ReactorClock.now()
        return state.withLockedValue { state in
            var due: [String] = []
            var next: Instant?
            for (host, entry) in state.entries where !entry.isUnderWay && entry.due != .distantFuture {
                if entry.due <= now, due.count < room {
                    due.append(host)
                } else if entry.due > now {
                    next = min(next ?? .distantFuture, entry.due)
                }
            }
            for host in due { state.entries[host]?.isUnderWay = true }
            return (due, next)
        }
    }

    private func isOfSystem(_ host: String) -> Bool {
        state.withLockedValue { $0.entries[host]?.record.source == .system }
    }

    /// The system's resolver blocks, so it is asked elsewhere.
    private func askSystem(_ host: String) {
        DispatchQueue.global(qos: .userInitiated).async { [weak self] in
            let result = Result { () throws(Resolver.Unresolvable) in try Self.askedOfSystem(host) }
                .mapError { NameLookup.Failure(reason: $0.reason) }
            guard let self else { return }
            state.withLockedValue { $0.fromSystem.append((host, result)) }
            eventfd_write(wake, 1)
        }
    }

    private func takeFromSystem() {
        let results = state.withLockedValue { state in
            defer { state.fromSystem = [] }
            return state.fromSystem
        }
        for (host, result) in results { take(result, of: host, source: .system) }
    }

    private func take(
        _ result: Result<NameLookup.Answer, NameLookup.Failure>, of host: String, source: NameRecord.Source?
    ) {
        let now = ReactorClock.now()
        let (update, onUpdate) = state.withLockedValue { state in
            let update = state.entries[host]?.take(
                result, source: source, refresh: settings.refresh, at: now, since: state.start)
            if update != nil { state.version += 1 }
            return (update, state.onUpdate)
        }
        if let update { onUpdate?(update) }
    }
}
