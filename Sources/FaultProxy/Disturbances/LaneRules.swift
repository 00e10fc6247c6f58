import Measures

/// What is done to the bytes of one direction of a connection.
struct LaneRules {
    /// Delays, which add up.
    var delays: [(delay: Span, jitter: Span)] = []
    /// Bytes a second at most.
    var rate = Double.infinity
    /// Nothing leaves, neither bytes nor the end.
    var isHeld = false
    /// Bytes leave in pieces.
    var slicers: [Slicer] = []
    /// The end leaves later.
    var closeDelays: [(delay: Span, count: StrikeCount)] = []
    /// The connection is closed once so many bytes have left since it began.
    var limits: [(end: Int64, count: StrikeCount)] = []
    /// What counts pieces of data that come.
    var counts: [StrikeCount] = []

    /// True where nothing is done to bytes, and they need not be looked at.
    var isClear: Bool {
        delays.isEmpty && rate == .infinity && !isHeld && slicers.isEmpty && limits.isEmpty && counts.isEmpty
    }

    /// How long a piece of data is delayed.
    func delay(_ random: inout SeededRandom) -> Span {
        var sum = Span.zero
        for (delay, jitter) in delays {
            sum = sum + delay
            guard jitter > .zero else { continue }
            // Evenly from delay - jitter to delay + jitter.
            sum = sum + Span(nanoseconds: Int64(random.below(UInt64(jitter.nanoseconds) * 2 + 1))) - jitter
        }
        return max(.zero, sum)
    }

    /// How many bytes the next piece has, and how long the pause after it is; nil where bytes leave as they come.
    func slice(_ random: inout SeededRandom) -> (bytes: Int, pause: Span)? {
        guard !slicers.isEmpty else { return nil }
        var piece = (bytes: Int.max, pause: Span.zero)
        for slicer in slicers {
            piece = (min(piece.bytes, slicer.pieceSize(&random)), max(piece.pause, slicer.pause))
        }
        return piece
    }
}

/// What is done to a connection as a whole.
struct ConnectionRules {
    /// When it is reset.
    var resetAt = Instant.distantFuture
    var resetCount: StrikeCount?
    /// When it is closed.
    var closeAt = Instant.distantFuture
    var closeCount: StrikeCount?
}
