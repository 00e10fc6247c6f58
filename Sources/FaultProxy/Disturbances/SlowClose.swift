import Measures

/// The end of a connection is passed on later.
struct SlowClose: DisturbanceKind {
    static let toxic: String? = "slow_close"

    var delay = Span.zero

    init() {}

    init(delay: Span) { self.delay = max(.zero, delay) }

    /// In milliseconds.
    var attributes: [(name: String, value: Int64)] { [("delay", delay.wholeMilliseconds)] }

    mutating func set(_ attribute: String, to value: Int64) {
        if attribute == "delay" { delay = Span(value, of: 1_000_000) }
    }

    func shape(_ rules: inout LaneRules, of strike: Strike) { rules.closeDelays.append((delay, strike.count)) }
}
