import Measures

/// The seconds of a run, which a reactor hands over one by one, each with the processor time that it took.
struct SecondClock {
    private let start: Instant
    /// The second that is handed over next, from 0.
    private(set) var second = 0
    private var cpuHandedOver: Int64 = 0

    /// `start`: the run's beginning.
    init(start: Instant) { self.start = start }

    /// When the second ends.
    var end: Instant { start + Span(nanoseconds: Int64(second + 1) * 1_000_000_000) }

    /// Processor time up to here, in nanoseconds, belongs to no second.
    mutating func begin(cpu: Int64) { cpuHandedOver = cpu }

    /// The processor time since it was last taken; `cpu`: that of the thread, in nanoseconds.
    mutating func take(cpu: Int64) -> Span {
        defer { cpuHandedOver = cpu }
        return Span(nanoseconds: cpu - cpuHandedOver)
    }

    /// Goes on to the next second.
    mutating func advance() { second += 1 }
}
