internal import Measures
internal import Scenarios
import VerificationKit

/// How many requests at once a limiter admits, and whether places become free again.
///
/// A request that takes its time holds a place. First it is seen alone how long that is. Then more are released together than
/// places are said to be there; then as many as places, twice: after all answers have come, and after a client has gone away
/// without waiting for its answers.
struct ConcurrencyCourse: VerificationCourse {
    private enum Stage {
        case alone, together, pause, again, aborted, longPause, afterwards
    }

    let declared: DeclaredVerification
    let rule: RateLimitRule
    let concurrency: ConcurrencyRule
    let clients: ProbeClients
    private let template: PlannedExchange?
    /// Seconds of silence after which the other limits have forgotten a client.
    private let rest: Double
    private var stages: [Stage] = [.alone, .together, .pause, .again, .aborted, .longPause, .afterwards]
    private(set) var record = ConcurrencyRecord()
    private var purposes: [ConcurrencyRecord.Purpose] = []
    private var nextGroup = 0
    private var nextIdentity = 0

    /// Requests that go beyond the limit.
    static let beyond = 3
    /// What is too short to be told from the way there and back, in seconds.
    static let shortest = 0.05

    init(
        _ declared: DeclaredVerification, rule: RateLimitRule, concurrency: ConcurrencyRule, maker: RequestMaker,
        seed: UInt64, rest: Double
    ) {
        self.declared = declared
        self.rule = rule
        self.concurrency = concurrency
        self.rest = rest
        clients = ProbeClients(rule, seed: seed)
        var template = maker.exchange(rule.request)
        if !rule.rejectsByBody { template?.keptBody = 0 }
        self.template = template
    }

    // MARK: - Planning

    private var atOnce: Int { concurrency.limit + Self.beyond }

    /// Seconds between requests, where the limits don't admit so many at once; 0: they do.
    private var pace: Double {
        let counting = rule.quotas
        guard let least = counting.map(\.capacity).min(), least < atOnce else { return 0 }
        return counting.map(ProbeSetting.pace).max() ?? 0
    }

    var plan: VerificationPlan {
        let requests = 3 + atOnce + 1 + 3 * concurrency.limit
        return VerificationPlan(
            parts: [
                "3 requests alone, to see how long one takes",
                "\(atOnce) requests at once, where \(concurrency.limit) are admitted, and one of another client meanwhile",
                "\(concurrency.limit) more once all have been answered",
                "\(concurrency.limit) that are given up while they are under way, then \(concurrency.limit) more",
            ], exchanges: requests, duration: Span(seconds: 3 + 2 * rest))
    }

    // MARK: - Course

    mutating func nextAction() -> VerificationAction? {
        while !stages.isEmpty {
            guard template != nil else { return nil }
            let stage = stages.removeFirst()
            switch stage {
            case .pause: return .wait(Span(seconds: pause), purpose: "until all places are free again")
            case .longPause:
                return .wait(
                    Span(seconds: max(pause, 2 * record.hold + 0.5)), purpose: "until what was given up has ended")
            case .alone, .together, .again, .aborted, .afterwards:
                guard stage == .alone || record.hold > 0 else { return nil }
                // What can't be seen isn't asked for.
                if stage != .alone, record.hold < Self.shortest || isTooSlow { return nil }
                if stage == .afterwards, !record.wasAborted { return nil }
                let batch = batch(stage)
                return .send(batch, purpose: purpose(stage))
            }
        }
        return nil
    }

    /// Whether the limits keep so many requests from being under way at once.
    private var isTooSlow: Bool { pace * Double(atOnce) > 0.7 * record.hold }

    /// Long enough for places to be free, and where a client goes on that has sent much, for the limits to forget it.
    private var pause: Double {
        let least = rule.quotas.map { min($0.limit, $0.capacity) }.min() ?? Int.max
        let isMuch = clients.identities != nil || 2 * atOnce > least || rule.quotas.contains { $0.scope == .all }
        return max(0.5, record.hold, isMuch ? rest : 0)
    }

