public import Measures

/// A run that goes on, as metrics show it: the seconds that it was given, added up.
public struct RunMetrics: Sendable {
    private let header: ProgressHeader
    private var total: Interval
    private var measuredSeconds = 0.0
    private var users = 0
    private var usersOfLoads: [Int] = []
    private var probes: [String: Double] = [:]
    private var isRunning = true

    /// The most probes that have series.
    private static let probeLimit = 200

    /// The metrics of a run whose log begins like this, before its first second.
    public init(_ header: ProgressHeader) {
        self.header = header
        total = Interval(
            steps: header.steps.count, flows: header.flowNames?.count ?? 0, loads: header.loads?.count ?? 0,
            blocks: header.groups?.count ?? 0)
    }

    /// Takes the next second.
    ///
    /// - Parameters:
    ///   - load: How much of the load was measured up to its end.
    ///   - probes: The last number of each probe.
    public mutating func take(_ second: Interval, load: MeasuredLoad, probes: [String: Double] = [:]) {
        total.add(second)
        show(users: second.users, ofLoads: second.loads.map(\.users), load: load, probes: probes)
    }

    /// Adds a second of one of several processes; how they stand together is told by `show`.
    mutating func add(_ second: ProgressLine) { second.add(to: &total) }

    /// Shows how the load stands.
    mutating func show(users: Int, ofLoads: [Int], load: MeasuredLoad, probes: [String: Double]) {
        self.probes = probes
        self.users = users
        usersOfLoads = ofLoads
        measuredSeconds = load.length.seconds
    }

    /// The load is over; verifications may follow.
    public mutating func endLoad() {
        isRunning = false
        users = 0
        usersOfLoads = usersOfLoads.map { _ in 0 }
    }

    /// All of it.
    public var metrics: MetricSet {
        var metrics = MetricSet()
        func p99(_ histogram: LatencyHistogram) -> Double? { histogram.percentile(99)?.seconds }
        metrics.add(
            GeneratorMetrics(
                name: header.name, target: header.target, version: header.loadgate, isRunning: isRunning,
                measuredSeconds: measuredSeconds, started: total.started, iterations: total.iterations,
                givenUp: total.givenUp,
                dropped: total.dropped, unfinished: total.unfinished, warmup: total.warmup,
                exhausted: total.exhausted, reconnects: total.reconnects, startLag: p99(total.startLag),
                generatorDelay: p99(total.generatorDelay), users: users))
        metrics.add(
            zip(header.steps, header.flows).enumerated().map { number, names in
                StepMetrics(
                    step: names.0, flow: names.1, load: header.loads?.first { $0.steps.contains(number) }?.name,
                    isPart: header.parts?.contains(number) ?? false,
                    tally: total.steps[number] ?? StepTally())
            })
        metrics.add(
            (header.groups ?? []).enumerated().map { number, group in
                let first = group.steps.first ?? 0
                return GroupMetrics(
                    group, flow: header.flows.indices.contains(first) ? header.flows[first] : "",
                    load: header.loads?.first { $0.steps.contains(first) }?.name,
                    tally: total.blocks[number] ?? BlockTally())
            })
        metrics.add(
            (header.loads ?? []).enumerated().map { number, load in
                LoadMetrics(
                    name: load.name,
                    started: load.flows.reduce(0) {
                        $0 &+ (total.iterationCounts.indices.contains($1) ? total.iterationCounts[$1].begun : 0)
                    },
                    dropped: total.loads[number].dropped,
                    users: usersOfLoads.indices.contains(number) ? usersOfLoads[number] : nil)
            })
        metrics.add(.probe) { family in
            for (name, number) in probes.sorted(by: { $0.key < $1.key }).prefix(Self.probeLimit) {
                family.add(number, [("probe", name)])
            }
        }
        return metrics
    }
}
