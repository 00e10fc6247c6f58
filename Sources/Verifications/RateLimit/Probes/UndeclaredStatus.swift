internal import Measures
internal import Scenarios

/// A status that begins where the limit ends, though the scenario declares another one for rejections: 403, 420, 503, or a
/// redirect.
struct UndeclaredStatus: Equatable {
    /// The status.
    var status: Int
    /// How many requests of a burst were answered otherwise, the fewest and the most of all bursts.
    var admitted: ClosedRange<Int>
    /// How many bursts show it.
    var bursts: Int

    /// Bursts of clients that were unknown before, and in which more was sent than the limit allows.
    private static let kinds: [ProbeScript.Kind] = [.persistent, .blocked, .recovery, .raceCold, .raceAgain]

    /// Looks for it: requests of others have another status, each burst has this one as well, and about as many answers
    /// before it in each.
    init?(_ record: ProbeRecord, _ rule: RateLimitRule) {
        let quiet = Set(record.quiet.filter { $0.observed.outcome == .ok }.map(\.observed.status))
        guard !quiet.isEmpty else { return nil }
        var found: Int?
        var counts: [Int] = []
        for run in record.runs where Self.kinds.contains(run.kind) {
            let burst = run.answers.filter { $0.shot == 0 }
            guard burst.count > rule.capacity, burst.allSatisfy({ $0.observed.outcome == .ok }) else { continue }
            let late = burst.filter { !quiet.contains($0.observed.status) }
            let statuses = Set(late.map(\.observed.status))
            guard statuses.count == 1, let status = statuses.first, found ?? status == status else { return nil }
            found = status
            counts.append(burst.count - late.count)
            let isTogether = [.raceCold, .raceAgain].contains(run.kind)
            guard isTogether || Self.beginsLate(late, of: burst) else { return nil }
        }
        guard let found, counts.count >= 2, let fewest = counts.min(), let most = counts.max(), fewest > 0 else {
            return nil
        }
        // A bucket gains something during a burst, and more during a slow one.
        guard most - fewest <= max(2, rule.capacity / 10) else { return nil }
        status = found
        admitted = fewest...most
        bursts = counts.count
    }

    /// Whether the status only begins late in a burst: the first half of as many as have another one came before. Of
    /// requests released together there is no first one.
    private static func beginsLate(_ late: [ProbeRun.Answer], of burst: [ProbeRun.Answer]) -> Bool {
        let early = burst.sorted { $0.observed.sent < $1.observed.sent }.prefix(max(1, (burst.count - late.count) / 2))
        return !early.contains { $0.observed.status == late.first?.observed.status }
    }
}
