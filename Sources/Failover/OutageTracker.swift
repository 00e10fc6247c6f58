import Measures

/// Finds the outages of a flow in its attempts, which come in the order of their intended sends.
///
/// An outage is the union of [intended send, next success] around failed attempts. The next success is the one that ended
/// first of those sent at or after the failed attempt: a slow answer to an earlier request shows nothing.
struct OutageTracker {
    struct Outage: Equatable {
        var start: Instant
        var end: Instant?
        var failed: Int
        /// How long its longest exchange took, the success that ended it among them: so far its ends may be off.
        var longest: Span
    }

    private(set) var outages: [Outage] = []
    private var open: Outage?
    /// The earliest end among the successes sent since the last failure, and how long that one took.
    private var success: Instant?
    private var successTook = Span.zero
    /// Outages kept at most: a flapping service must not take all memory.
    private static let most = 100_000

    mutating func take(_ attempt: Attempt) {
        if attempt.outcome == .ok { succeed(attempt) } else { fail(attempt) }
    }

    private mutating func succeed(_ attempt: Attempt) {
        guard open != nil else { return }
        if let success, attempt.intended >= success {
            close()
            return
        }
        if let success, success <= attempt.finished { return }
        success = attempt.finished
        successTook = attempt.finished - attempt.intended
    }

    private mutating func fail(_ attempt: Attempt) {
        if open != nil, let success {
            // A failure sent before that success had come is of the same outage, and waits for a success of its own.
            if attempt.intended > success { close() } else { self.success = nil }
        }
        if open == nil {
            open = Outage(
                start: attempt.intended, end: nil, failed: 1, longest: attempt.finished - attempt.intended)
        } else if let longest = open?.longest {
            open?.failed += 1
            open?.longest = max(longest, attempt.finished - attempt.intended)
        }
    }

    private mutating func close() {
        guard var outage = open else { return }
        outage.end = success
        outage.longest = max(outage.longest, successTook)
        if outages.count < Self.most { outages.append(outage) }
        (open, success) = (nil, nil)
    }

    /// All outages; the last one has no end where no success followed.
    mutating func finish() -> [Outage] {
        if success != nil { close() }
        if let open, outages.count < Self.most { outages.append(open) }
        open = nil
        return outages
    }
}

extension OutageTracker.Outage {
    /// How long it lasted; nil where no success ended it.
    var length: Span? { end.map { $0 - start } }
}
