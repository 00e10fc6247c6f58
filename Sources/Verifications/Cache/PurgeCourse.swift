internal import Measures
internal import Scenarios
import VerificationKit

/// What was seen around a purge.
struct PurgeCourse: Sendable {
    /// Why a purge can't be judged.
    enum Problem: Sendable, Equatable {
        case noAnswer
        case notCached
        case noVersion
        case changeRefused
        case alreadyNew
        case purgeRefused

        var observed: String {
            switch self {
            case .noAnswer: "no answer"
            case .notCached: "not in the cache"
            case .noVersion: "no version"
            case .changeRefused: "the change was refused"
            case .alreadyNew: "new before the purge"
            case .purgeRefused: "the purge was refused"
            }
        }

        var evidence: String {
            switch self {
            case .noAnswer: "The object to be purged got no answer of status 200 to 299."
            case .notCached: "The object was not a hit at its third request, so there was nothing to purge."
            case .noVersion: "The object's answer lacks the field that `version:` names."
            case .changeRefused: "The request that makes a new version was not answered with a status from 200 to 299."
            case .alreadyNew:
                "The new version was seen before the purge: the cache did not keep the old one, so the purge shows nothing."
            case .purgeRefused: "The purge was not answered with a status from 200 to 299."
            }
        }
    }

    private(set) var old: ObservedExchange?
    private(set) var neighbourBefore: ObservedExchange?
    var change: ObservedExchange?
    var afterChange: ObservedExchange?
    var order: ObservedExchange?
    /// Looks at the object after the purge, in their order.
    var looks: [ObservedExchange] = []
    var neighbour: ObservedExchange?
    var problem: Problem?

    private var version = CachePurge.Version.auto
    private var hit = CacheRule.HitField.auto
    private var hasChange = false

    /// Notes three answers of the object, and three of its neighbour where there is one.
    mutating func setWarm(
        _ observed: [ObservedExchange], by version: CachePurge.Version, _ hit: CacheRule.HitField, hasChange: Bool
    ) {
        self.hit = hit
        self.hasChange = hasChange
        guard observed.count >= 3, observed[0...2].allSatisfy(\.isTaken) else {
            problem = .noAnswer
            return
        }
        let last = observed[2]
        old = last
        neighbourBefore = observed.count > 5 ? observed[5] : nil
        self.version = version == .auto ? last.value("ETag") == nil ? .body : .etag : version
        let kind = CacheStatus(last.fields, by: hit).kind
        // Where fields say nothing, the old version after the change shows that it was kept.
        if kind != .hit, kind != .unknown || !hasChange { problem = .notCached }
        if mark(of: last) == nil { problem = .noVersion }
    }

    /// What tells the answer's version from others.
    private func mark(of observed: ObservedExchange) -> String? {
        switch version {
        case .auto, .body: "\(AnswerVersion(observed).body)"
        case .etag: observed.value("ETag")
        case .header(let name): observed.value(name)
        }
    }

    /// True where the cache asked another server.
    func isFetched(_ observed: ObservedExchange) -> Bool {
        observed.isTaken && CacheStatus(observed.fields, by: hit).isForwarded
    }

    /// True for the new version; where the origin was not changed, for one that was fetched.
    func isNew(_ observed: ObservedExchange) -> Bool {
        guard observed.isTaken, let old else { return false }
        return mark(of: observed) != mark(of: old) || !hasChange && isFetched(observed)
    }

    /// The first look that saw the new version.
    var firstNew: ObservedExchange? { looks.first { isNew($0) } }

    /// From the purge's answer to the first new version.
    var timeToNew: Span? {
        guard let order, let firstNew else { return nil }
        return max(.zero, firstNew.received - order.received)
    }

    /// Looks that were sent once the new version had been seen.
    var looksAfterNew: [ObservedExchange] {
        guard let firstNew else { return [] }
        return looks.filter { $0.sent >= firstNew.received && $0.isTaken }
    }

    /// True where the old version can be told from the new one.
    var canTellOld: Bool {
        guard let old, let firstNew else { return false }
        return mark(of: old) != mark(of: firstNew) || looksAfterNew.contains { $0.value("Age") != nil }
    }

    /// True for the old version: by its mark, or by an age from before the purge.
    func isOld(_ observed: ObservedExchange) -> Bool {
        guard let old, let order, let firstNew else { return false }
        if mark(of: old) != mark(of: firstNew) { return mark(of: observed) == mark(of: old) }
        guard let age = observed.value("Age").flatMap(Double.init) else { return false }
        return age > (observed.received - order.sent).seconds + 1
    }
}

extension ObservedExchange {
    /// True for an answer of status 200 to 299.
    var isTaken: Bool { outcome == .ok && (200...299).contains(status) }
}
