/// Nothing gets through, and nothing is closed. What comes is kept, as much as there is room for; then the sender has to wait.
/// Once it ends, all goes on in order, as after a cut of the network that TCP outlived.
struct Blackhole: DisturbanceKind {
    static let toxic: String? = nil

    init() {}

    func shape(_ rules: inout LaneRules, of strike: Strike) {
        rules.isHeld = true
        rules.counts.append(strike.count)
    }
}
