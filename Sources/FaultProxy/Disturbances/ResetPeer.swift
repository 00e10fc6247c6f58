import Measures

/// Connections are reset, open ones too.
struct ResetPeer: DisturbanceKind {
    static let toxic: String? = "reset_peer"

    /// How long after the disturbance began, or the connection where that came later.
    var after = Span.zero

    init() {}

    init(after: Span) { self.after = max(.zero, after) }

    /// In milliseconds.
    var attributes: [(name: String, value: Int64)] { [("timeout", after.wholeMilliseconds)] }

    mutating func set(_ attribute: String, to value: Int64) {
        if attribute == "timeout" { after = Span(value, of: 1_000_000) }
    }

    func shape(_ rules: inout ConnectionRules, of strike: Strike) {
        guard strike.began + after < rules.resetAt else { return }
        rules.resetAt = strike.began + after
        rules.resetCount = strike.count
    }
}
