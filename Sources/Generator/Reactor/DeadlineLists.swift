import Measures

/// The deadlines of the exchanges under way. All exchanges of one timeout end in the order in which they began, so a
/// list per different timeout holds them sorted, and setting or lifting a deadline costs a few stores.
struct DeadlineLists {
    private let first: UnsafeMutablePointer<Int32>
    private let last: UnsafeMutablePointer<Int32>
    private let classes: Int
    private let connections: UnsafeMutablePointer<Connection>
    /// How long this process was held up so far: time that counts for no deadline.
    private(set) var held = Span.zero

    init(classes: Int, connections: UnsafeMutablePointer<Connection>) {
        self.classes = classes
        self.connections = connections
        first = .allocate(capacity: max(classes, 1))
        last = .allocate(capacity: max(classes, 1))
        first.initialize(repeating: -1, count: classes)
        last.initialize(repeating: -1, count: classes)
    }

    func release() {
        first.deallocate()
        last.deallocate()
    }

    /// This process was held up: all deadlines are put off.
    mutating func putOff(by span: Span) { held = held + span }

    func set(_ index: Int32, timeoutClass: Int, deadline: Instant) {
        let connection = connections + Int(index)
        connection.pointee.deadline = deadline - held
        connection.pointee.timeoutClass = Int32(timeoutClass)
        connection.pointee.earlier = last[timeoutClass]
        connection.pointee.later = -1
        if last[timeoutClass] >= 0 {
            connections[Int(last[timeoutClass])].later = index
        } else {
            first[timeoutClass] = index
        }
        last[timeoutClass] = index
    }

    func lift(_ index: Int32) {
        let connection = connections + Int(index)
        let timeoutClass = Int(connection.pointee.timeoutClass)
        guard timeoutClass >= 0 else { return }
        let earlier = connection.pointee.earlier
        let later = connection.pointee.later
        if earlier >= 0 { connections[Int(earlier)].later = later } else { first[timeoutClass] = later }
        if later >= 0 { connections[Int(later)].earlier = earlier } else { last[timeoutClass] = earlier }
        connection.pointee.timeoutClass = -1
    }

    /// The earliest deadline; `distantFuture` where there is none.
    var earliest: Instant {
        var earliest = Instant.distantFuture
        for timeoutClass in 0..<classes where first[timeoutClass] >= 0 {
            earliest = min(earliest, connections[Int(first[timeoutClass])].deadline)
        }
        return earliest == .distantFuture ? earliest : earliest + held
    }

    /// A connection whose deadline is not after `now`; nil where there is none.
    func expired(at now: Instant) -> Int32? {
        let now = now - held
        for timeoutClass in 0..<classes where first[timeoutClass] >= 0 {
            if connections[Int(first[timeoutClass])].deadline <= now { return first[timeoutClass] }
        }
        return nil
    }
}
