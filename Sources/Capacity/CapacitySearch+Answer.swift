extension CapacitySearch {
    /// Rates within this ratio of the answer are near it.
    private static let near = 1.3

    /// What was found so far.
    public var answer: CapacityAnswer {
        let (low, high) = bounds
        var answer = CapacityAnswer(limit: .unknown(nil))
        answer.low = low
        answer.high = high?.rate
        let near = lower.map { ($0 * (upper ?? $0)).squareRoot() } ?? low
        if let near, let fit = fit(high?.cause, near: near) ?? fit(openCause, near: near) {
            answer.rate = fit.rate
            answer.low = fit.low
            answer.high = fit.high
        } else if let low, let high {
            // Where the search had come to, as far as it is between what was shown.
            let ends = [lower ?? low, upper ?? high.rate].map { min(max($0, low), high.rate) }
            answer.rate = (ends[0] * ends[1]).squareRoot()
            // A queue that grows more slowly than this is taken for one that doesn't.
            if high.cause == .growth { answer.low = low / (1 + GrowthTest.suspicious) }
        } else {
            answer.rate = low
        }
        answer.limit = limit(low, answer.high == nil ? nil : high?.cause ?? openCause)
        answer.isPartial = isStopped || isTimeUp
        answer.contradictions = contradictions
        answer.drift = drift
        answer.lostAfter = lostAfter
        answer.hysteresis = hysteresis
        answer.trials = trials
        return answer
    }

    /// What was nearest to being broken where nothing was shown.
    private var openCause: TrialWatch.Cause? {
        let open = trials.last { measured in
            if case .undecided(_, leansBroken: let leans) = measured.outcome.verdict { leans != false } else { false }
        }
        guard case .undecided(let cause, _)? = open?.outcome.verdict else { return nil }
        return cause
    }

    private func limit(_ low: Double?, _ cause: TrialWatch.Cause?) -> CapacityAnswer.Limit {
        if let cause { return .target(cause) }
        if lostAfter != nil { return .lost }
        if isStopped { return .stopped }
        if let limit = generatorLimit { return .generator(rate: limit.rate, limit.reason) }
        if low != nil, let low, low >= settings.to * 0.999 { return .top }
        if isTimeUp { return .time }
        return .unknown(openCause)
    }

    /// What all trials near a rate say together of the objective that limits it.
    private func fit(_ cause: TrialWatch.Cause?, near rate: Double) -> CapacityFit? {
        guard case .objective(let index)? = cause, generatorLimit == nil, index < settings.allowed.count,
            let allowed = settings.allowed[index]
        else { return nil }
        let points = trials.compactMap { measured -> CapacityFit.Point? in
            guard measured.decides, index < measured.outcome.points.count, var point = measured.outcome.points[index],
                measured.trial.rate > rate / Self.near, measured.trial.rate < rate * Self.near
            else { return nil }
            point.rate = measured.trial.rate
            return point
        }
        return CapacityFit(points, allowed: allowed, resolution: 2 * settings.resolution)
    }

    var heldRates: [Double] {
        trials.filter { $0.decides && $0.outcome.verdict == .held }.map(\.trial.rate)
    }

    var brokenRates: [(rate: Double, cause: TrialWatch.Cause)] {
        let all = trials.compactMap { measured -> (rate: Double, cause: TrialWatch.Cause, counts: Bool)? in
            guard case .broken(let cause) = measured.outcome.verdict else { return nil }
            let isNarrowing = [.bracket, .narrow, .confirm].contains(measured.trial.purpose)
            return isNarrowing ? (measured.trial.rate, cause, measured.decides) : nil
        }
        // Where no rate held, all there is says that it is too high.
        let counted = heldRates.isEmpty ? all : all.filter(\.counts)
        return counted.map { ($0.rate, $0.cause) }
    }

    /// The highest rate that held below all that were broken, and the lowest that was broken above all that held.
    var bounds: (low: Double?, high: (rate: Double, cause: TrialWatch.Cause)?) {
        let (held, broken) = (heldRates, brokenRates)
        let lowest = broken.map(\.rate).min() ?? .infinity
        let highest = held.max() ?? 0
        let low = held.filter { $0 < lowest }.max()
        let high =
            broken.filter { $0.rate > highest }.min { $0.rate < $1.rate }
            ?? (highest > 0 ? nil : broken.min { $0.rate < $1.rate })
        return (low, high)
    }

    private var contradictions: [CapacityAnswer.Contradiction] {
        let broken = brokenRates.map(\.rate)
        return heldRates.compactMap { held in
            broken.filter { $0 <= held }.min().map { CapacityAnswer.Contradiction(held: held, broken: $0) }
        }
    }
}
