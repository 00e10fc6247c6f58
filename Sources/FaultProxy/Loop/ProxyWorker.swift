import CLinux
import Dispatch
import Glibc
import Measures
import NIOConcurrencyHelpers
import Scheduling

/// Carries connections of all proxies: one thread, one epoll, no locks on the way of a byte.
///
/// `@unchecked Sendable`: but for the orders, all is touched on the worker's own serial queue alone. Orders are closures that
/// run there.
final class ProxyWorker: @unchecked Sendable {
    private let orders = NIOLockedValueBox<[@Sendable (ProxyWorker) -> Void]>([])
    /// Readable while orders may wait.
    private let wake: Int32
    private let ended = DispatchSemaphore(value: 0)
    private var isEnding = false

    let epoll: Int32
    var random: SeededRandom
    var pool = BlockPool(capacity: 65_536)
    /// What is read into, and sent from where nothing has to wait.
    let buffer: UnsafeMutableRawBufferPointer
    var proxies: [Int: WorkerProxy] = [:]
    var connections: [ProxiedConnection?] = []
    var freeSlots: [Int] = []
    var generation: UInt32 = 0
    var timers = TimerHeap<ConnectionKey>()
    /// Connections that wait for memory.
    var starved: [ConnectionKey] = []
    /// A descriptor to give up where the process has none left, so that a connection can be accepted and reset.
    var spare: Int32

    static let bufferSize = 65_536
    /// Events handled in one turn.
    private static let turn = 256
    /// The number of a listening socket's side in what epoll tells; 0 and 1 are a connection's.
    private static let listenerSide = 2
    private static let wakePayload = UInt64.max

    /// Throws where the process has no descriptor left.
    init(seed: UInt64) throws(ProxyError) {
        wake = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        spare = open("/dev/null", O_RDONLY | O_CLOEXEC)
        buffer = .allocate(byteCount: Self.bufferSize, alignment: 64)
        random = SeededRandom(seed: seed)
        var event = epoll_event()
        let status =
            wake < 0 || epoll < 0 || spare < 0
            ? -errno : loadgate_epoll_wait(epoll, &event, 1, 0)
        guard status >= 0 else {
            throw ProxyError(.unavailable, "a fault proxy can't run: \(String(cString: strerror(-status)))")
        }
        _ = loadgate_epoll_control(epoll, EPOLL_CTL_ADD, wake, EPOLLIN.rawValue, Self.wakePayload)
    }

    deinit {
        for descriptor in [wake, epoll, spare] where descriptor >= 0 { close(descriptor) }
        buffer.deallocate()
        pool.release()
    }

    /// Starts the worker's thread, one of `count` in this process. Delays are exact beside busy processes where it may have
    /// real-time scheduling.
    func start(number: Int, of count: Int, _ grant: SchedulingGrant) {
        DispatchQueue(label: "loadgate.proxy.\(number)", qos: .userInteractive).async { [self] in
            let processors = Double(loadgate_usable_processors()) / Double(count)
            run(PromptThread("lg-proxy-\(number)", processors: processors, grant, at: Self.now()))
            ended.signal()
        }
    }

    /// Has the worker's thread do something, and waits for it. Not from that thread; not after `stop`.
    func perform<Result: Sendable>(_ body: @escaping @Sendable (ProxyWorker) -> Result) -> Result? {
        let result = NIOLockedValueBox<Result?>(nil)
        let done = DispatchSemaphore(value: 0)
        orders.withLockedValue {
            $0.append { worker in
                result.withLockedValue { $0 = body(worker) }
                done.signal()
            }
        }
        eventfd_write(wake, 1)
        done.wait()
        return result.withLockedValue { $0 }
    }

    /// Resets all connections, and ends the thread.
    func stop() {
        _ = perform { worker in
            for connection in worker.connections { connection.map { worker.abort($0) } }
            worker.isEnding = true
        }
        ended.wait()
    }

    // MARK: On the queue

    static func now() -> Instant { Instant(nanoseconds: loadgate_monotonic()) }

