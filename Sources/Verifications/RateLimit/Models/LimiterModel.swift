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
    case renewedWindow
    case clientWindow
    case lossyBucket
    case pollLossyBucket

    /// Those that have nothing unknown but the phase of a clock that is the same for all clients.
    static let simple: [LimiterModel] = [
        .firstRequestWindow, .clockWindow, .slidingLog, .slidingLogOfAll, .firstRequestCounter,
        .firstRequestCounterOfAll, .clockCounter, .clockCounterOfAll, .bucket, .renewedWindow,
    ]

    /// What a scenario calls it. A leaky bucket decides as a token bucket does.
    var names: [RateLimitRule.Model] {
        switch self {
        case .firstRequestWindow, .clockWindow, .clientWindow, .renewedWindow: [.fixedWindow]
        case .slidingLog, .slidingLogOfAll: [.slidingLog]
        case .firstRequestCounter, .firstRequestCounterOfAll, .clockCounter, .clockCounterOfAll: [.slidingCounter]
        case .bucket, .lossyBucket, .pollLossyBucket: [.tokenBucket, .leakyBucket]
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
        case .renewedWindow: return "fixed_window (restarted by each request, rejected ones too)"
        case .clientWindow: return "fixed_window (aligned to a clock, at another phase for each client)"
        case .lossyBucket: return "token_bucket or leaky_bucket (of whole tokens: fractions are lost)"
        case .pollLossyBucket:
            return "token_bucket or leaky_bucket (of whole tokens: fractions are lost, by rejected requests too)"
        }
    }

    /// True where rejected requests prolong a block.
    var countsRejected: Bool {
        switch self {
        case .slidingLogOfAll, .firstRequestCounterOfAll, .clockCounterOfAll, .renewedWindow: true
        case .firstRequestWindow, .clockWindow, .slidingLog, .firstRequestCounter, .clockCounter, .bucket,
            .clientWindow, .lossyBucket, .pollLossyBucket:
            false
        }
    }

    /// True where only the counts of tokens are kept, without fractions.
    var isLossy: Bool { self == .lossyBucket || self == .pollLossyBucket }

    /// True where a bucket has a rate instead of a window.
    var isBucket: Bool { self == .bucket || isLossy }

    /// True where windows have one phase for all clients, so that histories explain one another.
    var isClockAligned: Bool { self == .clockWindow || self == .clockCounter || self == .clockCounterOfAll }

    /// Whether the histories agree with it.
    func account(of histories: [ClientHistory], _ parameters: LimiterParameters) -> Account {
        if let tick = parameters.tick { return onTicks(histories, parameters, tick) }
        if isClockAligned { return searched(histories, parameters) }
        if self == .clientWindow { return ownPhases(histories, parameters) }
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
        if isLossy {
            return LossyBucketModel.account(
                of: history, parameters, losesWhenRejecting: self == .pollLossyBucket)
        }
        return Account(
            excess: excess(in: history, parameters, phase), starvation: starvation(in: history, parameters, phase))
    }

    private func excess(in history: ClientHistory, _ parameters: LimiterParameters, _ phase: PhaseArc) -> Excess? {
        switch self {
        case .firstRequestWindow: FirstRequestWindowModel.excess(in: history, parameters)
        case .clockWindow, .clientWindow: ClockWindowModel.excess(in: history, parameters, phase)
        case .renewedWindow: RenewedWindowModel.excess(in: history, parameters)
        case .slidingLog, .slidingLogOfAll:
            SlidingLogModel.excess(in: history, parameters, countsRejected: countsRejected)
        case .firstRequestCounter, .firstRequestCounterOfAll, .clockCounter, .clockCounterOfAll:
            SlidingCounterModel.excess(
                in: history, parameters, countsRejected: countsRejected, phase, fromFirstRequest: !isClockAligned)
        case .bucket: TokenBucketModel.excess(in: history, parameters)
        case .lossyBucket, .pollLossyBucket: account(of: history, parameters, phase).excess
        }
    }

    private func starvation(
        in history: ClientHistory, _ parameters: LimiterParameters, _ phase: PhaseArc
    ) -> Starvation? {
        switch self {
        case .firstRequestWindow: FirstRequestWindowModel.starvation(in: history, parameters)
        case .clockWindow, .clientWindow: ClockWindowModel.starvation(in: history, parameters, phase)
        case .renewedWindow: RenewedWindowModel.starvation(in: history, parameters)
        case .slidingLog, .slidingLogOfAll:
            SlidingLogModel.starvation(in: history, parameters, countsRejected: countsRejected)
        case .firstRequestCounter, .firstRequestCounterOfAll, .clockCounter, .clockCounterOfAll:
            SlidingCounterModel.starvation(
                in: history, parameters, countsRejected: countsRejected, phase, fromFirstRequest: !isClockAligned)
        case .bucket: TokenBucketModel.starvation(in: history, parameters)
        case .lossyBucket, .pollLossyBucket: account(of: history, parameters, phase).starvation
        }
    }

    /// Looks for a phase of a coarse clock, the same for all clients, with which all is explained as that clock saw it.
    private func onTicks(_ histories: [ClientHistory], _ parameters: LimiterParameters, _ tick: Double) -> Account {
        var account = Account(excess: nil, starvation: nil, isExplained: false)
        let explained = PhaseSearch.first(window: tick, finest: max(0.001, tick / 1024)) { phase in
            let one = self.account(of: histories, parameters, tickAt: phase)
            account.excess = one.excess ?? account.excess
            account.starvation = one.starvation ?? account.starvation
            return one.isExplained
        }
        return explained == nil ? account : .explained
    }

    /// How the histories stand to it where a clock that counts in ticks has one within the arc; up to the first history
    /// that it doesn't explain.
    func account(of histories: [ClientHistory], _ parameters: LimiterParameters, tickAt phase: PhaseArc) -> Account {
        guard let tick = parameters.tick else { return account(of: histories, parameters) }
        var fine = parameters
        fine.tick = nil
        // Whole tokens are counted exactly; elsewhere it is not known what holds of the very end of a window.
        let slack = isLossy ? 0 : tick / 1000
        for history in histories {
            let one = account(of: [history.onTicks(tick, phase, slack: slack)], fine)
            if !one.isExplained { return one }
        }
        return .explained
    }

    /// Looks for a phase of each history alone; up to the first that has none.
    private func ownPhases(_ histories: [ClientHistory], _ parameters: LimiterParameters) -> Account {
        for history in histories {
            var last = Account.explained
            let phase = PhaseSearch.first(window: parameters.window, finest: max(0.001, parameters.window / 4096)) {
                last = account(of: history, parameters, $0)
                return last.isExplained
            }
            if phase == nil { return last }
        }
        return .explained
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
