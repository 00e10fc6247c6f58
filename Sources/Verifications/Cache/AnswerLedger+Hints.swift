internal import Measures
internal import Scenarios
import VerificationKit

extension AnswerLedger {
    /// How many hits and misses it takes to compare their times.
    private static let enough: UInt64 = 20

    /// Whether something else than the field speaks for the hits. Where no origin counts, hints are all there is: an
    /// answer can be made to look cached, and a fast origin looks like a cache. So this is advisory.
    var plausibleFinding: VerificationFinding? {
        let hits = passes.reduce(0) { $0 + $1.hits }
        guard hits > 0 else { return nil }
        var hitLatency = LatencyHistogram()
        var missLatency = LatencyHistogram()
        for pass in passes {
            hitLatency.add(pass.hitLatency)
            missLatency.add(pass.missLatency)
        }
        var speaks: [String] = []
        var against: [String] = []
        if ages.aged > 0 {
            speaks.append("\(Figure.counted(ages.aged)) hits have an Age of a second or more")
        } else if ages.counts[.missing, default: 0] > 0 {
            against.append("\(Figure.counted(ages.counts[.missing, default: 0])) hits have no Age")
        }
        if datesKept > datesRenewed {
            speaks.append("\(Figure.counted(datesKept)) hits still have the Date of the fetch, 2 s later or more")
        } else if datesRenewed > 0 {
            against.append("\(Figure.counted(datesRenewed)) hits have a new Date")
        }
        if hitLatency.count >= Self.enough, missLatency.count >= Self.enough, let hit = hitLatency.percentile(50),
            let miss = missLatency.percentile(50)
        {
            let words =
                "half of the hits came within \(Figure.short(hit.milliseconds, decimals: 3)) ms, of the misses within "
                + "\(Figure.short(miss.milliseconds, decimals: 3)) ms"
            if hit.seconds < 0.8 * miss.seconds { speaks.append(words) } else { against.append(words) }
        }
        let verdict: Verdict = !speaks.isEmpty ? .pass : against.count >= 2 ? .fail : .inconclusive
        let hints =
            (speaks.isEmpty ? [] : ["For it: \(speaks.joined(separator: "; ")). "])
            + (against.isEmpty ? [] : ["Against it: \(against.joined(separator: "; ")). "])
        return VerificationFinding(
            .plausible, verdict, severity: .advisory, expected: "another sign of hits than the field",
            observed: "\(speaks.count) for, \(against.count) against",
            evidence: hints.joined() + "These are hints only: name the origin's counter with `origin:` to know.")
    }
}
