import Measures

/// A client's connection and the one to the upstream that it is passed on to. Belongs to the thread of its worker.
final class ProxiedConnection {
    enum Phase {
        /// The upstream has not accepted yet.
        case connecting
        case open
        /// Both sides were told the end; what they still send is thrown away, so that no reset costs them what they were sent.
        case closing
    }

    /// The sides: 0 the client, 1 the upstream. Lane 0 leads from 0 to 1.
    static let client = 0
    static let upstream = 1

    let slot: Int
    let generation: UInt32
    /// How it is kept in mind.
    var key: ConnectionKey { ConnectionKey(slot: slot, generation: generation) }
    let proxy: WorkerProxy
    /// What decides which disturbances strike it.
    let seed: UInt64
    let opened: Instant
    var phase = Phase.connecting
    var rules = ConnectionRules()
    /// Two lanes, which never move.
    let lanes: UnsafeMutablePointer<Lane>
    /// The sides' sockets, below zero: none.
    let sockets: UnsafeMutablePointer<Socket>
    /// The upstream's address that is tried.
    var address = 0
    /// By number of a disturbance that counts bytes, what had passed in each lane when it came.
    var bases: [UInt64: (Int64, Int64)] = [:]
    /// The instant of its earliest timer.
    var timer = Instant.distantFuture
    /// When it is closed, once it is closing.
    var deadline = Instant.distantFuture
    /// True while it waits for memory.
    var isStarved = false

    struct Socket {
        var descriptor: Int32 = -1
        /// What epoll was asked for; nil: it doesn't know the socket.
        var interest: UInt32?
    }

    init(slot: Int, generation: UInt32, proxy: WorkerProxy, client: Int32, seed: UInt64, at now: Instant) {
        self.slot = slot
        self.generation = generation
        self.proxy = proxy
        self.seed = seed
        opened = now
        lanes = .allocate(capacity: 2)
        lanes.initialize(repeating: Lane(), count: 2)
        sockets = .allocate(capacity: 2)
        sockets.initialize(repeating: Socket(), count: 2)
        sockets[Self.client].descriptor = client
    }

    deinit {
        lanes.deinitialize(count: 2)
        lanes.deallocate()
        sockets.deallocate()
    }

    /// Reckons again what the proxy's disturbances do to it.
    func obeyDisturbances(at now: Instant, _ random: inout SeededRandom) {
        var shaped = (LaneRules(), LaneRules())
        var whole = ConnectionRules()
        for (disturbance, count) in proxy.disturbances where disturbance.strikes(connection: seed) {
            let base = bases[disturbance.number] ?? (0, 0)
            var strike = Strike(began: max(disturbance.began, opened), passed: base.0, count: count)
            if disturbance.touches(lane: 0) { disturbance.kind.shape(&shaped.0, of: strike) }
            strike.passed = base.1
            if disturbance.touches(lane: 1) { disturbance.kind.shape(&shaped.1, of: strike) }
            disturbance.kind.shape(&whole, of: strike)
        }
        rules = whole
        lanes[0].obey(shaped.0, at: now, &random)
        lanes[1].obey(shaped.1, at: now, &random)
    }
}
