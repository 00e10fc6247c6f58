internal import Measures
internal import Scenarios
import VerificationKit

/// Whether several limits go together: a client that sends as fast as all of them allow, for longer than the longest window, must
/// never be rejected; one beside it that sends more gets no more in all than they allow together.
struct TogetherCourse: VerificationCourse {
    /// Which of the two clients.
    enum Role: Int { case keeping, exceeding }

    let declared: DeclaredVerification
    let rule: RateLimitRule
    let quotas: [RateLimitQuota]
    let clients: ProbeClients
    private let template: PlannedExchange?
    /// When each of them sends, in seconds.
    private let times: [[Double]]
    private var isSent = false
    private var roles: [Role] = []
    private(set) var record = ProbeRecord()

    /// Seconds at most, and requests of a client at most.
    private static let longest = 180.0
    private static let most = 2_000

    init(_ declared: DeclaredVerification, rule: RateLimitRule, maker: RequestMaker, seed: UInt64) {
        self.declared = declared
        quotas = rule.quotas
        self.rule = rule.only(rule.quotas[rule.quotas.count - 1], beside: [])
        clients = ProbeClients(rule, seed: seed)
        var template = maker.exchange(rule.request)
        if !rule.rejectsByBody { template?.keptBody = 0 }
        self.template = template
        let resolution = LimiterParameters.seconds(rule.resolution)
        let laws = rule.quotas.map {
            LimitLaw($0, allowance: rule.allowance, margin: max(0.05, $0.seconds / 40) + 2 * resolution)
        }
        let length = min(Self.longest, 1.3 * (rule.quotas.map(\.seconds).max() ?? 0) + 0.5)
        var times = [Self.keeping(laws, length)]
        // What it gets must not be taken from the other one, nor end in a ban.
        let isApart = clients.identities == nil && !rule.quotas.contains { $0.scope == .all } && rule.penalty == nil
        if isApart, let gap = rule.quotas.map({ 1 / (1.3 * $0.rate) }).min() {
            times.append((0..<min(Self.most, Int(length / gap))).map { Double($0) * gap })
        }
        self.times = times
    }

    /// Whether it has something to show: several limits, of which none is about requests under way.
    static func isOf(_ rule: RateLimitRule) -> Bool {
        rule.quotas.count > 1 && rule.concurrency == nil && rule.quotas.contains { $0.scope == .client }
    }

    private static func keeping(_ laws: [LimitLaw], _ length: Double) -> [Double] {
        var times: [Double] = []
        while times.count < most {
            // One limit may put it to where another one has something against it.
            var next = times.last.map { $0 + 0.005 } ?? 0
            while true {
                let later = laws.reduce(next) { $1.earliest(from: $0, after: times) }
                if later <= next { break }
                next = later
            }
            guard next <= length else { break }
            times.append(next)
        }
        return times
    }

    // MARK: Course

    var plan: VerificationPlan {
        var parts = ["\(times[0].count) requests as fast as all limits together allow"]
        if times.count > 1 { parts.append("\(times[1].count) of another client, which are more than that") }
        return VerificationPlan(
            parts: parts, exchanges: times.reduce(0) { $0 + $1.count },
            duration: Span(seconds: times.compactMap(\.last).max() ?? 0))
    }

    mutating func nextAction() -> VerificationAction? {
        guard let template, !isSent else { return nil }
        isSent = true
        var planned: [(exchange: PlannedExchange, role: Role)] = []
        for (client, times) in times.enumerated() {
            guard let role = Role(rawValue: client) else { continue }
            record.runs.append(ProbeRun(kind: .together, client: client))
            record.runs[client].pending = times.count
            for time in times {
                var exchange = template
                exchange.offset = Span(seconds: time)
                clients.claim(&exchange, client)
                planned.append((exchange, role))
            }
        }
        planned = planned.enumerated().sorted {
            ($0.element.exchange.offset, $0.offset) < ($1.element.exchange.offset, $1.offset)
        }.map(\.element)
        roles = planned.map(\.role)
        return .send(planned.map(\.exchange), purpose: ProbeScript.Kind.together.purpose)
    }

    mutating func take(_ observed: [ObservedExchange]) {
        let sign = RejectionSign(rule)
        for (role, exchange) in zip(roles, observed) {
            record.origin = min(record.origin ?? exchange.sent, exchange.sent)
            record.latest = max(record.latest ?? exchange.received, exchange.received)
            record.runs[role.rawValue].pending -= 1
            record.runs[role.rawValue].answers.append(
                .init(shot: 0, tag: .plain, observed: exchange, isSign: sign?.isShown(by: exchange)))
        }
        roles = []
    }

    func report() -> VerificationReport {
        var report = VerificationReport(
            kind: declared.kind, name: declared.name, findings: TogetherJudge(self).findings())
        report.exchanges = record.everything.count
        if let origin = record.origin, let latest = record.latest { report.duration = latest - origin }
        return report
    }
}
