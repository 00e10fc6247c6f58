import Measures

/// Bytes and ends arrive later, in their order.
struct Latency: DisturbanceKind {
    static let toxic: String? = "latency"

    var delay = Span.zero
    /// How far a delay may be from `delay`, either way.
    var jitter = Span.zero

    init() {}

    init(delay: Span, jitter: Span) {
        self.delay = max(.zero, delay)
        self.jitter = max(.zero, jitter)
    }

    /// In milliseconds.
    var attributes: [(name: String, value: Int64)] {
        [("latency", delay.wholeMilliseconds), ("jitter", jitter.wholeMilliseconds)]
    }

    mutating func set(_ attribute: String, to value: Int64) {
        switch attribute {
        case "latency": delay = Span(value, of: 1_000_000)
        case "jitter": jitter = Span(value, of: 1_000_000)
        default: break
        }
    }

    func shape(_ rules: inout LaneRules, of strike: Strike) {
        rules.delays.append((delay, jitter))
        rules.counts.append(strike.count)
    }
}
