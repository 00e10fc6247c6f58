import Measures

/// The deadlines of the exchanges under way. All exchanges of one timeout end in the order in which they began, so a
/// list per different timeout holds them sorted, and setting or lifting a deadline costs a few stores.
struct DeadlineLists {
    private let first: UnsafeMutablePointer<ConnectionID>
    private let last: UnsafeMutablePointer<ConnectionID>
    private let classes: Int
    private let connections: UnsafeMutablePointer<Connection>
    /// How long this process was held up so far: time that counts for no deadline.
    private(set) var held = Span.zero

    init(classes: Int, connections: UnsafeMutablePointer<Connection>) {
        self.classes = classes
        self.connections = connections
        first = .allocate(capacity: max(classes, 1))
        last = .allocate(capacity: max(classes, 1))
        first.initialize(repeating: .absent, count: classes)
        last.initialize(repeating: .absent, count: classes)
    }

    func release() {
        first.deallocate()
        last.deallocate()
    }

    @inline(__always)
    private subscript(index: ConnectionID) -> UnsafeMutablePointer<Connection> { connections + Int(index.index) }

    /// This process was held up: all deadlines are put off.
    mutating func putOff(by span: Span) { held = held + span }

    func set(_ index: ConnectionID, timeoutClass: Int, deadline: Instant) {
        let connection = self[index]
        connection.pointee.deadline = deadline - held
        connection.pointee.timeoutClass = Int32(timeoutClass)
        connection.pointee.earlier = last[timeoutClass]
        connection.pointee.later = .absent
        if last[timeoutClass].isPresent {
            self[last[timeoutClass]].pointee.later = index
        } else {
            first[timeoutClass] = index
        }
        last[timeoutClass] = index
    }

    func lift(_ index: ConnectionID) {
        let connection = self[index]
        let timeoutClass = Int(connection.pointee.timeoutClass)
        guard timeoutClass >= 0 else { return }
        let earlier = connection.pointee.earlier
        let later = connection.pointee.later
        if earlier.isPresent { self[earlier].pointee.later = later } else { first[timeoutClass] = later }
        if later.isPresent { self[later].pointee.earlier = earlier } else { last[timeoutClass] = earlier }
        connection.pointee.timeoutClass = -1
    }

    /// The earliest deadline; `distantFuture` where there is none.
    var earliest: Instant {
        var earliest = Instant.distantFuture
        for timeoutClass in 0..<classes where first[timeoutClass].isPresent {
            earliest = min(earliest, self[first[timeoutClass]].pointee.deadline)
        }
        return earliest == .distantFuture ? earliest : earliest + held
    }

    /// A connection whose deadline is not after `now`; nil where there is none.
    func expired(at now: Instant) -> ConnectionID? {
        let now = now - held
        for timeoutClass in 0..<classes where first[timeoutClass].isPresent {
            if self[first[timeoutClass]].pointee.deadline <= now { return first[timeoutClass] }
        }
        return nil
    }
}
