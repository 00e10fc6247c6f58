import Measures

@testable import Baselines

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Runs of a service whose latencies are lognormal, with a spread of their own from run to run: requests of one run share
/// what the machine and the service were like just then, which is why they are no independent samples.
struct SimulatedRuns {
    /// A step's latencies.
    struct Step {
        var name: String
        /// The median of the medians in milliseconds.
        var median: Double
        /// The standard deviation of a request's logarithm within a run.
        var spread: Double
    }

    static let steps = [
        Step(name: "list-projects", median: 0.2, spread: 0.12), Step(name: "show-project", median: 0.3, spread: 0.1),
        Step(name: "calculate", median: 0.45, spread: 0.08),
    ]

    /// The standard deviation of a run's logarithm from run to run.
    var betweenRuns: Double
    /// What the latencies of the last step are multiplied by.
    var factor = 1.0
    /// The share of requests that something delays.
    var delayedShare = 0.0
    /// By how much, in milliseconds.
    var delay = 0.0
    var requests = 200

    /// A service on an idle machine, whose runs differ by some 1 %.
    static let quiet: SimulatedRuns = {
        var service = SimulatedRuns(betweenRuns: 0.01)
        service.requests = 800
        return service
    }()

    /// The next run.
    ///
    /// - Parameter speed: What the latencies of all steps are multiplied by.
    func run(_ normal: inout NormalNumbers, speed: Double = 1) -> RunRecord {
        let steps = Self.steps.map { step in
            let own = step.name == Self.steps.last?.name ? factor : 1
            let shift = log(speed * own) + betweenRuns * normal.next()
            // Below 2 ms a place of a histogram is one microsecond wide, so the places can be counted right here: a
            // dense histogram for each of some 20,000 steps would take most of the tests' time.
            var places: [UInt64: UInt64] = [:]
            var (least, most, sum) = (Int64.max, Int64.min, Int64(0))
            for request in 0..<requests {
                var latency = step.median * exp(shift + step.spread * normal.next())
                // Spread evenly over the run, so that each run has the same share.
                if Double(request % 200) < (delayedShare * 200).rounded() { latency += delay }
                let nanoseconds = Int64(latency * 1e6)
                places[UInt64(nanoseconds + 500) / 1_000, default: 0] += 1
                (least, most, sum) = (min(least, nanoseconds), max(most, nanoseconds), sum + nanoseconds)
            }
            let counts = places.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
            let histogram = SparseHistogram(counts: counts, min: least, max: most, sum: sum)
            let count = UInt64(requests)
            return StepRecord(
                name: step.name, measure: .responseTime, histogram: histogram, exchanges: count,
                completed: count, good: count, seconds: 10)
        }
        return RunRecord(started: "2026-01-31T12:00:00Z", seconds: 10, steps: steps)
    }

    func runs(_ count: Int, _ normal: inout NormalNumbers) -> [RunRecord] {
        (0..<count).map { _ in run(&normal) }
    }
}
