internal import Measures
internal import Scenarios
import VerificationKit

/// What a scenario would have to say for the limiter to be right: found by judging the same decisions once more, not
/// guessed.
struct ExplainingKeys {
    /// Other values of one or two keys.
    struct Change {
        var rule: RateLimitRule
        /// The keys with these values: "`burst: 20`".
        var keys: [String]

        func with(_ key: String, _ set: (inout RateLimitRule) -> Void) -> Change {
            var changed = self
            set(&changed.rule)
            changed.keys.append(key)
            return changed
        }
    }

    private var outcomes: [Outcome] = []
    /// What is said of numbers where nothing was rejected at all.
    private var unlimited: String?

    /// The checks that rest on the numbers, on the model, or on what a rejection is.
    private static let explainable: Set<String> = [
        "limit", "window", "burst", "model", "over_admission", "under_admission", "prolongation",
    ]
    /// What the limiter itself says may be wrong whatever its numbers are.
    private static let told: Set<String> = ["ratelimit_fields", "retry_after"]

    /// Tries what could explain the checks that fail.
    init(_ judge: RateLimitJudge, failed: Set<String>) {
        guard !failed.isDisjoint(with: Self.explainable) else { return }
        let declared = Change(rule: judge.rule, keys: [])
        let ways = Self.ways(declared, judge)
        var trial = Trial(judge: judge, failed: failed)
        if judge.rejections.isEmpty {
            // Numbers that explain that nothing is rejected explain everything. Another status tells more.
            for way in ways where way.rule.status != judge.rule.status {
                trial.attempt([way])
                trial.attempt(Self.numbers(way, trial.judge(way)))
            }
            unlimited =
                "Nothing was rejected: `limit` or `burst` is larger than declared, rejections have another `status` or are told by "
                + "something else (`rejected`), or nothing limits here."
        } else {
            // Numbers go with what is said of rejections and of the model: both are tried together where neither is enough.
            trial.attempt(Self.numbers(declared, judge))
            trial.attempt(ways)
            for way in ways where !trial.isDone { trial.attempt(Self.numbers(way, trial.judge(way))) }
            // A ban explains whatever follows on a rejection, and so comes late.
            if trial.outcomes.isEmpty { trial.attempt(Self.bans(declared, judge)) }
            if trial.outcomes.isEmpty { trial.attempt(Self.coarser(declared)) }
        }
        outcomes = trial.outcomes.enumerated().sorted {
            ($0.element.rank, $0.element.change.keys.count, $0.offset)
                < ($1.element.rank, $1.element.change.keys.count, $1.offset)
        }.map(\.element)
        if let first = outcomes.first, first.change.rule.penalty != judge.rule.penalty {
            outcomes[0].isLeast = judge.banCandidates.isLeast
        }
        guard let burst = outcomes.first?.change.rule.burst, burst != judge.rule.burst else { return }
        // A burst that wasn't used up may be larger as well.
        var larger = outcomes[0].change
        larger.rule.burst = min(10_000, burst + max(1, burst / 10))
        outcomes[0].isLeast = trial.outcome(of: larger).map { $0.rank <= outcomes[0].rank } ?? false
    }

    /// The values with which a check would pass, and which other checks would still fail; nil where none were found.
    func text(for check: String) -> String? {
        guard let outcome = outcomes.first(where: { $0.passed.contains(check) }) else {
            return Self.explainable.contains(check) ? unlimited : nil
        }
        let keys = outcome.change.keys.map { "`\($0)`" }.joined(separator: ", ") + (outcome.isLeast ? " or more" : "")
        let rest = outcome.failed.sorted().joined(separator: " and ")
        return "\(keys) would explain \(rest.isEmpty ? "it" : "this, though not \(rest)"): declare that if it is meant."
    }

    /// What comes of changes.
    private struct Outcome {
        var change: Change
        var passed: Set<String>
        var failed: Set<String>
        /// Whether a larger burst would do as well.
        var isLeast = false
        /// How many checks fail besides those on what the limiter says of itself.
        var rank: Int { failed.subtracting(ExplainingKeys.told).count }
    }

    /// Judges changes of the rule until one explains all.
    private struct Trial {
        let judge: RateLimitJudge
        let failed: Set<String>
        var outcomes: [Outcome] = []
        private var tried: Set<[String]> = []

        init(judge: RateLimitJudge, failed: Set<String>) {
            self.judge = judge
            self.failed = failed
        }

        var isDone: Bool { outcomes.contains { $0.rank == 0 } }

        func judge(_ change: Change) -> RateLimitJudge {
            RateLimitJudge(change.rule, judge.record, clients: judge.clients)
        }

        mutating func attempt(_ changes: [Change]) {
            for change in changes where !isDone && tried.insert(change.keys.sorted()).inserted {
                if let outcome = outcome(of: change) { outcomes.append(outcome) }
            }
        }

