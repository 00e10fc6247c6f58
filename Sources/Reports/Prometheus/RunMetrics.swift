public import Measures

/// A run that goes on, as Prometheus sees it: all of its seconds so far, added up.
public struct RunMetrics: Sendable {
    private let header: ProgressHeader
    private var total: Interval
    private var measuredSeconds = 0.0
    private var users = 0
    private var usersOfLoads: [Int] = []
    private var isRunning = true

    /// The metrics of a run whose log begins like this, before its first second.
    public init(_ header: ProgressHeader) {
        self.header = header
        total = Interval(
            steps: header.steps.count, flows: header.flowNames?.count ?? 0, loads: header.loads?.count ?? 0)
    }

    /// Takes the next second.
    public mutating func take(_ second: Interval, load: MeasuredLoad) {
        total.add(second)
        users = second.users
        usersOfLoads = second.loads.map(\.users)
        measuredSeconds = load.length.seconds
    }

    /// The load is over; verifications may follow.
    public mutating func endLoad() {
        isRunning = false
        users = 0
        usersOfLoads = usersOfLoads.map { _ in 0 }
    }

    /// All of it in the text format 0.0.4.
    public var text: String {
        var text = PrometheusText()
        func p99(_ histogram: LatencyHistogram) -> Double? { histogram.percentile(99)?.seconds }
        text.add(
            GeneratorMetrics(
                name: header.name, target: header.target, version: header.loadgate, isRunning: isRunning,
                measuredSeconds: measuredSeconds, started: total.started, iterations: total.iterations,
                givenUp: total.givenUp,
                dropped: total.dropped, unfinished: total.unfinished, warmup: total.warmup,
                exhausted: total.exhausted, reconnects: total.reconnects, startLag: p99(total.startLag),
                generatorDelay: p99(total.generatorDelay), users: users))
        text.add(
            zip(header.steps, header.flows).enumerated().map { number, names in
                StepMetrics(
                    step: names.0, flow: names.1, load: header.loads?.first { $0.steps.contains(number) }?.name,
                    tally: total.steps[number] ?? StepTally())
            })
        text.add(
            (header.loads ?? []).enumerated().map { number, load in
                LoadMetrics(
                    name: load.name,
                    started: load.flows.reduce(0) {
                        $0 &+ (total.iterationCounts.indices.contains($1) ? total.iterationCounts[$1].begun : 0)
                    },
                    dropped: total.loads[number].dropped,
                    users: usersOfLoads.indices.contains(number) ? usersOfLoads[number] : nil)
            })
        return text.text
    }
}
