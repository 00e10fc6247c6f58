internal import Measures
internal import Scenarios
import VerificationKit

/// What one pass comes to.
struct PassFindings: Sendable {
    let tally: PassTally
    let rule: CacheRule
    /// The hit ratio of a cache without bounds that begins empty: for the objects that were drawn, and to be expected.
    let ideal: (drawn: Double, expected: Double)
    /// The names of the fields that told what the cache did: `X-Cache`.
    let fields: String
    /// True for the second pass, over the cache that the first one warmed.
    let isWarm: Bool

    /// The share of hits.
    var hitRatio: VerificationFinding {
        let check = isWarm ? CacheCheck.warmHitRatio : .hitRatio
        let demanded = isWarm ? nil : rule.atLeast
        let cold = "\(Figure.share(ideal.drawn)) for these \(Figure.counted(rule.requests)) requests"
        let expected =
            demanded.map { "at least \(Figure.share($0))" } ?? (isWarm ? "shown" : "shown; \(cold) of a cold cache")
        guard let (hits, total) = tally.ratio, total > 0 else {
            return VerificationFinding(
                check, .noData, severity: demanded == nil ? .advisory : .hard, expected: expected,
                observed: "no answer tells", evidence: "No answer says whether it was a hit, and no origin counts.")
        }
        let point = Double(hits) / Double(total)
        let bound = ConfidenceBound.lowerRatio(events: hits, of: total)
        var verdict = Verdict.pass
        var words = evidence(bound)
        if let demanded { verdict = bound >= demanded ? .pass : point < demanded ? .fail : .inconclusive }
        if hits == 0 { verdict = .fail }
        if tally.basis == .answers, tally.unknown > 0 {
            // Nobody counted those that don't say: they may have been either.
            let all = total + UInt64(tally.unknown)
            let least = ConfidenceBound.lowerRatio(events: hits, of: all)
            let most = Double(hits + UInt64(tally.unknown)) / Double(all)
            words +=
                " \(Figure.counted(tally.unknown)) answers don't say what the cache did: with them it is "
                + "\(Figure.share(Double(hits) / Double(all))) to \(Figure.share(most))."
            if let demanded { verdict = least >= demanded ? .pass : most < demanded ? .fail : .inconclusive }
            if hits == 0, most > 0 { verdict = .inconclusive }
        }
        return VerificationFinding(
            check, verdict, severity: demanded == nil && hits > 0 ? .advisory : .hard, expected: expected,
            observed: "\(Figure.share(point)) (\(Figure.grouped(hits)) of \(Figure.grouped(total)))", evidence: words)
    }

    private func evidence(_ bound: Double) -> String {
        let mix: String =
            switch rule.popularity {
            case .uniform: "uniform"
            case .zipf(let exponent): "zipf \(Figure.short(exponent, decimals: 3))"
            }
        let said = tally.basis == .answers || tally.basis == .silent ? "" : "by the answers' own words "
        var parts = [
            "\(said)\(Figure.counted(tally.hits)) hits, \(Figure.counted(tally.revalidated)) revalidated, \(Figure.counted(tally.misses)) misses, "
                + "\(Figure.counted(tally.notEligible)) past the cache, \(Figure.counted(tally.unknown)) unknown, "
                + "\(Figure.counted(tally.unanswered)) unanswered",
            "lower 95 % bound \(Figure.share(bound))",
            "of all answers \(Figure.share(Double(tally.hits) / Double(max(1, tally.answers))))",
        ]
        if let bytes = tally.byteRatio { parts.append("of bytes \(Figure.share(bytes))") }
        if let reason = basisWords { parts.append(reason) }
        if isWarm {
            parts.append("mix: the same, its next \(Figure.counted(rule.requests)) requests")
        } else {
            parts.append(
                "mix: \(Figure.counted(rule.catalogue)) objects, \(mix), seed \(rule.seed), "
                    + "\(Figure.counted(rule.requests)) requests; a cache without bounds that begins empty reaches "
                    + "\(Figure.share(ideal.drawn)) with them, \(Figure.share(ideal.expected)) on average over all seeds"
            )
        }
        return parts.joined(separator: "; ") + "."
    }

