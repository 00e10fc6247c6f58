import Measures
import Scenarios

@testable import CacheVerification
@testable import VerificationKit

/// A cache before an origin, without sockets or a clock of its own: answers what it is asked at an instant. Some of what
/// real caches do wrong can be switched on.
struct SimulatedCache {
    /// What is wrong with it, and what is unusual.
    enum Habit: Hashable {
        /// Says that every answer but an object's first was a hit, and fetches them all.
        case claimsHits
        /// Says that it fetched, whatever it did.
        case hidesHits
        /// Says nothing.
        case isSilent
        /// Sends a field that breaks the syntax.
        case garbles
        /// Hits have no Age.
        case ageless
        /// Age counts ten times as fast as the clock.
        case agesFast
        /// Ages of hits are there on fetched answers too.
        case agesAlways
        /// Every second object is not kept.
        case bypasses
        /// Stores Set-Cookie.
        case keepsCookies
        /// Object 3 is a 500 at the origin, and kept.
        case keepsErrors
        /// Object 3 is a 404 at the origin, and kept.
        case keepsNotFound
        /// Object 5 is stored in the place of object 4 too.
        case mixesObjects
        /// All objects have one key.
        case hasOneKey
        /// Objects are alike.
        case isUniform
        /// Entity tags are the same whatever the body.
        case tagsWrongly
        /// The origin's objects differ by Accept-Language.
        case translates
        /// Those, and the cache doesn't look at the field.
        case ignoresVary
        /// The origin does not send Vary.
        case hidesVary
        /// Leaves queries out of its key.
        case dropsQueries
        /// A purge is accepted and does nothing.
        case ignoresPurges
        /// A purge empties everything.
        case purgesAll
        /// A second node, which answers every other request for object 0 once it was purged, keeps its copy.
        case hasStaleNode
        /// Requests for an object that is being fetched wait for it, and say that they were misses.
        case collapses
        /// Serves what is older than `lifetime` and asks the origin behind it.
        case servesStale
        /// Serves what is older than `lifetime`, calls it a hit and asks the origin behind it: Varnish's grace.
        case graces
        /// Has what is older than `lifetime` confirmed before it serves it, and calls that a hit, too: squid.
        case confirms
        /// Fetches for each request that comes while another one fetches the object, and says nothing then: Apache's lock.
        case locks
        /// Says what it did in X-Varnish.
        case numbersCopies
        /// Sends its `lifetime` as max-age.
        case saysLifetime
        /// Refuses what changes it.
        case refusesOrders
    }

    struct Copy {
        var version: Int
        var stored: Instant
        /// When the fetch that brings it is over.
        var ready: Instant
        var language = ""
        var object: Int
        /// What X-Varnish calls it.
        var number = 0
    }

    var habits: Set<Habit>
    var lifetime = Span(seconds: 3600)
    var hitTime = Span(seconds: 0.0002)
    var fetchTime = Span(seconds: 0.001)
    var copies: [String: Copy] = [:]
    var fetches = 0
    private var versions: [Int: Int] = [:]
    private var oldCopy: Copy?
    private var looks = 0
    /// The number of the request that is answered.
    private var request = 0

    init(_ habits: Habit...) { self.habits = Set(habits) }

    private func has(_ habit: Habit) -> Bool { habits.contains(habit) }