    private func purpose(_ stage: Stage) -> String {
        switch stage {
        case .alone: "how long a request takes"
        case .together: "\(atOnce) at once"
        case .again: "\(concurrency.limit) at once, after all have been answered"
        case .aborted: "\(concurrency.limit) that are given up"
        case .afterwards: "\(concurrency.limit) at once, after others were given up"
        case .pause, .longPause: "silence"
        }
    }

    private mutating func batch(_ stage: Stage) -> [PlannedExchange] {
        var planned: [(exchange: PlannedExchange, purpose: ConcurrencyRecord.Purpose)] = []
        switch stage {
        case .alone:
            // Each when the one before has its answer.
            planned = requests(3, client: 0, .alone, together: false)
            for index in planned.indices { planned[index].exchange.lane = .kept(0) }
        case .together:
            planned = requests(atOnce, client: 1, .together, together: true)
            if concurrency.scope == .client, clients.identities ?? 2 > 1 {
                var other = requests(1, client: 2, .beside, together: false)
                for index in other.indices {
                    other[index].exchange.offset = Span(seconds: Self.release + record.hold / 2)
                }
                planned += other
            }
        case .again:
            // A ban follows on rejections: then another client goes on.
            planned = requests(concurrency.limit, client: rule.penalty == nil ? 1 : 3, .again, together: true)
        case .aborted:
            planned = requests(concurrency.limit, client: 4, .aborted, together: true)
            for index in planned.indices { planned[index].exchange.timeout = Span(seconds: record.hold / 3) }
        case .afterwards: planned = requests(concurrency.limit, client: 4, .afterwards, together: true)
        case .pause, .longPause: break
        }
        purposes = planned.map(\.purpose)
        return planned.map(\.exchange)
    }

    /// When requests are released, so that connections are there before.
    private static let release = 0.3

    private mutating func requests(
        _ count: Int, client: Int, _ purpose: ConcurrencyRecord.Purpose, together: Bool
    ) -> [(exchange: PlannedExchange, purpose: ConcurrencyRecord.Purpose)] {
        guard let template else { return [] }
        if together { nextGroup += 1 }
        return (0..<count).map { number in
            var exchange = template
            nextIdentity += 1
            // Of all clients together each request is another one's.
            clients.claim(&exchange, concurrency.scope == .all ? 10 + nextIdentity : client)
            if together {
                exchange.offset = Span(seconds: Self.release + pace * Double(number))
                if pace == 0 { exchange.group = nextGroup }
            }
            return (exchange, purpose)
        }
    }

    mutating func take(_ observed: [ObservedExchange]) {
        let sign = RejectionSign(rule)
        for (purpose, exchange) in zip(purposes, observed) {
            record.take(
                .init(shot: 0, tag: .plain, observed: exchange, isSign: sign?.isShown(by: exchange)), at: purpose)
        }
        purposes = []
    }

    // MARK: - Judging

    func report() -> VerificationReport {
        let judge = ConcurrencyJudge(rule, concurrency, record, obstacle: obstacle)
        var report = VerificationReport(kind: declared.kind, name: declared.name, findings: judge.findings())
        report.figures = judge.figures()
        report.exchanges = record.everything.count
        if let span = record.span { report.duration = span }
        return report
    }

    /// Why more could not be asked; nil: nothing kept it from that.
    var obstacle: String? {
        let alone = record.answers(.alone)
        guard !alone.isEmpty else { return "It did not come to its end." }
        guard record.hold > 0 else { return "No request alone was answered and admitted." }
        let milliseconds = Int((record.hold * 1000).rounded())
        if record.hold < Self.shortest {
            return
                "A request alone is answered within \(milliseconds) ms: too fast for \(atOnce) to be under way at once for "
                + "certain. Name a request that takes \(Int(Self.shortest * 1000)) ms or longer, better 500 ms."
        }
        if isTooSlow {
            let needed = Int((pace * Double(atOnce) / 0.7 * 1000).rounded(.up))
            return
                "The limits admit one request each \(Int((pace * 1000).rounded())) ms, and one takes \(milliseconds) ms: "
                + "\(atOnce) are never under way at once. Name a request that takes \(needed) ms or longer."
        }
        return nil
    }
}
