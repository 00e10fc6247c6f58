internal import VerificationKit

/// What each of several loads did, as lines for a terminal.
struct LoadSummary {
    var result: RunResult
    var style: TerminalSummary.Style
    var width: Int

    var lines: [String] {
        let loads = result.loadsInOrder
        guard !loads.isEmpty else { return [] }
        var table = TextTable(
            [.init(title: "load", right: false)]
                + ["seconds", "begun", "intended/s", "in time/s", "count", "p50", "p95", "p99", "bad", "dropped"].map {
                    .init(title: $0)
                }, flexible: 0)
        for (name, load) in loads {
            func latency(_ value: Double?, _ key: String) -> TextTable.Cell {
                .init(value.map { (load.responseTime?.sign(of: key) ?? "") + Figure.latency($0) } ?? "–")
            }
            table.add([
                .init(DisplayWidth.printable(name)), .init(Figure.short(load.seconds, decimals: 1)),
                .init(Figure.grouped(load.started)),
                .init(load.intendedRate.map { Figure.short($0, decimals: 1) } ?? "–"),
                .init(load.achievedRate.map { Figure.short($0, decimals: 1) } ?? "–"),
                .init(Figure.grouped(load.count)),
                latency(load.responseTime?.p50, "p50"), latency(load.responseTime?.p95, "p95"),
                latency(load.responseTime?.p99, "p99"),
                .init(Figure.grouped(load.bad), load.bad > 0 ? .red : nil),
                .init(Figure.grouped(load.dropped), load.dropped > 0 ? .red : nil),
            ])
        }
        return [style.paint("Loads", .bold) + style.paint("  response time in ms", .faint)]
            + table.lines(width: width, style: style)
    }
}
