public import Measures
public import Scenarios
public import VerificationKit

/// The verification of a rate limiter.
///
/// Clients that are made up run beside one another, each through a script of its own; where there are fewer, the scripts
/// follow one another, with a rest between them after which the limiter has forgotten the client.
public struct RateLimitCourse: VerificationCourse {
    /// What comes next.
    private enum Stage {
        /// Unhurried requests of others, and a look at whether answers wait for their turn.
        case quiet
        case rest
        /// Scripts beside one another, the first as client 0.
        case round([(script: ProbeScript, start: Double)])
        case exhaustion
        case recovery
        /// Where answers may wait for their turn: how many come at once.
        case turns
        /// What the others leave open.
        case undecided
    }

    /// Where the answer to a planned request belongs.
    private enum Purpose {
        case run(Int, shot: Int, tag: ProbeScript.Shot.Tag)
        case quiet
        case beside
    }

    private let declared: DeclaredVerification
    let rule: RateLimitRule
    private let setting: ProbeSetting
    private let template: PlannedExchange?
    let clients: ProbeClients
    var book: ProbeBook
    private var stages: [Stage] = []
    var record = ProbeRecord()
    /// The purposes of the batch that is out.
    private var purposes: [Purpose] = []
    private var lanesPerBurst = 1
    private var nextClient = 0
    private var nextLane = 0
    private var nextGroup = 0
    private var nextIdentity = 0
    private var exchanges = 0

    /// A verification of what a scenario declares.
    ///
    /// - Parameters:
    ///   - declared: The entry of `verify:`.
    ///   - rule: Its content.
    ///   - maker: Makes the requests.
    ///   - seed: What tells the made-up clients of this run from those of others; random unless given.
    public init(
        _ declared: DeclaredVerification, rule: RateLimitRule, maker: RequestMaker,
        seed: UInt64 = UInt64.random(in: .min ... .max)
    ) {
        self.init(declared, rule: rule, maker: maker, seed: seed, setting: .alone)
    }

    /// The same beside other limits.
    init(
        _ declared: DeclaredVerification, rule: RateLimitRule, maker: RequestMaker, seed: UInt64,
        setting: ProbeSetting
    ) {
        self.declared = declared
        self.rule = rule
        self.setting = setting
        var template = maker.exchange(rule.request)
        // Decisions stand in the status and the header fields unless the scenario says otherwise.
        if !rule.rejectsByBody { template?.keptBody = 0 }
        self.template = template
        clients = ProbeClients(rule, seed: seed, areOne: setting.isOverAll)
        book = ProbeBook(rule, setting)
        record.pace = setting.pace
        stages = Self.stages(book, clients)
    }

    // MARK: - Planning

    private static func stages(_ book: ProbeBook, _ clients: ProbeClients) -> [Stage] {
        var stages: [Stage] = book.turns == nil ? [.quiet] : [.quiet, .turns]
        let scripts = book.main()
        let setting = book.setting
        let isFree = clients.count == nil && setting.total == nil && !setting.isInTurn
        // Whoever is banned can't be asked when it may come again before the ban ends: the probe of the ban does that.
        let last: [Stage] = book.rule.penalty == nil && !setting.isOverAll ? [.exhaustion, .recovery] : []
        if isFree { return stages + [.round(scripts)] + last + [.undecided] }
        // One is kept for the requests of others.
        let atOnce = setting.isInTurn ? 1 : clients.count.map { max(1, $0 - 1) } ?? Int.max
        let most = setting.total.map { $0 - ProbeSetting.others } ?? Int.max
        var rest = scripts[...]
        while !rest.isEmpty {
            var sum = 0
            let round = rest.prefix(atOnce).prefix { script, _ in
                sum += script.exchanges
                return sum <= most
            }
            // One by itself is small enough.
            let taken = rest.prefix(max(1, round.count))
            rest = rest.dropFirst(taken.count)
            let start = taken.map(\.start).min() ?? 0
            stages += [.rest, .round(taken.map { ($0.script, $0.start - start) })]
        }
        return stages + (last.isEmpty ? [] : [.rest]) + last
    }

