import CLinux
import Glibc
import Measures
import Scenarios

/// The connections of an `ExchangeSender`: opened where they may lead, kept for their lanes, closed.
final class ExchangeSockets {
    enum Opening {
        case opened(ExchangeConnection)
        /// This machine has no descriptor or port left for it now.
        case exhausted
        case refused(Int32)
    }

    let endpoints: [Endpoint]
    let buffers = ExchangeBuffers()
    /// Connections at most.
    let capacity: Int
    private var addresses: [[SocketAddress]]
    private let names: NameTable?
    private let watchedHosts: [String?]
    /// What of `names` was taken over.
    private var version = 0
    private let tls: TLSClient
    private let epoll: Int32
    private let events: UnsafeMutableBufferPointer<epoll_event>
    private var connections: [UInt64: ExchangeConnection] = [:]
    private var made: UInt64 = 0
    private var lanes: [Int: ExchangeConnection] = [:]
    /// For each endpoint the address that last accepted a connection.
    private var preferred: [Int]
    private var sources: [String: SocketAddress] = [:]

    init(_ destinations: Destinations, tls settings: TLSSettings, capacity: Int) throws {
        endpoints = destinations.endpoints
        addresses = try destinations.directAddresses()
        names = destinations.names
        watchedHosts = destinations.watchedHosts
        preferred = Array(repeating: 0, count: endpoints.count)
        self.capacity = max(1, capacity)
        let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        if epoll < 0 { throw SystemError(code: errno, doing: "epoll_create1") }
        self.epoll = epoll
        do {
            tls = try TLSClient(settings, endpoints: endpoints)
        } catch {
            Glibc.close(epoll)
            throw error
        }
        events = .allocate(capacity: 256)
    }

    deinit {
        lanes = [:]
        connections = [:]
        tls.release()
        events.deallocate()
        Glibc.close(epoll)
    }

    /// The way that an exchange takes; nil where its host and port are none of the endpoints'.
    func route(of planned: PlannedExchange) -> ExchangeConnection.Route? {
        let host = planned.host.lowercased()
        let origin =
            endpoints.firstIndex { $0.host == host && $0.port == planned.port && $0.isSecure == planned.isSecure }
            ?? endpoints.firstIndex { $0.host == host && $0.port == planned.port }
        return origin.map {
            ExchangeConnection.Route(origin: $0, isSecure: planned.isSecure, source: planned.source)
        }
    }

    // MARK: Opening

    /// Begins to connect. `refusals`: how many of the origin's addresses were tried before.
    func open(_ route: ExchangeConnection.Route, refusals: Int) -> Opening {
        takeNews()
        if addresses[route.origin].isEmpty { return .refused(EREMCHG) }
        var source: SocketAddress?
        if let text = route.source {
            guard let address = sources[text] ?? SocketAddress(numeric: text) else { return .refused(EINVAL) }
            sources[text] = address
            source = address
        }
        guard let address = address(route, refusals: refusals, family: source?.family) else {
            return .refused(EAFNOSUPPORT)
        }
        let target = addresses[route.origin][address]
        let descriptor = target.family == AF_UNIX ? loadgate_unix_socket() : loadgate_tcp_socket(target.family)
        if descriptor < 0 { return Self.failed(-descriptor) }
        if target.family != AF_UNIX { _ = loadgate_request_receive_stamps(descriptor) }
        if let source {
            var storage = source.storage
            let status = loadgate_bind_source(descriptor, &storage, source.length)
            if status < 0 {
                Glibc.close(descriptor)
                return .refused(-status)
            }
        }
        made += 1
        let connection = ExchangeConnection(
            number: made, descriptor: descriptor, epoll: epoll, route: route, address: address,
            opened: ReactorClock.now())
        var storage = target.storage
        let status = loadgate_connect(descriptor, &storage, target.length)
        if status < 0, status != -EINPROGRESS { return Self.failed(-status) }
        let interest = EPOLLOUT.rawValue | EPOLLIN.rawValue
        let added = loadgate_epoll_control(epoll, EPOLL_CTL_ADD, descriptor, interest, connection.number)
        if added < 0 { return Self.failed(-added) }
        connections[connection.number] = connection
        return .opened(connection)
    }

    /// Names may have moved: new connections go where they lead now.
    private func takeNews() {
        guard let news = names?.news(since: &version) else { return }
        for update in news {
            for origin in addresses.indices where watchedHosts[origin] == update.host {
                let port = endpoints[origin].port
                let new = update.addresses.map { $0.at(port: port) }
                // Of other addresses the first comes first; of the same ones that which last accepted a connection.
                if new.map({ AddressKey($0) }) != addresses[origin].map({ AddressKey($0) }) { preferred[origin] = 0 }
                addresses[origin] = new
            }
        }
    }

