internal import Foundation

/// How other probes stand to what explains the plain ones. An accusation needs a model: one that explains the plain probes,
/// and no honest one that explains this too.
extension RateLimitJudge {
    enum Explanation: Equatable {
        case explained
        case excess(Excess)
        case starvation(Starvation)
        /// An honest limiter of this kind could have decided so.
        case possible(LimiterCandidate)
        /// Nothing explains the plain probes, so that nothing can be said.
        case unknown
    }

    /// Whether any model that explains the plain probes explains these histories too.
    func explanation(of histories: [ClientHistory]) -> Explanation {
        guard !basis.models.isEmpty else { return explanationWithoutBasis(of: histories) }
        // Where it is open which of two it is, neither may explain these.
        let candidates = basis.kind == .undecided ? basis.models + basis.rivals : basis.models
        let beside = basis.explainsPersistent ? plain : others
        var excess: Excess?
        var starvation: Starvation?
        var possible: LimiterCandidate?
        for candidate in candidates {
            // What all clients have in common has the phase that the other probes showed.
            let account = candidate.account(of: candidate.isShared ? beside + histories : histories)
            if account.isExplained {
                guard candidate.model == .clientWindow else { return .explained }
                let surprise = PhaseSurprise.of(histories, parameters)
                if surprise < PhaseSurprise.unusual { return .explained }
                if surprise < PhaseSurprise.beyondDoubt { possible = candidate }
                excess = excess ?? Self.excess(in: histories, parameters)
                continue
            }
            excess = excess ?? account.excess
            starvation = starvation ?? account.starvation
            if account.excess == nil, account.starvation == nil {
                // No phase fits with that of the others: what is there too much decides.
                excess = excess ?? Self.excess(in: histories, candidate.parameters)
            }
        }
        guard excess != nil || starvation != nil else { return .unknown }
        if let honest = possible ?? alternative(histories, beside: beside) { return .possible(honest) }
        return excess.map { .excess($0) } ?? starvation.map { .starvation($0) } ?? .unknown
    }

    /// What was admitted within a window beyond the limit.
    private static func excess(in histories: [ClientHistory], _ parameters: LimiterParameters) -> Excess? {
        for history in histories {
            guard let most = history.most(within: parameters.window), most.count > parameters.limit.upperBound
            else { continue }
            return Excess(
                admitted: most.count, from: most.from, to: most.to, allowed: Double(parameters.limit.upperBound))
        }
        return nil
    }

    /// An honest way of counting with something unknown that explains the plain probes and these histories as well, by no
    /// greater coincidence.
    private func alternative(_ histories: [ClientHistory], beside: [ClientHistory]) -> LimiterCandidate? {
        let candidates = RateLimitBasis.candidates(rule, parameters).filter { !basis.models.contains($0) }
        for candidate in candidates {
            guard candidate.model == .clientWindow else {
                if candidate.explains(beside + histories) { return candidate }
                continue
            }
            guard !basis.isClientWindowRefuted, clients.count != 1, candidate.explains(beside + histories)
            else { continue }
            // What a clock's one phase takes of the likelihood, that of the clients needn't have either.
            let clock = basis.models.first { $0.model == .clockWindow }
            let arcs = clock.map { LimiterModel.phases(explaining: beside, $0.parameters).count }
            let granted = arcs.map { log(128 / Double(max(1, $0))) } ?? 0
            if PhaseSurprise.of(beside + histories, parameters) - granted < PhaseSurprise.rare { return candidate }
        }
        return nil
    }

    /// More than was ever admitted at rest, and than any model allows, is too much in any case: if it is known at all what
    /// is admitted at rest, since a burst declared too small is admitted as a whole.
    private func explanationWithoutBasis(of histories: [ClientHistory]) -> Explanation {
        guard isRestUsedUp else { return .unknown }
        let limit = max(parameters.limit.upperBound, atRest ?? 0)
        let generous = LimiterParameters(
            limit: limit, window: parameters.window, burst: max(parameters.burst.upperBound, atRest ?? 0))
        let simple = LimiterModel.simple.filter { RateLimitBasis.isInQuestion($0, rule) && !$0.isClockAligned }
            .map { LimiterCandidate($0, generous) }
        var excess: Excess?
        for candidate in simple + RateLimitBasis.candidates(rule, generous) {
            if candidate.model == .clientWindow {
                if candidate.explains(histories), PhaseSurprise.of(histories, generous) < PhaseSurprise.beyondDoubt {
                    return .unknown
                }
                continue
            }
            guard let found = histories.lazy.compactMap({ candidate.account(of: [$0]).excess }).first
            else { return .unknown }
            excess = excess ?? found
        }
        return excess.map { .excess($0) } ?? .unknown
    }

    /// What would tell whether an honest limiter decided so.
    func settling(_ candidate: LimiterCandidate) -> String {
        "It may be a \(candidate.shown), which is honest. "
            + (candidate.parameters.tick != nil
                ? "Declare `resolution: 1s` if its clock counts whole seconds; a window of many seconds tells it apart."
                : candidate.model == .clientWindow
                    ? "More clients (`identity` without `identities`, or more `sources`) or a longer window tell it apart."
                    : "A larger limit tells it apart.")
    }
}
