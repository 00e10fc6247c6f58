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
        ] + Outcome.allCases.map { "outcome_\($0.label)" }

    /// The whole table.
    public static func text(of result: RunResult) -> String {
        let rows = result.series.slices.map { slice in
            var row = ["\(slice.start)", "\(slice.seconds)"]
            row += [slice.started, slice.iterations].map { "\($0)" }
            row.append(slice.givenUp.map { "\($0)" } ?? "")
            row += [slice.completed, slice.bad, slice.dropped].map { "\($0)" }
            row += ["\(slice.users)", "\(slice.bytesReceived)", "\(slice.bytesSent)"]
            // Empty where no exchange had a latency: a zero would be one.
            row += [slice.p50, slice.p95, slice.p99, slice.max].map { $0.map { "\($0)" } ?? "" }
            row += Outcome.allCases.map { "\(slice.outcomes[$0.label] ?? 0)" }
            return row
        }
        return ([columns] + rows).map { $0.joined(separator: ",") + "\r\n" }.joined()
    }
}
