internal import VerificationKit

/// A fleet in words, the same in all reports.
extension FleetResult {
    /// How many workers there were, and how they began: `4 workers, begun within 12 ms of each other`.
    var line: String {
        let count = segments == 1 ? "1 worker" : "\(segments) workers"
        let left = workers.count == segments ? "" : ", \(workers.count) of which left something"
        guard workers.count > 1 else { return count + left }
        return "\(count)\(left), begun within \(Figure.short(skew, decimals: 1)) ms of each other by their clocks"
    }

    /// The workers that are shown: all where they are few, else those with something wrong, then those whose start lag was
    /// the longest.
    func shown(atMost limit: Int) -> [Worker] {
        guard workers.count > limit else { return workers }
        let ranked = workers.sorted { one, other in
            (one.hasEnded ? 1 : 0, -(one.startLag ?? 0), one.segment)
                < (other.hasEnded ? 1 : 0, -(other.startLag ?? 0), other.segment)
        }
        return ranked.prefix(limit).sorted { $0.segment < $1.segment }
    }
}

extension FleetResult.Worker {
    /// True where its load came to an end.
    var hasEnded: Bool { ending != nil }

    /// How its load ended, in a word.
    var shownEnding: String { ending?.rawValue ?? "lost" }

    /// When it began: `+12.3 ms`.
    var shownStart: String { "+\(Figure.short(startedAfter, decimals: 1)) ms" }

    /// Its machine, or its folder where that is not known.
    var location: String { host ?? folder }
}
