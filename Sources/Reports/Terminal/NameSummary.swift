internal import VerificationKit

/// The names of hosts that had more than one address, or didn't stay what they were, as lines for a terminal.
struct NameSummary {
    var names: [String: NameResult]
    var style: TerminalSummary.Style
    var width: Int

    /// The most addresses that are shown.
    private static let limit = 20

    var lines: [String] {
        let told = names.filter(\.value.isTold).sorted { $0.key < $1.key }
        guard !told.isEmpty else { return [] }
        var table = TextTable(
            [
                .init(title: "name", right: false), .init(title: "address", right: false), .init(title: "exchanges"),
                .init(title: "failed"),
            ], flexible: 0)
        var left = Self.limit
        var hidden = 0
        for (name, result) in told {
            for (index, entry) in result.addresses.enumerated() {
                guard left > 0 else {
                    hidden += 1
                    continue
                }
                left -= 1
                table.add(
                    [
                        .init(index == 0 ? DisplayWidth.printable(name) : ""), .init(entry.address),
                        .init(entry.exchanges.map(Figure.grouped) ?? "–"),
                        .init(entry.failed.map(Figure.grouped) ?? "–", entry.failed ?? 0 > 0 ? .red : nil),
                    ],
                    notes: index == min(result.addresses.count, Self.limit) - 1 || left == 0
                        ? result.notes.map(DisplayWidth.printable) : [])
            }
        }
        let more = hidden > 0 ? ["  \(hidden) more addresses are in result.json"] : []
        return [style.paint("Names", .bold)] + table.lines(width: width, style: style) + more
    }
}
