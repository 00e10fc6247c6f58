internal import Measures

extension FleetResult.Worker {
    /// What a log said, all of it read.
    ///
    /// - Parameter first: When the first worker began, in microseconds since 1970.
    init(_ log: WorkerLog, first: Int64) {
        let (totals, end) = (log.course.totals, log.course.end)
        self.init(
            segment: log.record.segment, folder: log.folder, host: log.record.host.isEmpty ? nil : log.record.host,
            startedAfter: Rounding.thousandths(Double(log.record.began &- first) / 1_000),
            clockOffset: log.record.clockOffset.map { Rounding.thousandths(Double($0) / 1_000) },
            clockError: log.record.clockError.map { Rounding.thousandths(Double($0) / 1_000) }, ending: end?.ending,
            seconds: log.course.seconds, exchanges: totals.exchanges, bad: totals.bad, dropped: totals.dropped,
            startLag: log.startLag.percentile(99).map(Rounding.milliseconds),
            generatorDelay: log.generatorDelay.percentile(99).map(Rounding.milliseconds),
            saturation: end?.saturation.max().map(Rounding.thousandths))
    }
}
