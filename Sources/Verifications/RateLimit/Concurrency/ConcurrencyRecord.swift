internal import Measures
internal import Scenarios

/// What the probes of a limit of requests at once were answered.
struct ConcurrencyRecord {
    /// What a request was for.
    enum Purpose: CaseIterable {
        case alone, together, beside, again, aborted, afterwards
    }

    private var taken: [Purpose: [ProbeRun.Answer]] = [:]

    mutating func take(_ answer: ProbeRun.Answer, at purpose: Purpose) { taken[purpose, default: []].append(answer) }

    func answers(_ purpose: Purpose) -> [ProbeRun.Answer] { taken[purpose] ?? [] }

    /// All answers in the order of the probes.
    var everything: [ProbeRun.Answer] { Purpose.allCases.flatMap { answers($0) } }

    /// How long a request that is alone holds its place at least, in seconds; 0: not known.
    var hold: Double {
        let answered = answers(.alone).filter {
            $0.observed.outcome == .ok && $0.isSign != true && ![429, 503].contains($0.observed.status)
        }
        return answered.map(\.observed.duration.seconds).min() ?? 0
    }

    /// Whether requests were given up while they were under way.
    var wasAborted: Bool { answers(.aborted).contains { $0.observed.outcome == .responseTimeout } }

    /// When the first request was sent.
    var origin: Instant? { everything.map(\.observed.sent).min() }

    var span: Span? {
        guard let origin, let last = everything.map(\.observed.received).max() else { return nil }
        return last - origin
    }
}
