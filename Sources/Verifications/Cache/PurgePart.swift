internal import Measures
internal import Scenarios
import VerificationKit

/// Purges one object: brings it and a neighbour into the cache, has the origin change it, purges it, looks until the new
/// version is there, goes on looking for the old one, and asks for the neighbour.
struct PurgePart: CachePart {
    /// How many looks follow the first new version.
    private static let furtherLooks = 20

    private enum Step { case warm, change, afterChange, purge, look, further, neighbour, end }

    private let purge: CachePurge
    private let hit: CacheRule.HitField
    private let object: PlannedExchange
    private let neighbour: PlannedExchange?
    private let order: PlannedExchange
    private let change: PlannedExchange?

    private var step = Step.warm
    private var start = Instant(nanoseconds: 0)
    private(set) var course = PurgeCourse()

    /// nil where nothing is purged, or a request can't be made.
    init?(_ rule: CacheRule, maker: RequestMaker) {
        guard let purge = rule.purge, let object = maker.exchange(rule.request, number: rule.first),
            let order = maker.exchange(purge.order, number: rule.first)
        else { return nil }
        self.purge = purge
        hit = rule.hit
        self.object = object
        self.order = order
        neighbour = rule.catalogue > 1 ? maker.exchange(rule.request, number: rule.first + 1) : nil
        change = purge.change.flatMap { maker.exchange($0, number: rule.first) }
    }

    var summary: String { "an object is \(change == nil ? "" : "changed and ")purged" }

    /// How many looks there are until time is up.
    private var mostLooks: Int { Int(min(10_000, (purge.within / purge.every).rounded(.up))) + 1 }

    var exchanges: Int { 8 + (change == nil ? 0 : 2) + min(20, mostLooks) + Self.furtherLooks }

    var duration: Span {
        let every = Span(purge.every).seconds
        return Span(seconds: Double(Self.furtherLooks + 1) * every)
    }

    // MARK: - Sending

    mutating func nextAction() -> VerificationAction? {
        switch step {
        case .warm:
            let objects = [object, object, object] + (neighbour.map { [$0, $0, $0] } ?? [])
            return .send(objects.map { Self.kept($0) }, purpose: "an object to purge")
        case .change: return .send(change.map { [$0] } ?? [], purpose: "a new version at the origin")
        case .afterChange: return .send([object], purpose: "the old version, still in the cache")
        case .purge: return .send([order], purpose: "the purge")
        case .look:
            // About a second's worth, and no more than until time is up.
            let batch = max(1, min(20, Int((.seconds(1) / purge.every).rounded())))
            return .send(looks(min(batch, mostLooks - course.looks.count)), purpose: "looking for the new version")
        case .further: return .send(looks(Self.furtherLooks), purpose: "looking for the old version")
        case .neighbour: return .send(neighbour.map { [$0] } ?? [], purpose: "the purged object's neighbour")
        case .end: return nil
        }
    }

    private static func kept(_ exchange: PlannedExchange) -> PlannedExchange {
        var exchange = exchange
        exchange.lane = .kept(0)
        return exchange
    }

    /// Looks at the object, each over a connection of its own: another of the cache's nodes may answer it.
    private func looks(_ count: Int) -> [PlannedExchange] {
        let every = Span(purge.every).nanoseconds
        return (0..<max(1, count)).map { index in
            var look = object
            look.offset = Span(nanoseconds: Int64(index) * every)
            return look
        }
    }

    mutating func take(_ observed: [ObservedExchange], since start: Instant) {
        self.start = start
        guard let first = observed.first else {
            step = .end
            return
        }
        switch step {
        case .warm:
            course.setWarm(observed, by: purge.version, hit, hasChange: change != nil)
            step = course.problem != nil ? .end : change == nil ? .purge : .change
        case .change:
            course.change = first
            step = .afterChange
            if !first.isTaken { course.problem = .changeRefused }
        case .afterChange:
            course.afterChange = first
            step = .purge
            if course.isNew(first) { course.problem = .alreadyNew }
        case .purge:
            course.order = first
            step = .look
            if !first.isTaken { course.problem = .purgeRefused }
        case .look:
            course.looks += observed
            if course.firstNew != nil { step = .further } else if course.looks.count >= mostLooks { step = .neighbour }
        case .further:
            course.looks += observed
            step = .neighbour
        case .neighbour:
            course.neighbour = first
            step = .end
        case .end: break
        }
        if course.problem != nil { step = .end }
        if step == .neighbour, neighbour == nil { step = .end }
    }

    // MARK: - Judging

    var figures: [VerificationFigure] {
        course.timeToNew.map { [VerificationFigure("purge_time", $0.milliseconds, .milliseconds)] } ?? []
    }

    var findings: [VerificationFinding] {
        var findings = [purgeFinding, staleFinding]
        if neighbour != nil { findings.append(neighbourFinding) }
        return findings
    }

