internal import Measures
internal import Scenarios

/// What the probes of a rate limiter came to.
struct RateLimitJudge {
    /// What explains the decisions of the probes that release nothing together and pretend nothing.
    struct Basis {
        /// Models with the numbers with which they explain them.
        var models: [(model: LimiterModel, parameters: LimiterParameters)] = []
        /// True where these are the declared numbers.
        var isDeclared = false
        /// True where these are models that the scenario allows.
        var isAllowed = false
        /// True where they explain the load that went on during a block too.
        var explainsPersistent = true
        /// The ranges of numbers with which they would.
        var fits: [FittedModel] = []
    }

    let rule: RateLimitRule
    let record: ProbeRecord
    let clients: ProbeClients
    let reader: DecisionReader
    let parameters: LimiterParameters
    /// The probe whose load goes on during the block.
    let persistent: ClientHistory?
    /// The other probes that release nothing together and pretend nothing.
    let others: [ClientHistory]
    let basis: Basis
    /// The accounts of the models that the scenario allows, with the declared numbers.
    let declaredAccounts: [(model: LimiterModel, account: Account)]
    /// The most that were admitted at once after a rest; nil: not known.
    let atRest: Int?

    init(_ rule: RateLimitRule, _ record: ProbeRecord, clients: ProbeClients) {
        self.rule = rule
        self.record = record
        self.clients = clients
        let reader = DecisionReader(record, rule)
        self.reader = reader
        let parameters = LimiterParameters(rule)
        self.parameters = parameters
        persistent = reader.history(reader.run(.persistent))
        others = Self.quietKinds.compactMap { reader.history(reader.run($0)) }
        let bursts = [ProbeScript.Kind.persistent, .recovery].compactMap { reader.counts(reader.run($0), shot: 0) }
        atRest = bursts.map(\.admitted).max()
        let all = (persistent.map { [$0] } ?? []) + others
        let allowed = Self.models(rule).filter { Self.isAllowed($0, rule) }
        declaredAccounts = all.isEmpty ? [] : allowed.map { ($0, $0.account(of: all, parameters)) }
        basis = Self.basis(
            rule, parameters, all: all, others: others, atRest: atRest ?? 0, accounts: declaredAccounts)
    }

    private static let quietKinds: [ProbeScript.Kind] = [.halves, .boundary, .recovery, .clockBoundary]

    /// The histories of the probes that release nothing together and pretend nothing.
    static func plainHistories(_ reader: DecisionReader) -> [ClientHistory] {
        ([.persistent] + quietKinds).compactMap { reader.history(reader.run($0)) }
    }

    /// Those of this verification.
    var plain: [ClientHistory] { (persistent.map { [$0] } ?? []) + others }

    /// The models that come into question: where a burst of its own is declared, only a bucket has one.
    private static func models(_ rule: RateLimitRule) -> [LimiterModel] {
        LimiterModel.allCases.filter { model in
            (rule.prolongs || !model.countsRejected) && (rule.capacity == rule.limit || model == .bucket)
        }
    }

    private static func isAllowed(_ model: LimiterModel, _ rule: RateLimitRule) -> Bool {
        rule.model == .any || model.names.contains(rule.model)
    }

    private static func basis(
        _ rule: RateLimitRule, _ parameters: LimiterParameters, all: [ClientHistory], others: [ClientHistory],
        atRest: Int, accounts: [(model: LimiterModel, account: Account)]
    ) -> Basis {
        guard !all.isEmpty else { return Basis() }
        let search = ParameterSearch(histories: all, declared: parameters, atRest: atRest)
        var basis = Basis()
        let kept = accounts.filter(\.account.isExplained).map(\.model)
        if !kept.isEmpty {
            (basis.isDeclared, basis.isAllowed) = (true, true)
            basis.models = kept.map { ($0, parameters) }
            basis.fits = kept.map { search.around($0) }
            return basis
        }
        let forbidden = models(rule).filter { !isAllowed($0, rule) }
        let otherModels = forbidden.filter { $0.account(of: all, parameters).isExplained }
        if !otherModels.isEmpty {
            basis.isDeclared = true
            basis.models = otherModels.map { ($0, parameters) }
            basis.fits = otherModels.map { search.around($0) }
            return basis
        }
        basis.fits = accounts.compactMap { search.elsewhere($0.model) }
        if basis.fits.isEmpty {
            // A block that load prolongs shows in the one probe that goes on: there is a rejection too many.
            let apart = accounts.filter { model, account in
                account.excess == nil && account.starvation != nil && !others.isEmpty
                    && model.account(of: others, parameters).isExplained
            }.map(\.model)
            if !apart.isEmpty {
                (basis.isDeclared, basis.isAllowed, basis.explainsPersistent) = (true, true, false)
                basis.models = apart.map { ($0, parameters) }
                let search = ParameterSearch(histories: others, declared: parameters, atRest: atRest)
                basis.fits = apart.map { search.around($0) }
                return basis
            }
        }
        basis.isAllowed = !basis.fits.isEmpty
        if basis.fits.isEmpty { basis.fits = forbidden.compactMap { search.elsewhere($0) } }
        basis.models = basis.fits.map { ($0.model, $0.parameters) }
        return basis
    }

