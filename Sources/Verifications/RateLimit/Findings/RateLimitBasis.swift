internal import Scenarios

/// What explains the decisions of the probes that release nothing together and pretend nothing.
///
/// Ways of counting are tried in this order: the declared numbers with simple models, then with honest ones of which
/// something isn't known from outside (`LimiterCandidate.refined`), then with models that the scenario doesn't allow or
/// that count rejected requests; last come other numbers. What explains the decisions with the declared numbers is what
/// the limiter is taken for.
struct RateLimitBasis {
    enum Kind: Equatable {
        /// Nothing explains them.
        case unknown
        /// The declared numbers, and a model that the scenario allows.
        case declared
        /// The declared numbers, and another model.
        case otherModel
        /// The declared numbers, if rejected requests count.
        case rejectionsCount
        /// The declared numbers, but for the load that went on during a block.
        case withoutPersistent
        /// Other numbers, of a model that the scenario allows or of another.
        case otherNumbers(isAllowed: Bool)
        /// The declared numbers with windows at another phase for each client; or else something simpler, which they do not
        /// agree with. It takes more clients to tell.
        case undecided
    }

    var kind = Kind.unknown
    /// What explains the decisions.
    var models: [LimiterCandidate] = []
    /// The ranges of numbers with which it does.
    var fits: [FittedModel] = []
    /// What else does, where it is undecided, or where rejected requests count.
    var rivals: [LimiterCandidate] = []
    /// How the simple models that the scenario allows stand to the decisions, with the declared numbers.
    let accounts: [(model: LimiterModel, account: Account)]
    /// The same for the others that come into question; empty where the simple ones are enough.
    var refined: [(candidate: LimiterCandidate, account: Account)] = []

    /// True where the declared numbers explain all.
    var isDeclared: Bool { [.declared, .otherModel, .rejectionsCount, .withoutPersistent].contains(kind) }
    /// True where a model explains all that the scenario allows.
    var isAllowed: Bool {
        switch kind {
        case .declared, .withoutPersistent, .otherNumbers(isAllowed: true), .undecided: true
        case .rejectionsCount: hasAllowedCounting
        case .unknown, .otherModel, .otherNumbers(isAllowed: false): false
        }
    }
    /// False where the load that went on during a block is not explained.
    var explainsPersistent: Bool { kind != .withoutPersistent }
    private var hasAllowedCounting = false

    /// What speaks against an account of windows that have another phase for each client, beyond its own contradictions.
    private(set) var isClientWindowRefuted = false

    /// - Parameters:
    ///   - persistent: The probe whose load went on.
    ///   - others: The other probes that release nothing together and pretend nothing.
    ///   - atRest: The most that were admitted at once after a rest.
    init(
        _ rule: RateLimitRule, _ parameters: LimiterParameters, persistent: ClientHistory?, others: [ClientHistory],
        atRest: Int, isSingleClient: Bool
    ) {
        let all = (persistent.map { [$0] } ?? []) + others
        let simple = LimiterModel.simple.filter { Self.isInQuestion($0, rule) }
        accounts =
            all.isEmpty
            ? [] : simple.filter { Self.isAllowed($0, rule) }.map { ($0, $0.account(of: all, parameters)) }
        guard !all.isEmpty else { return }
        let search = ParameterSearch(histories: all, declared: parameters, atRest: atRest)
        let kept = accounts.filter(\.account.isExplained).map(\.model)
        if !kept.isEmpty {
            kind = .declared
            models = kept.map { LimiterCandidate($0, parameters) }
            fits = kept.map { search.around($0) }
            return
        }
        // One client has one phase.
        let candidates = Self.candidates(rule, parameters).filter { $0.model != .clientWindow || !isSingleClient }
        refined = candidates.filter { Self.isAllowed($0.model, rule) }.map { ($0, $0.account(of: all)) }
        let honest = Self.preferred(refined.filter(\.account.isExplained).map(\.candidate))
        let common = honest.filter { $0.model != .clientWindow }
        if !common.isEmpty {
            take(.declared, common)
            return
        }
        let others = Explained(rule, parameters, all: all, search: search, accounts: accounts, others: others)
        if let own = honest.first {
            let surprise = PhaseSurprise.of(all, parameters)
            let rival = others.first(candidates)
            if let rival, surprise < PhaseSurprise.rare {
                take(.undecided, [own])
                rivals = rival.models
                return
            }
            if rival == nil, !PhaseSurprise.isImplausible(surprise, clients: all.count) {
                take(.declared, [own])
                return
            }
            isClientWindowRefuted = true
        }
        guard let found = others.first(candidates) ?? others.last() else { return }
        kind = found.kind
        models = found.models
        fits = found.fits
        // A bucket that gains next to nothing looks like a block without an end.
        if kind == .rejectionsCount { rivals = (others.elsewhere?.models ?? []).filter { !$0.model.isBucket } }
        hasAllowedCounting = found.models.contains { Self.isAllowed($0.model, rule) }
    }

