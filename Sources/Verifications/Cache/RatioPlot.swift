internal import Scenarios
import VerificationKit

/// The share of hits over a pass as a picture, beside what was asked for and what a cache without bounds would reach.
struct RatioPlot {
    let course: RatioCourse
    let mix: CatalogueMix
    /// The number of the pass' first request in the mix.
    let first: Int
    let rule: CacheRule
    /// True for the second pass, over the cache that the first one warmed.
    let isWarm: Bool

    /// The picture; nil where no answer says what the cache did.
    var plot: VerificationPlot? {
        var slices: [[Double]] = []
        var sums: [[Double]] = []
        var (events, hits, total) = (0, 0, 0)
        for slice in course.slices {
            let middle = Double(events) + Double(slice.events) / 2
            events += slice.events
            hits += slice.hits
            total += slice.total
            if slice.total > 0 { slices.append([middle, Self.percent(slice.hits, of: slice.total)]) }
            if total > 0 { sums.append([Double(events), Self.percent(hits, of: total)]) }
        }
        guard let last = sums.last else { return nil }
        var lines: [VerificationPlot.Line] = []
        if let demanded = rule.atLeast, !isWarm {
            let height = Self.rounded(demanded * 100)
            lines.append(.init(name: "asked for", kind: .line, points: [[0, height], [last[0], height]]))
        }
        // Of a warm pass an empty cache says nothing.
        if !isWarm { lines.append(.init(name: "a cold cache without bounds, so far", kind: .line, points: ideal)) }
        let width = Figure.counted(course.width)
        lines.append(
            .init(name: course.width == 1 ? "each answer" : "each \(width) answers", kind: .dots, points: slices))
        lines.append(.init(name: "so far", kind: .line, points: sums))
        return VerificationPlot(
            name: isWarm ? "warm_hit_ratio" : "hit_ratio",
            title: isWarm ? "Hit ratio of the warm pass" : "Hit ratio", x: "requests",
            y: "% of what the cache may keep",
            lines: lines)
    }

    /// What a cache that begins empty and forgets nothing has reached at the end of each slice.
    private var ideal: [[Double]] {
        var known: Set<Int> = []
        var asked = 0
        return course.slices.map { slice in
            for _ in 0..<slice.events {
                known.insert(mix.object(of: first + asked))
                asked += 1
            }
            return [Double(asked), Self.percent(asked - known.count, of: asked)]
        }
    }

    private static func percent(_ part: Int, of whole: Int) -> Double {
        rounded(Double(part) / Double(max(1, whole)) * 100)
    }

    private static func rounded(_ value: Double) -> Double { (value * 1_000).rounded() / 1_000 }
}
