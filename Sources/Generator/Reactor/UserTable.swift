/// The reactor's users, each load's in a region of its own: slot s of a region is user s × stride + part of the load.
struct UserTable {
    /// The users of one load.
    private struct Region {
        let first: Int
        let capacity: Int
        var made = 0
        /// Slots whose users may take arrivals, the last freed on top: its connection is the warmest.
        var free: [UserID] = []
    }

    private let memory: StableMemory<User>
    private let captures: Int
    private let tables: Int
    private let cookies: Bool
    /// Blocks within each other at most.
    private let blocks: Int
    private var regions: [Region] = []
    /// Users in an iteration.
    var busy = 0

    /// `capacities`: users at most, of each load.
    init(capacities: [Int], captures: Int, tables: Int, cookies: Bool, blocks: Int = 0) {
        self.blocks = blocks
        var first = 0
        for capacity in capacities {
            regions.append(Region(first: first, capacity: capacity))
            first += capacity
        }
        memory = StableMemory(capacity: first)
        self.captures = captures
        self.tables = tables
        self.cookies = cookies
    }

    /// The users of one load.
    init(capacity: Int, captures: Int, tables: Int, cookies: Bool) {
        self.init(capacities: [max(capacity, 1)], captures: captures, tables: tables, cookies: cookies)
    }

    var base: UnsafeMutablePointer<User> { memory.base }
    /// Users at most.
    var capacity: Int { memory.capacity }

    /// Where a user lies; never moves.
    @inline(__always)
    subscript(slot: UserID) -> UnsafeMutablePointer<User> { memory.base + Int(slot.slot) }

    /// The users that there ever were.
    var used: some Sequence<UserID> { regions.indices.lazy.flatMap { used(of: $0) } }

    /// Those of a load.
    func used(of load: Int) -> some Sequence<UserID> {
        let region = regions[load]
        return (region.first..<(region.first + region.made)).lazy.map { UserID($0) }
    }

    /// A user's place among its load's users of this reactor.
    @inline(__always)
    func index(of slot: UserID) -> Int { Int(slot.slot) - regions[Int(self[slot].pointee.load)].first }

    /// A user for an arrival, where there is one among the first `bound` slots of the load.
    mutating func takeFree(bound: Int, of load: Int = 0) -> UserID? {
        if let slot = regions[load].free.popLast() { return slot }
        guard regions[load].made < min(bound, regions[load].capacity) else { return nil }
        make(of: load)
        return UserID(regions[load].first + regions[load].made - 1)
    }

    @inline(__always)
    mutating func giveBack(_ slot: UserID) { regions[Int(self[slot].pointee.load)].free.append(slot) }

    /// Makes sure that the first `count` slots of a load exist.
    mutating func make(upTo count: Int, of load: Int = 0) {
        while regions[load].made < min(count, regions[load].capacity) { make(of: load) }
    }

    /// Finds a load's free slots again, after a stage in which they were not given and taken.
    mutating func collectFree(of load: Int = 0) {
        // The first slot ends on top, so that few users stay few.
        regions[load].free = used(of: load).filter { self[$0].pointee.state == .free }.reversed()
    }

    func release() {
        for slot in used {
            if let values = self[slot].pointee.context.captures {
                values.deinitialize(count: captures)
                values.deallocate()
            }
            self[slot].pointee.context.rows?.deallocate()
            self[slot].pointee.blocks?.deallocate()
            if let jar = self[slot].pointee.context.cookies {
                jar.deinitialize(count: 1)
                jar.deallocate()
            }
        }
        memory.release()
    }

    private mutating func make(of load: Int) {
        var user = User()
        user.load = Int32(load)
        if captures > 0 {
            let values = UnsafeMutablePointer<CapturedValue?>.allocate(capacity: captures)
            values.initialize(repeating: nil, count: captures)
            user.context.captures = values
        }
        if tables > 0 {
            let rows = UnsafeMutablePointer<Int>.allocate(capacity: tables)
            rows.initialize(repeating: 0, count: tables)
            user.context.rows = rows
        }
        // An open block is a plain value: the memory needs no values before a block is come to.
        if blocks > 0 { user.blocks = .allocate(capacity: blocks) }
        if cookies {
            let jar = UnsafeMutablePointer<CookieJar>.allocate(capacity: 1)
            jar.initialize(to: CookieJar())
            user.context.cookies = jar
        }
        (memory.base + regions[load].first + regions[load].made).initialize(to: user)
        regions[load].made += 1
    }
}