    private mutating func take(_ kind: Kind, _ models: [LimiterCandidate]) {
        self.kind = kind
        self.models = models
        fits = models.map(FittedModel.init)
    }

    /// Those that lose less are preferred.
    private static func preferred(_ candidates: [LimiterCandidate]) -> [LimiterCandidate] {
        let mild = candidates.filter { $0.model != .pollLossyBucket }
        return mild.isEmpty ? candidates : mild
    }

    /// Where a burst of its own is declared, only a bucket has one.
    static func isInQuestion(_ model: LimiterModel, _ rule: RateLimitRule) -> Bool {
        (rule.prolongs || !model.countsRejected) && (rule.capacity == rule.limit || model.isBucket)
    }

    static func isAllowed(_ model: LimiterModel, _ rule: RateLimitRule) -> Bool {
        rule.model == .any || model.names.contains(rule.model)
    }

    /// The ways of counting with something unknown.
    static func candidates(_ rule: RateLimitRule, _ parameters: LimiterParameters) -> [LimiterCandidate] {
        LimiterCandidate.refined(parameters).filter { isInQuestion($0.model, rule) }
    }

    /// What explains the decisions where no honest model does that the scenario allows.
    private struct Explained {
        typealias Found = (kind: Kind, models: [LimiterCandidate], fits: [FittedModel])

        let rule: RateLimitRule
        let parameters: LimiterParameters
        let all: [ClientHistory]
        let search: ParameterSearch
        let accounts: [(model: LimiterModel, account: Account)]
        let others: [ClientHistory]

        init(
            _ rule: RateLimitRule, _ parameters: LimiterParameters, all: [ClientHistory], search: ParameterSearch,
            accounts: [(model: LimiterModel, account: Account)], others: [ClientHistory]
        ) {
            self.rule = rule
            self.parameters = parameters
            self.all = all
            self.search = search
            self.accounts = accounts
            self.others = others
        }

        /// Another model, or counted rejections, with the declared numbers; or else other numbers of an allowed one.
        func first(_ refined: [LimiterCandidate]) -> Found? {
            let simple = LimiterModel.simple.filter { rule.capacity == rule.limit || $0.isBucket }
            let forbidden = simple.filter { isInQuestion($0, rule) && !isAllowed($0, rule) }
            if let found = exact(.otherModel, forbidden.map { LimiterCandidate($0, parameters) }) { return found }
            let unnamed = refined.filter { !isAllowed($0.model, rule) && $0.model != .clientWindow }
            if let found = exact(.otherModel, unnamed) { return found }
            if !rule.prolongs {
                let counting = simple.filter(\.countsRejected).map { LimiterCandidate($0, parameters) }
                if let found = exact(.rejectionsCount, counting) { return found }
                let coarse = LimiterCandidate.refined(parameters).filter {
                    $0.model.countsRejected && (rule.capacity == rule.limit || $0.model.isBucket)
                }
                if let found = exact(.rejectionsCount, coarse) { return found }
            }
            return elsewhere
        }

        /// Other numbers of a model that the scenario allows.
        var elsewhere: Found? {
            let fits = accounts.compactMap { search.elsewhere($0.model) }
            return fits.isEmpty ? nil : numbers(fits, isAllowed: true)
        }

        /// What is left: all but the load that went on, windows with a phase for each client where they are not allowed, or
        /// other numbers of another model.
        func last() -> Found? {
            // A block that load prolongs shows in the one probe that goes on: there is a rejection too many.
            let apart = accounts.filter { model, account in
                account.excess == nil && account.starvation != nil && !others.isEmpty
                    && model.account(of: others, parameters).isExplained
            }.map(\.model)
            if !apart.isEmpty {
                let search = ParameterSearch(histories: others, declared: parameters, atRest: search.atRest)
                return (
                    .withoutPersistent, apart.map { LimiterCandidate($0, parameters) },
                    apart.map { search.around($0) }
                )
            }
            let own = LimiterCandidate(.clientWindow, parameters)
            if rule.capacity == rule.limit, !isAllowed(own.model, rule), own.explains(all),
                !PhaseSurprise.isImplausible(PhaseSurprise.of(all, parameters), clients: all.count)
            {
                return (.otherModel, [own], [FittedModel(own)])
            }
            let forbidden = LimiterModel.simple.filter { isInQuestion($0, rule) && !isAllowed($0, rule) }
            let elsewhere = forbidden.compactMap { search.elsewhere($0) }
            return elsewhere.isEmpty ? nil : numbers(elsewhere, isAllowed: false)
        }

        private func exact(_ kind: Kind, _ candidates: [LimiterCandidate]) -> Found? {
            let found = preferred(candidates.filter { $0.explains(all) })
            return found.isEmpty ? nil : (kind, found, found.map(FittedModel.init))
        }

        private func numbers(_ fits: [FittedModel], isAllowed: Bool) -> Found {
            (.otherNumbers(isAllowed: isAllowed), fits.map { LimiterCandidate($0.model, $0.parameters) }, fits)
        }
    }
}
