/// Looks for the highest rate at which every objective holds: it is told what came of a trial, and says what to do next. It sends
/// nothing and knows no clock.
///
/// Rates double until one breaks, then the bracket is halved (in ratios) until it is as narrow as asked for; the highest rate that
/// held is measured once more; last, the target is overloaded, to see whether it comes back. After each rate that was too high it
/// gets time for what it still has to answer, and a low rate has to hold before the next one is believed.
public struct CapacitySearch: Sendable {
    /// What to do next.
    public enum Action: Sendable, Equatable {
        /// Measure a rate.
        case measure(CapacityTrial)
        /// Send nothing for so many seconds.
        case rest(Double)
        /// It is over: see `answer`.
        case finish
    }

    enum Phase: Equatable {
        case up(Double)
        case down(Double)
        case narrow
        /// Above what seemed too high, until it is shown.
        case above(attempt: Int)
        case confirm(attempt: Int)
        case overload
        case descent(Int)
        case done
    }

    /// What was said of it.
    public let settings: CapacitySettings
    /// All that was measured, in its order.
    public private(set) var trials: [MeasuredTrial] = []
    private(set) var phase: Phase
    /// The highest rate that held, or seemed to.
    var lower: Double?
    /// The lowest rate above it that did not, or did not seem to.
    var upper: Double?
    /// What the generator did not manage.
    var generatorLimit: (rate: Double, reason: String)?
    private var restLeft: Double?
    /// How often the target was found not to be back; nil where it needs no look.
    private var recovery: Int?
    /// What was to be confirmed first.
    private var confirmed: Double?
    var drift: Double?
    var lostAfter: Double?
    var hysteresis: CapacityAnswer.Hysteresis?
    private var isTop = false
    var isTimeUp = false
    var isStopped = false
    private var repeated: Set<Double> = []

    /// How much wider the bracket may stay where the generator is its upper end.
    private static let generatorResolution = 0.1
    /// How often a target is given more time to come back, twice as much each time.
    private static let recoveries = 4
    /// What the highest rate that held is lowered to where it doesn't any more.
    private static let steps = [1, 0.95, 0.9, 0.8, 0.7]
    /// How much higher a rate is tried where what seemed too high is not shown to be, and how often.
    private static let above = 1.15
    private static let aboves = 3
    /// The rates that are tried right after an overload, as shares of the highest that held.
    private static let descents = [0.75, 0.5, 0.25]
    /// The longest rest, in seconds.
    private static let longestRest = 60.0
    /// How much below a rate that seemed to hold one is expected to be shown to.
    private static let margin = 1.05
    /// The length of an overload at least, in seconds.
    private static let overloadLength = 4.0
    /// Fewer arrivals tell nothing.
    private static let fewestArrivals = 20.0

    /// Makes a search.
    public init(_ settings: CapacitySettings) {
        self.settings = settings
        phase = .up(settings.from)
    }

    /// Stops it: the next action is its end.
    public mutating func stop() { isStopped = true }

    /// The target is gone: the next action is its end.
    public mutating func lose() { lostAfter = trials.last?.trial.rate ?? 0 }

    /// What to do next.
    ///
    /// - Parameter elapsed: Seconds since the search began.
    public mutating func next(elapsed: Double) -> Action {
        if isStopped || isTimeUp || lostAfter != nil || phase == .done { return .finish }
        if let rest = restLeft {
            restLeft = nil
            if rest > 0 { return .rest(rest) }
        }
        guard var trial else { return .finish }
        let left = settings.within - elapsed - trial.settle
        // A shorter look than this could not tell.
        guard left >= min(trial.longest, Double(settings.shortest) + 1) else {
            isTimeUp = true
            return .finish
        }
        trial.longest = min(trial.longest, left.rounded(.down))
        return .measure(trial)
    }