    // MARK: - Single probes

    /// How a history stands to what explains the plain probes.
    enum Explanation {
        case explained
        case excess(Excess)
        case starvation(Starvation)
        /// Nothing explains the plain probes, so that nothing can be said.
        case unknown
    }

    /// Whether any model that explains the plain probes explains this history too.
    func explanation(of history: ClientHistory) -> Explanation {
        guard !basis.models.isEmpty else { return explanationWithoutBasis(of: history) }
        var excess: Excess?
        var starvation: Starvation?
        let beside = basis.explainsPersistent ? plain : others
        for (model, parameters) in basis.models {
            // Windows aligned to a clock have the phase that the other probes showed.
            let histories = model.isClockAligned ? beside + [history] : [history]
            let account = model.account(of: histories, parameters)
            if account.isExplained { return .explained }
            excess = excess ?? account.excess
            starvation = starvation ?? account.starvation
            if account.excess == nil, account.starvation == nil, let most = history.most(within: parameters.window) {
                // No phase fits with that of the others: what is there too much decides.
                guard most.count > parameters.limit.upperBound else { continue }
                excess =
                    excess
                    ?? Excess(
                        admitted: most.count, from: most.from, to: most.to,
                        allowed: Double(parameters.limit.upperBound))
            }
        }
        if let excess { return .excess(excess) }
        if let starvation { return .starvation(starvation) }
        return .unknown
    }

    /// More than was ever admitted at rest, and than any model allows, is too much in any case.
    private func explanationWithoutBasis(of history: ClientHistory) -> Explanation {
        let limit = max(parameters.limit.upperBound, atRest ?? 0)
        let generous = LimiterParameters(
            limit: limit, window: parameters.window, burst: max(parameters.burst.upperBound, atRest ?? 0))
        var excess: Excess?
        for model in Self.models(rule) where !model.isClockAligned {
            guard let found = model.account(of: [history], generous).excess else { return .unknown }
            excess = excess ?? found
        }
        return excess.map { .excess($0) } ?? .unknown
    }

    // MARK: - Findings

    /// All findings, in their fixed order.
    func findings() -> [VerificationFinding] {
        var findings = [limitFinding(), windowFinding(), burstFinding(), modelFinding()]
        findings += [overAdmissionFinding(), underAdmissionFinding()]
        findings += [raceFinding("race_cold", [.raceCold, .raceAgain]), raceFinding("race_primed", [.racePrimed])]
        let isolation = isolationFinding()
        if isolation.verdict == .fail {
            // Where clients share a count, their decisions say nothing about the rest.
            for place in findings.indices {
                findings[place].verdict = .inconclusive
                findings[place].evidence =
                    "Clients are not kept apart (isolation), so that the probes disturb one another. "
                    + findings[place].evidence
            }
        }
        findings += [isolation, spoofingFinding(), recoveryFinding(), prolongationFinding()]
        findings += [retryAfterFinding(), fieldFinding(), cacheFinding(), methodFinding(), neighbourFinding()]
        findings += [statusFinding(), answerFinding()]
        return findings
    }

    /// The labels of the findings.
    static let checks = [
        "limit", "window", "burst", "model", "over_admission", "under_admission", "race_cold", "race_primed",
        "isolation", "spoofing", "recovery", "prolongation", "retry_after", "ratelimit_fields", "not_cached", "methods",
        "neighbours", "status", "answers",
    ]

    /// A finding that could not be looked at, and counts for nothing.
    func notLookedAt(_ check: String, expected: String, because reason: String) -> VerificationFinding {
        VerificationFinding(
            check: check, verdict: .inconclusive, severity: .advisory, expected: expected, observed: "not looked at",
            evidence: reason)
    }

    /// A finding whose probe was spoilt.
    func spoilt(_ check: String, expected: String, _ kinds: [ProbeScript.Kind]) -> VerificationFinding {
        let names = kinds.map(\.purpose).joined(separator: "; ")
        let isDone = kinds.allSatisfy { kind in record.runs.contains { $0.kind == kind && $0.pending == 0 } }
        return VerificationFinding(
            check: check, verdict: .inconclusive, expected: expected, observed: "not known",
            evidence: isDone
                ? "Not every request of the probe (\(names)) was answered with a decision, so that the limiter may have "
                    + "counted what was not seen: see answers. Run it again, or repair what fails."
                : "The probe (\(names)) did not come to its end.")
    }
}
