import Generator
import Measures
import Scenarios

/// The reader of streams of events.
struct EventTarget: FuzzTarget {
    let name = "streams of events"

    let corpus: [[UInt8]] = [
        "data: a\n\n", "event: b\r\nid: 1\r\nretry: 10\r\ndata: {\"c\": [1]}\r\ndata\r\n\r\n",
        "\u{FEFF}: d\n\ndata:e\r\rdata: f",
        "{\"a\": 1}\n\n[2]\r\n\"x\"", "data:\n\n\n\ndata: [DONE]\n\n", "event\ndata: ü😀\n\n",
    ].map { Array($0.utf8) }

    let words: [[UInt8]] =
        ["\n", "\r", "\r\n", "\n\n", ":", ": ", "data", "event", "\u{FEFF}", "\0"].map { Array($0.utf8) }
        + [[0xEF], [0xEF, 0xBB], [0xFF]]

    func check(_ input: [UInt8], random: inout SeededRandom) throws(BrokenRule) -> Bool {
        let format: EventStream.Format = random.below(3) == 0 ? .ndjson : .sse
        let keepsData = random.below(4) != 0
        let whole = try read(input, sizes: [input.count], format, keepsData)
        let pieces = input.randomPieces(&random)
        let split = try read(input, sizes: pieces, format, keepsData)
        try BrokenRule.unless(whole == split, "what is read depends on the pieces \(pieces)")
        return !whole.failed
    }

    private func read(
        _ input: [UInt8], sizes: [Int], _ format: EventStream.Format, _ keepsData: Bool
    ) throws(BrokenRule) -> Trace {
        var reader = EventReader()
        defer { reader.release() }
        reader.begin(format, keepsData: keepsData)
        var trace = Trace()
        // Nothing is an event in which none was found.
        trace.failed = true
        func note() {
            trace.failed = false
            trace.note(reader.name)
            trace.note(reader.data)
        }
        try input.inPieces(of: sizes) { (piece) throws(BrokenRule) in
            var position = 0
            while reader.next(in: piece, at: &position) == .event { note() }
            try BrokenRule.unless(position == piece.count, "\(piece.count - position) bytes were not taken")
            try BrokenRule.unless(reader.heldBytes <= input.count + 3, "\(reader.heldBytes) bytes are held")
        }
        if reader.end() { note() }
        return trace
    }
}
