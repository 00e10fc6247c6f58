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
    /// Hits on copies whose number says that the cache fetched them by itself, as Varnish does behind stale hits.
    var numberedCopies = 0
    /// Hits on copies whose age says that they are newer than what is known to have been fetched: the cache fetched or
    /// confirmed them, behind a hit or for what it calls one.
    var renewedCopies = 0
    /// Objects that were hit.
    var hitObjects = 0
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
        // Where a cache fetches by itself, the last such fetch of an object may show on no later answer.
        let behind = numberedCopies > 0 ? numberedCopies + hitObjects : 0
        return max(0, certain - overlapping - hitsFurtherOff)...(certain + staleHits + unknown + unanswered + behind)
    }

    /// How many requests the origin may have had at most where the cache renewed copies for what it calls hits.
    var mostOriginRequests: Int {
        expectedOriginRequests.upperBound + (renewedCopies > 0 ? renewedCopies + hitObjects : 0)
    }

    /// What tells hits from fetches.
    enum Basis: Equatable {
        /// The answers' fields: the origin counted the same, or nobody counts.
        case answers
        /// The origin's count: no answer says what the cache did.
        case silent
        /// The origin's count: some answers don't say.
        case partly
        /// The origin's count: it had fewer requests than the answers say.
        case fewer
        /// The origin's count: it had more, which copies that were renewed explain.
        case renewed
        /// The origin's count: it had a few more, by at most a hundredth of the answers: what retries come to.
        case slightlyMore
        /// The origin's count: it had more than anything explains.
        case more
    }

    /// What tells hits from fetches here.
    var basis: Basis {
        guard let fetched = originRequests, answers > 0 else { return .answers }
        if eligible == 0, unknown == answers { return .silent }
        let range = expectedOriginRequests
        if fetched < Double(range.lowerBound) { return fetched > 0 ? .fewer : .answers }
        if fetched > Double(range.upperBound) {
            if (fetched - Double(range.upperBound)) * 100 <= Double(answers) { return .slightlyMore }
            return fetched > Double(mostOriginRequests) ? .more : .renewed
        }
        return unknown > 0 ? .partly : .answers
    }

    /// Hits and the requests of which they are, for ratios: by the answers' fields, else by the origin's count.
    var ratio: (hits: UInt64, total: UInt64)? {
        let fetched = Int(min(originRequests ?? 0, 1e15).rounded())
        let range = expectedOriginRequests
        let hits: Int
        var total = eligible + unknown
        switch basis {
        case .answers: (hits, total) = (self.hits, eligible)
        case .silent: hits = answers - fetched
        // As few of those that say so were fetched as may be, so as many as may be of those that don't.
        case .partly: hits = self.hits + unknown - min(unknown, max(0, fetched - range.lowerBound))
        case .fewer: hits = self.hits + unknown + range.lowerBound - fetched
        // What nothing allows for was fetched for what claims to be hits.
        case .renewed, .slightlyMore, .more: hits = self.hits - (fetched - range.upperBound)
        }
        return total > 0 ? (UInt64(min(total, max(0, hits))), UInt64(total)) : nil
    }

    /// The ratio for objectives; nil where too many answers don't say what the cache did to take them for fetched.
    var safeRatio: (hits: UInt64, total: UInt64)? {
        guard basis == .answers, unknown > 0 else { return ratio }
        return unknown * 100 <= answers ? (UInt64(hits), UInt64(eligible + unknown)) : nil
    }

    /// Whether fields tell enough for what goes by each answer: bytes, the course.
    var areFieldsReliable: Bool { (basis == .answers || basis == .slightlyMore) && unknown * 100 <= answers }

    /// The share of bytes that hits served; nil where there were none, or fields don't tell.
    var byteRatio: Double? { areFieldsReliable && eligibleBytes > 0 ? hitBytes / eligibleBytes : nil }

    /// The byte ratio as events of a sample of equal parts: bytes come in whole objects, so that bodies of lengths s tell
    /// as much as (Σ s)² / Σ s² equal ones (L. Kish, "Survey Sampling", §11.7).
    var byteEvents: (hits: UInt64, total: UInt64)? {
        guard let byteRatio, eligibleSquares > 0 else { return nil }
        let total = (eligibleBytes * eligibleBytes / eligibleSquares).rounded(.down)
        return (UInt64((byteRatio * total).rounded(.down)), UInt64(total))
    }
}
