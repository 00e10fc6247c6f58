internal import Baselines
internal import Capacity
internal import VerificationKit

extension CapacityResult.Step {
    /// What it was measured for, in a word.
    var shownPurpose: String { purpose.rawValue }
}

extension CapacityResult {
    /// The answer in a sentence, without a full stop: `capacity 412/s (405/s to 418/s), limited by p95 response_time < 200ms`.
    var sentence: String {
        guard let rate else {
            if let high { return "no rate holds: at \(Self.shown(high)) \(brokenWords)" }
            let lacking = limitedBy.map { " (\($0))" } ?? ""
            return "no capacity found: nothing could be shown at the rates that were measured\(lacking)"
        }
        guard let high, limit == .target else { return "capacity at least \(Self.shown(rate)): \(bound)" }
        let interval = "\(Self.shown(low ?? 0)) to \(Self.shown(high))"
        return "capacity \(Self.shown(rate)) (\(interval)), \(limitWords)"
    }

    private var brokenWords: String {
        limitedBy == Self.growth ? Self.growth : "\(limitedBy ?? "an objective") is broken"
    }

    private var limitWords: String {
        limitedBy == Self.growth ? "where \(Self.growth)" : "limited by \(limitedBy ?? "an objective")"
    }

    /// Why it is only a lower bound.
    private var bound: String {
        switch limit {
        case .target, .unknown: "more could not be shown either way\(limitedBy.map { " (\($0))" } ?? "")"
        case .generator: "the generator was the limit (\(generatorReason ?? ""))"
        case .top: "no higher rate was asked for"
        case .time: "the time was up"
        case .stopped: "stopped"
        case .lost: "the target did not come back after a higher rate"
        }
    }

    /// What a person is told of it besides, a line each.
    var facts: [String] {
        var facts: [String] = []
        if let knee {
            facts.append("knee at \(Self.shown(knee)): beyond it response times grow faster than the throughput")
        }
        if let usl {
            let worst = usl.points.map { abs($0.residual) }.max() ?? 0
            let off = "off by \(Figure.short(worst * 100, decimals: 1)) % at most"
            if usl.fits {
                let peak = usl.peakThroughput.map {
                    ", peak \(Figure.short($0, decimals: 1)) exchanges/s at "
                        + "\(Figure.short(usl.peakConcurrency ?? 0, decimals: 1)) under way"
                }
                facts.append(
                    "Universal Scalability Law: λ \(Figure.short(usl.lambda, decimals: 1))/s, σ "
                        + "\(Figure.short(usl.sigma, decimals: 6)), κ \(Figure.short(usl.kappa, decimals: 8))\(peak ?? ""); \(off)"
                )
            } else {
                facts.append("the Universal Scalability Law does not describe it: \(off)")
            }
        }
        if let hysteresis, hysteresis.brokenAt == nil, let heldAt = hysteresis.heldAt {
            facts.append(
                "after an overload at \(Self.shown(hysteresis.overload)) the objectives held again at \(Self.shown(heldAt)) at once"
            )
        }
        if let comparison {
            facts.append("beside \(comparison.reference): \(comparison.verdict.rawValue), \(comparison.reason)")
        }
        return facts + (notes ?? [])
    }

    /// How a step is told: `held`, `broken: p95 response_time < 200ms`.
    static func told(_ step: Step) -> String {
        switch step.verdict {
        case .pass: "held"
        case .fail: "broken: \(step.because ?? "")"
        case .inconclusive, .noData: "not shown: \(step.because ?? "")"
        case .invalid: "generator: \(step.because ?? "")"
        }
    }
}
