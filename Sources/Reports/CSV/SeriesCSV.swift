internal import Measures

/// `series.csv`: the run over time, a row a slice, by RFC 4180. All values are numbers, so no field needs quotes, and no
/// spreadsheet takes one for a formula.
public enum SeriesCSV: ReportFormat {
    /// `series.csv`
    public static let fileName = "series.csv"

    /// The columns, in order; outcomes have one each, whether they occurred or not, so that all runs have the same.
    public static let columns =
        [
            "start_seconds", "seconds", "started", "iterations", "given_up", "completed", "bad", "dropped", "users",
            "received_bytes", "sent_bytes", "p50_ms", "p95_ms", "p99_ms", "max_ms",
        ] + Outcome.allCases.map { "outcome_\($0.label)" } + ["drill_good", "drill_bad", "drill_faults"]

    /// The columns of one of several loads, behind all others.
    private static func columns(of load: String) -> [String] {
        ["started", "completed", "bad", "dropped", "users", "p50_ms", "p95_ms", "p99_ms"].map { "\($0)_of_\(load)" }
    }

    private static func cells(of load: SeriesResult.LoadSlice?) -> [String] {
        let counts = [load?.started, load?.completed, load?.bad, load?.dropped].map { $0.map { "\($0)" } ?? "" }
        let latencies = [load?.p50, load?.p95, load?.p99].map { $0.map { "\($0)" } ?? "" }
        return counts + [load.map { "\($0.users)" } ?? ""] + latencies
    }

    /// The whole table.
    public static func text(of result: RunResult) -> String {
        let loads = result.loadsInOrder.map(\.name)
        let rows = result.series.slices.map { slice in
            var row = ["\(slice.start)", "\(slice.seconds)"]
            row += [slice.started, slice.iterations].map { "\($0)" }
            row.append(slice.givenUp.map { "\($0)" } ?? "")
            row += [slice.completed, slice.bad, slice.dropped].map { "\($0)" }
            row += ["\(slice.users)", "\(slice.bytesReceived)", "\(slice.bytesSent)"]
            // Empty where no exchange had a latency: a zero would be one.
            row += [slice.p50, slice.p95, slice.p99, slice.max].map { $0.map { "\($0)" } ?? "" }
            row += Outcome.allCases.map { "\(slice.outcomes[$0.label] ?? 0)" }
            return row + drill(result.drill, slice) + loads.flatMap { cells(of: slice.loads?[$0]) }
                + (result.changes == nil ? [] : ["\(slice.changes?.count ?? 0)"])
        }
        let marks = result.changes == nil ? [] : ["changes"]
        return ([columns + loads.flatMap(columns) + marks] + rows).map { $0.joined(separator: ",") + "\r\n" }.joined()
    }

    /// A drill's exchanges by the seconds in which they were due, and the faults in force at some time in these; empty without one.
    private static func drill(_ drill: DrillResult?, _ slice: SeriesResult.Slice) -> [String] {
        guard let drill else { return ["", "", ""] }
        // A damaged file may hold any number.
        let seconds = slice.start..<max(slice.start, slice.start &+ slice.seconds)
        func sum(_ counts: [Int]) -> String { "\(counts[counts.indices.clamped(to: seconds)].reduce(0, &+))" }
        let faults = drill.faults.count { fault in
            guard let from = fault.effective ?? fault.applied else { return false }
            return from < Double(seconds.upperBound) && fault.undone ?? .infinity >= Double(seconds.lowerBound)
        }
        return [sum(drill.good), sum(drill.bad), "\(faults)"]
    }
}