    /// Whether the origin counted what the answers say.
    var originAgreement: VerificationFinding {
        let check = isWarm ? CacheCheck.warmOriginAgreement : .originAgreement
        let range = tally.expectedOriginRequests
        let expected =
            range.lowerBound == range.upperBound
            ? "\(Figure.counted(range.lowerBound)) requests at the origin"
            : "\(Figure.counted(range.lowerBound)) to \(Figure.counted(range.upperBound)) requests at the origin"
        guard let fetched = tally.originRequests else {
            let isBack = tally.originBefore != nil && tally.originAfter != nil
            return VerificationFinding(
                check, tally.originBefore == nil && tally.originAfter == nil ? .noData : .inconclusive,
                expected: expected, observed: "not known",
                evidence: isBack
                    ? "The origin's counter went back: it was restarted, or another instance answered."
                    : "The origin's counter could not be read before or after the pass: check the probe.")
        }
        let observed = "\(Figure.short(fetched, decimals: 3)) requests at the origin"
        if tally.answers == 0 || tally.unknown == tally.answers {
            return VerificationFinding(
                check, tally.answers == 0 ? .noData : .inconclusive, severity: tally.answers == 0 ? .hard : .advisory,
                expected: "what the answers say", observed: observed,
                evidence: "No answer says what the cache did, so there is nothing to compare.")
        }
        let (verdict, severity) = agreement
        return VerificationFinding(
            check, verdict, severity: severity, expected: expected, observed: observed,
            evidence: disagreement(fetched, range) + originEvidence(fetched))
    }

    /// A count below or, explained by renewed copies, above what the answers say is a fault of the field, not of the
    /// cache: then the ratio is the origin's.
    private var agreement: (Verdict, Objective.Severity) {
        switch tally.basis {
        case .answers where tally.originRequests == 0 && tally.expectedOriginRequests.lowerBound > 0:
            (.inconclusive, .hard)
        case .answers, .silent, .partly: (.pass, .hard)
        case .fewer, .renewed, .slightlyMore: (.fail, .advisory)
        case .more: (.fail, .hard)
        }
    }

    /// Why the ratio is the origin's; nil: it is that of the answers.
    private var basisWords: String? {
        let name = fields.isEmpty ? "the field" : fields
        return switch tally.basis {
        case .answers: nil
        case .silent: "no answer says so: counted by the origin's requests"
        case .partly:
            "\(name) is missing or can't be read on \(Figure.counted(tally.unknown)) answers: the ratio counts these by the "
                + "origin's requests"
        case .fewer: "\(name) says less than the cache did: the ratio is counted by the origin's requests"
        case .slightlyMore: "what the origin had more than the answers say is taken off the hits"
        case .renewed, .more: "\(name) claims more than the cache did: the ratio is counted by the origin's requests"
        }
    }

    private func disagreement(_ fetched: Double, _ range: ClosedRange<Int>) -> String {
        let name = fields.isEmpty ? "the field" : fields
        let surplus = Figure.short(fetched - Double(range.upperBound), decimals: 3)
        switch tally.basis {
        case .answers where fetched == 0 && range.lowerBound > 0:
            return
                "The origin's counter stood still though answers say that they were fetched: the probe counts something "
                + "else, another cache answered, or \(name) is wrong. "
        case .answers, .silent, .partly: return ""
        case .fewer:
            let lack = Figure.short(Double(range.lowerBound) - fetched, decimals: 3)
            return
                "\(name) is not reliable: the origin had \(lack) requests fewer than the answers say, so some that say that "
                + "they were fetched were not, or another cache stands between. The ratio is the origin's. "
        case .renewed:
            return
                "\(name) is not reliable: the origin had \(surplus) requests more than the answers say, and copies were "
                + "renewed meanwhile: the cache had them confirmed, or fetched them by itself, for what it calls hits. The "
                + "ratio is the origin's. "
        case .slightlyMore:
            return
                "The origin had \(surplus) requests more than the answers say, by which the hits are taken for fewer: the cache "
                + "asked twice, or health checks and other clients are counted too. "
        case .more:
            return "The origin had \(surplus) requests more than the answers admit: answers that claim to be hits were "
                + "fetched, or other clients use this origin, or the cache fetches by itself. The ratio is the origin's. "
        }
    }

