internal import VerificationKit

/// A drill as lines for a terminal.
struct DrillSummary {
    var drill: DrillResult
    var style: TerminalSummary.Style

    var lines: [String] {
        var lines = [style.paint("Drill", .bold) + style.paint("  times from the start of the load", .faint)]
        lines += (drill.inconclusive ?? []).map { "  inconclusive: " + DisplayWidth.printable($0) }
        lines += drill.faultLines.map { "  " + DisplayWidth.printable($0) }
        if let healed = drill.healedEarly {
            lines.append(
                "  all undone early, at \(DrillResult.time(healed)): \(DisplayWidth.printable(drill.healedBecause ?? ""))"
            )
        }
        if !drill.figures.isEmpty {
            lines.append("  " + drill.figures.map(Self.shown).joined(separator: " · "))
        }
        if !drill.counts.isEmpty {
            lines.append("  " + drill.counts.map { "\($0.name) \(Figure.grouped($0.value))" }.joined(separator: " · "))
        }
        lines += drill.hypothesisLines.map { "  " + DisplayWidth.printable($0) }
        lines += drill.answererLines.map { "  answered by " + DisplayWidth.printable($0) }
        lines += drill.addressLines.map { "  sent to " + DisplayWidth.printable($0) }
        for (name, values) in [("good", drill.good), ("bad", drill.bad)] where values.contains(where: { $0 > 0 }) {
            let line = Sparkline.line(values.map(Double.init), columns: 60)
            lines.append("  \(name)\(name.count < 4 ? "  " : " ") \(line)")
        }
        lines += (drill.notes ?? []).map { "  note: " + DisplayWidth.printable($0) }
        return lines
    }

    /// A figure as precisely as it is known.
    private static func shown(
        _ figure: (name: String, value: String, resolution: Double?, meaning: String)
    ) -> String {
        "\(figure.name) \(figure.value)" + (figure.resolution.map { " ± \(DrillResult.time($0))" } ?? "")
    }
}