    private func exhibits(_ exchanges: ObservedExchange?..., isOrder: Bool = false) -> [Exhibit] {
        exchanges.compactMap { $0 }.map { exhibit($0) }
    }

    private func exhibit(_ observed: ObservedExchange) -> Exhibit {
        let isOrder = observed.planned == order || observed.planned == change
        var shown: [String] = []
        if case .header(let name) = purge.version { shown = [name] }
        return Exhibit(observed, since: start, showing: shown, isOrder: isOrder)
    }

    private var purgeFinding: VerificationFinding {
        let within = Figure.short(Span(purge.within).seconds, decimals: 3)
        let what = change == nil ? "fetched again" : "a new version"
        func finding(_ verdict: Verdict, _ observed: String, _ evidence: String, _ exhibits: [Exhibit])
            -> VerificationFinding
        {
            VerificationFinding(
                .purge, verdict, expected: "\(what) within \(within) s", observed: observed, evidence: evidence,
                exhibits: exhibits)
        }
        if let problem = course.problem {
            return finding(
                problem == .purgeRefused ? .fail : .inconclusive, problem.observed, problem.evidence,
                exhibits(course.old, course.change, course.afterChange, course.order))
        }
        guard let order = course.order else { return finding(.noData, "not purged", "The purge was not sent yet.", []) }
        if let new = course.firstNew, let time = course.timeToNew {
            let isInTime = time <= Span(purge.within)
            return finding(
                isInTime ? .pass : .fail, "after \(Figure.short(time.milliseconds, decimals: 3)) ms",
                "Counted from the purge's answer to that of the first look that saw "
                    + "\(change == nil ? "a fetched answer" : "the new version"), with a look every "
                    + "\(Figure.short(Span(purge.every).milliseconds, decimals: 3)) ms; "
                    + "\(course.looks.firstIndex(of: new) ?? 0) looks before it did not.",
                exhibits(course.old, order, new))
        }
        if let same = course.looks.first(where: { course.isFetched($0) }), change != nil {
            return finding(
                .inconclusive, "the same version again",
                "After the purge the object was fetched, but its version is the one before: the change has not reached the "
                    + "origin, or `version:` does not tell versions apart.",
                exhibits(course.old, course.change, order, same))
        }
        return finding(
            .fail, "the old one only",
            "\(Figure.counted(course.looks.count)) looks after the purge all saw the old version from the cache. Check that the purge "
                + "names the object as the cache does (host, path, query).",
            exhibits(course.old, order, course.looks.last))
    }

    private var staleFinding: VerificationFinding {
        let expected = "the old version no more"
        guard let new = course.firstNew else {
            return VerificationFinding(
                .staleAfterPurge, .inconclusive, severity: .advisory, expected: expected, observed: "not known",
                evidence: "The new version was not seen.")
        }
        let after = course.looksAfterNew
        let stale = after.filter { course.isOld($0) }
        if !stale.isEmpty {
            return VerificationFinding(
                .staleAfterPurge, .fail, expected: expected,
                observed: "\(Figure.counted(stale.count)) of \(Figure.counted(after.count)) looks",
                evidence:
                    "The old version was served after the new one had been: not all of the cache's nodes were purged, or a "
                    + "fetch under way stored the old one again.",
                exhibits: exhibits(new) + stale.prefix(2).map(exhibit))
        }
        let canTell = course.canTellOld
        return VerificationFinding(
            .staleAfterPurge, after.isEmpty || !canTell ? .inconclusive : .pass, severity: canTell ? .hard : .advisory,
            expected: expected, observed: canTell ? "0 of \(Figure.counted(after.count)) looks" : "not known",
            evidence: canTell
                ? "\(Figure.counted(after.count)) looks after the first new version, each over a new connection, saw it too."
                : "Old and new look the same: let the origin make a new version with `change:`.")
    }

    private var neighbourFinding: VerificationFinding {
        let expected = "still in the cache"
        guard let before = course.neighbourBefore, let after = course.neighbour, course.problem == nil else {
            return VerificationFinding(
                .neighbour, .inconclusive, severity: .advisory, expected: expected, observed: "not known",
                evidence: "No object was purged, so its neighbour says nothing.")
        }
        guard CacheStatus(before.fields, by: hit).kind == .hit else {
            return VerificationFinding(
                .neighbour, .inconclusive, expected: expected, observed: "not known",
                evidence: "The neighbour was not in the cache before the purge.", exhibits: exhibits(before))
        }
        let isThere = CacheStatus(after.fields, by: hit).kind == .hit
        let isSame = AnswerVersion(before) == AnswerVersion(after)
        return VerificationFinding(
            .neighbour, isThere && isSame ? .pass : .fail, expected: expected,
            observed: isThere ? isSame ? "a hit" : "a hit with another content" : "fetched",
            evidence: isThere && isSame
                ? "Another object of the catalogue was a hit before and after the purge."
                : "The purge of one object took another with it: under load every object then comes from the origin at once.",
            exhibits: exhibits(before, after))
    }
}
