internal import VerificationKit

/// The streams of events of a run, as lines for a terminal.
struct StreamSummary {
    var result: RunResult
    var style: TerminalSummary.Style
    var width: Int

    var lines: [String] {
        let streams = result.streams
        guard !streams.isEmpty else { return [] }
        var table = TextTable(
            [.init(title: "step", right: false)]
                + ["first p50", "p95", "p99", "gap p50", "p95", "p99", "max"].map { .init(title: $0) },
            flexible: 0)
        for stream in streams {
            // The longest first event is in the reports: eighty columns hold no more.
            let shown = stream.figures.prefix(3) + stream.figures.suffix(4)
            let figures = shown.map { figure in
                TextTable.Cell(figure.value.map { figure.sign + Figure.latency($0) } ?? "–")
            }
            table.add([.init(stream.name)] + figures, notes: ["events: \(stream.events)"])
        }
        return [
            style.paint("Streams", .bold) + style.paint("  ms to the first event, and from one to the next", .faint)
        ]
            + table.lines(width: width, style: style)
    }
}
