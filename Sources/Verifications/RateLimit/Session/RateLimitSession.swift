public import Measures
public import Scenarios
public import VerificationKit

/// The verification of all that an entry declares, one part after the other: each limit, the requests at once, the ban.
///
/// Each limit is probed where it alone can reject: shorter ones by clients that never send as much as a longer one takes, longer
/// ones by requests at a distance that every shorter one admits, limits over all clients by requests that are each another
/// client's. So a request is judged by the limit that can have decided about it.
public struct RateLimitSession: VerificationCourse {
    /// A part.
    enum Part {
        case limit(LimitPart)
        /// A limit that can't be seen.
        case hidden(RateLimitQuota, why: String)
        case concurrency(ConcurrencyCourse)
        case penalty(PenaltyCourse)
        case together(TogetherCourse)
    }

    private let declared: DeclaredVerification
    private var parts: [Part]
    private var current = 0
    /// Seconds between two parts, where clients or a count are the same in both.
    private let rest: Double
    private var isResting = false

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
        self.declared = declared
        let quotas = rule.quotas
        let clients = ProbeClients(rule, seed: seed)
        var parts: [Part] = []
        var rest = 0.0
        for (index, quota) in quotas.enumerated() {
            var others = quotas
            others.remove(at: index)
            let isAlone = quotas.count == 1 && rule.penalty == nil && rule.concurrency == nil && quota.scope == .client
            let setting =
                isAlone
                ? .alone
                : ProbeSetting(quota, beside: others, penalty: rule.penalty, concurrency: rule.concurrency)
            rest = max(rest, setting.rest)
            let own = rule.only(quota, beside: others)
            if let why = LimitPart.obstacle(own, setting, clients) {
                parts.append(.hidden(quota, why: why))
                continue
            }
            let course = RateLimitCourse(
                declared, rule: own, maker: maker, seed: seed &+ UInt64(index), setting: setting)
            parts.append(.limit(LimitPart(quota: quota, setting: setting, course: course, isOne: quotas.count == 1)))
        }
        if TogetherCourse.isOf(rule) {
            parts.append(.together(TogetherCourse(declared, rule: rule, maker: maker, seed: seed &+ 3_000)))
        }
        if let concurrency = rule.concurrency {
            // The requests of this part count against the limits, too.
            rest = max(rest, quotas.map(ProbeSetting.forgetting).max() ?? 0)
            parts.append(
                .concurrency(
                    ConcurrencyCourse(
                        declared, rule: rule, concurrency: concurrency, maker: maker, seed: seed &+ 1_000, rest: rest)))
        }
        if let penalty = rule.penalty, let quota = quotas.first(where: { $0.scope == .client }) {
            parts.append(
                .penalty(
                    PenaltyCourse(
                        declared, rule: rule.only(quota, beside: []), penalty: penalty, maker: maker,
                        seed: seed &+ 2_000, rest: rest)))
        }
        self.parts = parts
        let areSame = clients.identities != nil || quotas.contains { $0.scope == .all }
        self.rest = areSame ? rest : 0
    }

    /// What is about to be done.
    public var plan: VerificationPlan {
        var plan = VerificationPlan(parts: [], exchanges: 0, duration: .zero)
        for (index, part) in parts.enumerated() {
            if index > 0, rest > 0 {
                plan.parts.append("\(Figure.short(rest, decimals: 1)) s of silence")
                plan.duration = plan.duration + Span(seconds: rest)
            }
            switch part {
            case .limit(let part):
                let own = part.course.plan
                plan.parts += own.parts.map { part.isOne ? $0 : "\(part.quota.shown): \($0)" }
                plan.exchanges += own.exchanges
                plan.duration = plan.duration + own.duration
            case .hidden(let quota, let why): plan.parts.append("\(quota.shown): nothing. \(why)")
            case .concurrency(let course): plan.add(course.plan)
            case .penalty(let course): plan.add(course.plan)
            case .together(let course): plan.add(course.plan)
            }
        }
        return plan
    }

    /// What to do next; nil: all is known.
    public mutating func nextAction() -> VerificationAction? {
        while current < parts.count {
            if let action = parts[current].nextAction() { return action }
            current += 1
            if rest > 0, current < parts.count, !parts[current].isHidden {
                isResting = true
                return .wait(Span(seconds: rest), purpose: "silence, so that all limits forget")
            }
        }
        return nil
    }

    /// Takes what came of a batch: as many as were planned, in the same order.
    public mutating func take(_ observed: [ObservedExchange]) {
        if isResting {
            isResting = false
        } else if current < parts.count {
            parts[current].take(observed)
        }
    }

    /// What it came to.
    public func report() -> VerificationReport {
        var report = VerificationReport(kind: declared.kind, name: declared.name, findings: [])
        let judged = PartJudgement(parts)
        report.findings = judged.findings
        for part in parts {
            let own: VerificationReport
            switch part {
            case .limit(let part): own = part.named(part.course.report())
            case .hidden: continue
            case .concurrency(let course): own = course.report()
            case .penalty(let course): own = course.report()
            case .together(let course): own = course.report()
            }
            report.figures += own.figures
            report.plots += own.plots
            report.exchanges += own.exchanges
            report.duration = report.duration + own.duration
        }
        return report
    }
}

extension VerificationPlan {
    fileprivate mutating func add(_ other: VerificationPlan) {
        parts += other.parts
        exchanges += other.exchanges
        duration = duration + other.duration
    }
}

extension RateLimitSession.Part {
    var isHidden: Bool { if case .hidden = self { true } else { false } }

    mutating func nextAction() -> VerificationAction? {
        switch self {
        case .limit(var part):
            let action = part.course.nextAction()
            self = .limit(part)
            return action
        case .hidden: return nil
        case .concurrency(var course):
            let action = course.nextAction()
            self = .concurrency(course)
            return action
        case .penalty(var course):
            let action = course.nextAction()
            self = .penalty(course)
            return action
        case .together(var course):
            let action = course.nextAction()
            self = .together(course)
            return action
        }
    }

    mutating func take(_ observed: [ObservedExchange]) {
        switch self {
        case .limit(var part):
            part.course.take(observed)
            self = .limit(part)
        case .hidden: break
        case .concurrency(var course):
            course.take(observed)
            self = .concurrency(course)
        case .penalty(var course):
            course.take(observed)
            self = .penalty(course)
        case .together(var course):
            course.take(observed)
            self = .together(course)
        }
    }
}
