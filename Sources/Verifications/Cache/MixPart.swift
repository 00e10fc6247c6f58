internal import Measures
internal import Scenarios
import VerificationKit

/// Asks for the objects of a catalogue by their popularity, once or, cold and then warm, twice, and reads the origin's
/// counter around each pass.
struct MixPart: CachePart {
    private enum Step { case clear, before, batch, after, end }

    private let rule: CacheRule
    private let maker: RequestMaker
    private let mix: CatalogueMix
    private let ideal: (drawn: Double, expected: Double)
    private let passCount: Int
    private let clearing: PlannedExchange?
    /// How many requests a batch has: enough for each connection, few enough to keep their bodies.
    private let batchSize: Int

    private var step = Step.clear
    private var pass = 0
    private var sent = 0
    private var asked: [Int] = []
    private var cleared: (observed: ObservedExchange, exhibit: Exhibit)?
    private var ledger: AnswerLedger

    init(_ rule: CacheRule, maker: RequestMaker, clearing: PlannedExchange?) {
        self.rule = rule
        self.maker = maker
        self.clearing = clearing
        mix = CatalogueMix(catalogue: rule.catalogue, popularity: rule.popularity, seed: rule.seed)
        let distinct = mix.distinctObjects(requests: rule.requests)
        ideal = (
            drawn: 1 - Double(distinct) / Double(max(1, rule.requests)),
            expected: mix.expectedRatio(requests: rule.requests)
        )
        passCount = rule.isColdThenWarm ? 2 : 1
        batchSize = max(512, 16 * rule.parallel)
        ledger = AnswerLedger(hit: rule.hit)
    }

    var summary: String {
        let mix = "\(Figure.counted(rule.requests)) requests for \(Figure.counted(rule.catalogue)) objects"
        let passes = passCount == 2 ? "\(mix), cold and then warm" : mix
        return clearing == nil ? passes : "the cache is emptied; \(passes)"
    }

    var exchanges: Int { passCount * rule.requests + (clearing == nil ? 0 : 1) }

    var duration: Span {
        // Without a rate, some milliseconds for each answer.
        let pass = rule.rate.map { Double(rule.requests) / $0 } ?? Double(rule.requests) * 0.005 / Double(rule.parallel)
        return Span(seconds: Double(passCount) * pass)
    }

    // MARK: - Sending

    mutating func nextAction() -> VerificationAction? {
        while true {
            switch step {
            case .clear:
                if let clearing, cleared == nil { return .send([clearing], purpose: "emptying the cache") }
                begin(pass: 0)
            case .before:
                if let origin = rule.origin { return .read(probe: origin) }
                step = .batch
            case .batch:
                if sent < rule.requests { return .send(batch(), purpose: purpose) }
                step = .after
            case .after:
                if let origin = rule.origin { return .read(probe: origin) }
                endPass()
            case .end: return nil
            }
        }
    }

    mutating func take(_ observed: [ObservedExchange], since start: Instant) {
        switch step {
        case .clear:
            guard let first = observed.first else { return }
            cleared = (first, Exhibit(first, since: start))
        case .batch:
            ledger.take(observed, objects: asked, since: start)
            sent += asked.count
        case .before, .after, .end: break
        }
    }

    mutating func take(reading: Double?) {
        switch step {
        case .before:
            ledger.setOrigin(reading, isBefore: true)
            step = .batch
        case .after:
            ledger.setOrigin(reading, isBefore: false)
            endPass()
        case .clear, .batch, .end: break
        }
    }

    private mutating func begin(pass number: Int) {
        pass = number
        sent = 0
        ledger.beginPass()
        step = .before
    }

    private mutating func endPass() {
        if pass + 1 < passCount { begin(pass: pass + 1) } else { step = .end }
    }

    private var purpose: String {
        let name = passCount == 1 ? "mix" : pass == 0 ? "cold pass" : "warm pass"
        return "\(name), from request \(Figure.counted(sent + 1)) of \(Figure.counted(rule.requests))"
    }

