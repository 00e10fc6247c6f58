/// Which numbers a way of counting would explain the decisions with, whatever is declared.
struct FittedModel: Equatable {
    var model: LimiterModel
    /// Requests per declared window.
    var limit: ClosedRange<Double>
    /// The window in seconds; a bucket has none.
    var window: ClosedRange<Double>?
    /// Requests at once after a rest.
    var burst: ClosedRange<Int>
    /// Tokens per second; only a bucket gains them steadily.
    var refill: ClosedRange<Double>?
    /// Numbers of these ranges that explain all together.
    var parameters: LimiterParameters
}

extension FittedModel {
    /// A way of counting with the numbers that it was tried with, and no others.
    init(_ candidate: LimiterCandidate) {
        let numbers = candidate.parameters
        let limit = Double(numbers.limit.lowerBound)...Double(numbers.limit.upperBound)
        let isBucket = candidate.model.isBucket
        self.init(
            model: candidate.model, limit: limit, window: isBucket ? nil : numbers.window...numbers.window,
            burst: numbers.burst,
            refill: isBucket ? limit.lowerBound / numbers.window...limit.upperBound / numbers.window : nil,
            parameters: numbers)
    }
}

/// Fits models to histories.
struct ParameterSearch {
    /// What the probes showed.
    let histories: [ClientHistory]
    /// What the scenario says.
    let declared: LimiterParameters
    /// The most that were admitted at once after a rest, as far as it was seen.
    let atRest: Int

    /// The ranges around the declared numbers within which a model that explains all with them goes on to do so.
    func around(_ model: LimiterModel) -> FittedModel {
        if model == .bucket, let fitted = bucket() { return fitted }
        let limits = extent { offset in
            let limit = declared.limit.lowerBound + offset
            guard limit >= 1 else { return false }
            return explains(model, limit: limit, window: declared.window)
        }
        let limit = declared.limit.lowerBound
        return FittedModel(
            model: model,
            limit: Double(limit + limits.lowerBound)...Double(declared.limit.upperBound + limits.upperBound),
            window: windows(model, limit: limit, around: declared.window),
            burst: (limit + limits.lowerBound)...(declared.limit.upperBound + limits.upperBound), refill: nil,
            parameters: declared)
    }

    /// A fit with other numbers than the declared ones; nil where there is none.
    func elsewhere(_ model: LimiterModel) -> FittedModel? {
        if model == .bucket { return bucket() }
        guard atRest > 0 else { return nil }
        for limit in [atRest, atRest + 1, atRest - 1] where limit >= 1 {
            if explains(model, limit: limit, window: declared.window) {
                return fitted(model, limit: limit, window: declared.window)
            }
        }
        // A burst that was too small to use it up says only how large a limit is at least.
        if let limit = leastLimit(model), limit > atRest + 1, explains(model, limit: limit, window: declared.window) {
            return fitted(model, limit: limit, window: declared.window)
        }
        for limit in [atRest, declared.limit.lowerBound] {
            // Shorter and longer windows, the nearest first.
            for step in 1...36 {
                for factor in [1 - 0.025 * Double(step), 1 + 0.025 * Double(step)] where factor > 0.09 {
                    let window = declared.window * factor
                    if explains(model, limit: limit, window: window) {
                        return fitted(model, limit: limit, window: window)
                    }
                }
            }
        }
        return nil
    }

    /// The least limit that admits all that was admitted, with the declared window, where nothing was rejected at rest; nil
    /// where something was.
    private func leastLimit(_ model: LimiterModel) -> Int? {
        let first = histories.compactMap { history in
            history.rejections.first.map { history.admitted.over(by: $0.earliest) }
        }
        guard let fewest = first.min(), fewest > atRest, let most = histories.map(\.admitted.count).max() else {
            return nil
        }
        func admitsAll(_ limit: Int) -> Bool {
            let numbers = LimiterParameters(limit: limit, window: declared.window, burst: limit)
            return model.account(of: histories, numbers).excess == nil
        }
        var (low, high) = (atRest, most)
        while high - low > 1 {
            let middle = (low + high) / 2
            if admitsAll(middle) { high = middle } else { low = middle }
        }
        return high
    }

    private func fitted(_ model: LimiterModel, limit: Int, window: Double) -> FittedModel {
        FittedModel(
            model: model, limit: Double(limit)...Double(limit), window: windows(model, limit: limit, around: window),
            burst: limit...limit, refill: nil,
            parameters: LimiterParameters(limit: limit, window: window, burst: limit))
    }

    /// The bucket sizes near what was admitted at once, and the refill rates that go with them. A burst that was too small
    /// to use the bucket up says only how large it is at least: then those near the size that the declared rate needs.
    private func bucket() -> FittedModel? {
        if let found = bucket(max(1, atRest - 3)...max(1, atRest + 1)) { return found }
        guard let size = burstAtDeclaredRate, size > atRest + 1 else { return nil }
        return bucket(max(atRest + 2, size - 1)...size + 1)
    }

    /// The least bucket that admits all that was admitted, at the declared rate, and explains the rejections as well; nil:
    /// there is none.
    var burstAtDeclaredRate: Int? {
        guard let most = histories.map(\.admitted.count).max(), most > 0 else { return nil }
        func numbers(_ burst: Int) -> LimiterParameters {
            var numbers = declared
            numbers.burst = burst...burst
            return numbers
        }
        func admitsAll(_ burst: Int) -> Bool {
            !histories.contains { TokenBucketModel.excess(in: $0, numbers(burst)) != nil }
        }
        // As large as all that one client was admitted is large enough, at whatever rate.
        var (low, high) = (0, most)
        while high - low > 1 {
            let middle = (low + high) / 2
            if admitsAll(middle) { high = middle } else { low = middle }
        }
        let isExplained = !histories.contains { TokenBucketModel.starvation(in: $0, numbers(high)) != nil }
        return isExplained ? high : nil
    }

    private func bucket(_ near: ClosedRange<Int>) -> FittedModel? {
        var sizes: [Int] = []
        var low = Double.infinity
        var high = 0.0
        for burst in near {
            guard let refill = TokenBucketModel.refill(explaining: histories, burst: burst) else { continue }
            sizes.append(burst)
            low = min(low, refill.lowerBound)
            high = max(high, refill.upperBound)
        }
        guard let least = sizes.first, let most = sizes.last else { return nil }
        var parameters = declared
        (parameters.burst, parameters.refill) = (least...most, low...high)
        return FittedModel(
            model: .bucket, limit: low * declared.window...high * declared.window, window: nil, burst: least...most,
            refill: low...high, parameters: parameters)
    }

    private func explains(_ model: LimiterModel, limit: Int, window: Double) -> Bool {
        model.account(of: histories, LimiterParameters(limit: limit, window: window, burst: limit)).isExplained
    }

    /// How far a whole number may go on either side while a condition holds, at most 3.
    private func extent(_ holds: (Int) -> Bool) -> ClosedRange<Int> {
        var low = 0
        while low > -3, holds(low - 1) { low -= 1 }
        var high = 0
        while high < 3, holds(high + 1) { high += 1 }
        return low...high
    }

    /// The windows around one that explains all.
    private func windows(_ model: LimiterModel, limit: Int, around window: Double) -> ClosedRange<Double> {
        func edge(_ far: Double) -> Double {
            if explains(model, limit: limit, window: far) { return far }
            var (good, bad) = (window, far)
            for _ in 0..<7 {
                let middle = (good + bad) / 2
                if explains(model, limit: limit, window: middle) { good = middle } else { bad = middle }
            }
            return good
        }
        return edge(window / 2)...edge(window * 2)
    }
}
