public import Baselines
internal import Scenarios
internal import VerificationKit

/// A comparison of runs as lines for a terminal: what decides and what is shown beside it, a row each.
public struct ComparisonSummary: Sendable {
    private let comparison: Comparison
    private let order: [String]
    private let style: TerminalSummary.Style
    private let width: Int
    private let isDetailed: Bool
    private let digest: ComparisonDigest

    /// The most rows of the first screen.
    private static let rowLimit = 10

    /// Makes the summary of a comparison.
    ///
    /// - Parameters:
    ///   - order: The steps in the order in which they are shown; others follow by name.
    ///   - width: The columns to fill; below 60 counts as 60.
    ///   - isDetailed: True for notes and all measures, false for what changed.
    public init(
        _ comparison: Comparison, order: [String] = [], style: TerminalSummary.Style = .plain, width: Int = 100,
        isDetailed: Bool = false
    ) {
        self.comparison = comparison
        self.order = order
        self.style = style
        self.width = max(60, width)
        self.isDetailed = isDetailed
        digest = ComparisonDigest(comparison, order: order)
    }

    /// The verdict, the sentence and the table, a line break at its end.
    public var text: String {
        let verdict = style.paint(style.paint(comparison.verdict.shown, comparison.verdict.colour), .bold)
        let said = comparison.isPlacement ? "not shown either way" : digest.sentence
        let label = DisplayWidth.of(comparison.verdict.shown) + 2
        var sentence = DisplayWidth.wrap(DisplayWidth.printable(said), to: width - label)
        let first = sentence.isEmpty ? "" : sentence.removeFirst()
        let all = [verdict + "  " + first] + sentence.map { "  " + $0 } + lines
        return (all + (hidden.map { ["More: \($0): --details"] } ?? [])).joined(separator: "\n") + "\n"
    }

    /// What the first screen leaves out, in words; nil where that is nothing.
    var hidden: String? {
        guard !isDetailed, !comparison.isPlacement, !comparison.steps.isEmpty else { return nil }
        let notes = comparison.notes?.count ?? 0
        return (notes > 0 ? "\(counted(notes, "note")), " : "") + "all measures, chances"
    }

    /// The section of a report; its title first.
    var lines: [String] {
        let sides =
            comparison.paired
            ? "\(comparison.candidateRuns) pairs of runs, in turns with \(comparison.reference)"
            : "\(counted(comparison.candidateRuns, "run")) against \(comparison.referenceRuns) of \(comparison.reference)"
        var lines = [style.paint("Comparison", .bold) + "  " + DisplayWidth.printable(sides)]
        let isWhole = isDetailed || comparison.isPlacement || comparison.steps.isEmpty
        if isWhole {
            let limits = [
                "tolerance \(Self.percent(comparison.tolerance))",
                "floor \(Figure.short(comparison.floor, decimals: 3)) ms",
                "chance of a false alarm \(Self.percent(comparison.alpha))",
            ]
            lines += DisplayWidth.flow(limits, to: width - 2).map { "  " + style.paint($0, .faint) }
        }
        if let reason = comparison.reason {
            lines += wrapped(reason).map { style.paint($0, comparison.verdict.colour) }
        }
        if isWhole { for note in comparison.notes ?? [] { lines += wrapped("note: \(note)") } }
        if comparison.steps.isEmpty { return lines }
        return lines + (comparison.isPlacement ? placed : isDetailed ? tested : changed)
    }

    // MARK: Tables

    private var tested: [String] {
        var table = TextTable(
            [.init(title: "verdict", right: false), .init(title: "step", right: false)]
                + [.init(title: "measure", right: false)]
                + ["reference", "now", "ratio", "interval", "p", "detectable"].map { .init(title: $0) }, flexible: 1)
        for (step, measure) in rows {
            table.add(
                [
                    Self.verdict(measure), .init(step), .init(measure.shownName),
                    .init(Self.value(measure.reference, measure)), .init(Self.value(measure.candidate, measure)),
                    .init(measure.ratio.map { Figure.fixed($0, decimals: 3) } ?? "–"), .init(Self.interval(measure)),
                    .init(Self.chance(measure.adjustedP ?? measure.p)), .init(Self.detectable(measure)),
                ], notes: measure.gates ? measure.reason.map { [$0] } ?? [] : [])
        }
        return table.lines(width: width, style: style)
    }

