/// Bytes leave at a rate at most.
struct Bandwidth: DisturbanceKind {
    static let toxic: String? = "bandwidth"

    /// Bytes a second; 0 lets nothing through.
    var rate = 0.0

    init() {}

    init(rate: Double) { self.rate = max(0, rate) }

    /// In KB/s: 1,000 bytes a second.
    var attributes: [(name: String, value: Int64)] { [("rate", Int64(min(rate / 1_000, 9e15).rounded()))] }

    mutating func set(_ attribute: String, to value: Int64) {
        if attribute == "rate" { rate = Double(max(0, value)) * 1_000 }
    }

    func shape(_ rules: inout LaneRules, of strike: Strike) {
        if rate > 0 { rules.rate = min(rules.rate, rate) } else { rules.isHeld = true }
        rules.counts.append(strike.count)
    }
}
