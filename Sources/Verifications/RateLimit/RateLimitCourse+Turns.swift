internal import Measures
internal import Scenarios

/// Whether answers wait for their turn.
extension RateLimitCourse {
    /// How long an unhurried request takes.
    var typicalDuration: Double? {
        let times = record.quiet.filter { $0.observed.outcome == .ok }.map(\.observed.duration.seconds).sorted()
        return times.isEmpty ? nil : times[times.count / 2]
    }

    /// How many of the requests released together were answered at once, where the others were answered one after the
    /// other, a bucket's drain apart.
    func turns(_ typical: Double) -> Int? {
        guard let run = record.runs.last(where: { $0.kind == .pacing || $0.kind == .turns }) else { return nil }
        let reader = DecisionReader(record, rule)
        let ends = run.answers.filter { reader.isRejected($0) == false }
            .map { record.seconds($0.observed.received) }.sorted()
        let drain = book.window / Double(rule.limit)
        guard ends.count >= 3, drain > 4 * typical else { return nil }
        let gaps = zip(ends, ends.dropFirst()).map { $1 - $0 }
        guard let first = gaps.firstIndex(where: { $0 > 0.6 * drain }), gaps.count - first >= 2 else { return nil }
        // One answer that is late lengthens a gap and shortens the next.
        let turns = gaps[first...].count { $0 > 0.6 * drain && $0 < 1.6 * drain }
        return turns * 5 >= (gaps.count - first) * 4 ? first + 1 : nil
    }
}
