internal import Measures
internal import Scenarios

/// What the decisions so far leave open, and probes that tell it apart.
extension RateLimitCourse {
    /// Where the boundaries of windows aligned to a clock lie, if that is what the decisions look like, and nothing else
    /// does that is simpler.
    func clockPhase() -> PhaseArc? {
        let histories = RateLimitJudge.plainHistories(DecisionReader(record, rule))
        let parameters = LimiterParameters(rule)
        guard !histories.isEmpty, !LimiterModel.firstRequestWindow.account(of: histories, parameters).isExplained
        else { return nil }
        let arcs = LimiterModel.phases(explaining: histories, parameters)
        guard let hull = PhaseSearch.hull(arcs, window: book.window), hull.width < book.window / 2 else { return nil }
        return hull
    }

    /// Probes that tell apart what the others leave open: windows at another phase for each client from simpler ones of
    /// another length, and blocks that load prolongs from longer windows.
    func undecidedProbes() -> [(script: ProbeScript, start: Double)] {
        guard clients.count == nil, book.capacity >= 2, book.capacity == rule.limit, rule.penalty == nil else {
            return []
        }
        let histories = RateLimitJudge.plainHistories(DecisionReader(record, rule))
        let parameters = LimiterParameters(rule)
        func isInQuestion(_ model: LimiterModel) -> Bool {
            RateLimitBasis.isInQuestion(model, rule) && RateLimitBasis.isAllowed(model, rule)
        }
        func explains(_ model: LimiterModel) -> Bool { model.account(of: histories, parameters).isExplained }
        guard !histories.isEmpty, !LimiterModel.simple.contains(where: { isInQuestion($0) && explains($0) }) else {
            return []
        }
        var scripts: [(script: ProbeScript, start: Double)] = []
        if isInQuestion(.clientWindow), explains(.clientWindow) {
            // That a boundary falls into the very burst of a blocked client is no great coincidence; of two it is.
            scripts += book.phases + (book.isPaced ? [] : [(book.blocked, 0.4 * book.window)])
        }
        if !rule.prolongs, !book.isPaced, LimiterModel.simple.contains(where: { $0.countsRejected && explains($0) }) {
            scripts.append((book.goingOn, 0))
        }
        return scripts.compactMap { script, start in script.upTo(book.setting.room).map { ($0, start) } }
    }
}
