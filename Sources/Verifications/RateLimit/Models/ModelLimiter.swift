/// A way of counting carried out: what a limiter of the model decides about one request after the other.
///
/// Where the parameters are ranges it admits the most that they allow.
struct ModelLimiter {
    private let model: LimiterModel
    private let limit: Double
    private let window: Double
    private let burst: Double
    private let refill: Double
    private let phase: Double
    private let tick: Double?

    /// Where the current window began, and what was counted in it and in the one before.
    private var begin: Double?
    private var current = 0.0
    private var previous = 0.0
    /// What a log remembers, oldest first.
    private var log: [Double] = []
    /// What a bucket holds, and since when.
    private var tokens: Double
    private var filled: Double?
    /// The last request.
    private var last: Double?

    /// A limiter that knows no request yet.
    ///
    /// - Parameter phase: Where a window of those begins that are aligned to a clock, or a second of a coarse clock.
    init(_ model: LimiterModel, _ parameters: LimiterParameters, phase: Double = 0) {
        self.model = model
        limit = Double(parameters.limit.upperBound)
        window = parameters.window
        burst = Double(parameters.burst.upperBound)
        refill = parameters.refill.upperBound
        self.phase = phase
        tick = parameters.tick
        tokens = burst
    }

    /// Whether the next request is admitted. Instants don't fall.
    mutating func admits(at instant: Double) -> Bool {
        let instant = tick.map { phase + ((instant - phase) / $0).rounded(.down) * $0 } ?? instant
        switch model {
        case .renewedWindow:
            if let last, instant - last >= window { current = 0 }
            last = instant
            guard current < limit else { return false }
            current += 1
            return true
        case .firstRequestWindow, .clockWindow, .clientWindow:
            advance(to: instant)
            guard current < limit else { return false }
            current += 1
            return true
        case .firstRequestCounter, .clockCounter, .firstRequestCounterOfAll, .clockCounterOfAll:
            advance(to: instant)
            let elapsed = min(1, max(0, instant - (begin ?? instant)) / window)
            let isAdmitted = previous * (1 - elapsed) + current < limit
            if isAdmitted || model.countsRejected { current += 1 }
            return isAdmitted
        case .slidingLog, .slidingLogOfAll:
            log.removeFirst(log.prefix { $0 <= instant - window }.count)
            let isAdmitted = Double(log.count) < limit
            if isAdmitted || model.countsRejected { log.append(instant) }
            return isAdmitted
        case .bucket:
            tokens = min(burst, tokens + (instant - (filled ?? instant)) * refill)
            filled = instant
            guard tokens >= 1 else { return false }
            tokens -= 1
            return true
        case .lossyBucket, .pollLossyBucket:
            let gained = ((instant - (filled ?? instant)) * limit / window + 1e-9).rounded(.down)
            if model == .pollLossyBucket { filled = instant }
            guard tokens + gained >= 1 else { return false }
            tokens = min(burst, tokens + gained) - 1
            filled = instant
            return true
        }
    }

    /// Begins the windows that are due.
    private mutating func advance(to instant: Double) {
        guard let start = begin else {
            begin = isAligned ? aligned(instant) : instant
            return
        }
        guard instant - start >= window else { return }
        // Only a counter follows on its last window; else the next request begins one.
        let follows = model != .firstRequestWindow && instant - start < 2 * window
        previous = follows ? current : 0
        current = 0
        begin = follows ? start + window : isAligned ? aligned(instant) : instant
    }

    private var isAligned: Bool { model.isClockAligned || model == .clientWindow }

    private func aligned(_ instant: Double) -> Double { phase + ((instant - phase) / window).rounded(.down) * window }
}
