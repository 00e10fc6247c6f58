import Measures

/// A blackhole that closes the connection after some time; without a time it doesn't.
struct Timeout: DisturbanceKind {
    static let toxic: String? = "timeout"

    var after = Span.zero

    init() {}

    /// In milliseconds.
    var attributes: [(name: String, value: Int64)] { [("timeout", after.wholeMilliseconds)] }

    mutating func set(_ attribute: String, to value: Int64) {
        if attribute == "timeout" { after = Span(value, of: 1_000_000) }
    }

    func shape(_ rules: inout LaneRules, of strike: Strike) {
        rules.isHeld = true
        rules.counts.append(strike.count)
    }

    func shape(_ rules: inout ConnectionRules, of strike: Strike) {
        guard after > .zero, strike.began + after < rules.closeAt else { return }
        rules.closeAt = strike.began + after
        rules.closeCount = strike.count
    }
}
