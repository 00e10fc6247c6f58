/// How a share of events changes over a pass, in a bounded number of slices: when they are used up, pairs of them become one
/// of double width. No event is lost.
struct RatioCourse: Equatable, Sendable {
    /// Events that follow one another.
    struct Slice: Equatable, Sendable {
        /// All that came, also those that the share is not of.
        var events = 0
        /// Those that it is of.
        var total = 0
        /// Those that count.
        var hits = 0
    }

    /// The number of slices at most.
    static let capacity = 100

    private(set) var slices: [Slice] = []
    /// How many events a slice takes.
    private(set) var width = 1

    /// Adds the next event; nil: one that the share is not of.
    mutating func add(_ isHit: Bool?) {
        if slices.last.map({ $0.events >= width }) ?? true {
            if slices.count == Self.capacity { halve() }
            slices.append(Slice())
        }
        slices[slices.count - 1].events += 1
        guard let isHit else { return }
        slices[slices.count - 1].total += 1
        if isHit { slices[slices.count - 1].hits += 1 }
    }

    private mutating func halve() {
        slices = stride(from: 0, to: slices.count, by: 2).map { index in
            let pair = [slices[index], slices[index + 1]]
            return Slice(
                events: pair[0].events + pair[1].events, total: pair[0].total + pair[1].total,
                hits: pair[0].hits + pair[1].hits)
        }
        width *= 2
    }
}