    /// What is about to be done.
    public var plan: VerificationPlan {
        var parts: [String] = []
        var exchanges = 0
        var seconds = 0.0
        if case .single = clients.kind {
            parts.append("Clients can't be told apart here: the probes follow one another, with rests between them.")
        }
        for stage in Self.stages(ProbeBook(rule, setting), clients) {
            switch stage {
            case .quiet:
                let others = othersPerPhase
                let pacing = book.isPaced ? "" : ", then 6 released together"
                parts.append("\(others) unhurried requests\(pacing)")
                exchanges += others + (book.isPaced ? 0 : 6)
                seconds += Double(others) * quietGap + 1
            case .rest:
                seconds += book.rest
                parts.append("\(Figure.short(book.rest, decimals: 1)) s of silence")
            case .round(let scripts):
                for (script, _) in scripts {
                    parts.append("\(script.exchanges) requests: \(script.kind.purpose)")
                    exchanges += script.exchanges
                }
                if canBeOthers {
                    parts.append("\(othersPerPhase) requests of other clients meanwhile")
                    exchanges += othersPerPhase
                }
                seconds += (scripts.map { $0.start + $0.script.length }.max() ?? 0) + book.burstTime
            case .exhaustion:
                parts.append("\(book.exhaustion.exchanges) requests, and up to a window until the promised recovery")
                exchanges += book.exhaustion.exchanges + 2
                seconds += book.window + book.burstTime
            case .turns: exchanges += book.turns?.exchanges ?? 0
            case .recovery: break
            case .undecided: parts.append("If that leaves open how it counts, up to eight clients more for two windows")
            }
        }
        return VerificationPlan(parts: parts, exchanges: exchanges, duration: Span(seconds: seconds))
    }

    /// How many requests others send before the block, and again during it: a client that there is only one of must not
    /// reach the limit by them.
    private var othersPerPhase: Int {
        clients.count == nil ? 12 : max(1, min(12, book.capacity / 4, setting.room / 4))
    }
    private var quietGap: Double {
        let gap = max(0.005, min(0.05, book.window / 100))
        // Where each is another client's, nothing counts them together.
        return clients.count == nil && !setting.isInTurn ? gap : max(gap, setting.pace)
    }
    private var canBeOthers: Bool { (clients.count ?? 2) > 1 }

    // MARK: - Course

    /// What to do next; nil: all is known.
    public mutating func nextAction() -> VerificationAction? {
        while !stages.isEmpty {
            guard template != nil else { return nil }
            let stage = stages.removeFirst()
            if case .rest = stage {
                purposes = []
                return .wait(Span(seconds: book.rest), purpose: "silence, so that the limiter forgets the client")
            }
            let (batch, purpose) = batch(stage)
            if !batch.isEmpty {
                exchanges += batch.count
                return .send(batch, purpose: purpose)
            }
        }
        return nil
    }

    private mutating func batch(_ stage: Stage) -> ([PlannedExchange], String) {
        var planned: [(exchange: PlannedExchange, purpose: Purpose)] = []
        var purpose = ""
        switch stage {
        case .quiet:
            purpose = "other clients at rest"
            planned = others(.quiet, count: othersPerPhase, from: 0, gap: quietGap)
            let start = Double(othersPerPhase) * quietGap + 0.05
            if !book.isPaced { planned += shots(of: book.pacing, run: begin(.pacing), start: start) }
        case .rest: break
        case .round(let scripts):
            purpose =
                scripts.count == 1 ? scripts[0].script.kind.purpose : "\(scripts.count) clients beside one another"
            if clients.count != nil { nextClient = 0 }
            for (script, start) in scripts { planned += shots(of: script, run: begin(script.kind), start: start) }
            let span = 0.8 * (scripts.map { $0.start + $0.script.length }.max() ?? 0)
            if canBeOthers {
                let count = othersPerPhase
                // After the first burst, so that someone is blocked.
                let from = min(book.burstTime, span / 2)
                planned += others(.beside, count: count, from: from, gap: (span - from) / Double(count))
            }
        case .exhaustion:
            purpose = "exhausting a client"
            if clients.count != nil { nextClient = 0 }
            planned = shots(of: book.exhaustion, run: begin(.recovery), start: 0)
        case .recovery:
            purpose = "recovery when promised"
            planned = afterExhaustion()
        case .turns:
            // Where some wait it is known already.
            guard !record.isPaced, let script = book.turns else { break }
            purpose = script.kind.purpose
            if clients.count != nil { nextClient = 0 }
            planned = shots(of: script, run: begin(script.kind), start: 0)
        case .undecided:
            purpose = "what the other probes leave open"
            for (script, start) in undecidedProbes() {
                planned += shots(of: script, run: begin(script.kind), start: start)
            }
        }
        planned = planned.enumerated().sorted {
            ($0.element.exchange.offset, $0.offset) < ($1.element.exchange.offset, $1.offset)
        }.map(\.element)
        purposes = planned.map(\.purpose)
        return (planned.map(\.exchange), purpose)
    }