    /// The trial that is next; nil where there is none.
    private var trial: CapacityTrial? {
        let (settle, longest) = (settings.settle, settings.longest)
        func trial(_ rate: Double, _ purpose: CapacityTrial.Purpose, isEarly: Bool = true) -> CapacityTrial {
            CapacityTrial(rate: rate, purpose: purpose, settle: settle, longest: longest, isEarly: isEarly)
        }
        if recovery != nil, let lower {
            return CapacityTrial(
                rate: lower / 2, purpose: .recovery, settle: min(settle, 1),
                longest: min(longest, max(Double(2 * settings.shortest), Self.fewestArrivals / lower * 2)))
        }
        switch phase {
        case .up(let rate), .down(let rate): return trial(rate, .bracket)
        case .narrow:
            guard let lower, let upper else { return nil }
            return trial((lower * upper).squareRoot(), .narrow, isEarly: generatorLimit != nil)
        case .above:
            guard let most = trials.filter(\.decides).map(\.trial.rate).max() else { return nil }
            return trial(min(most * Self.above, settings.to), .bracket, isEarly: false)
        case .confirm(let attempt):
            guard let confirmed = confirmed ?? confirmable else { return nil }
            return trial(confirmed * Self.steps[attempt], .confirm, isEarly: false)
        case .overload:
            guard let overload else { return nil }
            return CapacityTrial(
                rate: overload, purpose: .overload, settle: 0, longest: min(longest, overloadLength), isEarly: false)
        case .descent(let step):
            guard let lower else { return nil }
            // What an overload by half left over is answered meanwhile where the target kept up.
            return CapacityTrial(
                rate: lower * Self.descents[step], purpose: .descent, settle: 2 * min(longest, overloadLength) + settle,
                longest: longest)
        case .done: return nil
        }
    }

    /// The highest rate that held; where it only seemed to, a little less.
    private var confirmable: Double? {
        guard let lower else { return bounds.low }
        return max(bounds.low ?? 0, lower / Self.margin)
    }

    /// How long an overload lasts, in seconds.
    private var overloadLength: Double { max(Self.overloadLength, Self.fewestArrivals / (lower ?? 1)).rounded(.up) }

    /// One and a half of what held, but no more than was sent already.
    private var overload: Double? {
        guard let lower, let most = trials.map(\.trial.rate).max(), most > lower else { return nil }
        return min(1.5 * lower, most)
    }

    /// Takes what came of the trial that `next` asked for.
    public mutating func take(_ outcome: CapacityOutcome, of trial: CapacityTrial) {
        trials.append(MeasuredTrial(trial, outcome))
        restLeft = rest(after: outcome, of: trial)
        if case .generator(let reason, let mayPass) = outcome.verdict {
            takeGenerator(reason, mayPass: mayPass, trial)
            return
        }
        let holds = seemsToHold(outcome.verdict, trial)
        switch trial.purpose {
        case .recovery:
            takeRecovery(holds)
            return
        case .overload:
            phase = .descent(0)
            restLeft = nil
            return
        case .descent:
            takeDescent(holds, trial)
            return
        case .bracket, .narrow, .confirm: break
        }
        if !holds { recovery = 0 }
        switch phase {
        case .up(let rate): holds ? goUp(from: rate) : breakUp(at: rate)
        case .down(let rate): takeDown(holds, rate)
        case .narrow:
            if holds { lower = trial.rate } else { setUpper(trial.rate) }
            narrowOn()
        case .above(let attempt):
            isTop = trial.rate >= settings.to
            goToConfirmation(attempt: attempt + 1)
        case .confirm(let attempt): takeConfirmation(holds, attempt, trial.rate)
        case .overload, .descent, .done: break
        }
    }

    // MARK: What follows

    /// What is undecided counts as it looks; where nothing was seen, more load shows more, unless the bracket is there already.
    private func seemsToHold(_ verdict: CapacityOutcome.Verdict, _ trial: CapacityTrial) -> Bool {
        switch verdict {
        case .held: true
        case .broken: false
        case .undecided(_, let leansBroken):
            leansBroken.map { !$0 } ?? (trial.purpose == .bracket || trial.rate * trial.longest < 5)
        case .generator: false
        }
    }

    private mutating func goUp(from rate: Double) {
        lower = rate
        if let upper {
            phase = upper / rate > 2 ? .up(rate * 2) : .narrow
            if phase == .narrow { narrowOn() }
        } else if rate >= settings.to {
            phase = .confirm(attempt: 0)
        } else {
            phase = .up(min(rate * 2, settings.to))
        }
    }

    private mutating func breakUp(at rate: Double) {
        setUpper(rate)
        if lower == nil { goDown(from: rate) } else { phase = .narrow; narrowOn() }
    }

    private mutating func goDown(from rate: Double) {
        guard rate > settings.least * 1.000_1 else {
            phase = .done
            return
        }
        phase = .down(max(rate / 2, settings.least))
    }

