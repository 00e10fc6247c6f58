internal import Measures
internal import Scenarios
import VerificationKit

/// How evidence is written.
extension RateLimitJudge {
    /// Seconds since the beginning: `12.305 s`.
    static func shown(_ seconds: Double) -> String { "\(Figure.fixed(seconds, decimals: 3)) s" }

    /// A span: `0.005 s`.
    static func span(_ from: Double, _ to: Double) -> String { "\(shown(from))–\(shown(to))" }

    static func shown(_ range: ClosedRange<Double>, decimals: Int) -> String {
        let low = Figure.short(range.lowerBound, decimals: decimals)
        if range.upperBound == .infinity { return "at least \(low)" }
        let high = Figure.short(range.upperBound, decimals: decimals)
        return low == high ? low : "\(low)…\(high)"
    }

    static func shown(_ range: ClosedRange<Int>) -> String {
        range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)…\(range.upperBound)"
    }

    /// Requests per window as the scenario writes it: `100 per 60 s`.
    var shownLimit: String { "\(rule.limit) per \(shownWindow)" }
    var shownWindow: String { "\(Figure.short(parameters.window, decimals: 3)) s" }

    /// What a shot of a run came to: `100 of 130 admitted`.
    func shown(_ run: ProbeRun?, shot: Int) -> String? {
        reader.counts(run, shot: shot).map { "\($0.admitted) of \($0.admitted + $0.rejected) admitted" }
    }

    func text(_ excess: Excess) -> String {
        let allowed = Figure.short(excess.allowed, decimals: 1)
        return "\(excess.admitted) requests were admitted within \(Self.span(excess.from, excess.to)), where at most "
            + "\(allowed) can be"
    }

    func text(_ starvation: Starvation) -> String {
        let counted = Figure.short(starvation.counted, decimals: 1)
        let needed = Figure.short(starvation.needed, decimals: 1)
        return "a request at \(Self.span(starvation.from, starvation.to)) was rejected when at most \(counted) of "
            + "\(needed) had been used"
    }

    /// An exchange as evidence.
    func exhibit(_ answer: ProbeRun.Answer, client: Int?) -> Exhibit {
        let planned = answer.observed.planned
        var request = "\(planned.method) \(planned.target)"
        if let client, let shown = clients.shown(client) { request += ", \(shown)" }
        if case .spoof(let field) = answer.tag, let value = planned.fields.values(field).first {
            request += ", \(field): \(value)"
        }
        var shown = answer.observed.outcome == .ok ? "\(answer.observed.status)" : answer.observed.outcome.label
        for field in answer.observed.fields where Self.isShown(field.name) {
            shown += ", \(field.name): \(field.value.prefix(120))"
        }
        return Exhibit(
            request: request, answer: shown, sent: Span(seconds: record.seconds(answer.observed.sent)),
            received: Span(seconds: record.seconds(answer.observed.received)))
    }

    /// Fields that say something about limits, and nothing secret.
    private static func isShown(_ name: String) -> Bool {
        let lower = name.lowercased()
        return lower.contains("ratelimit") || lower.contains("rate-limit")
            || ["retry-after", "date", "age", "cache-control", "cache-status", "x-cache", "cf-cache-status"]
                .contains(lower)
    }

    /// The first and last admitted, and the first rejected of a run's shot.
    func exhibits(_ run: ProbeRun?, shot: Int) -> [Exhibit] {
        guard let run else { return [] }
        let answers = run.answers.filter { $0.shot == shot }.sorted { $0.observed.sent < $1.observed.sent }
        let admitted = answers.filter { reader.isRejected($0) == false }
        let rejected = answers.first { reader.isRejected($0) == true }
        var shown: [ProbeRun.Answer] = []
        if let first = admitted.first { shown.append(first) }
        if admitted.count > 1, let last = admitted.last { shown.append(last) }
        if let rejected { shown.append(rejected) }
        return shown.map { exhibit($0, client: run.client) }
    }

    /// Up to so many answers of a run that meet a condition.
    func exhibits(
        _ run: ProbeRun?, most: Int = 3, where belongs: (ProbeRun.Answer) -> Bool
    ) -> [Exhibit] {
        guard let run else { return [] }
        return run.answers.filter(belongs).prefix(most).map { exhibit($0, client: run.client) }
    }
}