    /// A new run, as the next client.
    private mutating func begin(_ kind: ProbeScript.Kind) -> Int {
        record.runs.append(ProbeRun(kind: kind, client: nextClient))
        nextClient += 1
        return record.runs.count - 1
    }

    private mutating func shots(
        of script: ProbeScript, run: Int, start: Double
    ) -> [(exchange: PlannedExchange, purpose: Purpose)] {
        guard let template else { return [] }
        var planned: [(exchange: PlannedExchange, purpose: Purpose)] = []
        let firstLane = nextLane
        let isBounded = setting.atOnce < Int.max
        nextLane += max(lanesPerBurst, isBounded ? setting.atOnce : 0)
        for shot in script.shots {
            let number = record.runs[run].shots
            record.runs[run].shots += 1
            record.runs[run].pending += shot.count
            if shot.isTogether { nextGroup += 1 }
            for index in 0..<shot.count {
                var exchange = template
                exchange.offset = Span(seconds: max(0, start + shot.at + shot.gap * Double(index)))
                clients.claim(&exchange, setting.isOverAll ? newIdentity() : record.runs[run].client)
                // An answer that waits for its turn holds up what is behind it on its connection.
                let mayWait = record.isPaced || book.isPaced
                if shot.isTogether {
                    exchange.group = nextGroup
                } else if !mayWait {
                    exchange.lane = .kept(firstLane + index % lanesPerBurst)
                } else if isBounded {
                    exchange.lane = .kept(firstLane + index % setting.atOnce)
                }
                if mayWait || script.kind == .turns { exchange.timeout = exchange.timeout + longestTurn }
                vary(&exchange, shot.tag, index)
                planned.append((exchange, .run(run, shot: number, tag: shot.tag)))
            }
        }
        return planned
    }

    /// Another one for each request, where a limit over all clients is probed.
    private mutating func newIdentity() -> Int {
        nextIdentity += 1
        return nextIdentity
    }

    /// How long an answer may wait for its turn.
    private var longestTurn: Span { Span(seconds: Double(book.capacity) * book.window / Double(rule.limit)) }

    private func vary(_ exchange: inout PlannedExchange, _ tag: ProbeScript.Shot.Tag, _ index: Int) {
        switch tag {
        case .plain, .early, .late: break
        case .spoof(let field):
            // Addresses of TEST-NET-3 and TEST-NET-2 (RFC 5737), each another one.
            let address = "\(index < 250 ? "203.0.113" : "198.51.100").\(index % 250 + 1)"
            exchange.set(field, field.lowercased() == "forwarded" ? "for=\(address)" : address)
        case .method(let method):
            exchange.method = method
            guard ["GET", "HEAD", "DELETE", "OPTIONS"].contains(method) else { break }
            exchange.body = []
            exchange.fields.removeAll { $0.name.lowercased() == "content-type" }
        }
    }

