public import Measures
public import Scenarios
import VerificationKit

/// Judges objectives while a run goes on, by what was measured so far: for people who watch, not for the verdict.
///
/// Seconds are cheap to take in; judging costs, so it is done for as many objectives as there is time, in turn.
public struct RunningJudge: Sendable {
    /// How an objective stands.
    public enum Standing: String, CaseIterable, Sendable {
        /// What was measured so far meets the limit, and shows it.
        case ok
        /// It meets the limit, but does not show it yet; or a count is still to be reached.
        case open
        /// It breaks the limit.
        case broken
        /// Nothing was measured of it yet.
        case noData = "no data"

        /// How bad it is: the worst ones are shown first where not all can be.
        public var gravity: Int {
            switch self {
            case .ok: 0
            case .open: 1
            case .noData: 2
            case .broken: 3
            }
        }
    }

    /// What each objective comes to so far, in the scenario's order; nil until it is first judged.
    public private(set) var findings: [ObjectiveFinding?]

    private let judges: [ObjectiveJudge]
    /// What was measured so far of each objective that has no window.
    private var sums: [ObjectiveSample]
    private var probes: [ProbeSeries]
    private var stretches: [Range<Span>] = []
    /// The objective that is judged next.
    private var next = 0

    /// Makes the judge of a scenario's objectives.
    public init(_ scenario: Scenario) {
        judges = scenario.objectives.map { ObjectiveJudge($0, scenario: scenario) }
        sums = judges.map { _ in ObjectiveSample() }
        findings = judges.map { _ in nil }
        probes = scenario.probes.map { ProbeSeries(name: $0.name, every: Span($0.every)) }
    }

    /// Takes in a measured second of the run; seconds are numbered from 0. `loads`: for each load whether the second is
    /// measured load of it; empty where loads have no names.
    public mutating func feed(_ second: Interval, number: Int, loads: [Bool] = []) {
        for (index, judge) in judges.enumerated() where judge.objective.window == nil && judge.counts(loads) {
            guard !judge.objective.measure.isOfVerifications, !judge.objective.measure.isOfProbe else { continue }
            sums[index].add(judge.sample(of: second, seconds: 1))
        }
        let start = Span(seconds: Double(number))
        let end = Span(seconds: Double(number + 1))
        if let last = stretches.last, last.upperBound == start {
            stretches[stretches.count - 1] = last.lowerBound..<end
        } else {
            stretches.append(start..<end)
        }
    }

    /// Takes in a sample of a probe.
    public mutating func feed(_ sample: ProbeSample, of probe: String) {
        guard let index = probes.firstIndex(where: { $0.name == probe }) else { return }
        probes[index].append(sample)
    }

    /// Judges objectives, one at least, in turn, until each was judged once or `goesOn` says no.
    ///
    /// - Parameter windows: The watch that was fed the same seconds: it knows the worst windows.
    public mutating func judge(windows: ObjectiveWatch, while goesOn: () -> Bool) {
        for _ in judges.indices {
            let judge = judges[next]
            if case .probe(let name) = judge.objective.measure {
                findings[next] = ProbeJudge(judge.objective).finding(
                    of: probes.first { $0.name == name }, within: stretches)
            } else if judge.objective.measure.isOfVerifications {
                findings[next] = ObjectiveFinding(
                    objective: judge.objective, verdict: .noData, note: "verified after the load")
            } else {
                findings[next] = windows.windowFinding(ofObjective: next) ?? judge.finding(of: sums[next])
            }
            next = (next + 1) % judges.count
            if !goesOn() { return }
        }
    }

    /// How an objective stands by what it comes to so far.
    public static func standing(of finding: ObjectiveFinding) -> Standing {
        switch finding.verdict {
        case .pass: return .ok
        case .inconclusive, .invalid: return .open
        case .noData: return .noData
        case .fail: return isStillToBeReached(finding) ? .open : .broken
        }
    }

    /// A count grows: below its lower limit it is not broken before the end.
    private static func isStillToBeReached(_ finding: ObjectiveFinding) -> Bool {
        guard finding.unit == .count, finding.objective.window == nil, let observed = finding.observed else {
            return false
        }
        switch finding.objective.comparison {
        case .greater, .greaterOrEqual: return true
        case .equal(let target): return observed < target
        case .within(let range): return observed < range.lowerBound
        case .less, .lessOrEqual: return false
        }
    }
}