    /// The answer to a request that is sent at an instant.
    mutating func answer(_ planned: PlannedExchange, at sent: Instant) -> ObservedExchange {
        if planned.method != "GET" { return order(planned, at: sent) }
        request += 2
        let parts = planned.target.split(separator: "?", maxSplits: 1)
        let object = Int(parts[0].split(whereSeparator: { !$0.isNumber }).last ?? "") ?? 0
        let language = has(.translates) ? planned.fields.values("Accept-Language").first ?? "" : ""
        var key = has(.hasOneKey) ? "0" : "\(object)"
        if parts.count > 1, !has(.dropsQueries) { key += "?\(parts[1])" }
        if !has(.ignoresVary) { key += " \(language)" }
        let isKept = !(has(.bypasses) && object % 2 == 1)
        if has(.hasStaleNode), object == 0, let oldCopy {
            looks += 1
            if looks.isMultiple(of: 2) { return give(oldCopy, planned, sent, sent + hitTime, "hit", isHit: true) }
        }
        if isKept, let copy = copies[key] {
            let isFresh = sent - copy.stored <= lifetime
            if !isFresh, has(.confirms) {
                fetches += 1
                let copy = fresh(object, language, sent)
                copies[key] = copy
                return give(copy, planned, sent, copy.ready, "hit", isHit: true)
            }
            if has(.locks), sent < copy.ready {
                fetches += 1
                return give(copy, planned, sent, sent + fetchTime, "", isHit: false)
            }
            if isFresh || has(.servesStale) || has(.graces) {
                if !isFresh {
                    fetches += 1
                    copies[key] = fresh(object, language, sent)
                }
                if has(.claimsHits) {
                    fetches += 1
                    return give(copy, planned, sent, sent + fetchTime, "hit", isHit: true)
                }
                let isWaiting = sent < copy.ready
                let said =
                    isFresh ? has(.collapses) && isWaiting ? "fwd=miss" : "hit" : has(.graces) ? "hit" : "hit; ttl=-1"
                return give(copy, planned, sent, max(copy.ready, sent + hitTime), said, isHit: !said.contains("fwd"))
            }
        }
        fetches += 1
        let copy = fresh(object, language, sent)
        let isStale = copies[key] != nil
        if isKept { copies[key] = copy }
        if has(.mixesObjects), object == 5 { copies["4 "] = copy }
        let said = isKept ? "fwd=\(isStale ? "stale" : "uri-miss"); stored" : "fwd=bypass"
        return give(copy, planned, sent, copy.ready, said, isHit: false)
    }

    private func fresh(_ object: Int, _ language: String, _ sent: Instant) -> Copy {
        Copy(
            version: versions[object, default: 1], stored: sent, ready: sent + fetchTime, language: language,
            object: object, number: request + 1)
    }

    private func give(
        _ copy: Copy, _ planned: PlannedExchange, _ sent: Instant, _ received: Instant, _ said: String, isHit: Bool
    ) -> ObservedExchange {
        var observed = ObservedExchange(planned: planned, sent: sent, received: received, outcome: .ok)
        let isWrong = copy.object == 3
        observed.status = isWrong && has(.keepsErrors) ? 500 : isWrong && has(.keepsNotFound) ? 404 : 200
        let content = has(.isUniform) ? 0 : copy.object
        observed.body = Array("object \(content) version \(copy.version) \(copy.language)".utf8)
        observed.bodyLength = 1000 + content
        let tag = has(.tagsWrongly) ? "same" : "\(content)-\(copy.version)\(copy.language)"
        observed.fields = [
            HeaderLine("ETag", "\"\(tag)\""),
            HeaderLine("Cache-Control", "max-age=\(has(.saysLifetime) ? Int(lifetime.seconds) : 3600)"),
        ]
        if has(.translates), !has(.hidesVary) { observed.fields.append(HeaderLine("Vary", "Accept-Language")) }
        if has(.keepsCookies) { observed.fields.append(HeaderLine("Set-Cookie", "sid=secret\(copy.object); Path=/")) }
        let seconds = max(0, (received - copy.stored).seconds)
        let age = Int(has(.agesFast) ? 10 * seconds : seconds)
        if isHit && !has(.ageless) || has(.agesAlways) {
            observed.fields.append(HeaderLine("Age", "\(has(.agesAlways) ? max(7, age) : age)"))
        }
        let words = has(.hidesHits) ? "fwd=uri-miss" : said
        if has(.garbles) {
            observed.fields.append(HeaderLine("Cache-Status", "edge; hit,"))
        } else if has(.numbersCopies) {
            let numbers = isHit ? "\(request) \(copy.number)" : "\(request)"
            observed.fields.append(HeaderLine("X-Varnish", numbers))
        } else if !has(.isSilent), !said.isEmpty {
            observed.fields.append(HeaderLine("Cache-Status", "edge; \(words)"))
        }
        return observed
    }

