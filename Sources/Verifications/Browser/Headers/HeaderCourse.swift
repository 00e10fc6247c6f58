public import Measures
import Scenarios
public import VerificationKit

/// The verification `headers`: looks at answers of every kind that the rule covers, and judges their fields by the table
/// of ``HeaderCheckName``.
public struct HeaderCourse: VerificationCourse {
    private typealias Look = (exchange: PlannedExchange, purpose: BrowserAnswer.Purpose, isMadeUp: Bool)

    private enum Phase {
        case look, again, limited, done
    }

    /// Requests of a batch towards a refusal.
    private static let batch = 50

    private let name: String
    private let rule: HeaderRule
    private var requests: KindRequests
    private let looks: [Look]
    private let limited: (request: PlannedExchange, times: Int)?
    private var phase = Phase.look
    private var limitedSent = 0
    private var pending: [BrowserAnswer.Purpose] = []
    private var observed: [ObservedExchange] = []
    /// The places of those whose requests were made up.
    private var madeUp: Set<Int> = []
    private var answers: [BrowserAnswer] = []
    private var sent = 0
    private var ended: Instant?

    /// Makes the course of a verification of the name.
    public init(name: String, rule: HeaderRule, maker: RequestMaker) {
        self.name = name
        self.rule = rule
        var requests = KindRequests(
            rule.coverage, first: rule.requests.first ?? VerifiedRequest(url: Text("/")), maker: maker)
        var looks: [Look] = []
        for request in rule.requests {
            if let planned = requests.planned(request) { looks.append((planned, .look, false)) }
        }
        for kind in AnswerKind.allCases {
            looks += requests.requests(for: kind).map { ($0, .look, requests.isMadeUp(kind)) }
            if kind == .methodNotAllowed, rule.coverage.kinds.contains(kind), let trace = requests.trace() {
                looks.append((trace, .look, true))
            }
        }
        if let upgrade = maker.upgrade(rule) { looks.append((requests.onLane(upgrade), .upgrade, false)) }
        limited = rule.coverage.kinds.contains(.rateLimited) ? requests.limited() : nil
        self.looks = looks
        self.requests = requests
    }

    /// What is about to be done.
    public var plan: VerificationPlan {
        var parts = ["\(looks.count) requests for answers of the kinds \(kindNames)"]
        var count = looks.count
        if rule.coverage.kinds.contains(.cached) {
            parts.append("requests that got an answer again, twice, to see what caches keep")
            count += 2 * (rule.requests.count + (rule.coverage.provocations[.cached] == nil ? 0 : 1))
        }
        if let limited {
            parts.append(
                "up to \(limited.times) times \(limited.request.method) \(limited.request.target) until it is refused")
            count += limited.times
        }
        return VerificationPlan(parts: parts, exchanges: count, duration: Span(seconds: Double(count) * 0.02))
    }

    private var kindNames: String { rule.coverage.kinds.map(\.rawValue).joined(separator: ", ") }

    /// What to send next.
    public mutating func nextAction() -> VerificationAction? {
        while phase != .done {
            let batch = nextBatch()
            if !batch.exchanges.isEmpty {
                pending = batch.purposes
                sent += batch.exchanges.count
                if phase == .limited { limitedSent += batch.exchanges.count }
                return .send(batch.exchanges, purpose: batch.about)
            }
            switch phase {
            case .look: phase = .again
            case .again: phase = .limited
            case .limited, .done: phase = .done
            }
        }
        return nil
    }

    private func nextBatch() -> (exchanges: [PlannedExchange], purposes: [BrowserAnswer.Purpose], about: String) {
        switch phase {
        case .look where sent == 0:
            return (looks.map(\.exchange), looks.map(\.purpose), "answers of every kind")
        case .again where rule.coverage.kinds.contains(.cached) && !hasAgain:
            let firsts = answers.indices.filter { mayBeCached($0) }
            let twice = firsts.flatMap { [$0, $0] }
            return (twice.map { answers[$0].exchange.planned }, twice.map { .again($0) }, "what caches keep")
        case .limited:
            guard let limited, limitedSent < limited.times, !answers.contains(where: { $0.status == 429 }) else {
                break
            }
            let count = min(Self.batch, limited.times - limitedSent)
            return (
                Array(repeating: limited.request, count: count), Array(repeating: .look, count: count),
                "until it is refused"
            )
        case .look, .again, .done: break
        }
        return ([], [], "")
    }

    private var hasAgain: Bool {
        answers.contains { if case .again = $0.purpose { true } else { false } }
    }

    /// Of a request that the scenario names for it, else of every GET that succeeded.
    private func mayBeCached(_ index: Int) -> Bool {
        let answer = answers[index]
        guard answer.purpose == .look, ["GET", "HEAD"].contains(answer.exchange.planned.method) else { return false }
        return (200...299).contains(answer.status)
            || rule.coverage.provocations[.cached] != nil && answer.cacheHit != nil
    }

    /// Takes answers.
    public mutating func take(_ observed: [ObservedExchange]) {
        let isLimited = phase == .limited
        let isFirst = phase == .look
        ended = ([ended].compactMap { $0 } + observed.map(\.received)).max()
        for (index, (exchange, purpose)) in zip(observed, pending).enumerated() {
            if isLimited {
                // One refusal stands for all; what was let through is known already.
                if exchange.isAnswered, exchange.status != 429 || answers.contains(where: { $0.status == 429 }) {
                    continue
                }
            }
            let isClosed = exchange.outcome == .refused || exchange.outcome == .connectTimeout
            if purpose == .upgrade, exchange.status == 0, isClosed {
                answers.append(BrowserAnswer(exchange, for: purpose))
                continue
            }
            if isFirst, looks[index].isMadeUp { madeUp.insert(self.observed.count) }
            self.observed.append(exchange)
            if exchange.isAnswered { answers.append(BrowserAnswer(exchange, for: purpose)) }
        }
        pending = []
        if case .again = phase { phase = .limited }
    }

    /// What it came to.
    public func report() -> VerificationReport {
        let findings = BrowserFindings(answers)
        var report = VerificationReport(
            kind: "headers", name: name,
            findings: [BrowserFindings.answered(observed, madeUp: madeUp), findings.coverage(rule.coverage)])
        let isPlain = answers.contains { $0.isPage && !$0.exchange.planned.isSecure }
        for check in HeaderCheck.all {
            guard let severity = check.severity(rule) else { continue }
            let isAboutHTTPS = check.fields == ["Strict-Transport-Security"]
            report.findings.append(
                findings.finding(
                    BrowserFindings.Check(
                        label: check.name.rawValue, expected: check.expected, severity: severity, source: check.source,
                        advice: check.advice, fields: check.fields, waiver: rule.waived[check.name],
                        remark: isPlain && isAboutHTTPS
                            ? "Answers over plain HTTP are judged too, but browsers heed the field over HTTPS only"
                            : nil),
                    check.judge(answers, rule.profile)))
        }
        report.figures = [VerificationFigure("answers", Double(answers.count), .count)]
        report.exchanges = sent
        report.duration = answers.isEmpty ? .zero : ended.map { $0 - findings.start } ?? .zero
        return report
    }
}
