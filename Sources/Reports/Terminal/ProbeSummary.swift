internal import VerificationKit

/// The probes of a run as lines for a terminal.
struct ProbeSummary {
    var probes: [String: ProbeResult]
    var style: TerminalSummary.Style
    var width: Int

    /// The columns of the line that shows a probe over time.
    private static let columns = 24

    var lines: [String] {
        guard !probes.isEmpty else { return [] }
        var table = TextTable(
            [.init(title: "probe", right: false)]
                + ["samples", "failed", "min", "mean", "max", "per s"].map { .init(title: $0) }
                + [.init(title: "over time", right: false)], flexible: 0)
        for (name, probe) in probes.sorted(by: { $0.key < $1.key }) {
            table.add(
                [
                    .init(name), .init(Figure.grouped(probe.samples)),
                    .init(Figure.grouped(probe.failed), probe.failed > 0 ? .red : nil),
                ] + [probe.min, probe.mean, probe.max, probe.rate].map { .init(Self.shown($0)) }
                    + [
                        .init(
                            Sparkline.line(
                                probe.series.compactMap { $0.count > 2 ? $0[2] : nil }, columns: Self.columns))
                    ],
                notes: (probe.failures ?? []).prefix(1).map { DisplayWidth.printable($0.message) })
        }
        return [style.paint("Probes", .bold) + style.paint("  over the measured load", .faint)]
            + table.lines(width: width, style: style)
    }

    private static func shown(_ value: Double?) -> String { value.map { Figure.short($0, decimals: 3) } ?? "–" }
}
