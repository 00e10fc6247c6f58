internal import Measures
internal import VerificationKit

/// The events of a step's streams, as they stand in a result.
public struct EventsResult: Codable, Equatable, Sendable {
    /// Streams that came to an end, whichever.
    public var streams: UInt64
    /// Their events.
    public var total: UInt64
    /// The fewest events of a stream; absent where there was no stream, as what follows.
    public var min: UInt64?
    /// The events of a stream on average, with three decimals.
    public var mean: Double?
    /// The most events of a stream.
    public var max: UInt64?
    /// Exchanges without an event; absent where there was none.
    public var silent: UInt64?
    /// Streams that the end of the run cut off; absent where there was none.
    public var cutOff: UInt64?
    /// Gaps between events that a stall of the sending process touched; absent where there was none.
    public var stalledGaps: UInt64?
    /// First events on the way to which a stall of the sending process came; absent where there was none.
    public var stalledFirsts: UInt64?

    enum CodingKeys: String, CodingKey {
        case streams, total, min, mean, max, silent
        case cutOff = "cut_off"
        case stalledGaps = "stalled_gaps"
        case stalledFirsts = "stalled_first_events"
    }
}

extension EventsResult {
    /// Nil where there was no stream, and no exchange that should have been one.
    init?(_ counts: EventCounts) {
        if counts.isEmpty { return nil }
        let isThere = counts.streams > 0
        self.init(
            streams: counts.streams, total: counts.total, min: isThere ? counts.fewest : nil,
            mean: counts.mean.map(Rounding.thousandths), max: isThere ? counts.most : nil,
            silent: counts.silent > 0 ? counts.silent : nil, cutOff: counts.cutOff > 0 ? counts.cutOff : nil,
            stalledGaps: counts.stalledGaps > 0 ? counts.stalledGaps : nil,
            stalledFirsts: counts.stalledFirsts > 0 ? counts.stalledFirsts : nil)
    }

    var counts: EventCounts {
        var counts = EventCounts()
        counts.streams = streams
        counts.total = total
        counts.fewest = min ?? 0
        counts.most = max ?? 0
        counts.silent = silent ?? 0
        counts.cutOff = cutOff ?? 0
        counts.stalledGaps = stalledGaps ?? 0
        counts.stalledFirsts = stalledFirsts ?? 0
        return counts
    }

    /// All numbers, to be held against what a run can count.
    var numbers: [UInt64] {
        [streams, total] + [min, max, silent, cutOff, stalledGaps, stalledFirsts].compactMap { $0 }
    }

    /// The counts in words: `2,000 in 100 streams, 18 to 21 in each`.
    var shown: String {
        var words = "\(Figure.grouped(total)) in \(streams == 1 ? "1 stream" : "\(Figure.grouped(streams)) streams")"
        if let min, let max, streams > 1 {
            words +=
                min == max
                ? ", \(Figure.grouped(min)) in each" : ", \(Figure.grouped(min)) to \(Figure.grouped(max)) in each"
        }
        if let silent { words += ", \(Figure.grouped(silent)) without an event" }
        if let cutOff { words += ", \(Figure.grouped(cutOff)) cut off" }
        return words
    }
}
