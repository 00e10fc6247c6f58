/// Up to the limit within a window that begins at a client's first request; the first request after its end begins the
/// next.
enum FirstRequestWindowModel {
    /// Which admissions can have begun a window, with the earliest instant at which they can: `nil` where they can't.
    /// The second: whether windows begun so hold all admissions.
    private static func starts(
        _ bounds: OrderedBounds, limit: Int, window: Double
    ) -> (earliest: [Double?], holdAll: Bool) {
        var earliest = [Double?](repeating: nil, count: bounds.count)
        guard bounds.count > 0 else { return (earliest, true) }
        earliest[0] = bounds.earliest[0]
        var holdAll = false
        for start in 0..<bounds.count {
            guard let begin = earliest[start] else { continue }
            let latest = bounds.latest[start]
            if bounds.count - start <= limit, bounds.earliest[bounds.count - 1] < latest + window { holdAll = true }
            // The next window begins at an admission that can be a window later, with all before it in this one.
            var next = max(start + 1, OrderedBounds.first(in: bounds.latest) { $0 >= begin + window - 1e-9 })
            while next < bounds.count, next - start <= limit {
                let low = max(begin, bounds.earliest[next - 1] - window)
                guard low <= latest else { break }
                if low + window <= bounds.latest[next] + 1e-9 {
                    let instant = max(bounds.earliest[next], low + window)
                    earliest[next] = min(earliest[next] ?? .infinity, instant)
                }
                next += 1
            }
        }
        return (earliest, holdAll)
    }

    static func excess(in history: ClientHistory, _ parameters: LimiterParameters) -> Excess? {
        let bounds = history.admitted
        let limit = parameters.limit.upperBound
        let (earliest, holdAll) = starts(bounds, limit: limit, window: parameters.window)
        guard !holdAll, let first = earliest.lastIndex(where: { $0 != nil }) else { return nil }
        let last = min(bounds.count - 1, first + limit)
        return Excess(
            admitted: last - first + 1, from: bounds.earliest[first], to: bounds.latest[last], allowed: Double(limit))
    }

    static func starvation(in history: ClientHistory, _ parameters: LimiterParameters) -> Starvation? {
        let bounds = history.admitted
        // With the larger limit more windows are possible, and so more rejections can be explained.
        let (earliest, _) = starts(bounds, limit: parameters.limit.upperBound, window: parameters.window)
        let starts = earliest.enumerated().compactMap { index, instant in instant.map { (index, $0) } }
        let limit = parameters.limit.lowerBound
        for rejection in history.rejections {
            let begun = bounds.begun(by: rejection.latest)
            var most = 0
            for (index, instant) in starts {
                guard instant <= rejection.latest else { continue }
                guard rejection.earliest < bounds.latest[index] + parameters.window else { continue }
                most = max(most, begun - index)
            }
            guard most < limit else { continue }
            return Starvation(
                from: rejection.earliest, to: rejection.latest, counted: Double(most), needed: Double(limit))
        }
        return nil
    }
}
