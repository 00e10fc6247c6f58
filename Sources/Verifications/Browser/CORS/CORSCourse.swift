public import Measures
import Scenarios
public import VerificationKit

/// The verification `cors`: asks as a page of every allowed origin and of hostile ones that are derived from them, and
/// judges the grants by the table of ``CORSCheckName`` as a browser would (WHATWG Fetch).
public struct CORSCourse: VerificationCourse {
    private typealias Ask = (
        exchange: PlannedExchange, asker: CORSAnswer.Asker, question: CORSAnswer.Question, isMadeUp: Bool
    )

    private enum Phase {
        case ask, cached, limited, afterLimit, done
    }

    /// Requests of a batch towards a refusal.
    private static let batch = 50
    private static let aboutLimit = "until it is refused"

    private let name: String
    private let rule: CORSRule
    private var asks: [Ask] = []
    private var cachedAsks: [Ask] = []
    private let limited: (request: PlannedExchange, times: Int)?
    private let allowed: [CORSAnswer.Asker]
    private let hostile: [CORSAnswer.Asker]
    private var phase = Phase.ask
    private var limitedSent = 0
    private var isTowardsLimit = false
    private var pending: [Ask] = []
    private var observed: [ObservedExchange] = []
    /// The places of those whose requests were made up.
    private var madeUp: Set<Int> = []
    private var answers: [CORSAnswer] = []
    private var sent = 0
    private var ended: Instant?

    /// Makes the course of a verification of the name.
    public init(name: String, rule: CORSRule, maker: RequestMaker) {
        self.name = name
        self.rule = rule
        allowed = rule.allowsAll ? [.allowed("https://loadgate.example")] : rule.allow.map { .allowed($0.sample) }
        hostile = HostileOrigin.derived(rule).map { .hostile($0) }
        var requests = KindRequests(rule.coverage, first: rule.request, maker: maker)
        limited = rule.coverage.kinds.contains(.rateLimited) ? requests.limited() : nil
        planActual(&requests)
        planPreflights(&requests)
        planKinds(&requests)
        planCached(&requests)
    }

    /// The request itself, in an order in which a cache would give one origin's answer to the next.
    private mutating func planActual(_ requests: inout KindRequests) {
        var order: [CORSAnswer.Asker] = [.nobody]
        if let first = allowed.first { order.append(first) }
        if let other = hostile.first { order.append(other) }
        if let first = allowed.first { order.append(first) }
        order += hostile.dropFirst()
        order += allowed.dropFirst()
        order.append(.nobody)
        for asker in order {
            guard let exchange = requests.planned(rule.request) else { continue }
            asks.append(Self.ask(exchange, asker))
        }
    }

    private mutating func planPreflights(_ requests: inout KindRequests) {
        guard let exchange = requests.planned(rule.request) else { return }
        let methods = rule.methods.flatMap { $0.isEmpty ? nil : $0 } ?? [rule.request.method.rawValue]
        let headers = (rule.headers ?? []).map { $0.lowercased() }.sorted()
        for (index, asker) in allowed.enumerated() {
            for method in index == 0 ? methods : [methods[0]] {
                asks.append(Self.preflight(exchange, asker, method, headers))
            }
        }
        if let first = allowed.first {
            if let unlisted = ["DELETE", "PATCH", "PUT"].first(where: { !methods.contains($0) }) {
                asks.append(Self.preflight(exchange, first, unlisted, headers))
            }
            asks.append(Self.preflight(exchange, first, methods[0], headers + [CORSCheck.unlistedHeader]))
        }
        for asker in hostile { asks.append(Self.preflight(exchange, asker, methods[0], headers)) }
    }

    /// Answers of other kinds, to one allowed origin and to what is never allowed.
    private mutating func planKinds(_ requests: inout KindRequests) {
        for kind in AnswerKind.allCases where kind != .cached {
            for exchange in requests.requests(for: kind) {
                for asker in allowed.prefix(1) + hostile.prefix(2) {
                    asks.append(Self.ask(exchange, asker, isMadeUp: requests.isMadeUp(kind)))
                }
            }
        }
    }

    /// The same request again and again, as the same client, for a cache.
    private mutating func planCached(_ requests: inout KindRequests) {
        guard rule.coverage.kinds.contains(.cached) else { return }
        let named = rule.coverage.provocations[.cached]?.request
        guard let exchange = requests.planned(named ?? rule.request), ["GET", "HEAD"].contains(exchange.method) else {
            return
        }
        let first = allowed.first ?? .nobody
        var order = [first, first]
        if let other = hostile.first { order += [other, first] }
        order.append(.nobody)
        cachedAsks = order.map { Self.ask(exchange, $0) }
    }

    private static func ask(
        _ exchange: PlannedExchange, _ asker: CORSAnswer.Asker, isMadeUp: Bool = false
    ) -> Ask {
        var exchange = exchange
        if let origin = asker.origin { exchange.set("Origin", origin) }
        return (exchange, asker, .actual, isMadeUp)
    }

