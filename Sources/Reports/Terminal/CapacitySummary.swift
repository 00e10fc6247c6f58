internal import VerificationKit

/// A search for a capacity as lines for a terminal.
struct CapacitySummary {
    var capacity: CapacityResult
    var style: TerminalSummary.Style
    var width: Int

    private static let stepLimit = 60

    var lines: [String] {
        var lines = [style.paint("Capacity", .bold) + style.paint("  response time in ms", .faint)]
        var table = TextTable(
            [.init(title: "rate"), .init(title: "for", right: false)]
                + ["answered/s", "p50", "p95", "p99", "errors"].map { .init(title: $0) }
                + [.init(title: "", right: false)], flexible: 7)
        for step in capacity.steps.suffix(Self.stepLimit) {
            func latency(_ value: Double?) -> TextTable.Cell { .init(value.map { Figure.latency($0) } ?? "–") }
            table.add([
                .init(CapacityResult.shown(step.rate)), .init(step.shownPurpose),
                .init(Figure.fixed(step.throughput, decimals: 1)), latency(step.p50), latency(step.p95),
                latency(step.p99), .init("\(Figure.short(step.errors * 100, decimals: 2)) %"),
                .init(CapacityResult.told(step), step.verdict.colour),
            ])
        }
        lines += table.lines(width: width, style: style)
        for fact in capacity.facts {
            lines += DisplayWidth.wrap(DisplayWidth.printable(fact), to: width - 2).map { "  " + $0 }
        }
        return lines
    }
}
