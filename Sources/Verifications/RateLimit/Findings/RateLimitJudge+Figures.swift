internal import Scenarios
import VerificationKit

/// Numbers beside the findings.
extension RateLimitJudge {
    func figures() -> [VerificationFigure] {
        var figures: [VerificationFigure] = []
        func add(_ name: String, _ value: Double?, _ unit: MeasuredUnit? = nil) {
            guard let value, value.isFinite else { return }
            figures.append(VerificationFigure(name, value, unit))
        }
        func admitted(_ kind: ProbeScript.Kind, _ shot: Int) -> Double? {
            reader.counts(reader.run(kind), shot: shot).map { Double($0.admitted) }
        }
        add("admitted_at_rest", admitted(.persistent, 0), .count)
        add("admitted_after_wait", admitted(.persistent, 1), .count)
        add("admitted_after_window", admitted(.persistent, 8), .count)
        add("admitted_after_halves", admitted(.halves, 2), .count)
        add("admitted_before_boundary", admitted(.boundary, 1), .count)
        add("admitted_after_boundary", admitted(.boundary, 2), .count)
        add("admitted_race_cold", admitted(.raceCold, 0), .count)
        add("admitted_race_again", admitted(.raceAgain, 0), .count)
        add("admitted_race_primed", reader.run(.racePrimed).flatMap { admitted(.racePrimed, $0.shots - 1) }, .count)
        add("most_in_window", mostInWindow.map { Double($0.count) }, .count)
        add("limit_low", inferredLimit?.lowerBound)
        add("limit_high", inferredLimit?.upperBound)
        add("window_low", inferredWindow.map { $0.lowerBound * 1000 }, .milliseconds)
        add("window_high", inferredWindow.map { $0.upperBound * 1000 }, .milliseconds)
        add("burst_low", basis.fits.map(\.burst.lowerBound).min().map(Double.init))
        add("burst_high", basis.fits.map(\.burst.upperBound).max().map(Double.init))
        add("refill_low", inferredRefill?.lowerBound, .perSecond)
        add("refill_high", inferredRefill?.upperBound, .perSecond)
        add("promised_delay", RateLimitPromise(reader, rule).map { $0.delay * 1000 }, .milliseconds)
        add("neighbour_latency_before", Self.median(record.quiet), .milliseconds)
        add("neighbour_latency_beside", Self.median(record.beside), .milliseconds)
        return figures
    }
}
