/// Users, or what else has a number, that wait for an instant: a binary heap, the earliest on top. What is no longer true
/// stays until it is due. In the order of time; those of one instant come in any order.
public struct TimerHeap<Waiter: BitwiseCopyable> {
    /// Who waits, and until when.
    public struct Timer {
        /// When it is due.
        public var due: Instant
        /// Who waits.
        public var waiter: Waiter

        /// A timer of its values.
        @inlinable
        public init(due: Instant, waiter: Waiter) {
            self.due = due
            self.waiter = waiter
        }
    }

    @usableFromInline
    var timers: [Timer] = []

    /// No timers.
    @inlinable
    public init() {}

    /// When the next timer is due; the distant future where there is none.
    @inlinable
    public var earliest: Instant { timers.first?.due ?? .distantFuture }

    /// Adds one.
    @inlinable
    public mutating func add(_ timer: Timer) {
        timers.append(timer)
        var child = timers.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard timers[child].due < timers[parent].due else { break }
            timers.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes the earliest timer where it is due.
    @inlinable
    public mutating func takeDue(at now: Instant) -> Timer? {
        guard let top = timers.first, top.due <= now else { return nil }
        let last = timers.removeLast()
        if !timers.isEmpty {
            timers[0] = last
            sink()
        }
        return top
    }

    @inlinable
    mutating func sink() {
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < timers.count else { return }
            if child + 1 < timers.count, timers[child + 1].due < timers[child].due { child += 1 }
            guard timers[child].due < timers[parent].due else { return }
            timers.swapAt(child, parent)
            parent = child
        }
    }
}
