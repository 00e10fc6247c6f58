import Scenarios

/// What a limit surely admits, whichever of the ways of counting that it may have: a request that keeps all of them is admitted.
struct LimitLaw {
    let quota: RateLimitQuota
    /// Requests in a window, less what may be off.
    private let limit: Int
    private let capacity: Int
    /// Seconds by which instants may be off.
    private let margin: Double
    private let hasLog: Bool
    private let hasBucket: Bool
    private let hasCounter: Bool

    /// Phases of a counter's windows that are looked at.
    private static let phases = 24

    init(_ quota: RateLimitQuota, allowance: Double, margin: Double) {
        self.quota = quota
        self.margin = margin
        let off = allowance > 0 ? max(1, Int((Double(quota.limit) * allowance).rounded(.up))) : 0
        limit = max(1, quota.limit - off)
        capacity = max(1, quota.capacity - off)
        hasLog = [.any, .fixedWindow, .slidingLog].contains(quota.model)
        hasBucket = [.any, .tokenBucket, .leakyBucket].contains(quota.model)
        hasCounter = [.any, .slidingCounter].contains(quota.model)
    }

    /// The earliest instant, not before `from`, at which a further request is surely admitted.
    ///
    /// - Parameter times: When the requests so far were sent, ascending.
    func earliest(from: Double, after times: [Double]) -> Double {
        var instant = from
        if hasLog, times.count >= limit { instant = max(instant, times[times.count - limit] + quota.seconds + margin) }
        if hasBucket { instant = max(instant, refilled(after: times)) }
        if hasCounter {
            var blocking = blockingPhase(instant, times)
            while let phase = blocking {
                instant += quota.seconds / 100
                // Which one it was it mostly still is.
                if isWithin(phase, instant, times) { blocking = blockingPhase(instant, times) }
            }
        }
        return instant
    }

    /// Whether a request that was sent at the earliest at `sent` was surely admitted, whenever between their bounds the others were
    /// decided.
    func surelyAdmits(_ decision: LimiterDecision, among others: [LimiterDecision]) -> Bool {
        if hasLog {
            let begin = decision.earliest - quota.seconds - margin
            if others.count(where: { $0.latest >= begin && $0.earliest <= decision.latest }) >= limit { return false }
        }
        let before = others.filter { $0.earliest <= decision.latest }.sorted { $0.earliest < $1.earliest }
        if hasBucket {
            var level = Double(capacity)
            var last: Double?
            // No gap is longer than the one between the bounds.
            for other in before {
                if let last { level = min(Double(capacity), level + gained(other.earliest - last)) }
                level = max(0, level - 1)
                last = other.latest
            }
            if let last { level = min(Double(capacity), level + gained(decision.earliest - last)) }
            if level < 1 { return false }
        }
        return !hasCounter || blockingPhase(decision.earliest, before.map(\.latest).sorted(), spare: 1) == nil
    }

    /// When a bucket that keeps no fractions of tokens has one again.
    private func refilled(after times: [Double]) -> Double {
        guard var last = times.first else { return 0 }
        var level = Double(capacity - 1)
        for time in times.dropFirst() {
            level = min(Double(capacity), level + gained(time - last)) - 1
            last = time
        }
        return level >= 1 ? last : last + margin + (1 - max(0, level)) / (0.98 * quota.rate)
    }

    /// Whole tokens that a bucket gains at least in a time.
    private func gained(_ seconds: Double) -> Double { (max(0, seconds - margin) * quota.rate).rounded(.down) }

    /// A phase of a counter's windows with which it does not admit one more; nil: there is none.
    private func blockingPhase(_ instant: Double, _ times: [Double], spare: Double = 0) -> Double? {
        guard let start = times.first else { return nil }
        // Windows may begin with the first request.
        if !isWithin(start - 1e-6, instant, times, spare: spare) { return start - 1e-6 }
        return (0..<Self.phases).lazy.map { Double($0) * quota.seconds / Double(Self.phases) }
            .first { !isWithin($0, instant, times, spare: spare) }
    }

    private func isWithin(_ phase: Double, _ instant: Double, _ times: [Double], spare: Double = 0) -> Bool {
        let length = quota.seconds
        let begin = phase + ((instant - phase) / length).rounded(.down) * length
        let first = OrderedBounds.first(in: times) { $0 >= begin - length }
        let current = OrderedBounds.first(in: times) { $0 >= begin }
        let share = 1 - (instant - begin) / length
        // A boundary may lie anywhere between two phases.
        let before = Double(current - first) * min(1, share + 1 / Double(Self.phases))
        return before + Double(times.count - current) + 1 + spare <= Double(limit)
    }

    /// How many the limit may admit in a time at most, whichever way it counts.
    func most(in seconds: Double, allowance: Double) -> Double {
        let admitted = Double(quota.limit) * (1 + allowance)
        // Windows may lie so that two more than fit touch it; a counter forgets what lies before the last one.
        let windows = admitted * ((seconds / quota.seconds).rounded(.down) + 2)
        let bucket = Double(quota.capacity) * (1 + allowance) + quota.rate * (1 + allowance) * 1.03 * seconds + 1
        switch quota.model {
        case .any: return max(windows, bucket)
        case .fixedWindow, .slidingLog, .slidingCounter: return windows
        case .tokenBucket, .leakyBucket: return bucket
        }
    }
}
