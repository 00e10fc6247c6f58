internal import VerificationKit

/// The processes that shared a load, as lines for a terminal.
struct FleetSummary {
    var fleet: FleetResult
    var style: TerminalSummary.Style
    var width: Int

    /// The most workers that are shown.
    private static let limit = 12

    var lines: [String] {
        var table = TextTable(
            [
                .init(title: "worker"), .init(title: "on", right: false), .init(title: "began"),
                .init(title: "load", right: false), .init(title: "exchanges"), .init(title: "bad"),
                .init(title: "start lag p99"), .init(title: "busiest"),
            ], flexible: 1)
        let shown = fleet.shown(atMost: Self.limit)
        for worker in shown {
            table.add([
                .init("\(worker.segment)/\(fleet.segments)"), .init(DisplayWidth.printable(worker.location)),
                .init(worker.shownStart), .init(worker.shownEnding, worker.hasEnded ? nil : .red),
                .init(Figure.grouped(worker.exchanges)),
                .init(Figure.grouped(worker.bad), worker.bad > 0 ? .red : nil),
                .init(worker.startLag.map { "\(Figure.latency($0)) ms" } ?? "–"),
                .init(worker.saturation.map { "\(Figure.short($0 * 100, decimals: 0)) %" } ?? "–"),
            ])
        }
        let hidden = fleet.workers.count - shown.count
        let more = hidden > 0 ? ["  \(hidden) more workers are in result.json"] : []
        let notes = (fleet.notes ?? []).flatMap { DisplayWidth.wrap("  \(DisplayWidth.printable($0))", to: width) }
        return [style.paint("Workers", .bold) + "  \(fleet.line)"] + table.lines(width: width, style: style) + more
            + notes
    }
}
