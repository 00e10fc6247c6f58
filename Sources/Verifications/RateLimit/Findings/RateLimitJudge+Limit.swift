internal import Measures
internal import Scenarios
import VerificationKit

/// Limit, window, burst and model; what was admitted too much and too little.
extension RateLimitJudge {
    /// The range that holds all of the ranges.
    private static func union(_ ranges: [ClosedRange<Double>]) -> ClosedRange<Double>? {
        guard let low = ranges.map(\.lowerBound).min(), let high = ranges.map(\.upperBound).max() else { return nil }
        return low...high
    }

    /// The limits, windows and bursts that explain the decisions.
    var inferredLimit: ClosedRange<Double>? { Self.union(basis.fits.map(\.limit)) }
    var inferredWindow: ClosedRange<Double>? { Self.union(basis.fits.compactMap(\.window)) }
    var inferredRefill: ClosedRange<Double>? { Self.union(basis.fits.compactMap(\.refill)) }

    /// What all of these findings rest on.
    private var basisEvidence: String {
        let run = reader.run(.persistent)
        var parts: [String] = []
        if let first = shown(run, shot: 0) { parts.append("At rest \(first)") }
        if let second = shown(run, shot: 1) { parts.append("an eighth of a window later \(second)") }
        if let last = shown(run, shot: 8) { parts.append("a window later \(last)") }
        if let halves = shown(reader.run(.halves), shot: 2) {
            parts.append("after two halves of the burst, half a window apart, just after a whole one \(halves)")
        }
        if let before = shown(reader.run(.boundary), shot: 1), let after = shown(reader.run(.boundary), shot: 2) {
            parts.append("just before the end of a window begun by one request \(before), just after it \(after)")
        }
        return parts.joined(separator: "; ") + (parts.isEmpty ? "" : ". ") + explainedBy
    }

    private var explainedBy: String {
        let models = basis.models.map { shown($0) }.joined(separator: "; ")
        switch basis.kind {
        case .unknown: return "No model explains this."
        case .declared, .otherModel: return "Explained by: \(models)."
        case .rejectionsCount: return "Explained with the declared numbers if rejected requests count: \(models)."
        case .withoutPersistent: return "Explained, but for the load that went on during a block, by: \(models)."
        case .otherNumbers: return "Explained by: \(models), with other numbers."
        case .undecided: return undecidedEvidence
        }
    }

    /// A way of counting; a bucket may let answers wait.
    private func shown(_ candidate: LimiterCandidate) -> String {
        guard candidate.model.isBucket, let turns = record.turns else { return candidate.shown }
        return turns == 1
            ? "leaky_bucket (answers wait for their turn)"
            : "leaky_bucket (\(turns) answers at once, the others wait for their turn; nginx' delay=\(turns - 1))"
    }

    /// What else explains the decisions.
    var shownRivals: String {
        basis.rivals.map { candidate in
            let numbers = candidate.parameters
            return numbers == parameters
                ? candidate.shown
                : "\(candidate.shown) with \(Self.shown(numbers.limit)) per \(Figure.short(numbers.window, decimals: 1)) s"
        }.joined(separator: " or ")
    }

    /// What would settle what is not known.
    var undecidedEvidence: String {
        if basis.kind == .undecided {
            return
                "Either windows have another phase for each client and the declared numbers hold, or it is "
                + "\(shownRivals). More clients tell: `identity` without `identities`, or more `sources`."
        }
        return
            "No model explains what was decided, so that nobody can be accused. `resolution: 1s` grants a clock of whole "
            + "seconds, `enforcement: approximate` counts that are off, `sources` or `identity` more clients, and a longer "
            + "window in `limit` shows more."
    }

    /// The numbers that a scenario declares.
    enum DeclaredNumber: String, CaseIterable {
        case limit, window, burst
    }

    func limitFinding() -> VerificationFinding {
        numberFinding(
            .limit, expected: shownLimit,
            observed: inferredLimit.map { "\(Self.shown($0, decimals: 1)) per \(shownWindow)" },
            exhibits: exhibits(reader.run(.persistent), shot: 0))
    }

    func windowFinding() -> VerificationFinding {
        let isBucket = basis.models.allSatisfy(\.model.isBucket)
        let refill = inferredRefill.map { "\(Self.shown($0, decimals: 3)) tokens per second" }
        let observed = isBucket ? refill : inferredWindow.map { "\(Self.shown($0, decimals: 3)) s" }
        return numberFinding(
            .window, expected: shownWindow, observed: observed, exhibits: exhibits(reader.run(.persistent), shot: 8))
    }

    func burstFinding() -> VerificationFinding {
        numberFinding(
            .burst, expected: "\(rule.capacity) at once after a rest",
            observed: atRest.map { "\($0) of \(shownBurst)" },
            exhibits: exhibits(reader.run(.persistent), shot: 0))
    }

