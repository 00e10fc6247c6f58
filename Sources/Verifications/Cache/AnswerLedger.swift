import HTTPFields
internal import Measures
internal import Scenarios
import VerificationKit

/// All answers of the mix so far: what they come to in each pass, and those that broke a check.
///
/// Batches don't overlap in time: what one of them fetched was stored before the next began.
struct AnswerLedger: Sendable {
    let hit: CacheRule.HitField
    /// A tally for each pass that has begun.
    private(set) var passes: [PassTally] = []
    /// How many answers said by which field what the cache did.
    private(set) var fields: [String: Int] = [:]
    /// Answers that don't say what the cache did.
    private(set) var silent = CheckedAnswers()
    /// Answers that the cache may not keep.
    private(set) var kept = CheckedAnswers()
    /// Requests that got no answer, or an error.
    private(set) var failed = CheckedAnswers()
    /// Errors, and those of them that came from the cache and should not have been kept.
    private(set) var errors = CheckedAnswers()
    /// Errors from the cache that may be kept, such as 404.
    private(set) var keptErrors = 0
    /// Hits, and those that set a cookie.
    private(set) var cookies = CheckedAnswers()
    /// Answers that set a cookie, hits or not.
    private(set) var cookieAnswers = 0
    /// Hits with a body that was not fetched, of those of which that is known; and equal entity tags of unequal bodies.
    private(set) var contents = CheckedAnswers()
    /// Hits with an entity tag that was not fetched: another version, which someone else may have brought in.
    private(set) var otherVersions = CheckedAnswers()
    /// Hits with the body of another object, and not one that was fetched for their own.
    private(set) var borrowed = CheckedAnswers()
    /// True where different objects had different bodies when they were fetched, as far as is known.
    var areObjectsDistinct: Bool { owners.count > 1 && !hasTwins }
    /// Answers with an `Age` that can't be right, by why.
    private(set) var ages = AgeChecks()
    /// Hits two seconds or more after the fetch of the same object: with its `Date`, and with another one.
    private(set) var datesKept = 0
    private(set) var datesRenewed = 0
    /// Hits of the cold pass on objects that had not been asked for.
    private(set) var warm: [Exhibit] = []

    private var trails: [Int: ObjectTrail] = [:]
    /// Objects that were hit in this pass.
    private var hitObjects: Set<Int> = []
    /// The object that was first fetched with a body.
    private var owners: [UInt64: Int] = [:]
    /// True where two objects were fetched with the same body.
    private var hasTwins = false

    init(hit: CacheRule.HitField) { self.hit = hit }

    /// Begins the next pass.
    mutating func beginPass() {
        passes.append(PassTally())
        hitObjects = []
    }

    /// Notes the origin's counter before or after the pass.
    mutating func setOrigin(_ reading: Double?, isBefore: Bool) {
        guard !passes.isEmpty else { return }
        let usable = reading.flatMap { $0.isFinite ? $0 : nil }
        if isBefore {
            passes[passes.count - 1].originBefore = usable
        } else {
            passes[passes.count - 1].originAfter = usable
        }
    }

    /// An answer with the object that it is about and what it says.
    private struct Entry {
        var object: Int
        var observed: ObservedExchange
        var status: CacheStatus

        var isAnswered: Bool { observed.outcome == .ok && observed.status > 0 }
        /// True where the cache may have been filled by it.
        var isFill: Bool { !isAnswered || status.kind != .hit }
    }

