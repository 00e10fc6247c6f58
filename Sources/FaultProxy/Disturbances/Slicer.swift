import Measures

/// Bytes leave in small pieces, with a pause after each.
struct Slicer: DisturbanceKind {
    static let toxic: String? = "slicer"

    /// Bytes of a piece, at least 1.
    var size = 0
    /// How many bytes more or less it may have.
    var variation = 0
    var pause = Span.zero

    init() {}

    init(size: Int, variation: Int, pause: Span) {
        self.size = size
        self.variation = variation
        self.pause = max(.zero, pause)
    }

    /// In bytes and microseconds.
    var attributes: [(name: String, value: Int64)] {
        [
            ("average_size", Int64(size)), ("size_variation", Int64(variation)),
            ("delay", (pause.nanoseconds / 500 + 1) / 2),
        ]
    }

    mutating func set(_ attribute: String, to value: Int64) {
        switch attribute {
        case "average_size": size = Int(value)
        case "size_variation": variation = Int(value)
        case "delay": pause = Span(value, of: 1_000)
        default: break
        }
    }

    /// Toxiproxy never comes to an end with these.
    var problem: String? {
        if size < 1 { return "average_size must be at least 1" }
        return 0..<size ~= variation ? nil : "size_variation must be 0 or more, and less than average_size"
    }

    func pieceSize(_ random: inout SeededRandom) -> Int {
        variation == 0 ? size : size - variation + Int(random.below(UInt64(variation) * 2 + 1))
    }

    func shape(_ rules: inout LaneRules, of strike: Strike) {
        rules.slicers.append(self)
        rules.counts.append(strike.count)
    }
}
