internal import Measures
internal import Scenarios

/// When a blocked client was told that it may come again.
struct RateLimitPromise: Equatable {
    /// The field that said it.
    var source: String
    /// The delay that it named, in seconds.
    var delay: Double
    /// When the answer that said it had come, in seconds from the beginning.
    var told: Double

    /// The instant from which on a request should be admitted.
    var until: Double { told + delay }

    /// The promise of the last rejection of the recovery probe; nil where there is none.
    init?(_ reader: DecisionReader, _ rule: RateLimitRule) {
        guard let run = reader.record.runs.last(where: { $0.kind == .recovery }) else { return nil }
        let rejected = run.answers.filter {
            guard case .plain = $0.tag else { return false }
            return reader.isRejected($0) == true
        }
        guard let last = rejected.max(by: { $0.observed.received < $1.observed.received }) else { return nil }
        // Who goes on, and is admitted, may have used up again what it was promised.
        guard reader.record.pace == 0 || !Self.isOutdated(last, run, reader) else { return nil }
        told = reader.record.seconds(last.observed.received)
        if let delay = RetryAfter(last.observed.fields).delay {
            source = "Retry-After"
            self.delay = delay
            return
        }
        for notice in RateLimitNotice.all(in: last.observed.fields) {
            guard let reset = notice.reset, reset >= 0 else { continue }
            source = "the reset of \(notice.family.rawValue)"
            delay = reset
            return
        }
        return nil
    }

    /// Whether the client was admitted after the rejection that told it when to come again.
    private static func isOutdated(_ last: ProbeRun.Answer, _ run: ProbeRun, _ reader: DecisionReader) -> Bool {
        run.answers.contains {
            $0.tag == .plain && $0.observed.sent > last.observed.sent && reader.isRejected($0) == false
        }
    }

    /// How long a promise is waited for, in seconds.
    static func longestWait(_ rule: RateLimitRule) -> Double {
        let window = LimiterParameters.seconds(rule.window)
        return 2 * max(window, Double(rule.capacity) * window / Double(rule.limit)) + 5
    }
}
