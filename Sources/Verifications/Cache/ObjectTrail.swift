internal import Measures

/// What was seen of one object so far.
struct ObjectTrail: Sendable {
    /// How many versions are told apart; beyond that the object changes too often to be judged.
    private static let most = 8

    /// When the first request was sent that may have filled the cache.
    private(set) var firstFillSent: Instant?
    /// When the first answer was there that may have filled the cache.
    private(set) var firstFillReceived: Instant?
    /// Versions that were fetched.
    private(set) var fetched: [AnswerVersion] = []
    /// True where more versions came, or may have come, than are known: its hits can't be compared.
    private(set) var isOpaque = false
    /// True where the cache had it before it was asked for.
    var wasWarm = false
    /// Between which instants the copy was stored that hits come from.
    private var stored: ClosedRange<Int64>?
    /// The numbers of its copies, where the cache tells them.
    private var copies: Set<UInt64> = []
    /// The latest `Date` of an answer, in seconds.
    private var copyDate: Int?
    /// The answer that was fetched last: when it had come, and a number for its `Date`.
    private(set) var lastFetch: (received: Instant, date: UInt64?)?

    /// Notes a request that may have filled the cache.
    mutating func addFill(_ observed: ObservedExchange) {
        firstFillSent = min(firstFillSent ?? observed.sent, observed.sent)
        firstFillReceived = min(firstFillReceived ?? observed.received, observed.received)
    }

    /// Notes a version that was fetched.
    mutating func addFetched(_ version: AnswerVersion) {
        guard !fetched.contains(version) else { return }
        guard fetched.count < Self.most else {
            isOpaque = true
            return
        }
        fetched.append(version)
    }

    /// Notes an answer that was fetched and may be stored from now on; `age`: how old it was then.
    mutating func setFetch(_ observed: ObservedExchange, age: Int64) {
        lastFetch = (observed.received, Self.date(of: observed))
        // Stored when it was asked for at the earliest, with the age that it had then.
        stored = observed.sent.nanoseconds - (age + 1) * Self.second...Int64.max
    }

    /// Notes that the cache may have asked for a new version by itself, which it does behind stale hits.
    mutating func setOpaque() {
        isOpaque = true
        stored = nil
        lastFetch = nil
    }

    /// What the age of a hit says of the copy that it came from.
    enum AgeStep {
        case sameCopy
        /// Stored after the one before, and not by a fetch that was seen.
        case newerCopy
        /// Stored before it: several caches answer, or the age is wrong.
        case olderCopy
    }

    /// Notes the age of a hit.
    mutating func addAge(_ age: Int64, of observed: ObservedExchange) -> AgeStep {
        // A copy of this age, in whole seconds, was stored in this range, a second more for rounding.
        let low = observed.sent.nanoseconds - (age + 2) * Self.second
        let range = low...max(low, observed.received.nanoseconds - (age - 1) * Self.second)
        guard let before = stored else {
            stored = range
            return .sameCopy
        }
        if before.overlaps(range) {
            stored = before.clamped(to: range)
            return .sameCopy
        }
        stored = range
        guard range.lowerBound > before.upperBound else { return .olderCopy }
        isOpaque = true
        return .newerCopy
    }

    /// Notes when the copy was made that an answer came from, in seconds by its own `Date`; true where a hit on a young copy
    /// is later than all before it.
    mutating func addDate(_ seconds: Int, isYoung: Bool) -> Bool {
        guard let before = copyDate else {
            copyDate = seconds
            return false
        }
        copyDate = max(before, seconds)
        guard isYoung, seconds > before else { return false }
        isOpaque = true
        return true
    }

    /// Notes the number of a copy that an answer came from, or that it left behind where it was fetched; true where it is
    /// one that nothing in this run is known to have fetched.
    mutating func addCopy(_ number: UInt64, isFetched: Bool) -> Bool {
        guard !copies.contains(number) else { return false }
        // Of one that was there before, the first number is as good as fetched.
        let isKnown = isFetched || copies.isEmpty
        // Older ones don't come back.
        if copies.count >= Self.most { copies.remove(copies.min() ?? number) }
        copies.insert(number)
        if !isKnown { isOpaque = true }
        return !isKnown
    }

    /// A number that differs where `Date` does.
    static func date(of observed: ObservedExchange) -> UInt64? {
        observed.value("Date").map { AnswerVersion.digest(Array($0.utf8)) }
    }

    private static let second: Int64 = 1_000_000_000
}
