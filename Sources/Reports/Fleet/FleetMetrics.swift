internal import Measures

/// The metrics of several processes that share a load, as those of one: counts and histograms are added up, exactly.
struct FleetMetrics {
    private let header: ProgressHeader
    private var run: RunMetrics
    private var gauges: [Int: Gauges] = [:]

    private struct Gauges {
        var users: Int
        var usersOfLoads: [Int]
        var measured: Int64
        var probes: [String: Double]
    }

    init(_ header: ProgressHeader) {
        self.header = header
        run = RunMetrics(header)
    }

    /// Takes a second of a worker.
    mutating func take(_ line: ProgressLine, of segment: Int) {
        run.add(line)
        gauges[segment] = Gauges(
            users: line.users, usersOfLoads: (line.loads ?? []).map(\.users), measured: line.total.measured ?? 0,
            probes: line.probes ?? [:])
    }

    /// What they come to.
    ///
    /// - Parameter isRunning: False where the loads of all are over.
    func metrics(isRunning: Bool) -> RunMetrics {
        var load = MeasuredLoad()
        load.length = Span(nanoseconds: gauges.values.map(\.measured).max() ?? 0)
        var ofLoads = Array(repeating: 0, count: header.loads?.count ?? 0)
        for gauge in gauges.values {
            for (load, users) in gauge.usersOfLoads.prefix(ofLoads.count).enumerated() { ofLoads[load] += users }
        }
        var run = run
        run.show(
            users: gauges.values.reduce(0) { $0 + $1.users }, ofLoads: ofLoads, load: load,
            // The first worker reads them.
            probes: gauges.min { $0.key < $1.key }?.value.probes ?? [:])
        if !isRunning { run.endLoad() }
        return run
    }
}