    /// Takes a batch; `objects` are those that its requests ask for.
    mutating func take(_ observed: [ObservedExchange], objects: [Int], since start: Instant) {
        guard !passes.isEmpty else { return }
        let entries = zip(objects, observed)
            .map { Entry(object: $0, observed: $1, status: CacheStatus($1.fields, by: hit)) }
            .sorted { $0.observed.received < $1.observed.received }
        for entry in entries where entry.isFill {
            trails[entry.object, default: ObjectTrail()].addFill(entry.observed)
            guard entry.isAnswered else { continue }
            if let date = entry.observed.value("Date").flatMap(HTTPDate.seconds) {
                _ = trails[entry.object]?.addDate(date, isYoung: false)
            }
            if let copy = CacheStatus.copy(entry.observed.fields) {
                _ = trails[entry.object]?.addCopy(copy, isFetched: true)
            }
        }
        for entry in entries where entry.isFill && entry.isAnswered && entry.observed.status == 200 {
            let version = AnswerVersion(entry.observed)
            trails[entry.object]?.addFetched(version)
            guard entry.observed.bodyLength > 0 else { continue }
            if owners[version.body, default: entry.object] != entry.object { hasTwins = true }
            owners[version.body] = owners[version.body] ?? entry.object
        }
        for entry in entries {
            count(entry, since: start)
            guard entry.isAnswered else { continue }
            look(at: entry, since: start)
        }
        countOverlaps(entries)
    }

    // MARK: - Numbers

    private mutating func count(_ entry: Entry, since start: Instant) {
        let last = passes.count - 1
        passes[last].sent += 1
        if trails[entry.object] == nil { trails[entry.object] = ObjectTrail() }
        guard entry.isAnswered else {
            passes[last].unanswered += 1
            passes[last].course.add(nil)
            failed.addBad(entry.observed, since: start)
            return
        }
        if entry.observed.status >= 400 {
            failed.addBad(entry.observed, since: start)
        } else {
            failed.addGood()
        }
        passes[last].add(entry.status, entry.observed)
        if entry.status.kind == .hit, !hitObjects.contains(entry.object) {
            hitObjects.insert(entry.object)
            passes[last].hitObjects += 1
        }
        if entry.status.kind == .unknown {
            silent.addBad(entry.observed, since: start)
        } else {
            silent.addGood()
            if let field = entry.status.field { fields[field, default: 0] += 1 }
        }
        if entry.status.kind == .notEligible {
            kept.addBad(entry.observed, since: start)
        } else {
            kept.addGood()
        }
    }

    /// Fetches of an object that began while another one of it was under way. Those that say that they shared one are
    /// counted apart.
    private mutating func countOverlaps(_ entries: [Entry]) {
        var busyUntil: [Int: Instant] = [:]
        for entry in entries.sorted(by: { $0.observed.sent < $1.observed.sent })
        where entry.isAnswered && entry.status.isForwarded {
            let before = busyUntil[entry.object]
            if let before, entry.observed.sent < before, !entry.status.isCollapsed {
                passes[passes.count - 1].overlapping += 1
            }
            busyUntil[entry.object] = max(before ?? entry.observed.received, entry.observed.received)
        }
    }

    // MARK: - Checks

    private mutating func look(at entry: Entry, since start: Instant) {
        let observed = entry.observed
        let isHit = entry.status.kind == .hit
        if observed.status >= 400 {
            // Negative answers may be kept (RFC 9111 §4, RFC 9110 §15.1: 404, 405, 410, 414, 501), but not what
            // concerns one client or one moment.
            let isServerError = observed.status >= 500 && observed.status != 501
            if isHit, isServerError || [401, 403, 429].contains(observed.status) {
                errors.addBad(observed, since: start)
            } else {
                errors.addGood()
                if isHit { keptErrors += 1 }
            }
        }
        // A cookie that is being deleted holds nobody's session.
        let date = observed.value("Date")
        let setsCookie = observed.values("Set-Cookie").contains { SetCookie($0)?.isDeletion(at: date) == false }
        if setsCookie { cookieAnswers += 1 }
        if isHit {
            if setsCookie { cookies.addBad(observed, since: start) } else { cookies.addGood() }
        }
        guard var trail = trails[entry.object] else { return }
        if isHit { noteWarmth(&trail, observed, since: start) }
        if entry.status.isStale { trail.setOpaque() }
        if observed.status == 200 { compare(trail, entry, since: start) }
        let renewed = ages.renewed
        if let flaw = ages.look(at: observed, entry.status, &trail) { ages.add(flaw, observed, since: start) }
        if isHit { countCopy(of: observed, &trail, isNewer: ages.renewed > renewed) }
        compareDate(trail, entry)
        trails[entry.object] = trail
    }