    /// POST /purge/N, /revise/N, /clear.
    private mutating func order(_ planned: PlannedExchange, at sent: Instant) -> ObservedExchange {
        var observed = ObservedExchange(planned: planned, sent: sent, received: sent + hitTime, outcome: .ok)
        observed.status = has(.refusesOrders) ? 403 : 200
        guard !has(.refusesOrders) else { return observed }
        let words = planned.target.split(separator: "/")
        let object = words.last.flatMap { Int($0) } ?? 0
        switch words.first {
        case "revise": versions[object, default: 1] += 1
        case "clear": copies = [:]
        case "purge" where has(.ignoresPurges): break
        case "purge" where has(.purgesAll): copies = [:]
        default:
            if has(.hasStaleNode) { oldCopy = copies["\(object) "] }
            copies = copies.filter { $0.value.object != object }
        }
        return observed
    }
}

/// Carries a verification out against a simulated cache.
struct CacheSimulation {
    var cache: SimulatedCache
    /// When the next batch begins.
    var now = Instant(nanoseconds: 1_000_000_000)
    /// What the probe shows besides what this run leads to, before each reading.
    var otherFetches = 0
    /// Exchanges that get no answer, by their number; where that is odd, the beginning of one.
    var lost: Set<Int> = []
    private var count = 0

    init(_ cache: SimulatedCache) { self.cache = cache }

    /// Carries actions out until there is none left, at most so many.
    mutating func run(_ course: inout CacheCourse, actions: Int = .max) {
        var left = actions
        while left > 0, let action = course.nextAction() {
            left -= 1
            carryOut(action, &course)
        }
    }

    /// Carries one action out.
    mutating func carryOut(_ action: VerificationAction, _ course: inout CacheCourse) {
        switch action {
        case .send(let batch, _): course.take(send(batch))
        case .read:
            cache.fetches += otherFetches
            course.take(reading: Double(cache.fetches))
        case .wait(let span, _):
            now = now + span
            course.take([])
        }
    }

    /// Each lane sends one request after the other; whichever may go first does.
    private mutating func send(_ batch: [PlannedExchange]) -> [ObservedExchange] {
        var observed = [ObservedExchange?](repeating: nil, count: batch.count)
        var lanes: [PlannedExchange.Lane: [Int]] = [:]
        var queues: [[Int]] = []
        for (index, planned) in batch.enumerated() {
            if planned.lane == .fresh { queues.append([index]) } else { lanes[planned.lane, default: []].append(index) }
        }
        queues += lanes.values.sorted { $0[0] < $1[0] }
        var free = queues.map { _ in now }
        var heads = queues.map { _ in 0 }
        let begin = now
        var end = now
        for _ in batch {
            let candidates = queues.indices.filter { heads[$0] < queues[$0].count }
            let sent = { (queue: Int) in max(free[queue], begin + batch[queues[queue][heads[queue]]].offset) }
            guard let queue = candidates.min(by: { (sent($0), $0) < (sent($1), $1) }) else { break }
            let index = queues[queue][heads[queue]]
            var answer = cache.answer(batch[index], at: sent(queue))
            if lost.contains(count) {
                let part = answer
                answer = ObservedExchange(
                    planned: batch[index], sent: answer.sent, received: answer.received, outcome: .reset)
                if !count.isMultiple(of: 2) {
                    (answer.status, answer.fields, answer.bodyLength) = (part.status, part.fields, 3)
                    answer.body = Array(part.body.prefix(3))
                }
            }
            count += 1
            observed[index] = answer
            heads[queue] += 1
            free[queue] = answer.received
            end = max(end, answer.received)
        }
        now = end + Span(seconds: 0.0001)
        return observed.compactMap { $0 }
    }
}