    /// What a burst after a rest is: `26 at once`, `200, one each 0.216 s`.
    private var shownBurst: String {
        let run = reader.run(.persistent) ?? reader.run(.recovery)
        let count = run?.answers.count { $0.shot == 0 } ?? 0
        return record.pace > 0 ? "\(count), one each \(Figure.short(record.pace, decimals: 3)) s" : "\(count) at once"
    }

    private func numberFinding(
        _ number: DeclaredNumber, expected: String, observed: String?, exhibits: [Exhibit]
    ) -> VerificationFinding {
        let check = number.rawValue
        guard !plain.isEmpty else { return spoilt(check, expected: expected, [.persistent]) }
        var finding = VerificationFinding(
            check: check, verdict: .pass, expected: expected, observed: observed ?? "not known",
            evidence: basisEvidence, exhibits: exhibits)
        if basis.kind == .rejectionsCount, number == .window, !basis.rivals.isEmpty {
            finding.verdict = .inconclusive
            finding.observed = "not known"
            finding.evidence += " Or it is \(shownRivals)."
            return finding
        }
        if basis.isDeclared { return finding }
        if basis.kind == .undecided {
            finding.verdict = .inconclusive
            finding.observed = "not known"
        } else if basis.fits.isEmpty {
            // No model, no numbers; but what was admitted at rest was counted.
            let isWrong = record.pace == 0 && atRest.map { !(parameters.burst ~= $0) } ?? false
            if number != .window, isWrong {
                finding.verdict = .fail
                finding.observed = "\(atRest ?? 0) of \(shownBurst)"
            } else {
                finding.verdict = .inconclusive
                finding.observed = "not known"
                finding.evidence += " So \(check) can't be read off the decisions."
            }
        } else if wrongNumbers.isEmpty {
            finding.verdict = .inconclusive
            finding.evidence +=
                " They differ by 2 % at most from the declared ones, which explain it with no model: `resolution`, or "
                + "`enforcement: approximate`, says how coarse it may be."
        } else if wrongNumbers.contains(number) {
            finding.verdict = .fail
            finding.evidence +=
                " The declared numbers explain it with no model: correct the limiter, or the scenario."
        }
        return finding
    }

    /// The declared numbers that the fits nearest to them contradict: all of those fits, or else one of them. None where a
    /// fit agrees with each number alone.
    private var wrongNumbers: [DeclaredNumber] {
        func count(_ fit: FittedModel) -> Int { DeclaredNumber.allCases.count { !agrees(fit, $0) } }
        let least = basis.fits.map(count).min() ?? 0
        let nearest = basis.fits.filter { count($0) == least }
        let byAll = DeclaredNumber.allCases.filter { number in nearest.allSatisfy { !agrees($0, number) } }
        if !byAll.isEmpty { return byAll }
        let byOne = DeclaredNumber.allCases.filter { number in !nearest.allSatisfy { agrees($0, number) } }
        return byOne
    }

    private func agrees(_ fit: FittedModel, _ number: DeclaredNumber) -> Bool {
        // Ranges were halved into, not solved for.
        func holds(_ found: ClosedRange<Double>, _ expected: ClosedRange<Double>) -> Bool {
            found.lowerBound <= expected.upperBound * 1.02 && found.upperBound >= expected.lowerBound * 0.98
        }
        switch number {
        case .limit:
            return holds(fit.limit, Double(parameters.limit.lowerBound)...Double(parameters.limit.upperBound))
        case .burst: return fit.burst.overlaps(parameters.burst)
        // A bucket has no window: its rate is judged as the limit.
        case .window: return fit.window.map { holds($0, parameters.window...parameters.window) } ?? true
        }
    }

    func modelFinding() -> VerificationFinding {
        let expected = rule.model.rawValue
        guard !plain.isEmpty else { return spoilt("model", expected: expected, [.persistent, .halves, .boundary]) }
        var names: [String] = []
        for name in basis.models.flatMap(\.names).map(\.rawValue) where !names.contains(name) {
            names.append(name)
        }
        if let turns = record.turns {
            names.append(
                turns == 1 ? "answers wait for their turn" : "\(turns) answers at once, the others wait for their turn")
        }
        var finding = VerificationFinding(
            check: "model", verdict: .pass, expected: expected,
            observed: basis.models.isEmpty ? "none" : names.joined(separator: ", "), evidence: basisEvidence,
            exhibits: exhibits(reader.run(.halves), shot: 2))
        if basis.kind == .undecided {
            finding.verdict = .inconclusive
        } else if basis.models.isEmpty {
            finding.verdict = .fail
            finding.evidence += " " + contradictions()
        } else if !basis.isAllowed {
            finding.verdict = .fail
            finding.evidence += " The declared model does not explain it: " + contradictions()
        }
        return finding
    }