    /// Counts a hit on a copy that the cache brought in by itself.
    private mutating func countCopy(of observed: ObservedExchange, _ trail: inout ObjectTrail, isNewer: Bool) {
        if let copy = CacheStatus.copy(observed.fields) {
            if trail.addCopy(copy, isFetched: false) { passes[passes.count - 1].numberedCopies += 1 }
            return
        }
        var isNewer = isNewer
        // Caches that send Age keep the Date of the fetch. Of a young copy, it tells what whole seconds of Age don't.
        if let age = observed.value("Age").flatMap({ Int($0) }),
            let date = observed.value("Date").flatMap(HTTPDate.seconds),
            trail.addDate(date, isYoung: age <= 2)
        {
            isNewer = true
        }
        if isNewer { passes[passes.count - 1].renewedCopies += 1 }
    }

    private mutating func noteWarmth(_ trail: inout ObjectTrail, _ observed: ObservedExchange, since start: Instant) {
        guard passes.count == 1, !trail.wasWarm else { return }
        if let filled = trail.firstFillSent, filled <= observed.received { return }
        trail.wasWarm = true
        passes[0].warmObjects += 1
        if warm.count < CheckedAnswers.shown { warm.append(Exhibit(observed, since: start)) }
    }

    private mutating func compare(_ trail: ObjectTrail, _ entry: Entry, since start: Instant) {
        let version = AnswerVersion(entry.observed)
        if version.isStrong, entry.observed.planned.method != "HEAD",
            trail.fetched.contains(where: { $0.isStrong && $0.tag == version.tag && $0.body != version.body })
        {
            contents.addBad(entry.observed, since: start)
            return
        }
        guard entry.status.kind == .hit else { return }
        let isKnown = trail.fetched.contains { $0.body == version.body }
        if !isKnown, let owner = owners[version.body], owner != entry.object {
            borrowed.addBad(entry.observed, since: start)
            return
        }
        // What a hit holds is known only once a fetch was over before it was asked for.
        guard !trail.isOpaque, !trail.fetched.isEmpty,
            let filled = trail.firstFillReceived, filled <= entry.observed.sent
        else { return }
        if trail.fetched.contains(where: { $0.tag == version.tag && $0.body == version.body }) {
            contents.addGood()
        } else if trail.fetched.contains(where: { $0.tag == version.tag }) {
            contents.addBad(entry.observed, since: start)
        } else {
            otherVersions.addBad(entry.observed, since: start)
        }
    }

    private mutating func compareDate(_ trail: ObjectTrail, _ entry: Entry) {
        guard entry.status.kind == .hit, let fetch = trail.lastFetch, let date = fetch.date,
            entry.observed.sent - fetch.received >= Span(seconds: 2), let own = ObjectTrail.date(of: entry.observed)
        else { return }
        if own == date { datesKept += 1 } else { datesRenewed += 1 }
    }

    /// How many objects were asked for.
    var objects: Int { trails.count }
}

extension PassTally {
    fileprivate mutating func add(_ status: CacheStatus, _ observed: ObservedExchange) {
        let bytes = Double(observed.bodyLength)
        switch status.kind {
        case .hit:
            hits += 1
            hitBytes += bytes
            hitLatency.record(observed.duration)
            if status.isStale || AgeChecks.isPastLifetime(observed) { staleHits += 1 }
        case .revalidated: revalidated += 1
        case .miss:
            misses += 1
            missLatency.record(observed.duration)
        case .notEligible: notEligible += 1
        case .unknown: unknown += 1
        }
        if status.kind == .hit || status.kind == .revalidated || status.kind == .miss {
            eligibleBytes += bytes
            eligibleSquares += bytes * bytes
            course.add(status.kind == .hit)
        } else {
            course.add(nil)
        }
        if status.isCollapsed {
            collapsed += 1
        } else if status.isHitFurtherOff {
            hitsFurtherOff += 1
        }
    }
}