    /// A preflight carries no credentials and nothing else of the request.
    private static func preflight(
        _ exchange: PlannedExchange, _ asker: CORSAnswer.Asker, _ method: String, _ headers: [String]
    ) -> Ask {
        var exchange = exchange
        exchange.method = "OPTIONS"
        exchange.body = []
        exchange.fields = [
            HeaderLine("Origin", asker.origin ?? "null"), HeaderLine("Access-Control-Request-Method", method),
        ]
        if !headers.isEmpty {
            exchange.fields.append(HeaderLine("Access-Control-Request-Headers", headers.joined(separator: ",")))
        }
        return (exchange, asker, .preflight(method: method, headers: headers), false)
    }

    /// What is about to be done.
    public var plan: VerificationPlan {
        let preflights = asks.filter { $0.question != .actual }.count
        var parts = [
            "\(asks.count - preflights) requests and \(preflights) preflights of \(allowed.count) allowed and "
                + "\(hostile.count) hostile origins"
        ]
        if rule.allow.count > HostileOrigin.maximumDerived {
            parts.append("hostile origins are derived from the first \(HostileOrigin.maximumDerived) allowed ones")
        }
        if !cachedAsks.isEmpty { parts.append("\(cachedAsks.count) times the same, to see what caches keep") }
        if let limited {
            parts.append(
                "up to \(limited.times) times \(limited.request.method) \(limited.request.target) until it is refused")
        }
        let count = asks.count + cachedAsks.count + (limited?.times ?? 0)
        return VerificationPlan(parts: parts, exchanges: count, duration: Span(seconds: Double(count) * 0.02))
    }

    /// What to send next.
    public mutating func nextAction() -> VerificationAction? {
        while true {
            let batch: [Ask]
            let about: String
            switch phase {
            case .ask: (batch, about, phase) = (asks, "allowed and hostile origins", .cached)
            case .cached: (batch, about, phase) = (cachedAsks, "what caches keep", .limited)
            case .limited:
                about = Self.aboutLimit
                let isRefused = answers.contains { $0.answer.status == 429 && $0.asker == allowed.first ?? .nobody }
                let left = (limited?.times ?? 0) - limitedSent
                if isRefused || left <= 0 {
                    (batch, phase) = ([], isRefused ? .afterLimit : .done)
                } else {
                    batch =
                        limited.map {
                            Array(
                                repeating: Self.ask($0.request, allowed.first ?? .nobody), count: min(Self.batch, left))
                        } ?? []
                }
            case .afterLimit:
                about = "hostile origins when refused"
                batch = limited.map { limit in hostile.prefix(2).map { Self.ask(limit.request, $0) } } ?? []
                phase = .done
            case .done:
                return nil
            }
            guard !batch.isEmpty else { continue }
            pending = batch
            isTowardsLimit = about == Self.aboutLimit
            if isTowardsLimit { limitedSent += batch.count }
            sent += batch.count
            return .send(batch.map(\.exchange), purpose: about)
        }
    }

    /// Takes answers.
    public mutating func take(_ observed: [ObservedExchange]) {
        ended = ([ended].compactMap { $0 } + observed.map(\.received)).max()
        for (exchange, ask) in zip(observed, pending) {
            if isTowardsLimit {
                // One refusal stands for all; what was let through is known already.
                let isKnown = answers.contains { $0.answer.status == 429 && $0.asker == ask.asker }
                if exchange.isAnswered, exchange.status != 429 || isKnown { continue }
            }
            if ask.isMadeUp { madeUp.insert(self.observed.count) }
            self.observed.append(exchange)
            guard exchange.isAnswered else { continue }
            answers.append(CORSAnswer(exchange, ask.asker, ask.question, isMadeUp: ask.isMadeUp))
        }
        pending = []
    }

    /// What it came to.
    public func report() -> VerificationReport {
        let findings = BrowserFindings(answers.map(\.answer))
        // Preflights are no answers of the kinds that are covered.
        let covered = BrowserFindings(answers.filter { !$0.isPreflight }.map(\.answer))
        var report = VerificationReport(
            kind: "cors", name: name,
            findings: [BrowserFindings.answered(observed, madeUp: madeUp), covered.coverage(rule.coverage)])
        for check in CORSCheck.all {
            report.findings.append(
                findings.finding(
                    BrowserFindings.Check(
                        label: check.name.rawValue, expected: check.expected, severity: check.severity(rule),
                        source: check.source, advice: check.advice, fields: check.fields,
                        waiver: rule.waived[check.name], mustBeSeen: check.mustBeSeen(rule)),
                    check.judge(answers, rule)))
        }
        report.figures = [VerificationFigure("answers", Double(answers.count), .count)]
        report.exchanges = sent
        report.duration = answers.isEmpty ? .zero : ended.map { $0 - findings.start } ?? .zero
        return report
    }
}
