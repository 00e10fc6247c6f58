/// How many events the streams of a step had.
public struct EventCounts: Equatable, Sendable {
    /// Streams that came to an end, whichever.
    public var streams: UInt64 = 0
    /// Their events.
    public var total: UInt64 = 0
    /// The fewest and the most events of one of them; 0 where there was none.
    public var fewest: UInt64 = 0
    /// As above.
    public var most: UInt64 = 0
    /// Exchanges without an event, be it that none came, or that their answer was no stream or never came.
    public var silent: UInt64 = 0
    /// Streams that the end of the run cut off; they are not part of `streams`.
    public var cutOff: UInt64 = 0
    /// Gaps between events that a stall of this process touched.
    public var stalledGaps: UInt64 = 0
    /// First events on the way to which a stall of this process came.
    public var stalledFirsts: UInt64 = 0

    /// No stream.
    public init() {}

    /// True where there was nothing to count.
    public var isEmpty: Bool { self == EventCounts() }

    /// The events of a stream on average; nil where there was no stream.
    public var mean: Double? { streams == 0 ? nil : Double(total) / Double(streams) }

    /// Counts a stream that came to an end.
    public mutating func count(_ events: UInt64) {
        fewest = streams == 0 ? events : min(fewest, events)
        most = max(most, events)
        streams &+= 1
        total &+= events
    }

    /// Adds other counts.
    public mutating func add(_ other: EventCounts) {
        if other.streams > 0 {
            fewest = streams == 0 ? other.fewest : min(fewest, other.fewest)
            most = max(most, other.most)
        }
        streams &+= other.streams
        total &+= other.total
        silent &+= other.silent
        cutOff &+= other.cutOff
        stalledGaps &+= other.stalledGaps
        stalledFirsts &+= other.stalledFirsts
    }
}
