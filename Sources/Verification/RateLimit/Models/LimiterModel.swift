internal import Scenarios

/// The ways of counting that decisions are compared with.
enum LimiterModel: String, CaseIterable {
    case firstRequestWindow
    case clockWindow
    case slidingLog
    case slidingLogOfAll
    case firstRequestCounter
    case firstRequestCounterOfAll
    case clockCounter
    case clockCounterOfAll
    case bucket

    /// What a scenario calls it. A leaky bucket decides as a token bucket does.
    var names: [RateLimitRule.Model] {
        switch self {
        case .firstRequestWindow, .clockWindow: [.fixedWindow]
        case .slidingLog, .slidingLogOfAll: [.slidingLog]
        case .firstRequestCounter, .firstRequestCounterOfAll, .clockCounter, .clockCounterOfAll: [.slidingCounter]
        case .bucket: [.tokenBucket, .leakyBucket]
        }
    }

    /// What it is, for people.
    var shown: String {
        let suffix = countsRejected ? ", rejected requests counted" : ""
        switch self {
        case .firstRequestWindow: return "fixed_window (from the first request)"
        case .clockWindow: return "fixed_window (aligned to a clock)"
        case .slidingLog, .slidingLogOfAll: return "sliding_log\(suffix)"
        case .firstRequestCounter, .firstRequestCounterOfAll: return "sliding_counter (from the first request\(suffix))"
        case .clockCounter, .clockCounterOfAll: return "sliding_counter (aligned to a clock\(suffix))"
        case .bucket: return "token_bucket or leaky_bucket"
        }
    }

    /// True where rejected requests prolong a block.
    var countsRejected: Bool {
        switch self {
        case .slidingLogOfAll, .firstRequestCounterOfAll, .clockCounterOfAll: true
        case .firstRequestWindow, .clockWindow, .slidingLog, .firstRequestCounter, .clockCounter, .bucket: false
        }
    }

    /// True where windows have one phase for all clients, so that histories explain one another.
    var isClockAligned: Bool { self == .clockWindow || self == .clockCounter || self == .clockCounterOfAll }

    /// Whether the histories agree with it.
    func account(of histories: [ClientHistory], _ parameters: LimiterParameters) -> Account {
        if isClockAligned { return searched(histories, parameters) }
        var sum = Account.explained
        for history in histories {
            let one = account(of: history, parameters, phase(of: history))
            sum.excess = sum.excess ?? one.excess
            sum.starvation = sum.starvation ?? one.starvation
            sum.isExplained = sum.isExplained && one.isExplained
        }
        return sum
    }

    /// The phases, of a 128th of the window each, that explain all of the histories with windows aligned to a clock.
    static func phases(explaining histories: [ClientHistory], _ parameters: LimiterParameters) -> [PhaseArc] {
        PhaseSearch.all(window: parameters.window) { phase in
            histories.allSatisfy { LimiterModel.clockWindow.account(of: $0, parameters, phase).isExplained }
        }
    }

    /// Where the windows of a client lie that begin at its first request.
    private func phase(of history: ClientHistory) -> PhaseArc {
        let from = history.all.earliest.first ?? 0
        return PhaseArc(start: from, width: max(0, (history.all.latest.first ?? from) - from))
    }

    private func account(of history: ClientHistory, _ parameters: LimiterParameters, _ phase: PhaseArc) -> Account {
        Account(excess: excess(in: history, parameters, phase), starvation: starvation(in: history, parameters, phase))
    }

    private func excess(in history: ClientHistory, _ parameters: LimiterParameters, _ phase: PhaseArc) -> Excess? {
        switch self {
        case .firstRequestWindow: FirstRequestWindowModel.excess(in: history, parameters)
        case .clockWindow: ClockWindowModel.excess(in: history, parameters, phase)
        case .slidingLog, .slidingLogOfAll:
            SlidingLogModel.excess(in: history, parameters, countsRejected: countsRejected)
        case .firstRequestCounter, .firstRequestCounterOfAll, .clockCounter, .clockCounterOfAll:
            SlidingCounterModel.excess(
                in: history, parameters, countsRejected: countsRejected, phase, fromFirstRequest: !isClockAligned)
        case .bucket: TokenBucketModel.excess(in: history, parameters)
        }
    }

    private func starvation(
        in history: ClientHistory, _ parameters: LimiterParameters, _ phase: PhaseArc
    ) -> Starvation? {
        switch self {
        case .firstRequestWindow: FirstRequestWindowModel.starvation(in: history, parameters)
        case .clockWindow: ClockWindowModel.starvation(in: history, parameters, phase)
        case .slidingLog, .slidingLogOfAll:
            SlidingLogModel.starvation(in: history, parameters, countsRejected: countsRejected)
        case .firstRequestCounter, .firstRequestCounterOfAll, .clockCounter, .clockCounterOfAll:
            SlidingCounterModel.starvation(
                in: history, parameters, countsRejected: countsRejected, phase, fromFirstRequest: !isClockAligned)
        case .bucket: TokenBucketModel.starvation(in: history, parameters)
        }
    }

    /// Looks for a phase that explains all; where there is none, for phases that explain the admissions and the
    /// rejections alone.
    private func searched(_ histories: [ClientHistory], _ parameters: LimiterParameters) -> Account {
        let window = parameters.window
        let finest = max(0.001, window / 4096)
        var account = Account(excess: nil, starvation: nil, isExplained: false)
        let explained = PhaseSearch.first(window: window, finest: finest) { phase in
            for history in histories {
                if let excess = excess(in: history, parameters, phase) {
                    account.excess = excess
                    return false
                }
                if let starvation = starvation(in: history, parameters, phase) {
                    account.starvation = starvation
                    return false
                }
            }
            return true
        }
        if explained != nil { return .explained }
        func isPossible(_ holds: (ClientHistory, PhaseArc) -> Bool) -> Bool {
            PhaseSearch.first(window: window, finest: finest) { phase in
                histories.allSatisfy { holds($0, phase) }
            } != nil
        }
        if account.excess != nil, isPossible({ excess(in: $0, parameters, $1) == nil }) { account.excess = nil }
        if account.starvation != nil, isPossible({ starvation(in: $0, parameters, $1) == nil }) {
            account.starvation = nil
        }
        return account
    }
}
