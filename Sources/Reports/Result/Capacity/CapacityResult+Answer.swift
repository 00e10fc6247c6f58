public import Capacity
internal import Measures
public import Scenarios
internal import VerificationKit

extension CapacityResult {
    /// What an answer says besides itself.
    public struct Circumstances: Sendable {
        /// What the trials' objectives are called, in the order of their numbers.
        public var objectives: [String]
        /// For each trial its own result, in their order, and its folder.
        public var results: [(result: RunResult, folder: String)]
        /// How arrivals lay in time.
        public var spacing: ArrivalStage.Spacing
        /// How long it took, in seconds.
        public var seconds: Double
        /// What should be known besides.
        public var notes: [String]

        /// Makes circumstances.
        public init(
            objectives: [String], results: [(result: RunResult, folder: String)], spacing: ArrivalStage.Spacing,
            seconds: Double, notes: [String] = []
        ) {
            self.objectives = objectives
            self.results = results
            self.spacing = spacing
            self.seconds = seconds
            self.notes = notes
        }
    }

    /// What is broken where more arrives than is answered.
    static let growth = "more arrives than is answered: the queue grows"

    /// The answer of a search, with what each trial measured.
    ///
    /// - Parameter redact: Takes secrets out of texts.
    public init(
        _ answer: CapacityAnswer, settings: CapacitySettings, _ circumstances: Circumstances,
        redact: (String) -> String
    ) {
        func words(_ cause: TrialWatch.Cause) -> String {
            switch cause {
            case .growth: Self.growth
            case .objective(let number):
                circumstances.objectives.indices.contains(number) ? redact(circumstances.objectives[number]) : ""
            }
        }
        let steps = zip(answer.trials, circumstances.results).map { measured, run in
            Step(measured, run.result, folder: run.folder, words: words, redact: redact)
        }
        self.init(
            verdict: Self.verdict(of: answer), rate: answer.rate.map(Rounding.thousandths),
            low: answer.low.map(Rounding.thousandths), high: answer.high.map(Rounding.thousandths),
            limit: .unknown, generatorLimited: false, error: settings.error, resolution: settings.resolution,
            spacing: circumstances.spacing.rawValue, seconds: Rounding.thousandths(circumstances.seconds), steps: steps)
        switch answer.limit {
        case .target(let cause):
            limit = .target
            limitedBy = words(cause)
        case .generator(_, let reason):
            limit = .generator
            generatorLimited = true
            generatorReason = redact(reason)
        case .top: limit = .top
        case .time: limit = .time
        case .stopped: limit = .stopped
        case .lost: limit = .lost
        case .unknown(let cause):
            limit = .unknown
            limitedBy = cause.map(words)
        }
        let curve = self.curve
        knee =
            Knee(
                curve.compactMap { step in
                    step.mean.map { Knee.Point(rate: step.rate, throughput: step.throughput, mean: $0) }
                })?.rate
        usl = ScalabilityFit(curve.map { ScalabilityFit.Point(concurrency: $0.concurrency, throughput: $0.throughput) })
            .map(Scalability.init)
        hysteresis = answer.hysteresis.map(Hysteresis.init)
        let all = Self.notes(on: answer) + circumstances.notes.map(redact)
        notes = all.isEmpty ? nil : all
    }

    /// The steps that curves are drawn through: each rate once, the last time that it was measured, in the order of the rates.
    /// Overloads, what followed them at once, and what the generator did not manage are left out.
    var curve: [Step] {
        var byRate: [Double: Step] = [:]
        for step in steps where step.counts && step.verdict != .invalid && step.throughput > 0 {
            switch step.purpose {
            case .bracket, .narrow, .confirm: byRate[step.rate] = step
            case .recovery, .overload, .descent: break
            }
        }
        return byRate.values.sorted { $0.rate < $1.rate }
    }

    private static func verdict(of answer: CapacityAnswer) -> Verdict {
        guard answer.rate != nil else { return answer.high == nil ? .inconclusive : .fail }
        switch answer.limit {
        case .target where answer.low != nil && answer.contradictions.isEmpty && answer.drift == nil: return .pass
        case .top: return .pass
        default: return .inconclusive
        }
    }