    /// The index of the address to try: the preferred one first, then those after it.
    private func address(_ route: ExchangeConnection.Route, refusals: Int, family: Int32?) -> Int? {
        let all = addresses[route.origin]
        guard !all.isEmpty else { return nil }
        let usable = (0..<all.count).map { (preferred[route.origin] + $0) % all.count }
            .filter { family == nil || all[$0].family == family }
        return refusals < usable.count ? usable[refusals] : nil
    }

    /// True where another address is left after so many refusals.
    func hasAddress(_ route: ExchangeConnection.Route, refusals: Int) -> Bool {
        let family = route.source.flatMap { sources[$0] }?.family
        return address(route, refusals: refusals, family: family) != nil
    }

    private static func failed(_ error: Int32) -> Opening {
        // A Unix socket whose queue is full says EAGAIN.
        error == EAGAIN || Outcome.ofConnect(error) == nil ? .exhausted : .refused(error)
    }

    /// Goes on where connecting ended; 0, or why it failed, as errno.
    func established(_ connection: ExchangeConnection) -> Int32 { connection.established() }

    /// Begins TLS where the connection has it.
    func secure(_ connection: ExchangeConnection) throws(TLSFailure) {
        if connection.route.isSecure { try connection.secure(tls) }
    }

    /// The address accepted a connection: it is the first to be used.
    func prefer(_ connection: ExchangeConnection) { preferred[connection.route.origin] = connection.address }

    /// The address doesn't answer: new connections begin with the one after it.
    func preferAddress(after connection: ExchangeConnection) {
        let origin = connection.route.origin
        guard preferred[origin] == connection.address else { return }
        preferred[origin] = (connection.address + 1) % max(1, addresses[origin].count)
    }

    // MARK: Keeping

    /// The idle connection of a lane, which isn't the lane's any more; nil where there is none that goes the same way and
    /// is still alive.
    func take(lane: Int, for route: ExchangeConnection.Route) -> ExchangeConnection? {
        guard let connection = lanes.removeValue(forKey: lane) else { return nil }
        // The peer may have closed it since the last batch, without epoll having been asked.
        guard connection.route == route, isQuiet(connection) else {
            close(connection)
            return nil
        }
        return connection
    }

    /// Keeps a connection for the next exchange of its lane.
    func keep(_ connection: ExchangeConnection, lane: Int) {
        connection.course = nil
        lanes[lane] = connection
    }

    /// True where a lane has an idle connection.
    func hasIdle(lane: Int) -> Bool { lanes[lane] != nil }

    /// Something came on an idle connection: one that is closed, or speaks unasked, is of no use.
    func onIdleEvent(_ connection: ExchangeConnection) {
        guard !isQuiet(connection) else { return }
        if let lane = lanes.first(where: { $0.value === connection })?.key { lanes[lane] = nil }
        close(connection)
    }

    private func isQuiet(_ connection: ExchangeConnection) -> Bool {
        // Tickets for later sessions come when the server likes (RFC 8446 §4.6.1); one read after the other takes them.
        for _ in 0..<16 {
            guard let received = connection.receive(buffers) else { return true }
            if received.end != nil || !received.bytes.isEmpty { return false }
        }
        return false
    }

    func close(_ connection: ExchangeConnection) {
        connection.course?.connection = nil
        connection.course = nil
        connections[connection.number] = nil
    }

    /// True where so many more connections can be opened; idle ones are closed for them, but for those of `lanes`.
    func makeRoom(for count: Int, sparing spared: Set<Int>) -> Bool {
        if connections.count + count <= capacity { return true }
        for lane in lanes.keys.sorted() where !spared.contains(lane) {
            if let connection = lanes.removeValue(forKey: lane) { close(connection) }
            if connections.count + count <= capacity { return true }
        }
        return false
    }

    // MARK: Waiting

    /// Waits for events, at most so long, and gives each to its connection's handler.
    func wait(_ span: Span, woken: () -> Void, onEvent handle: (ExchangeConnection) -> Void) {
        guard let base = events.baseAddress else { return }
        let count = loadgate_epoll_wait(epoll, base, Int32(events.count), max(0, span.nanoseconds))
        woken()
        for index in 0..<max(0, Int(count)) {
            // One that was closed by an event handled before in this turn isn't found any more.
            if let connection = connections[loadgate_epoll_payload(base + index)] { handle(connection) }
        }
    }
}