    /// What speaks against each declared model.
    private func contradictions() -> String {
        let accounts =
            declaredAccounts.map { ($0.model.shown, $0.account) }
            + basis.refined.map { ($0.candidate.shown, $0.account) }
        return accounts.map { shown, account in
            let reason =
                account.excess.map(text) ?? account.starvation.map(text)
                ?? (account.isExplained
                    ? "it would be too much of a coincidence where each client's windows begin"
                    : "no phase explains both the admissions and the rejections")
            return "\(shown): \(reason)."
        }.joined(separator: " ")
    }

    /// True where an honest model with something unknown allows what the simple ones don't.
    private func allowedByRefined(_ isRefuted: (Account) -> Bool) -> LimiterCandidate? {
        let allowed = basis.refined.first { candidate, account in
            // By a boundary in the midst of each burst a phase for each client allows nearly everything.
            candidate.model == .clientWindow
                ? account.isExplained && !basis.isClientWindowRefuted : candidate.allows(plain, isRefuted)
        }
        return allowed?.candidate
    }

    /// The most that were certainly admitted within a window.
    var mostInWindow: (count: Int, from: Double, to: Double)? {
        plain.compactMap { $0.most(within: parameters.window) }.max { $0.count < $1.count }
    }

    func overAdmissionFinding() -> VerificationFinding {
        let expected = "no more than \(shownLimit), by the model's own count"
        guard !plain.isEmpty, let most = mostInWindow else {
            return spoilt("over_admission", expected: expected, [.persistent, .halves, .boundary])
        }
        var finding = VerificationFinding(
            check: "over_admission", verdict: .pass, expected: expected,
            observed: "\(most.count) within a window at most",
            evidence: "\(most.count) were certainly admitted within \(Self.span(most.from, most.to)).")
        let accounts = declaredAccounts.map(\.account)
        if basis.kind == .declared {
            if most.count > parameters.limit.upperBound {
                finding.evidence +=
                    " That is the nature of \(basis.models.map(\.shown).joined(separator: " and ")): a fixed window "
                    + "admits up to twice the limit around its end, a bucket its burst and what it gains meanwhile. Declare "
                    + "model: sliding_log if that is too much."
            }
        } else if basis.kind == .undecided {
            finding.verdict = .inconclusive
            finding.evidence += " \(undecidedEvidence)"
        } else if let excess = accounts.compactMap(\.excess).first, accounts.allSatisfy({ $0.excess != nil }),
            allowedByRefined({ $0.excess != nil }) == nil
        {
            finding.verdict = .fail
            finding.evidence += " No declared model allows that: \(text(excess))."
            finding.exhibits = exhibits(within: excess.from, excess.to)
        } else if let allowed = allowedByRefined({ $0.excess != nil }) {
            finding.evidence += " So much is allowed by \(allowed.shown)."
        }
        return finding
    }

    func underAdmissionFinding() -> VerificationFinding {
        let expected = "no rejection before the limit is reached"
        guard !plain.isEmpty else {
            return spoilt("under_admission", expected: expected, [.persistent, .halves, .boundary])
        }
        let races = [ProbeScript.Kind.raceCold, .raceAgain, .racePrimed].compactMap { reader.history(reader.run($0)) }
        let count = (plain + races).reduce(0) { $0 + $1.rejections.count }
        var finding = VerificationFinding(
            check: "under_admission", verdict: .pass, expected: expected, observed: "\(count) rejections explained",
            evidence: "All of \(count) rejections came when the limit can have been used up.")
        let accounts = declaredAccounts.map(\.account)
        if basis.kind == .undecided {
            finding.verdict = .inconclusive
            finding.observed = "not known"
            finding.evidence = undecidedEvidence
        } else if basis.kind != .declared, let starvation = accounts.compactMap(\.starvation).first {
            if accounts.allSatisfy({ $0.starvation != nil }), allowedByRefined({ $0.starvation != nil }) == nil {
                finding.verdict = .fail
                finding.observed = "a rejection too early"
                finding.evidence = "By every declared model \(text(starvation))."
                finding.exhibits = exhibits(within: starvation.from, starvation.to)
            } else {
                finding.observed = "explained by some models"
                finding.evidence = "Some declared models explain all rejections, others don't: \(text(starvation))."
            }
        }
        for race in races where finding.verdict == .pass {
            guard case .starvation(let starvation) = explanation(of: [race]) else { continue }
            finding.verdict = .fail
            finding.observed = "a rejection too early"
            finding.evidence = "Of requests released together: \(text(starvation))."
            finding.exhibits = exhibits(within: starvation.from, starvation.to)
        }
        return finding
    }

    /// Exchanges of one run that begin and end a span.
    private func exhibits(within from: Double, _ to: Double) -> [Exhibit] {
        for run in record.runs {
            let inside = run.answers.filter {
                guard let decision = reader.decision($0) else { return false }
                return decision.earliest >= from - 1e-9 && decision.latest <= to + 1e-9
            }.sorted { $0.observed.sent < $1.observed.sent }
            guard let first = inside.first, let last = inside.last else { continue }
            return (inside.count == 1 ? [first] : [first, last]).map { exhibit($0, client: run.client) }
        }
        return []
    }
}
