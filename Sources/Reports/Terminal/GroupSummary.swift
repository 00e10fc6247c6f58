internal import Scenarios
internal import VerificationKit

/// Groups of steps and untils on the terminal.
struct GroupSummary {
    var result: RunResult
    var style: TerminalSummary.Style
    var width: Int

    /// The most that are shown.
    private static let limit = 30

    var lines: [String] {
        let groups = result.groupsInOrder
        guard !groups.isEmpty else { return [] }
        let hasRounds = groups.contains { $0.group.rounds != nil }
        let cut = groups.contains { $0.group.cutOff > 0 }
        var table = TextTable(
            [.init(title: "group", right: false)]
                + (["begun", "ended", "failed", "given up"] + (cut ? ["cut off"] : []) + ["p50", "p95", "p99", "max"]
                + (hasRounds ? ["rounds p50", "most"] : []))
                .map { .init(title: $0) },
            flexible: 0)
        for (name, group) in groups.prefix(Self.limit) {
            let time = group.time
            var cells: [TextTable.Cell] = [
                .init(DisplayWidth.printable(group.kind == .until ? "until \(name)" : name)),
                .init(Figure.grouped(group.begun)),
                .init(Figure.grouped(group.completed)),
                .init(Figure.grouped(group.failed), group.failed > 0 ? .red : nil),
                .init(Figure.grouped(group.givenUp), group.givenUp > 0 ? .red : nil),
            ]
            if cut { cells.append(.init(Figure.grouped(group.cutOff))) }
            cells += [("p50", time?.p50), ("p95", time?.p95), ("p99", time?.p99), ("max", time?.max)]
                .map { key, value in
                    .init(value.map { (time?.sign(of: key, spaced: false) ?? "") + Figure.latency($0) } ?? "–")
                }
            if hasRounds {
                cells += [group.rounds?.p50, group.rounds?.max].map { rounds in
                    .init(rounds.map { Figure.short($0, decimals: 0) } ?? "–")
                }
            }
            table.add(cells)
        }
        let title = style.paint("Groups", .bold) + style.paint("  time in ms", .faint)
        var lines = [title] + table.lines(width: width, style: style)
        if groups.count > Self.limit { lines.append("  … and \(groups.count - Self.limit) more in result.json") }
        return lines
    }
}
