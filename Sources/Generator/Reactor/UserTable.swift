/// The reactor's users. Slot s is user s × stride + part of the run.
struct UserTable {
    private let memory: StableMemory<User>
    private let captures: Int
    private let tables: Int
    private let cookies: Bool
    private var made = 0
    /// Slots whose users may take arrivals, the last freed on top: its connection is the warmest.
    private var free: [Int32] = []

    init(capacity: Int, captures: Int, tables: Int, cookies: Bool) {
        memory = StableMemory(capacity: capacity)
        self.captures = captures
        self.tables = tables
        self.cookies = cookies
    }

    var base: UnsafeMutablePointer<User> { memory.base }

    /// The slots that were ever used.
    var used: Range<Int> { 0..<made }

    /// A user for an arrival, where there is one among the first `bound` slots.
    mutating func takeFree(bound: Int) -> Int32? {
        if let slot = free.popLast() { return slot }
        guard made < min(bound, memory.capacity) else { return nil }
        make()
        return Int32(made - 1)
    }

    mutating func giveBack(_ slot: Int32) { free.append(slot) }

    /// Makes sure that the first `count` slots exist.
    mutating func make(upTo count: Int) { while made < min(count, memory.capacity) { make() } }

    /// Finds the free slots again, after a stage in which they were not given and taken.
    mutating func collectFree() {
        // The first slot ends on top, so that few users stay few.
        free = used.reversed().filter { memory.base[$0].state == .free }.map(Int32.init)
    }

    func release() {
        for slot in used {
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