    /// What changed, without what only shows how that was found.
    private var changed: [String] {
        let rows = digest.rows
        // What passes is the reader's question of a pass only.
        let passes = rows.contains { $0.measure.verdict == .pass }
        var table = TextTable(
            [.init(title: "verdict", right: false), .init(title: "step", right: false)]
                + ["before", "now", "change (interval)"].map { .init(title: $0) }
                + (passes ? [.init(title: "passes up to")] : []), flexible: 1)
        for (step, measure) in rows.prefix(Self.rowLimit) {
            let passing = measure.verdict == .pass ? digest.passing(measure).map { "+\($0)" } : nil
            table.add(
                [
                    Self.verdict(measure), .init("\(step) \(measure.shownName)"),
                    .init(Self.value(measure.reference, measure)), .init(Self.value(measure.candidate, measure)),
                    .init(measure.ratio == nil ? "–" : MeasureLine(measure).change),
                ] + (passes ? [.init(passing ?? "–")] : []),
                notes: measure.verdict == .inconclusive ? measure.reason.map { [$0] } ?? [] : [])
        }
        let more = rows.count - Self.rowLimit
        return table.lines(width: width, style: style) + (more > 0 ? ["  … and \(more) more"] : [])
    }

    private var placed: [String] {
        var table = TextTable(
            [.init(title: "step", right: false), .init(title: "measure", right: false)]
                + ["baseline", "lowest", "highest", "now"].map { .init(title: $0) }
                + [.init(title: "place", right: false)], flexible: 0)
        for (step, measure) in rows {
            let range = measure.referenceRange
            table.add([
                .init(step), .init(measure.shownName), .init(Self.value(measure.reference, measure)),
                .init(range.map { Self.value($0.lowerBound, measure) } ?? "–"),
                .init(range.map { Self.value($0.upperBound, measure) } ?? "–"),
                .init(Self.value(measure.candidate, measure)), .init(measure.location?.rawValue ?? "–"),
            ])
        }
        return table.lines(width: width, style: style)
    }

    /// The percentiles of each step; throughput and errors where they are no pass.
    private var rows: [(step: String, measure: Comparison.Measure)] {
        let known = order.filter { comparison.steps[$0] != nil }
        let others = comparison.steps.keys.filter { !known.contains($0) }.sorted()
        return (known + others).flatMap { step in
            (comparison.steps[step] ?? []).filter { $0.unit == .milliseconds || $0.verdict != .pass }.map { (step, $0) }
        }
    }

    // MARK: Cells

    /// What doesn't decide stands in brackets.
    private static func verdict(_ measure: Comparison.Measure) -> TextTable.Cell {
        measure.gates
            ? .init(measure.verdict.shown, measure.verdict.colour)
            : .init("(\(measure.verdict.shown.lowercased()))", .faint)
    }

    private static func value(_ value: Double, _ measure: Comparison.Measure) -> String {
        switch measure.unit {
        case .milliseconds: "\(Figure.fixed(value, decimals: value < 100 ? 3 : 1)) ms"
        case .ratio: percent(value)
        case .perSecond, .number: "\(Figure.short(value, decimals: 1)) /s"
        }
    }

    private static func interval(_ measure: Comparison.Measure) -> String {
        guard measure.low != nil || measure.high != nil else { return "–" }
        let ends = [measure.low, measure.high].map { $0.map { Figure.fixed($0, decimals: 3) } ?? "" }
        return "\(ends[0])..\(ends[1])"
    }

    private static func chance(_ p: Double) -> String { p < 0.0005 ? "< 0.001" : Figure.fixed(p, decimals: 3) }

    private static func detectable(_ measure: Comparison.Measure) -> String {
        guard let least = measure.smallestDetectable else { return "–" }
        return measure.unit == .ratio ? "+" + percent(least) : Change.text(least)
    }

    private static func percent(_ ratio: Double) -> String {
        "\(Figure.short(ratio * 100, decimals: abs(ratio) < 0.01 ? 3 : 1)) %"
    }

    private func wrapped(_ text: String) -> [String] {
        DisplayWidth.wrap(DisplayWidth.printable(text), to: width - 2).map { "  " + $0 }
    }
}

extension Comparison.Verdict {
    /// The verdict in a report for people.
    var shown: String { rawValue.uppercased() }

    var colour: Colour {
        switch self {
        case .pass: .green
        case .inconclusive: .yellow
        case .regression: .red
        }
    }
}
