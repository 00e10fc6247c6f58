internal import Scenarios
import VerificationKit

/// A way of counting with its numbers.
struct LimiterCandidate: Equatable {
    var model: LimiterModel
    var parameters: LimiterParameters

    init(_ model: LimiterModel, _ parameters: LimiterParameters) {
        self.model = model
        self.parameters = parameters
    }

    /// What a scenario calls it.
    var names: [RateLimitRule.Model] { model.names }

    /// What it is, for people.
    var shown: String {
        guard let tick = parameters.tick else { return model.shown }
        return "\(model.shown), on a clock of \(tick == 1 ? "whole seconds" : "\(Figure.short(tick, decimals: 3)) s")"
    }

    /// True where all clients have something in common whose phase is not known, so that histories explain one another.
    var isShared: Bool { model.isClockAligned || parameters.tick != nil }

    func account(of histories: [ClientHistory]) -> Account { model.account(of: histories, parameters) }

    func explains(_ histories: [ClientHistory]) -> Bool { account(of: histories).isExplained }

    /// Whether the histories are explained by a coarse clock whose seconds begin within the arc.
    func explains(_ histories: [ClientHistory], tickAt phase: PhaseArc) -> Bool {
        model.account(of: histories, parameters, tickAt: phase).isExplained
    }

    /// Whether some phase of a coarse clock, the same for all histories, leaves none of them refuted.
    func allows(_ histories: [ClientHistory], _ isRefuted: (Account) -> Bool) -> Bool {
        guard let tick = parameters.tick else {
            return !histories.contains { isRefuted(account(of: [$0])) }
        }
        return PhaseSearch.first(window: tick, finest: max(0.001, tick / 1024)) { phase in
            histories.allSatisfy { !isRefuted(model.account(of: [$0], parameters, tickAt: phase)) }
        } != nil
    }

    /// Honest ways of counting with something that isn't known from outside: a clock that only counts whole seconds,
    /// fractions of tokens that are lost, another phase for each client. They are tried where the simple ones don't
    /// explain what was seen.
    static func refined(_ parameters: LimiterParameters) -> [LimiterCandidate] {
        var coarse = parameters
        coarse.tick = coarseTick
        var found: [LimiterCandidate] = []
        if parameters.window >= coarseTick {
            found = [
                .init(.bucket, coarse), .init(.lossyBucket, coarse), .init(.lossyBucket, parameters),
                .init(.slidingLog, coarse), .init(.firstRequestWindow, coarse), .init(.firstRequestCounter, coarse),
                .init(.slidingLogOfAll, coarse), .init(.firstRequestCounterOfAll, coarse),
                .init(.renewedWindow, coarse), .init(.pollLossyBucket, coarse),
            ]
        } else {
            found = [.init(.lossyBucket, parameters)]
        }
        return found + [.init(.pollLossyBucket, parameters), .init(.clientWindow, parameters)]
    }

    /// Seconds that a coarse clock counts in: what `int(time.time())`, Redis' TIME and memcached's expiry do.
    static let coarseTick = 1.0
}

extension ClientHistory {
    /// The history as a limiter sees it whose clock only counts so many seconds each, at a phase within the arc. Instants
    /// are those of its clock, with a `slack` around them, since what happens at exactly the same instant is not known.
    func onTicks(_ tick: Double, _ phase: PhaseArc, slack: Double) -> ClientHistory {
        mapped(
            { (($0 - phase.start - phase.width) / tick).rounded(.down) * tick - slack },
            { (($0 - phase.start) / tick).rounded(.down) * tick + slack })
    }
}