        /// nil: it puts nothing right, or something else wrong.
        func outcome(of change: Change) -> Outcome? {
            let findings = judge(change).judged()
            // Advisory ones too: a change that only makes a finding count for nothing explains nothing.
            let fails = Set(findings.filter { $0.verdict == .fail }.map(\.check))
            guard fails.subtracting(ExplainingKeys.told).isStrictSubset(of: failed.subtracting(ExplainingKeys.told))
            else { return nil }
            return Outcome(
                change: change, passed: Set(findings.filter { $0.verdict == .pass }.map(\.check)), failed: fails)
        }
    }

    // MARK: - What is tried

    /// Other bursts, limits and windows: those first that a model would explain the decisions with.
    private static func numbers(_ base: Change, _ judge: RateLimitJudge) -> [Change] {
        let rule = base.rule
        var changes: [Change] = []
        func burst(_ change: Change, _ size: Int?) {
            guard let size, size != change.rule.capacity, (1...10_000).contains(size) else { return }
            changes.append(change.with("burst: \(size)") { $0.burst = size == $0.limit ? nil : size })
        }
        for fit in judge.basis.fits where fit.model.isBucket { burst(base, fit.burst.lowerBound) }
        for fit in judge.basis.fits {
            for (limit, window) in declared(fit, judge) {
                let isSame = limit == rule.limit && window == judge.parameters.window
                let change =
                    isSame
                    ? base
                    : base.with("limit: \(limit)/\(Figure.short(window, decimals: 1))s") {
                        ($0.limit, $0.window) = (limit, .milliseconds(Int((window * 1000).rounded())))
                    }
                let size = fit.model.isBucket && !fit.burst.contains(limit) ? fit.burst.lowerBound : limit
                if size == change.rule.capacity, !isSame { changes.append(change) }
                burst(change, size)
            }
        }
        // What was released together or in disguise was counted as well.
        for histories in [judge.plain, judge.reader.histories(ProbeScript.Kind.allCases)] {
            let search = ParameterSearch(histories: histories, declared: judge.parameters, atRest: judge.atRest ?? 0)
            burst(base, search.burstAtDeclaredRate)
        }
        burst(base, judge.atRest)
        burst(base, rule.limit)
        return changes
    }

    /// The limits and windows of a fit, as a scenario has them: what is declared where it fits, else round numbers.
    private static func declared(_ fit: FittedModel, _ judge: RateLimitJudge) -> [(limit: Int, window: Double)] {
        let declared = Double(judge.rule.limit)
        let limit =
            fit.limit.contains(declared)
            ? declared : ((fit.limit.lowerBound + min(fit.limit.upperBound, 1e6)) / 2).rounded()
        guard limit >= 1, limit <= 10_000 else { return [] }
        let own = judge.parameters.window
        guard let range = fit.window, !range.contains(own) else { return [(Int(limit), own)] }
        let middle = (range.lowerBound + range.upperBound) / 2
        let round = [2 * own, own / 2, middle.rounded(), (middle * 10).rounded() / 10]
        var windows: [Double] = []
        for window in round where range.contains(window) && window >= 0.1 && window <= 3600 && !windows.contains(window)
        {
            windows.append(window)
        }
        return windows.prefix(2).map { (Int(limit), $0) }
    }

    /// Another model, other rejections, rejections that count.
    private static func ways(_ base: Change, _ judge: RateLimitJudge) -> [Change] {
        let rule = base.rule
        var changes: [Change] = []
        let quiet = Set(judge.record.quiet.map(\.observed.status))
        let others = Set(judge.record.everything.map(\.observed.status)).subtracting(quiet)
        let isTold = judge.reader.readsContent
        for status in others.sorted() where !isTold && (300...599).contains(status) && status != rule.status {
            changes.append(base.with("status: \(status)") { $0.status = status })
        }
        if rule.model != .any {
            for model in judge.basis.models.flatMap(\.names) + [.any] where model != rule.model {
                changes.append(base.with("model: \(model.rawValue)") { $0.model = model })
            }
        }
        if !rule.prolongs { changes.append(base.with("prolongs: true") { $0.prolongs = true }) }
        return changes
    }

    /// Bans of clients that have gone beyond the limit.
    private static func bans(_ base: Change, _ judge: RateLimitJudge) -> [Change] {
        guard base.rule.penalty == nil else { return [] }
        return judge.banCandidates.penalties.map { penalty in
            base.with("penalty: \(Figure.short(penalty.seconds, decimals: 1))s") { $0.penalty = penalty }
        }
    }

    /// A coarse clock, and counts that are off: last, since they explain much.
    private static func coarser(_ base: Change) -> [Change] {
        var changes: [Change] = []
        if base.rule.resolution < .seconds(1), base.rule.window > .seconds(2) {
            changes.append(base.with("resolution: 1s") { $0.resolution = .seconds(1) })
        }
        guard base.rule.enforcement == .exact else { return changes }
        let approximate = base.with("enforcement: approximate") { $0.enforcement = .approximate }
        return changes
            + [5, 10, 20].map { percent in
                approximate.with("tolerance: \(percent)%") { $0.tolerance = Double(percent) / 100 }
            }
    }
}
