public import Measures
public import Scenarios
import VerificationKit

/// Watches a drill's limits while it goes on, second by second.
///
/// An outage is seen once its attempts have failed, so at the latest a step's timeout after it passed the limit.
public struct BlastRadius: Sendable {
    fileprivate struct Course {
        /// The latest intended send among successes.
        var lastSuccess: Instant?
        /// The intended send of the first failure after it; nil: none failed since.
        var firstFailure: Instant?
    }

    private let limits: DrillLimits
    /// The flow of each step.
    private let flows: [Int]
    private var courses: [Course]
    private var good: UInt64 = 0
    private var bad: UInt64 = 0

    /// A watch of nothing yet. `flows`: for each step of the scenario the number of its flow.
    public init(_ limits: DrillLimits, flows: [Int]) {
        self.limits = limits
        self.flows = flows
        courses = Array(repeating: Course(), count: (flows.max() ?? -1) + 1)
    }

    /// Takes attempts that ended; those since the first fault only.
    public mutating func take(_ attempts: [Attempt]) {
        for attempt in attempts where attempt.outcome != .unfinished && attempt.outcome != .notSent {
            let flow = flows[Int(attempt.step)]
            if attempt.outcome == .ok {
                good += 1
                courses[flow].succeed(attempt.intended)
            } else {
                bad += 1
                if !attempt.isStalled { courses[flow].fail(attempt.intended) }
            }
        }
    }

    /// Which limit is passed at an instant, in words; nil: none.
    public func breach(at instant: Instant) -> String? {
        if let most = limits.outage.map(Span.init) {
            for course in courses {
                guard let start = course.firstFailure, instant - start > most else { continue }
                return "limits.outage: no success for \(Figure.short((instant - start).seconds, decimals: 1)) s"
            }
        }
        // A few exchanges show no share: the lower bound must be beyond the limit, too.
        if let most = limits.errors, ConfidenceBound.lowerRatio(events: bad, of: good + bad) > most {
            let share = Figure.short(Double(bad) / Double(good + bad) * 100, decimals: 1)
            return "limits.errors: \(share) % of \(Figure.grouped(good + bad)) exchanges failed since the first fault"
        }
        return nil
    }
}

extension BlastRadius.Course {
    fileprivate mutating func succeed(_ intended: Instant) {
        lastSuccess = max(lastSuccess ?? intended, intended)
        if let start = firstFailure, start <= intended { firstFailure = nil }
    }

    fileprivate mutating func fail(_ intended: Instant) {
        if let lastSuccess, lastSuccess >= intended { return }
        firstFailure = min(firstFailure ?? intended, intended)
    }
}
