import Measures

/// Makes the ids of WebSocket messages: whole numbers, unique in a run and exact in any JSON reader (below 2⁵³), that say
/// when the message was sent. So whoever receives a broadcast can tell how long it took without knowing who sent it.
///
/// An id holds the send's microsecond since the run's start in its upper bits, in the lower twelve a number by which those
/// of one microsecond differ, reactor from reactor included.
struct MessageIDs {
    private static let lowBits = 12
    private static let largest = 1 << 53

    private let start: Instant
    private let part: Int
    /// The distance between two ids of one reactor: a power of two, so that it divides the lower bits.
    private let stride: Int
    /// Reactors of all segments together, and the segments among which they are dealt.
    private let reactors: Int
    private let segments: Int
    private var last = -1

    /// `part` of `stride` reactors, those of all `segments` together; more than 4,096 would share ids.
    init(start: Instant, part: Int, stride: Int, segments: Int = 1) {
        self.start = start
        reactors = stride
        self.segments = segments
        let bound = 1 << Self.lowBits
        var power = 1
        while power < min(stride, bound) { power *= 2 }
        self.stride = power
        self.part = part % power
    }

    /// The id of a message that is sent now.
    mutating func next(at now: Instant) -> Int {
        let microsecond = Int(max(0, (now - start).nanoseconds) / 1000)
        // In one microsecond, or after the clock's own resolution, the next free one.
        last = max(microsecond << Self.lowBits, (last & ~(stride - 1)) + stride)
        last = last & ~(stride - 1) | part
        return last
    }

    /// When the message of an id was sent, to the microsecond; nil where no message of this process can have the id: those
    /// of another segment count from another start.
    func sent(_ id: Int, before now: Instant) -> Instant? {
        guard 0..<Self.largest ~= id else { return nil }
        let sender = id & (stride - 1)
        guard sender < reactors, sender % segments == part % segments else { return nil }
        let sent = start + Span(nanoseconds: Int64(id >> Self.lowBits) * 1000)
        return sent <= now ? sent : nil
    }
}
