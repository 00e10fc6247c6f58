internal import Measures

/// What a pass over the catalogue came to, in numbers.
struct PassTally: Sendable {
    /// Requests that were sent.
    var sent = 0
    /// Requests without an answer.
    var unanswered = 0
    /// Answers by what they say.
    var hits = 0
    var revalidated = 0
    var misses = 0
    var notEligible = 0
    var unknown = 0
    /// Hits that were too old: the cache may ask the origin behind them.
    var staleHits = 0
    /// Misses that waited for another one's fetch, as they say.
    var collapsed = 0
    /// Other fetches of an object that began while another one of it was under way: they may have shared it.
    var overlapping = 0
    /// Misses that a cache further from the user had.
    var hitsFurtherOff = 0
    /// Objects that the cache had before they were asked for.
    var warmObjects = 0
    /// Bytes of bodies.
    var hitBytes = 0.0
    var eligibleBytes = 0.0
    /// The sum of the squares of bodies' lengths.
    var eligibleSquares = 0.0
    /// The share of hits over the pass.
    var course = RatioCourse()
    /// How long they took.
    var hitLatency = LatencyHistogram()
    var missLatency = LatencyHistogram()
    /// The origin's counter before and after; nil: it was not read, or could not be.
    var originBefore: Double?
    var originAfter: Double?

    /// All answers.
    var answers: Int { sent - unanswered }

    /// Answers that the cache may keep.
    var eligible: Int { hits + revalidated + misses }

    /// Answers that say that another server was asked.
    var forwarded: Int { revalidated + misses + notEligible }

    /// How many requests the origin had; nil where its counter was not read or went back.
    var originRequests: Double? {
        guard let originBefore, let originAfter, originAfter >= originBefore else { return nil }
        return originAfter - originBefore
    }

    /// How many requests the origin must have had by what the answers say.
    var expectedOriginRequests: ClosedRange<Int> {
        let certain = forwarded - collapsed
        return max(0, certain - overlapping - hitsFurtherOff)...(certain + staleHits + unknown + unanswered)
    }

    /// Hits and the requests of which they are, for ratios: by the answers' fields, else by the origin's count.
    var ratio: (hits: UInt64, total: UInt64)? {
        if eligible > 0 { return (UInt64(hits), UInt64(eligible)) }
        guard unknown == answers, answers > 0, let fetched = originRequests, fetched < 1e15 else { return nil }
        return (UInt64(max(0, answers - Int(fetched.rounded()))), UInt64(answers))
    }

    /// The share of bytes that hits served; nil where there were none.
    var byteRatio: Double? { eligibleBytes > 0 ? hitBytes / eligibleBytes : nil }

    /// The byte ratio as events of a sample of equal parts: bytes come in whole objects, so that bodies of lengths s tell
    /// as much as (Σ s)² / Σ s² equal ones (L. Kish, "Survey Sampling", §11.7).
    var byteEvents: (hits: UInt64, total: UInt64)? {
        guard let byteRatio, eligibleSquares > 0 else { return nil }
        let total = (eligibleBytes * eligibleBytes / eligibleSquares).rounded(.down)
        return (UInt64((byteRatio * total).rounded(.down)), UInt64(total))
    }
}
