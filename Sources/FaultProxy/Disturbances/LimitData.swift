import Measures

/// The connection is closed after so many bytes of a direction.
struct LimitData: DisturbanceKind {
    static let toxic: String? = "limit_data"

    /// 0: with the first byte that comes.
    var bytes: Int64 = 0

    init() {}

    init(bytes: Int64) { self.bytes = max(0, bytes) }

    var attributes: [(name: String, value: Int64)] { [("bytes", bytes)] }

    mutating func set(_ attribute: String, to value: Int64) { if attribute == "bytes" { bytes = max(0, value) } }

    func shape(_ rules: inout LaneRules, of strike: Strike) {
        rules.limits.append((strike.passed.addingSaturated(bytes), strike.count))
    }
}