    private func run(_ thread: consuming PromptThread) {
        var thread = thread
        withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: Self.turn) { events in
            events.initialize(repeating: epoll_event())
            while !isEnding {
                turn(events)
                let now = Self.now()
                if now >= thread.next { thread.look(at: now) }
            }
        }
        // The thread is another's after this.
        thread.end()
    }

    private func turn(_ events: UnsafeMutableBufferPointer<epoll_event>) {
        let due = timers.earliest
        let wait = due == .distantFuture ? -1 : max(0, (due - Self.now()).nanoseconds)
        let count = loadgate_epoll_wait(epoll, events.baseAddress, Int32(events.count), wait)
        for event in events.prefix(Int(max(0, count))) { take(event) }
        if timers.earliest != .distantFuture { fireTimers() }
        if !starved.isEmpty, pool.free >= Self.bufferSize / BlockPool.blockSize + 1 { feed() }
    }

    private func take(_ event: epoll_event) {
        var event = event
        let payload = loadgate_epoll_payload(&event)
        if payload == Self.wakePayload { return obeyOrders() }
        let slot = Int(payload >> 32)
        let side = Int(payload & 3)
        if side == Self.listenerSide {
            if let proxy = proxies[slot] { accept(proxy) }
        } else if let connection = connections[slot], connection.generation == UInt32(payload >> 2 & 0x3FFF_FFFF) {
            take(event.events, side: side, of: connection)
        }
    }

    private func obeyOrders() {
        var count: eventfd_t = 0
        eventfd_read(wake, &count)
        let taken = orders.withLockedValue { orders in
            defer { orders.removeAll() }
            return orders
        }
        for order in taken { order(self) }
    }

    private func fireTimers() {
        let now = Self.now()
        while let timer = timers.takeDue(at: now) {
            guard let connection = connection(timer.waiter) else { continue }
            if connection.timer == timer.due { connection.timer = .distantFuture }
            settle(connection, at: now)
        }
    }

    /// The connection that is meant, where it is still there.
    private func connection(_ key: ConnectionKey) -> ProxiedConnection? {
        connections[key.slot].flatMap { $0.generation == key.generation ? $0 : nil }
    }

    /// Has those go on that waited for memory.
    private func feed() {
        let waiting = starved
        starved.removeAll(keepingCapacity: true)
        let now = Self.now()
        for key in waiting {
            guard let connection = connection(key) else { continue }
            connection.isStarved = false
            settle(connection, at: now)
        }
    }

    /// What epoll tells of a socket.
    static func payload(_ connection: ProxiedConnection, side: Int) -> UInt64 {
        UInt64(connection.slot) << 32 | UInt64(connection.generation) << 2 | UInt64(side)
    }

    // MARK: Orders

    /// Takes connections of a listening socket from now on.
    func listen(_ proxy: WorkerProxy, on listener: Int32) {
        guard proxy.listener == nil else { return }
        proxy.listener = listener
        // Of several workers one is woken.
        let interest = EPOLLIN.rawValue | EPOLLEXCLUSIVE.rawValue
        let payload = UInt64(proxy.index) << 32 | UInt64(Self.listenerSide)
        _ = loadgate_epoll_control(epoll, EPOLL_CTL_ADD, listener, interest, payload)
    }

    /// Takes none any more.
    func stopListening(_ proxy: WorkerProxy) {
        guard let listener = proxy.listener else { return }
        _ = loadgate_epoll_control(epoll, EPOLL_CTL_DEL, listener, 0, 0)
        proxy.listener = nil
    }

    /// Resets all open connections of a proxy; gives how many.
    @discardableResult
    func abortAll(of proxy: WorkerProxy) -> Int {
        var count = 0
        for case let connection? in connections where connection.proxy === proxy {
            abort(connection)
            count += 1
        }
        proxy.broken += count
        return count
    }

    /// Has all connections of a proxy obey its disturbances, which have changed. `new` is one that counts bytes from now on.
    func obeyDisturbances(of proxy: WorkerProxy, new: UInt64? = nil) {
        let now = Self.now()
        for case let connection? in connections where connection.proxy === proxy {
            if let new { connection.bases[new] = (connection.lanes[0].passed, connection.lanes[1].passed) }
            connection.obeyDisturbances(at: now, &random)
            settle(connection, at: now)
        }
    }
}
