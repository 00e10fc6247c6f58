import Measures

/// Users, or what else has a number, that wait for an instant: a binary heap, the earliest on top.
struct TimerHeap<Waiter: BitwiseCopyable> {
    struct Timer {
        var due: Instant
        var waiter: Waiter
    }

    private var timers: [Timer] = []

    var earliest: Instant { timers.first?.due ?? .distantFuture }

    mutating func add(_ timer: Timer) {
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
    mutating func takeDue(at now: Instant) -> Timer? {
        guard let top = timers.first, top.due <= now else { return nil }
        let last = timers.removeLast()
        if !timers.isEmpty {
            timers[0] = last
            sink()
        }
        return top
    }

    private mutating func sink() {
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