    private static func notes(on answer: CapacityAnswer) -> [String] {
        var notes: [String] = []
        if let drift = answer.drift {
            notes.append(
                "\(shown(drift)) held at first and not when it was measured again: the target got slower meanwhile "
                    + "(a leak, a cache or a table that fills), so this capacity is of now")
        }
        if let one = answer.contradictions.first, answer.drift == nil {
            notes.append(
                "\(shown(one.held)) held and \(shown(one.broken)) was broken: the target changes from one minute to the next, "
                    + "so the interval is as wide as that")
        }
        if let lost = answer.lostAfter {
            notes.append(
                "after \(shown(lost)) the target did not come back: a low rate that had held was still broken after several "
                    + "rests, and the search ended there")
        }
        switch answer.hysteresis {
        case .comesBackLower(let after, let at, let notAt):
            notes.append(
                "after an overload at \(shown(after)) the objectives held again only at \(shown(at)), not at \(shown(notAt)): "
                    + "once overloaded, it takes less than before")
        case .staysBroken(let after, let at):
            notes.append(
                "after an overload at \(shown(after)) the objectives did not hold even at \(shown(at)): once overloaded, it "
                    + "stays broken for as long as load goes on")
        case .comesBack, nil: break
        }
        return notes
    }

    /// A rate in words: `412/s`.
    public static func shown(rate: Double) -> String { shown(rate) }

    /// What is broken where more arrives than is answered, in words.
    public static var growthInWords: String { growth }

    static func shown(_ rate: Double) -> String {
        "\(Figure.short(rate, decimals: rate < 10 ? 3 : rate < 100 ? 1 : 0))/s"
    }
}

extension CapacityResult.Step {
    init(
        _ measured: MeasuredTrial, _ result: RunResult, folder: String, words: (TrialWatch.Cause) -> String,
        redact: (String) -> String
    ) {
        var latencies = LatencyHistogram()
        for case let histogram? in result.wholeSteps.map({ $0.distributions?[LatencyMeasure.responseTime.label] }) {
            latencies.add(histogram.histogram)
        }
        let total = result.exchanges
        let figures = LatencyFigures(latencies)
        let answered = result.answeredRates
        self.init(
            rate: Rounding.thousandths(measured.trial.rate), purpose: measured.trial.purpose, verdict: .pass,
            counts: measured.decides, seconds: result.seconds,
            throughput: Rounding.thousandths(answered.exchanges),
            iterations: Rounding.thousandths(answered.iterations),
            errors: total > 0 ? Rounding.billionths(Double(result.bad) / Double(total)) : 0,
            // Little's law: answers per second times what one takes.
            concurrency: Rounding.thousandths(
                latencies.count > 0 ? answered.exchanges * latencies.totalTime.seconds / Double(latencies.count) : 0),
            mean: figures?.mean, p50: figures?.p50, p95: figures?.p95, p99: figures?.p99, folder: folder)
        switch measured.outcome.verdict {
        case .held: verdict = .pass
        case .broken(let cause):
            verdict = .fail
            because = words(cause)
        case .undecided(let cause, _):
            verdict = .inconclusive
            because = words(cause)
        case .generator(let reason, _):
            verdict = .invalid
            because = redact(reason)
        }
    }
}

extension CapacityResult.Scalability {
    init(_ fit: ScalabilityFit) {
        self.init(
            lambda: Rounding.thousandths(fit.single), sigma: Rounding.billionths(fit.contention),
            kappa: Rounding.billionths(fit.coherency), peakConcurrency: fit.peak.map(Rounding.thousandths),
            peakThroughput: fit.peak.map { Rounding.thousandths(fit.throughput(at: $0)) },
            points: zip(fit.points, fit.residuals).map { point, residual in
                Point(
                    concurrency: Rounding.thousandths(point.concurrency),
                    throughput: Rounding.thousandths(point.throughput), residual: Rounding.billionths(residual))
            }, fits: fit.fits)
    }
}

extension CapacityResult.Hysteresis {
    init(_ hysteresis: CapacityAnswer.Hysteresis) {
        switch hysteresis {
        case .comesBack(let after, let at):
            self.init(overload: Rounding.thousandths(after), heldAt: Rounding.thousandths(at))
        case .comesBackLower(let after, let at, let notAt):
            self.init(
                overload: Rounding.thousandths(after), heldAt: Rounding.thousandths(at),
                brokenAt: Rounding.thousandths(notAt))
        case .staysBroken(let after, let at):
            self.init(overload: Rounding.thousandths(after), brokenAt: Rounding.thousandths(at))
        }
    }
}

extension RunResult {
    /// Exchanges whose answers arrived whole.
    var completed: UInt64 {
        var counts = OutcomeCounts()
        for outcome in Outcome.allCases { counts[outcome] = outcomes[outcome.label] ?? 0 }
        return counts.completed
    }
}