    private mutating func batch() -> [PlannedExchange] {
        let count = min(batchSize, rule.requests - sent)
        asked = (0..<count).map { mix.object(of: pass * rule.requests + sent + $0) }
        return asked.enumerated().compactMap { index, object in
            guard var exchange = maker.exchange(rule.request, number: rule.first + object) else { return nil }
            exchange.lane = .kept(index % rule.parallel)
            if let rate = rule.rate { exchange.offset = Span(seconds: Double(index) / rate) }
            exchange.keptBody = min(exchange.keptBody, 32 << 20 / batchSize)
            return exchange
        }
    }

    // MARK: - Judging

    var findings: [VerificationFinding] {
        let passes = passFindings
        var findings: [VerificationFinding] = []
        if let clearFinding { findings.append(clearFinding) }
        findings.append(ledger.answersFinding)
        findings.append(ledger.statusFinding(hasOrigin: rule.origin != nil))
        if let eligible = ledger.eligibleFinding(atLeast: rule.eligible) { findings.append(eligible) }
        if let coldFinding { findings.append(coldFinding) }
        findings += passes.map(\.hitRatio)
        if rule.origin != nil { findings += passes.map(\.originAgreement) }
        if rule.origin == nil, let plausible = ledger.plausibleFinding { findings.append(plausible) }
        findings += [ledger.contentFinding, ledger.ageFinding].compactMap { $0 }
        if !ledger.isSilent { findings.append(ledger.cookieFinding) }
        if let errors = ledger.errorFinding { findings.append(errors) }
        return findings
    }

    var figures: [VerificationFigure] { passFindings.flatMap(\.figures) }

    var plots: [VerificationPlot] {
        ledger.passes.enumerated().compactMap { number, tally in
            guard tally.areFieldsReliable else { return nil }
            return RatioPlot(
                course: tally.course, mix: mix, first: number * rule.requests, rule: rule, isWarm: number > 0
            )
            .plot
        }
    }

    var ratios: [VerificationRatio] {
        guard let first = ledger.passes.first else { return [] }
        var ratios: [VerificationRatio] = []
        if let (hits, total) = first.safeRatio { ratios.append(VerificationRatio(.hitRatio, events: hits, of: total)) }
        if let (hits, total) = first.byteEvents {
            ratios.append(VerificationRatio(.byteHitRatio, events: hits, of: total))
        }
        return ratios
    }

    private var passFindings: [PassFindings] {
        ledger.passes.enumerated().map {
            PassFindings(tally: $1, rule: rule, ideal: ideal, fields: ledger.fieldNames, isWarm: $0 > 0)
        }
    }

    private var clearFinding: VerificationFinding? {
        guard clearing != nil else { return nil }
        let isDone = cleared.map { $0.observed.outcome == .ok && (200...299).contains($0.observed.status) }
        return VerificationFinding(
            .clear, isDone == nil ? .noData : isDone == true ? .pass : .fail, expected: "status 200 to 299",
            observed: cleared.map { "\($0.observed.status)" } ?? "not sent",
            evidence: isDone == true
                ? "The request that empties the cache was taken."
                : "The request that empties the cache was not taken: what follows is not that of a cold cache.",
            exhibits: cleared.map { [$0.exhibit] } ?? [])
    }

    private var coldFinding: VerificationFinding? {
        guard let first = ledger.passes.first, first.answers > first.unknown else { return nil }
        let mustBeCold = rule.isColdThenWarm || clearing != nil
        let isCold = first.warmObjects == 0
        return VerificationFinding(
            .coldStart, isCold ? .pass : .inconclusive, severity: mustBeCold ? .hard : .advisory,
            expected: "no object known before",
            observed: "\(Figure.counted(first.warmObjects)) of \(Figure.counted(ledger.objects)) objects",
            evidence: isCold
                ? "No object was a hit before it had been asked for: the cache was cold."
                : "The cache was warm before: \(Figure.counted(first.warmObjects)) objects were hits though nothing in this run had "
                    + "asked for them. The ratio is not that of a cold cache"
                    + (mustBeCold ? ": empty it with `clear:`, or wait until it has forgotten." : "."),
            exhibits: ledger.warm)
    }
}
