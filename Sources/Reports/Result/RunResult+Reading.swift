internal import Baselines
internal import Measures
import Objectives
internal import Scenarios
internal import VerificationKit

/// What reports for people read off a result.
extension RunResult {
    /// False where only verifications were run.
    var hadLoad: Bool { generator.reactors > 0 }

    /// All measured exchanges that came to their end.
    var exchanges: UInt64 { outcomes.reduce(0) { $1.key == Outcome.unfinished.label ? $0 : $0 &+ $1.value } }

    /// The exchanges that the end of the run cut off.
    var unfinished: UInt64 { outcomes[.unfinished] ?? 0 }

    /// The exchanges in words: `16 exchanges`, and those that were cut off.
    var shownExchanges: String {
        let cut = unfinished > 0 ? " and \(Figure.grouped(unfinished)) cut off by the end" : ""
        return "\(Figure.grouped(exchanges)) exchanges\(cut)"
    }

    /// That no exchange was good, in words; nil where one was, or none was measured. Where they all ended in one way that is
    /// no answer, that way is named, with an example.
    var wholeFailure: String? {
        let ended = outcomes.filter { $0.key != Outcome.unfinished.label && $0.value > 0 }
        guard runGrounds.load == .nothingGood else { return nil }
        guard ended.count == 1, let only = ended.first, Self.brokenWays.contains(only.key) else {
            return "0 of \(Figure.grouped(exchanges)) exchanges succeeded"
        }
        let example = stepsInOrder.lazy.compactMap { $0.step.examples?.first }.first
        let count = exchanges == 1 ? "the only exchange" : "each of the \(Figure.grouped(exchanges)) exchanges"
        return "\(count) ended in \(only.key)" + (example.map { " (\($0))" } ?? "")
    }

    /// Outcomes without an answer.
    private static let brokenWays = Set(
        [
            Outcome.dns, .refused, .connectTimeout, .tls, .reset, .closedEarly, .responseTimeout, .protocolError,
            .webSocketClosed, .streamEnded,
        ].map(\.label))

    /// The steps in the scenario's order; of the same number, which no run of one scenario has, by name.
    var stepsInOrder: [(name: String, step: StepResult)] {
        steps.sorted { ($0.value.number, $0.key) < ($1.value.number, $1.key) }.map { ($0.key, $0.value) }
    }

    /// The steps that the load never came to, each in words.
    var idleSteps: [String] {
        stepsInOrder.compactMap { name, step in step.neverRan.map { "\(name) never ran: \($0)" } }
    }

    /// The flows in the scenario's order.
    var flowsInOrder: [(name: String, flow: FlowResult)] {
        (flows ?? [:]).sorted { ($0.value.number, $0.key) < ($1.value.number, $1.key) }.map { ($0.key, $0.value) }
    }

    /// True where the flows' iterations say more than the steps, or some were given up.
    var showsIterations: Bool {
        let flows = (flows ?? [:]).values
        return flows.contains { $0.givenUp ?? 0 > 0 } || steps.count > 1 && flows.contains { $0.iterations > 0 }
    }

    /// Why exchanges went wrong: the messages of each step, with what an answer said.
    var failures: [(step: String, message: String, answer: String?)] {
        stepsInOrder.flatMap { name, step in
            (step.examples ?? []).map { (name, $0, step.excerpts?[$0]) }
        }
    }

    /// The answers that failed a check of steps that had wrong ones, of which a result lists the first.
    var wrongAnswers: UInt64 {
        wholeSteps.reduce(0) { sum, step in
            guard let listed = step.wrongAnswers, !listed.isEmpty else { return sum }
            return sum &+ max(step.outcomes[.checkFailed] ?? 0, UInt64(listed.count))
        }
    }

    /// The exchanges that did not end `ok`.
    var bad: UInt64 { wholeSteps.reduce(0) { $0 &+ $1.bad } }

    /// The steps without parts of others.
    var wholeSteps: [StepResult] { steps.values.filter { $0.partOf == nil } }

    /// True where the result stands for the runs of a gate.
    var isGate: Bool { runs != nil }

    /// The verdict in a word; `REGRESSION` where all objectives of a gate hold, and still something is slower.
    var shownVerdict: String {
        isRegressionOnly ? Comparison.Verdict.regression.shown : verdict.shown
    }

    private var isRegressionOnly: Bool {
        if let compared = capacity?.comparison {
            var others = runGrounds
            others.comparison = nil
            return compared.verdict == .regression && others.verdict != .fail
        }
        return isGate && comparison?.verdict == .regression && failedRuns == 0
    }

    /// What whoever asked for the run is told: by it the command ends.
    public var conclusion: Conclusion {
        if ending == .interrupted { return .interrupted }
        switch verdict {
        case .pass: return .passed
        case .fail: return isRegressionOnly ? .regression : .failed
        case .inconclusive, .noData, .invalid: return .undecided
        }
    }

    /// What the verdict was decided by: of a gate its runs and the comparison.
    var grounds: VerdictGrounds {
        guard let runs else { return runGrounds }
        return VerdictGrounds(
            runs: runs.filter { $0.role == .candidate }.map(\.verdict), comparison: comparison?.verdict.ofRun)
    }

    /// The same of the run whose objectives and steps are shown.
    private var runGrounds: VerdictGrounds {
        VerdictGrounds(
            objectives: objectives.map { .init($0.verdict, $0.severity) },
            verifications: (verifications ?? []).map { .init($0.verdict, $0.severity) },
            isInvalid: !audit.reasons.isEmpty,
            load: !hadLoad
                ? .notSent
                : exchanges == 0 ? .nothingMeasured : (outcomes[.ok] ?? 0) == 0 ? .nothingGood : .someGood,
            drill: drill.map { $0.inconclusive == nil ? .pass : .inconclusive },
            capacity: isJudgedBySearch ? capacity?.verdict : nil, isPartial: partial, isChanged: changes != nil,
            comparison: capacity?.comparison?.verdict.ofRun)
    }

