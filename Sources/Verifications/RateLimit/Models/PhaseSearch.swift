/// Where the boundaries of windows may lie: at `start` to `start + width` seconds, and whole windows after and before.
struct PhaseArc: Equatable {
    var start: Double
    var width: Double
}

/// Looks for phases that meet a condition, which holds of an arc where it holds of any phase in it: an arc that fails is
/// left out as a whole, one that holds is halved until it is fine enough.
enum PhaseSearch {
    /// An arc no wider than `finest` for which the condition holds.
    static func first(
        window: Double, finest: Double, in arcs: [PhaseArc]? = nil, _ condition: (PhaseArc) -> Bool
    ) -> PhaseArc? {
        var open = arcs ?? [PhaseArc(start: 0, width: window)]
        while let arc = open.popLast() {
            guard condition(arc) else { continue }
            if arc.width <= finest { return arc }
            let half = arc.width / 2
            open.append(PhaseArc(start: arc.start + half, width: half))
            open.append(PhaseArc(start: arc.start, width: half))
        }
        return nil
    }

    /// All arcs of about a 128th of the window for which the condition holds.
    static func all(window: Double, _ condition: (PhaseArc) -> Bool) -> [PhaseArc] {
        var arcs = [PhaseArc(start: 0, width: window)]
        for _ in 0..<7 {
            arcs = arcs.filter(condition).flatMap { arc in
                let half = arc.width / 2
                return [PhaseArc(start: arc.start, width: half), PhaseArc(start: arc.start + half, width: half)]
            }
        }
        return arcs.filter(condition)
    }

    /// The least arc that holds all of the arcs, around the circle of one window; nil where there are none.
    static func hull(_ arcs: [PhaseArc], window: Double) -> PhaseArc? {
        let sorted = arcs.sorted { $0.start < $1.start }
        guard let first = sorted.first else { return nil }
        // The widest gap between two neighbours is what the hull leaves out.
        var best = PhaseArc(start: first.start, width: window)
        for (index, arc) in sorted.enumerated() {
            let next = index + 1 < sorted.count ? sorted[index + 1].start : first.start + window
            let gap = next - (arc.start + arc.width)
            if window - gap < best.width { best = PhaseArc(start: next, width: window - gap) }
        }
        if best.start >= window { best.start -= window }
        return best
    }
}