    private func originEvidence(_ fetched: Double) -> String {
        let before = Figure.short(tally.originBefore ?? 0, decimals: 3)
        let after = Figure.short(tally.originAfter ?? 0, decimals: 3)
        var text =
            "By the answers \(Figure.counted(tally.forwarded)) were fetched (\(Figure.counted(tally.misses)) misses, "
            + "\(Figure.counted(tally.revalidated)) revalidated, \(Figure.counted(tally.notEligible)) past the cache); the probe "
            + "\(rule.origin ?? "") went from \(before) to \(after)"
        let allowances = [
            (tally.collapsed, "say that they shared a fetch"), (tally.overlapping, "may have shared one under way"),
            (tally.hitsFurtherOff, "were hits of a cache further off"),
            (tally.staleHits, "stale hits may have led to one"),
            (tally.numberedCopies, "copies were fetched behind hits, by their numbers"),
            (tally.unknown, "don't say"), (tally.unanswered, "have no answer"),
        ].filter { $0.0 > 0 }.map { "\(Figure.counted($0.0)) \($0.1)" }
        if !allowances.isEmpty { text += "; allowed for: \(allowances.joined(separator: ", "))" }
        let ratio = 1 - fetched / Double(max(1, tally.answers))
        return text
            + ". By the origin's count \(Figure.share(max(0, ratio))) of answers did not reach it, by the answers' own "
            + "words \(Figure.share(Double(tally.answers - tally.forwarded) / Double(max(1, tally.answers))))."
    }

    /// The share of answers that did not reach the origin.
    private func originRatio(_ fetched: Double) -> Double {
        let answers = Double(max(1, tally.answers))
        return max(0, answers - fetched) / answers
    }

    /// Numbers that belong to the pass.
    var figures: [VerificationFigure] {
        let prefix = isWarm ? "warm_" : ""
        var figures: [VerificationFigure] = []
        func add(_ name: String, _ value: Double?, _ unit: MeasuredUnit) {
            if let value { figures.append(VerificationFigure(prefix + name, value, unit)) }
        }
        if let (hits, total) = tally.safeRatio {
            add("hit_ratio", Double(hits) / Double(total), .ratio)
            add("hit_ratio_lower_bound", ConfidenceBound.lowerRatio(events: hits, of: total), .ratio)
        }
        if tally.answers > 0, tally.eligible > 0 {
            add("hit_ratio_of_all", Double(tally.hits) / Double(tally.answers), .ratio)
        }
        add("byte_hit_ratio", tally.byteRatio, .ratio)
        if tally.areFieldsReliable, let (hits, total) = tally.byteEvents {
            add("byte_hit_ratio_lower_bound", ConfidenceBound.lowerRatio(events: hits, of: total), .ratio)
        }
        if !isWarm {
            add("cold_cache_ratio", ideal.drawn, .ratio)
            add("cold_cache_ratio_expected", ideal.expected, .ratio)
        }
        if let fetched = tally.originRequests, tally.answers > 0 {
            add("origin_requests", fetched, .count)
            add("origin_ratio", originRatio(fetched), .ratio)
        }
        add("hit_latency_p50", tally.hitLatency.percentile(50)?.milliseconds, .milliseconds)
        add("hit_latency_p95", tally.hitLatency.percentile(95)?.milliseconds, .milliseconds)
        add("miss_latency_p50", tally.missLatency.percentile(50)?.milliseconds, .milliseconds)
        add("miss_latency_p95", tally.missLatency.percentile(95)?.milliseconds, .milliseconds)
        return figures
    }
}
