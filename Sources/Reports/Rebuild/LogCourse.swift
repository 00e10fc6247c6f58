internal import Measures

/// What is to be kept of a log on the way through it: how far it came, and how its load ended.
struct LogCourse {
    /// The seconds read.
    private(set) var seconds = 0
    /// The end of the load; nil where the log has none.
    private(set) var end: ProgressEnd?
    private var measuredSeconds: Int64 = 0
    private var last: ProgressLine?

    /// Takes the next second.
    mutating func take(_ line: ProgressLine) {
        seconds += 1
        if line.measured { measuredSeconds += 1 }
        last = line.counts
    }

    /// Takes the last line.
    mutating func take(_ end: ProgressEnd) { self.end = end }

    /// What the process has used.
    var use: ProgressLine.ProcessUse? { last?.process }

    /// The counts since the run began.
    var totals: ProgressLine.Totals { last?.total ?? ProgressLine.Totals() }

    /// The end of the load; where the log has none, what the last second says of it.
    var known: ProgressEnd { end ?? cutOff }

    private var cutOff: ProgressEnd {
        var measurement = RunMeasurement(steps: 0, flows: 0, reactors: 0)
        measurement.ending = .interrupted
        measurement.wall = Span(seconds: Double(seconds))
        // Logs of older versions say only which seconds were measured whole.
        measurement.measured = Span(nanoseconds: totals.measured ?? measuredSeconds * 1_000_000_000)
        measurement.openLoad = Span(nanoseconds: totals.openLoad ?? 0)
        measurement.intendedArrivals = totals.intended
        var end = ProgressEnd(measurement, redact: { $0 })
        end.loads = last?.loads?.map {
            ProgressEnd.LoadEnd(measured: $0.length, openLoad: $0.openLoad, intended: $0.intended)
        }
        return end
    }
}