    private mutating func takeDown(_ holds: Bool, _ rate: Double) {
        guard holds else {
            setUpper(rate)
            goDown(from: rate)
            return
        }
        lower = rate
        // The rates before may have been broken by what they left in the target: up again, from one that holds.
        for index in trials.indices.dropLast() { trials[index].counts = false }
        if generatorLimit == nil { upper = nil }
        recovery = nil
        goUp(from: rate)
    }

    private mutating func setUpper(_ rate: Double) {
        upper = rate
        if let limit = generatorLimit, rate < limit.rate { generatorLimit = nil }
    }

    private mutating func narrowOn() {
        guard let lower, let upper else { return }
        let resolution =
            generatorLimit == nil ? settings.resolution : max(Self.generatorResolution, settings.resolution)
        if upper / lower > 1 + resolution { phase = .narrow } else { goToConfirmation(attempt: 0) }
    }

    /// Unless what seemed to be too high still has to be shown to be.
    private mutating func goToConfirmation(attempt: Int) {
        let isShown = bounds.high != nil || generatorLimit != nil || isTop
        phase = isShown || attempt >= Self.aboves ? .confirm(attempt: 0) : .above(attempt: attempt)
    }

    private mutating func takeConfirmation(_ holds: Bool, _ attempt: Int, _ rate: Double) {
        if attempt == 0 { confirmed = rate }
        if holds {
            lower = max(lower ?? 0, rate)
            phase = settings.looksForHysteresis && overload != nil && generatorLimit == nil ? .overload : .done
            return
        }
        if heldRates.contains(where: { $0 >= rate }), brokenRates.contains(where: { $0.rate == rate }), drift == nil {
            drift = rate
        }
        setUpper(rate)
        if let before = lower, before >= rate { lower = heldRates.filter { $0 < rate }.max() }
        phase = attempt + 1 < Self.steps.count ? .confirm(attempt: attempt + 1) : .done
    }

    private mutating func takeRecovery(_ holds: Bool) {
        let attempt = recovery ?? 0
        if holds {
            recovery = nil
        } else if attempt + 1 < Self.recoveries {
            recovery = attempt + 1
            restLeft = min(Self.longestRest, max(settings.rest, 1) * Double(2 << attempt))
        } else {
            lostAfter = trials.last { $0.trial.purpose != .recovery }?.trial.rate
        }
    }

    private mutating func takeDescent(_ holds: Bool, _ trial: CapacityTrial) {
        guard case .descent(let step) = phase, let lower else { return }
        let after = trials.last { $0.trial.purpose == .overload }?.trial.rate ?? trial.rate
        restLeft = nil
        if holds {
            hysteresis =
                step == 0
                ? .comesBack(after: after, at: trial.rate)
                : .comesBackLower(after: after, at: trial.rate, notAt: lower * Self.descents[step - 1])
            phase = .done
        } else if step + 1 < Self.descents.count {
            phase = .descent(step + 1)
        } else {
            hysteresis = .staysBroken(after: after, at: trial.rate)
            phase = .done
        }
    }

    private mutating func takeGenerator(_ reason: String, mayPass: Bool, _ trial: CapacityTrial) {
        // A busy moment of this machine is no limit: once more tells.
        if mayPass, repeated.insert(trial.rate).inserted { return }
        switch trial.purpose {
        case .recovery:
            recovery = nil
            return
        case .overload, .descent:
            phase = .done
            return
        case .bracket, .narrow, .confirm: break
        }
        if case .confirm = phase {
            phase = .done
            return
        }
        generatorLimit = (trial.rate, reason)
        upper = trial.rate
        if lower == nil { goDown(from: trial.rate) } else { narrowOn() }
    }

    /// How long the target has for what it still has to answer.
    private func rest(after outcome: CapacityOutcome, of trial: CapacityTrial) -> Double {
        switch outcome.verdict {
        case .held, .undecided(_, leansBroken: false), .undecided(_, leansBroken: nil): return settings.rest
        case .broken, .undecided, .generator: break
        }
        guard let throughput = outcome.throughput else { return settings.rest }
        let left = max(0, trial.rate - throughput) * outcome.seconds
        // At the rate at which it answered, with some to spare.
        let needed = throughput > 0 ? 1.2 * left / throughput : left > 0 ? Self.longestRest / 4 : 0
        return min(Self.longestRest, settings.rest + needed)
    }
}