    /// Requests of clients that send hardly any: each another one where clients are made up, else all the last one.
    private mutating func others(
        _ purpose: Purpose, count: Int, from: Double, gap: Double
    ) -> [(exchange: PlannedExchange, purpose: Purpose)] {
        guard let template else { return [] }
        let lane = nextLane
        nextLane += 1
        return (0..<count).map { number in
            var exchange = template
            exchange.offset = Span(seconds: from + Double(number) * gap)
            exchange.lane = .kept(lane)
            if setting.isOverAll {
                clients.claim(&exchange, newIdentity())
            } else if let count = clients.count {
                clients.claim(&exchange, count - 1)
            } else {
                clients.claim(&exchange, nextClient)
                nextClient += 1
            }
            return (exchange, purpose)
        }
    }

    private mutating func afterExhaustion() -> [(exchange: PlannedExchange, purpose: Purpose)] {
        var planned: [(exchange: PlannedExchange, purpose: Purpose)] = []
        let now = record.latest.map { record.seconds($0) } ?? 0
        let promise = RateLimitPromise(DecisionReader(record, rule), rule)
        if let run = record.runs.lastIndex(where: { $0.kind == .recovery }), let promise,
            promise.until - now <= RateLimitPromise.longestWait(rule)
        {
            planned += shots(of: book.recovery(in: max(0, promise.until - now)), run: run, start: 0)
        }
        if clients.count == nil, book.capacity >= 2, let arc = clockPhase() {
            // The next boundary that leaves time for a burst before it.
            let lead = book.burstTime + book.window / 20 + 0.1
            let periods = ((now + lead - arc.start) / book.window).rounded(.up)
            let from = arc.start + periods * book.window - now
            let script = book.clockBoundary(from: from, to: from + arc.width)
            planned += shots(of: script, run: begin(.clockBoundary), start: 0)
        }
        return planned
    }

    // MARK: - Taking

    /// Takes what came of a batch: as many as were planned, in the same order.
    public mutating func take(_ observed: [ObservedExchange]) {
        let sign = RejectionSign(rule)
        for (purpose, exchange) in zip(purposes, observed) {
            let isSign = sign?.isShown(by: exchange)
            record.origin = min(record.origin ?? exchange.sent, exchange.sent)
            record.latest = max(record.latest ?? exchange.received, exchange.received)
            switch purpose {
            case .run(let run, let shot, let tag):
                record.runs[run].pending -= 1
                record.runs[run].answers.append(
                    .init(shot: shot, tag: tag, observed: exchange, isSign: isSign))
            case .quiet: record.quiet.append(.init(shot: 0, tag: .plain, observed: exchange, isSign: isSign))
            case .beside: record.beside.append(.init(shot: 0, tag: .plain, observed: exchange, isSign: isSign))
            }
        }
        let wasFirst = purposes.contains { if case .quiet = $0 { true } else { false } }
        purposes = []
        if wasFirst { learnFromQuiet() }
        if record.runs.last?.kind == .turns { record.turns = turns(typicalDuration ?? 0) }
    }

    /// Chooses how many lanes a burst takes, by how long a request takes, and sees whether answers wait for their turn.
    private mutating func learnFromQuiet() {
        let answered = record.quiet.filter { $0.observed.outcome == .ok }
        guard !answered.isEmpty else {
            // Nothing answers: more of the same tells nothing more.
            stages = []
            return
        }
        let typical = typicalDuration ?? 0
        let size = Double(book.capacity + book.beyond)
        lanesPerBurst = max(1, min(32, setting.atOnce, Int((size * typical / (book.window / 20)).rounded(.up))))
        record.turns = turns(typical)
        // A distance that is kept on purpose stays.
        guard !book.isPaced else { return }
        // What the scripts were planned with holds for bursts that take as long as that at most.
        book.burstTime = min(book.burstTime, max(0.01, 2 * size * typical / Double(lanesPerBurst)))
    }

    // MARK: - Judging

    /// The judgement of what was observed so far.
    var judge: RateLimitJudge { RateLimitJudge(rule, record, clients: clients) }

    /// What it came to.
    public func report() -> VerificationReport {
        let judge = judge
        var report = VerificationReport(kind: declared.kind, name: declared.name, findings: judge.findings())
        report.figures = judge.figures()
        report.plots = judge.plots()
        report.exchanges = exchanges
        if let origin = record.origin, let latest = record.latest { report.duration = latest - origin }
        return report
    }
}
