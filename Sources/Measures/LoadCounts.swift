/// What is counted of one of several loads beside its steps and flows, over a second or over a whole run; warm-up left out.
public struct LoadCounts: Equatable, Sendable {
    /// Arrivals begun before their stage's end.
    public var inTime: UInt64 = 0
    /// Arrivals and iterations that could not begin.
    public var dropped: UInt64 = 0
    /// Those of the dropped ones that found no row left of data that is used once.
    public var withoutRow: UInt64 = 0
    /// Those of the dropped ones whose turn came only after the graceful stop.
    public var tooLate: UInt64 = 0
    /// Users that were busy at the end of the interval.
    public var users = 0

    /// Nothing yet.
    public init() {}

    /// Adds other counts; exact. `users` are added too: two reactors' users stand beside each other.
    public mutating func add(_ other: LoadCounts) {
        inTime &+= other.inTime
        dropped &+= other.dropped
        withoutRow &+= other.withoutRow
        tooLate &+= other.tooLate
        users += other.users
    }
}
