import Measures

/// Closed-load users whose next iteration is due: they begin in turn, a bounded number in each turn of the loop.
struct ReadyUsers {
    private var waiting: [(user: UserID, intended: Instant)] = []
    /// How many of them have had their turn.
    private var taken = 0

    var isEmpty: Bool { taken == waiting.count }

    mutating func add(_ user: UserID, intended: Instant) { waiting.append((user, intended)) }

    /// How many have their turn now, at most `bound`: those that are added meanwhile wait for the next one.
    func turn(bound: Int) -> Int { min(waiting.count - taken, bound) }

    /// The one whose turn it is.
    mutating func next() -> (user: UserID, intended: Instant)? {
        guard taken < waiting.count else { return nil }
        defer { taken += 1 }
        return waiting[taken]
    }

    /// The turn is over; true where some have to wait for the next one.
    mutating func endTurn() -> Bool {
        if isEmpty {
            waiting.removeAll(keepingCapacity: true)
            taken = 0
            return false
        }
        // Iterations that end as soon as they begin add as many as they take: those taken must not pile up.
        if taken > waiting.count / 2 {
            waiting.removeFirst(taken)
            taken = 0
        }
        return true
    }

    /// Those that are meant are not to begin; none of them has its turn at present.
    mutating func remove(where isMeant: (UserID) -> Bool) {
        waiting.removeFirst(taken)
        taken = 0
        waiting.removeAll { isMeant($0.user) }
    }

    /// Nobody is to begin.
    mutating func removeAll() {
        waiting.removeAll()
        taken = 0
    }
}