    /// True where no objective says what the capacity has to be: then the search itself is judged.
    var isJudgedBySearch: Bool {
        guard let capacity else { return false }
        return capacity.verdict == .fail || capacity.hardObjectives == 0
    }

    /// The run of a gate whose objectives, steps and series the result shows; nil of a run by itself.
    var shownRun: String? { runs?.first(where: \.shown)?.folder }

    /// The runs of a gate whose own objectives did not pass, a line for each verdict: however many there are, what they
    /// have in common is told once.
    var runsNotPassed: [String] {
        let runs = runs ?? []
        return Verdict.allCases.filter { $0 != .pass }.compactMap { verdict in
            let folders = runs.filter { $0.verdict == verdict }.map(\.folder)
            guard !folders.isEmpty else { return nil }
            let rest = folders.count > 4 ? " and \(folders.count - 3) more" : ""
            let named = folders.prefix(rest.isEmpty ? 4 : 3).joined(separator: ", ")
            return "\(verdict.shown) by its own objectives: \(folders.count) of \(counted(runs.count, "run")) "
                + "(\(named)\(rest))"
        }
    }

    /// The runs of a gate in which an objective failed.
    private var failedRuns: Int { (runs ?? []).count { $0.role == .candidate && $0.verdict == .fail } }

    /// Why the verdict is what it is, in a few words.
    var reason: String {
        guard isGate, let comparison else { return runReason }
        if failedRuns > 0 {
            let all = (runs ?? []).count { $0.role == .candidate }
            let failed = "an objective failed in \(failedRuns) of \(counted(all, "run"))"
            return comparison.verdict == .regression ? "\(failed); \(digest(comparison).sentence)" : failed
        }
        if comparison.verdict == .pass, verdict != .pass { return runReason }
        return digest(comparison).sentence
    }

    /// What is told first of a comparison, its steps in this result's order.
    func digest(_ comparison: Comparison) -> ComparisonDigest {
        ComparisonDigest(comparison, order: stepsInOrder.map(\.name))
    }

    private var runReason: String {
        if let capacity {
            let failed = objectives.filter { $0.severity == .hard && $0.verdict == .fail }.map(\.objective)
            guard !failed.isEmpty, capacity.rate != nil else {
                guard let compared = capacity.comparison, compared.verdict != .pass else { return capacity.sentence }
                return "\(compared.reason); \(capacity.sentence)"
            }
            return "\(failed.joined(separator: "; ")) is broken: \(capacity.sentence)"
        }
        let (hard, verified) = (runGrounds.hardObjectives, runGrounds.hardVerifications)
        func share(_ verdict: Verdict) -> String {
            [(hard, "objective"), (verified, "verification")].compactMap { verdicts, noun in
                let count = verdicts.count { $0 == verdict }
                return count > 0 ? "\(count) of \(counted(verdicts.count, noun))" : nil
            }.joined(separator: " and ")
        }
        switch verdict {
        case .fail:
            let also = audit.reasons.isEmpty ? "" : ", and \(invalidity)"
            let failed = share(.fail)
            return [wholeFailure, failed.isEmpty ? nil : "\(failed) failed"].compactMap { $0 }
                .joined(separator: "; ") + also
        case .invalid:
            let also = wholeFailure.map { "; \($0)" } ?? ""
            return "\(invalidity), so \(voidShare)\(also)"
        case .noData where exchanges == 0 && hadLoad:
            return unfinished == 0
                ? "nothing was measured" : "the run's end cut off all \(Figure.grouped(unfinished)) exchanges"
        case .noData: return "\(share(.noData)) had no data"
        case .inconclusive where rebuilt != nil: return "the run left no result of its own"
        case .inconclusive where changes != nil && !partial:
            return "the load was changed by hand, so it was not the planned one"
        case .inconclusive where partial && !(hard + verified).contains(.inconclusive):
            return "the run did not come to its end"
        case .inconclusive:
            let samples = verified.contains(.inconclusive) ? "" : " with these samples"
            return "\(share(.inconclusive)) could not be shown\(samples)"
        case .pass where hard.isEmpty && verified.isEmpty: return "no hard objective was set"
        case .pass:
            let all = [(hard, "objective"), (verified, "verification")].filter { !$0.0.isEmpty }
                .map { counted($0.0.count, $0.1) }
            if hard.count + verified.count == 1 { return "the \(hard.isEmpty ? "verification" : "objective") holds" }
            return "all \(all.joined(separator: " and ")) hold"
        }
    }

    /// How much of what was judged is void, in words.
    private var voidShare: String {
        let hard = runGrounds.hardObjectives
        let void = hard.count { $0 == .invalid }
        if void == 0 || void == hard.count { return "the figures say little about the target" }
        return "\(void) of \(counted(hard.count, "objective")) \(void == 1 ? "is" : "are") void"
    }

    /// What made the run invalid, in words.
    var invalidity: String {
        // What is known exactly says more.
        let told: [GeneratorAudit.Kind] = [.worker, .stall]
        for kind in told {
            if let reason = audit.reasons.first(where: { $0.kind == kind }) { return reason.cause }
        }
        return audit.reasons.contains { $0.kind != .service }
            ? "the generator could not keep up" : "a service of the scenario ended by itself"
    }
}

extension ObjectiveResult {
    /// What was observed, with its unit, and a sign where it is a lower bound; nil where nothing was.
    var shownObserved: String? { observed.map { (atLeast == true ? "≥ " : "") + Figure.measured($0, unit) } }
}
