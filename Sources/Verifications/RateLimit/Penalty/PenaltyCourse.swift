internal import Measures
internal import Scenarios
import VerificationKit

/// Whether a client that has gone beyond a limit is refused for as long as it is said, and no one else is.
///
/// Two clients go beyond the limit. One is then asked for now and again, openly and in disguise; the other one is silent until the
/// ban should have ended, so that a ban that each request prolongs is told from one that is too long. Where there are not as many
/// clients to make up, one does the one after the other.
struct PenaltyCourse: VerificationCourse {
    /// Which of the two a request belongs to, or neither.
    enum Role: CaseIterable {
        case asking, silent, other
    }

    private enum Stage {
        case quiet, rest
        case ban([Role])
        case end([Role])
    }

    let declared: DeclaredVerification
    let rule: RateLimitRule
    let penalty: PenaltyRule
    let clients: ProbeClients
    private let template: PlannedExchange?
    private let rest: Double
    private let book: ProbeBook
    private var stages: [Stage] = []
    private(set) var record = PenaltyRecord()
    private var places: [(role: Role, tag: ProbeScript.Shot.Tag, isBurst: Bool)] = []
    private var nextLane = 0
    private var nextOther = 0

    init(
        _ declared: DeclaredVerification, rule: RateLimitRule, penalty: PenaltyRule, maker: RequestMaker, seed: UInt64,
        rest: Double
    ) {
        self.declared = declared
        self.rule = rule
        self.penalty = penalty
        self.rest = rest
        clients = ProbeClients(rule, seed: seed)
        book = ProbeBook(rule)
        var template = maker.exchange(rule.request)
        if !rule.rejectsByBody { template?.keptBody = 0 }
        self.template = template
        let isFree = clients.identities == nil
        stages =
            isFree
            ? [.quiet, .ban([.asking, .silent]), .end([.asking, .silent])]
            : [.quiet, .rest, .ban([.silent]), .end([.silent]), .rest, .ban([.asking]), .end([.asking])]
    }

    // MARK: - Planning

    /// Enough to be banned.
    private var burst: Int { book.capacity + max(book.beyond, penalty.after + 2) }
    private var disguises: [ProbeScript.Shot.Tag] { rule.spoof.map { .spoof($0) } }
    private var hasOthers: Bool { clients.identities ?? 3 > 1 }
    /// How many requests of others: one client that sends them all must not reach the limit.
    private var others: Int { clients.identities == nil ? 4 : max(1, min(4, book.capacity / 4)) }
    private var margin: Double { max(0.1, 0.03 * penalty.seconds) + 2 * LimiterParameters.seconds(rule.resolution) }

    /// Seconds after which the limit itself admits a request again, however it counts.
    var forgets: Double { 1.25 * book.window + book.margin }

    var plan: VerificationPlan {
        let isFree = clients.identities == nil
        let each = max(penalty.seconds, forgets) + margin + book.window / 20
        return VerificationPlan(
            parts: [
                "\(burst) requests that lead to a ban, \(asked.count + disguises.count) requests of the banned client, "
                    + "and \(hasOthers ? others : 0) of others meanwhile",
                "\(burst) that lead to another one, and silence until it should have ended",
            ], exchanges: 2 * burst + asked.count + disguises.count + 8,
            duration: Span(seconds: isFree ? each : 2 * (each + rest)))
    }

    /// Which parts of the ban have passed when the banned client asks.
    private let asked = [0.25, 0.5, 0.7, 0.85]

    // MARK: - Course

    mutating func nextAction() -> VerificationAction? {
        guard template != nil, !stages.isEmpty else { return nil }
        let stage = stages.removeFirst()
        switch stage {
        case .rest: return .wait(Span(seconds: rest), purpose: "silence, so that limits and bans end")
        case .quiet:
            return .send(
                planned((0..<min(3, others)).map { (.other, .plain, 0.05 * Double($0)) }),
                purpose: "clients before any ban")
        case .ban(let roles): return .send(ban(roles), purpose: "going beyond the limit, for a ban")
        case .end(let roles):
            let now = record.now
            let requests = roles.compactMap { role -> Request? in
                guard let begin = record.begin(role, rule) else { return nil }
                // The silent one first: its ban has been prolonged by nothing.
                let end = max(begin.upperBound + penalty.seconds, begin.upperBound + forgets) + margin
                return (role, .late, max(0, end - now))
            }
            guard !requests.isEmpty else { return nil }
            return .send(planned(requests), purpose: "the end of the ban")
        }
    }

    private typealias Request = (role: Role, tag: ProbeScript.Shot.Tag, at: Double)

    private mutating func ban(_ roles: [Role]) -> [PlannedExchange] {
        var requests: [Request] = []
        for role in roles { requests += Array(repeating: (role, .plain, 0), count: burst) }
        if roles.contains(.asking) {
            let time = penalty.seconds
            requests += asked.map { (.asking, .early, $0 * time) }
            requests += disguises.map { (.asking, $0, 0.6 * time) }
            if hasOthers { requests += (1...others).map { (.other, .plain, (0.1 + 0.15 * Double($0)) * time) } }
        }
        return planned(requests.sorted { $0.at < $1.at })
    }

    private mutating func planned(_ requests: [Request]) -> [PlannedExchange] {
        guard let template else { return [] }
        places = requests.map { ($0.role, $0.tag, $0.at == 0 && $0.tag == .plain && $0.role != .other) }
        nextLane += 3
        return requests.map { request in
            var exchange = template
            exchange.offset = Span(seconds: request.at)
            // A burst goes out on one connection; what comes later on others, since a ban may close it.
            if request.at == 0, request.tag == .plain {
                exchange.lane = .kept(nextLane + (request.role == .silent ? 1 : request.role == .other ? 2 : 0))
            }
            clients.claim(&exchange, client(request.role))
            if case .spoof(let field) = request.tag {
                exchange.set(field, field.lowercased() == "forwarded" ? "for=203.0.113.7" : "203.0.113.7")
            }
            return exchange
        }
    }

    private mutating func client(_ role: Role) -> Int {
        let count = clients.identities
        switch role {
        case .asking: return 0
        case .silent: return count == 1 ? 0 : 1
        case .other:
            // The last one; where clients are made up another one each time.
            nextOther += 1
            return count.map { $0 - 1 } ?? 1 + nextOther
        }
    }

    mutating func take(_ observed: [ObservedExchange]) {
        let sign = RejectionSign(rule)
        for (index, exchange) in zip(places, observed) {
            record.take(
                index.role, isBurst: index.isBurst,
                .init(shot: 0, tag: index.tag, observed: exchange, isSign: sign?.isShown(by: exchange)))
        }
        places = []
    }

    // MARK: - Judging

    func report() -> VerificationReport {
        let judge = PenaltyJudge(self)
        var report = VerificationReport(kind: declared.kind, name: declared.name, findings: judge.findings())
        report.exchanges = record.everything.count
        if let span = record.span { report.duration = span }
        return report
    }
}
