internal import Measures
import VerificationKit

/// What is wrong with the `Age` of answers (RFC 9111 §5.1).
struct AgeChecks: Sendable {
    enum Flaw: CaseIterable, Sendable {
        /// A hit without `Age`.
        case missing
        /// An `Age` that is no whole number of seconds, or several of them.
        case malformed
        /// An `Age` on an answer that was fetched, and no cache further off that had it.
        case onFetch
        /// A hit that is older than the clock and the answers before it allow.
        case jumping
        /// A hit that is older than its own `Cache-Control` allows, and not said to be stale.
        case tooOld

        /// What it is, for people.
        var words: String {
            switch self {
            case .missing: "hits without Age"
            case .malformed: "answers whose Age is not a whole number of seconds"
            case .onFetch: "fetched answers with an Age above 0"
            case .jumping: "hits whose Age disagrees with the clock and with earlier answers"
            case .tooOld: "hits older than their max-age, and not said to be stale"
            }
        }
    }

    /// How often each was seen.
    private(set) var counts: [Flaw: Int] = [:]
    /// How many answers were looked at.
    private(set) var seen = 0
    /// Hits with an `Age` of a second or more.
    private(set) var aged = 0
    /// Hits on a copy that is younger than the one before, though none of this run's requests fetched it: the cache
    /// renewed it by itself, or calls what it had confirmed a hit.
    private(set) var renewed = 0
    private(set) var exhibits: [Exhibit] = []

    /// Counts an answer with a flaw.
    mutating func add(_ flaw: Flaw, _ observed: ObservedExchange, since start: Instant) {
        counts[flaw, default: 0] += 1
        if exhibits.count < CheckedAnswers.shown, counts[flaw, default: 0] <= 2 {
            exhibits.append(Exhibit(observed, since: start))
        }
    }

    /// Looks at an answer, and notes in the trail of its object what its age says.
    mutating func look(
        at observed: ObservedExchange, _ status: CacheStatus, _ trail: inout ObjectTrail
    ) -> Flaw? {
        let values = observed.values("Age")
        let age = values.count == 1 ? Self.seconds(values[0]) : nil
        let isMalformed = !values.isEmpty && age == nil
        switch status.kind {
        case .unknown: return nil
        case .hit:
            seen += 1
            if isMalformed { return .malformed }
            guard let age else { return .missing }
            if age > 0 { aged += 1 }
            // One that was under way with the last fetch may still come from the copy before.
            if let fetch = trail.lastFetch, observed.sent < fetch.received { return nil }
            switch trail.addAge(age, of: observed) {
            case .sameCopy: break
            case .newerCopy: renewed += 1
            case .olderCopy: return .jumping
            }
            if !status.isStale, let lifetime = Self.lifetime(observed), age > lifetime { return .tooOld }
            return nil
        case .revalidated, .miss, .notEligible:
            seen += 1
            trail.setFetch(observed, age: age ?? 0)
            if isMalformed { return .malformed }
            return (age ?? 0) > 0 && !status.isHitFurtherOff && status.kind != .revalidated ? .onFetch : nil
        }
    }

    /// Delta seconds, at most 2³¹ (RFC 9111 §1.2.2).
    private static func seconds(_ text: some StringProtocol) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return text.utf8.count > 10 ? 1 << 31 : Int64(text).map { min($0, 1 << 31) }
    }

    /// Whether a hit is as old as it may be, so that the cache may ask the origin behind it, as Varnish does in its grace
    /// without a word.
    static func isPastLifetime(_ observed: ObservedExchange) -> Bool {
        guard let age = observed.value("Age").flatMap({ seconds($0) }), let lifetime = lifetime(observed) else {
            return false
        }
        return age >= lifetime
    }

    /// How long a shared cache may use the answer: `s-maxage`, else `max-age`, else `Expires` less `Date` (RFC 9111
    /// §4.2.1).
    private static func lifetime(_ observed: ObservedExchange) -> Int64? {
        var lifetime: Int64?
        for directive in (observed.value("Cache-Control") ?? "").split(separator: ",") {
            let parts = directive.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let name = parts[0].filter { $0 != " " && $0 != "\t" }.lowercased()
            guard let seconds = seconds(parts[1].filter { $0 != " " && $0 != "\"" && $0 != "\t" }) else { continue }
            if name == "s-maxage" { return seconds }
            if name == "max-age" { lifetime = seconds }
        }
        if let lifetime { return lifetime }
        guard let expires = observed.value("Expires").flatMap(HTTPDate.seconds),
            let date = observed.value("Date").flatMap(HTTPDate.seconds)
        else { return nil }
        return Int64(max(0, expires - date))
    }
}
