/// The reactor's users. Slot s is user s × stride + part of the run.
struct UserTable {
    private let memory: StableMemory<User>
    private let captures: Int
    private let tables: Int
    private let cookies: Bool
    private var made = 0
    /// Users in an iteration.
    var busy = 0
    /// Slots whose users may take arrivals, the last freed on top: its connection is the warmest.
    private var free: [UserID] = []

    init(capacity: Int, captures: Int, tables: Int, cookies: Bool) {
        memory = StableMemory(capacity: capacity)
        self.captures = captures
        self.tables = tables
        self.cookies = cookies
    }

    var base: UnsafeMutablePointer<User> { memory.base }

    /// Where a user lies; never moves.
    @inline(__always)
    subscript(slot: UserID) -> UnsafeMutablePointer<User> { memory.base + Int(slot.slot) }

    /// The users that there ever were.
    var used: some Sequence<UserID> { (0..<made).lazy.map { UserID($0) } }

    /// A user for an arrival, where there is one among the first `bound` slots.
    mutating func takeFree(bound: Int) -> UserID? {
        if let slot = free.popLast() { return slot }
        guard made < min(bound, memory.capacity) else { return nil }
        make()
        return UserID(made - 1)
    }

    mutating func giveBack(_ slot: UserID) { free.append(slot) }

    /// Makes sure that the first `count` slots exist.
    mutating func make(upTo count: Int) { while made < min(count, memory.capacity) { make() } }

    /// Finds the free slots again, after a stage in which they were not given and taken.
    mutating func collectFree() {
        // The first slot ends on top, so that few users stay few.
        free = used.filter { self[$0].pointee.state == .free }.reversed()
    }

    func release() {
        for slot in 0..<made {
            if let values = memory.base[slot].context.captures {
                values.deinitialize(count: captures)
                values.deallocate()
            }
            memory.base[slot].context.rows?.deallocate()
            if let jar = memory.base[slot].context.cookies {
                jar.deinitialize(count: 1)
                jar.deallocate()
            }
        }
        memory.release()
    }

    private mutating func make() {
        var user = User()
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
        if cookies {
            let jar = UnsafeMutablePointer<CookieJar>.allocate(capacity: 1)
            jar.initialize(to: CookieJar())
            user.context.cookies = jar
        }
        (memory.base + made).initialize(to: user)
        made += 1
    }
}
