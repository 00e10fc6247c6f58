internal import Measures

/// A second as logs tell it: of one process, or of several that share a load.
struct LoggedSecond {
    /// What was measured in it.
    var interval: Interval
    /// Whether it counts: false in warm-up and in the graceful stop.
    var isMeasured: Bool
    /// The same for each load; empty where loads have no names.
    var loads: [Bool]
    /// What was changed by hand.
    var changes: [LoadChange]

    /// The second of a line.
    ///
    /// - Parameter measurement: Of the run; it says how many steps, flows and loads there are.
    init(_ line: ProgressLine, of measurement: RunMeasurement) {
        interval = line.interval(
            steps: measurement.total.steps.count, flows: measurement.total.iterationTimes.count,
            loads: measurement.loads.count, groups: measurement.total.blocks.count)
        isMeasured = line.measured
        loads = (line.loads ?? []).map(\.measured)
        changes = (line.changes ?? []).compactMap { $0.change(among: measurement.loads.map(\.name)) }
    }

    /// Adds the same second of another process. It counts where it does for all of them.
    mutating func add(_ line: ProgressLine, of measurement: RunMeasurement) {
        line.add(to: &interval)
        isMeasured = isMeasured && line.measured
        loads = zip(loads, line.loads ?? []).map { $0 && $1.measured }
        changes += (line.changes ?? []).compactMap { $0.change(among: measurement.loads.map(\.name)) }
    }
}
