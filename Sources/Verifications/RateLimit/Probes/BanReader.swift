internal import Scenarios

/// What of a client's decisions a limit made, and what a ban that it led to.
enum BanReader {
    /// The decisions up to the rejection that bans.
    ///
    /// The k-th rejection was decided between the k-th smallest of the instants from which on rejections can have been decided, and
    /// the k-th smallest of those by which they were. Nothing is admitted during a ban, so what was admitted though it began
    /// before the ban did was decided before it.
    static func before(_ decisions: [LimiterDecision], _ penalty: PenaltyRule) -> [LimiterDecision] {
        let rejections = OrderedBounds(decisions.filter { !$0.isAdmitted })
        guard rejections.count >= penalty.after else { return decisions }
        let begun = rejections.latest[penalty.after - 1]
        return decisions.filter { $0.isAdmitted && $0.earliest <= begun }
            + (0..<penalty.after).map {
                LimiterDecision(earliest: rejections.earliest[$0], latest: rejections.latest[$0], isAdmitted: false)
            }
    }

    /// When the ban began, at the earliest and at the latest; nil: there was none.
    static func begin(_ decisions: [LimiterDecision], after: Int) -> ClosedRange<Double>? {
        let rejections = OrderedBounds(decisions.filter { !$0.isAdmitted })
        guard rejections.count >= after else { return nil }
        return rejections.earliest[after - 1]...rejections.latest[after - 1]
    }
}
