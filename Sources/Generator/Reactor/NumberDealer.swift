import Synchronization

/// Deals numbers out to all reactors of a process: whichever reactor needs the next row of a table, or the number of its
/// next iteration, takes it. So no number is left out because another reactor was to take it, nor taken twice.
///
/// `@unchecked Sendable`: the counters are atomic, and live as long as the dealer does.
final class NumberDealer: @unchecked Sendable {
    /// A count from 0. A plain address, so that taking a number touches no reference count.
    typealias Counter = UnsafeMutablePointer<Atomic<Int>>

    private let counters: Counter
    private let count: Int

    /// Deals so many kinds of numbers, each from 0.
    init(kinds count: Int) {
        self.count = count
        counters = .allocate(capacity: max(count, 1))
        for kind in 0..<count { (counters + kind).initialize(to: Atomic(0)) }
    }

    deinit {
        counters.deinitialize(count: count)
        counters.deallocate()
    }

    /// The counter of a kind; not to be used after the dealer's end.
    func counter(_ kind: Int) -> Counter { counters + kind }

    /// The next number of a counter.
    static func next(of counter: Counter) -> Int { counter.pointee.add(1, ordering: .relaxed).oldValue }
}
