public import Measures
import Scenarios
public import VerificationKit

/// The verification of a cache: hit ratios for a stated mix of objects, checked against what the origin counted; what is
/// kept and what must not be; variants, queries and purges.
///
/// Source of what a hit is: RFC 9211 §2; of ages and variants: RFC 9111 §4.1, §5.1.
public struct CacheCourse: VerificationCourse {
    private let name: String
    private var parts: [any CachePart]
    /// The part that is under way; those before it are done.
    private var current = 0
    private var start: Instant?
    private var end = Instant(nanoseconds: 0)
    private var exchanges = 0

    /// A verification by the rule.
    ///
    /// - Parameters:
    ///   - rule: What is asked for.
    ///   - name: The scenario's name for it.
    ///   - maker: Makes requests.
    ///   - fresh: Letters and digits that no earlier run has used: queries get values that no cache knows.
    /// - Returns: nil where a request can't be made, which those of a validated scenario can.
    public init?(_ rule: CacheRule, name: String, maker: RequestMaker, fresh: String) {
        guard maker.exchange(rule.request, number: rule.first) != nil else { return nil }
        var clearing: PlannedExchange?
        if let clear = rule.clear {
            guard let made = maker.exchange(clear, number: rule.first) else { return nil }
            clearing = made
        }
        self.name = name
        parts = [MixPart(rule, maker: maker, clearing: clearing)]
        if let part = VaryPart(rule, maker: maker) { parts.append(part) }
        if let part = QueryPart(rule, maker: maker, fresh: fresh) { parts.append(part) }
        if let part = PurgePart(rule, maker: maker) { parts.append(part) }
    }

    /// What is about to be done.
    public var plan: VerificationPlan {
        VerificationPlan(
            parts: parts.map(\.summary), exchanges: parts.reduce(0) { $0 + $1.exchanges },
            duration: parts.reduce(Span.zero) { $0 + $1.duration })
    }

    /// What to do next; nil: all is known.
    public mutating func nextAction() -> VerificationAction? {
        while current < parts.count {
            if let action = parts[current].nextAction() { return action }
            current += 1
        }
        return nil
    }

    /// Takes what came of a batch.
    public mutating func take(_ observed: [ObservedExchange]) {
        guard current < parts.count else { return }
        let begin = start ?? observed.map(\.sent).min() ?? end
        if !observed.isEmpty { start = begin }
        end = max(end, observed.map(\.received).max() ?? end)
        exchanges += observed.count
        parts[current].take(observed, since: begin)
    }

    /// Takes what the origin's counter showed.
    public mutating func take(reading: Double?) {
        guard current < parts.count else { return }
        parts[current].take(reading: reading)
    }

    /// What it came to.
    public func report() -> VerificationReport {
        let findings = parts.enumerated().flatMap { index, part in
            index < current ? part.findings : part.findings.map(Self.unfinished)
        }
        var report = VerificationReport(kind: "cache", name: name, findings: findings)
        report.figures = parts.flatMap(\.figures)
        report.plots = parts.flatMap(\.plots)
        // Of half a pass, no objective is met.
        report.ratios = parts.prefix(current).flatMap(\.ratios)
        report.exchanges = exchanges
        report.duration = start.map { end - $0 } ?? .zero
        return report
    }

    /// What a part came to that was not carried to its end: a single answer that breaks a check breaks it for good, all
    /// else is open, such as ratios.
    private static func unfinished(_ finding: VerificationFinding) -> VerificationFinding {
        var finding = finding
        let single: [CacheCheck] = [
            .clear, .statusFields, .content, .age, .setCookie, .errorsCached, .vary, .query,
        ]
        if finding.verdict == .fail, single.contains(where: { $0.rawValue == finding.check }) { return finding }
        finding.verdict = .inconclusive
        finding.evidence = "Not carried to its end. " + finding.evidence
        return finding
    }
}

extension RequestMaker {
    /// The planned exchange of a request that changes a cache or its origin.
    func exchange(_ order: CacheOrder, number: Int) -> PlannedExchange? {
        var exchange = exchange(order.request, number: number)
        if let method = order.method { exchange?.method = method }
        return exchange
    }
}
