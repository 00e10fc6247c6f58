internal import Baselines
internal import Objectives
internal import VerificationKit

/// How the run compares with a baseline or with another target.
struct ComparisonSection: PageSection {
    var result: RunResult

    let name = "comparison"
    let title = "Comparison"

    /// The most rows of the chart and of the table.
    private static let chartLimit = 40
    private static let rowLimit = 2_000

    var isEmpty: Bool { result.comparison == nil }

    func write(to page: inout HTMLWriter) {
        guard let comparison = result.comparison else { return }
        let isPlacement = comparison.isPlacement
        page.element("p") { page in
            if !isPlacement {
                ReportVerdict(comparison.verdict).write(to: &page)
                page.text(" ")
            }
            page.text(
                "\(runs(comparison.candidateRuns)) \(isPlacement ? "beside" : "against") \(runs(comparison.referenceRuns)) of "
            )
            page.foreign(comparison.reference, atMost: 300)
            page.text(comparison.paired ? ", interleaved and compared in pairs." : ".")
        }
        if let reason = comparison.reason { page.element("p") { $0.foreign(reason, atMost: 4_000) } }
        let rows = rows(comparison)
        let notes = comparison.notes ?? []
        if isPlacement || rows.isEmpty {
            writeNotes(notes, &page)
            if !rows.isEmpty { writePlaces(rows, &page) }
            return
        }
        let digest = result.digest(comparison)
        writeChanges(digest, &page)
        writeChart(comparison, digest.rows.filter { $0.measure.ratio != nil }, &page)
        // All else is for those who ask how that was found.
        page.element("details", ["class": "all"]) { page in
            page.element("summary") { page in
                page.element(
                    "span", ["class": "check"], text: notes.isEmpty ? "All measures" : "Notes and all measures")
                page.element(
                    "span", ["class": "seen"], text: "every percentile, intervals, chances, what was detectable")
            }
            page.element("div") { page in
                writeNotes(notes, &page)
                writeTable(rows, &page)
            }
        }
    }

    /// What changed; where nothing did, the percentile of each step and what passes.
    private func writeChanges(_ digest: ComparisonDigest, _ page: inout HTMLWriter) {
        let rows = digest.rows
        guard !rows.isEmpty else { return }
        let passes = rows.contains { $0.measure.verdict == .pass }
        page.element("div", ["class": "scroll cards"]) { page in
            page.element("table") { page in
                page.tableHead(
                    ["Verdict", "Step", "#Before", "#Now", "#Change (interval)"] + (passes ? ["#Passes up to"] : []))
                // A body for each row: a card on a narrow screen.
                for (step, measure) in rows.prefix(Self.chartLimit) {
                    page.element("tbody") { write(step, measure, digest, passes, &$0) }
                }
            }
        }
        page.more(rows.count - Self.chartLimit, "steps below and")
    }

    private func write(
        _ step: String, _ measure: Comparison.Measure, _ digest: ComparisonDigest, _ passes: Bool,
        _ page: inout HTMLWriter
    ) {
        let line = MeasureLine(measure)
        page.element("tr") { page in
            page.element("td") { ReportVerdict(measure.verdict).write(to: &$0) }
            page.element("th", ["scope": "row"]) { page in
                page.foreign(step, atMost: 300)
                page.text(" \(measure.shownName)")
                guard measure.verdict == .inconclusive, let reason = measure.reason else { return }
                page.element("div", ["class": "note"]) { $0.foreign(reason, atMost: 1_000) }
            }
            let passing = measure.verdict == .pass ? digest.passing(measure).map { "+\($0)" } : nil
            for (label, text) in [
                ("Before", line.reference), ("Now", line.candidate),
                ("Change", measure.ratio == nil ? "–" : line.change),
            ] + (passes ? [("Passes up to", passing ?? "–")] : []) {
                page.element(
                    "td", ["class": text == "–" ? "number none" : "number", "data-label": label], text: text)
            }
        }
    }

    private func writeNotes(_ notes: [String], _ page: inout HTMLWriter) {
        guard !notes.isEmpty else { return }
        page.element("ul") { page in
            for note in notes.prefix(Self.chartLimit) {
                page.element("li") { $0.foreign(note, atMost: 1_000) }
            }
        }
        page.more(notes.count - Self.chartLimit, "notes")
    }

    private func runs(_ count: Int) -> String { count == 1 ? "1 run" : "\(Figure.counted(count)) runs" }

    /// All measures, in the order of the steps; steps that this run does not have come last.
    private func rows(_ comparison: Comparison) -> [(step: String, measure: Comparison.Measure)] {
        let known = result.stepsInOrder.map(\.name).filter { comparison.steps[$0] != nil }
        let others = comparison.steps.keys.filter { result.steps[$0] == nil }.sorted()
        return (known + others).flatMap { step in (comparison.steps[step] ?? []).map { (step, $0) } }
    }

    private func writeChart(
        _ comparison: Comparison, _ gating: [(step: String, measure: Comparison.Measure)], _ page: inout HTMLWriter
    ) {
        guard !gating.isEmpty else { return }
        let chart = IntervalChart(
            rows: gating.prefix(Self.chartLimit).map { step, measure in
                return IntervalChart.Row(
                    label: "\(step.count > 40 ? step.prefix(39) + "…" : step) \(measure.name): "
                        + Change.text(measure.ratio ?? 1),
                    low: measure.low, value: measure.ratio ?? 1, high: measure.high,
                    tolerated: comparison.tolerated(measure), verdict: ReportVerdict(measure.verdict))
            }, title: "now / before, above 1 is worse")
        page.element("div", ["class": "charts"]) { page in
            let tolerance = Figure.short(comparison.tolerance * 100, decimals: 2)
            let floor = Figure.short(comparison.floor, decimals: 3)
            let confidence = Figure.short((1 - 2 * comparison.alpha) * 100, decimals: 2)
            ChartFigure(
                title: "Change of what decides",
                note:
                    "The estimate with its \(confidence) % interval. Grey: no change, up to \(tolerance) % or \(floor) ms, "
                    + "which are tolerated; a pass needs the whole interval left of the dashed line."
            ).write(to: &page) {
                chart.write(to: &$0, label: chart.rows.map { "\($0.verdict.word) \($0.label)" }.joined(separator: "; "))
            }
        }
        page.more(gating.count - Self.chartLimit, "such measures in the table and")
    }

    private func writePlaces(_ rows: [(step: String, measure: Comparison.Measure)], _ page: inout HTMLWriter) {
        page.scrolling("Comparison") { page in
            page.element("table", ["data-sortable": "", "class": "wide"]) { page in
                page.tableHead(["Step", "Measure", "#Baseline", "#Lowest", "#Highest", "#Now", "Place"])
                page.element("tbody") { page in
                    for (step, measure) in rows.prefix(Self.rowLimit) {
                        page.element("tr") { page in
                            writeNames(step, measure, &page)
                            let unit = measure.unit.ofObjective
                            let range = measure.referenceRange
                            for value in [measure.reference, range?.lowerBound, range?.upperBound, measure.candidate] {
                                page.number(value) { Figure.measured($0, unit) }
                            }
                            page.element("td", text: measure.location?.rawValue ?? "–")
                        }
                    }
                }
            }
        }
        page.more(rows.count - Self.rowLimit, "measures")
    }

    private func writeTable(_ rows: [(step: String, measure: Comparison.Measure)], _ page: inout HTMLWriter) {
        page.scrolling("Comparison") { page in
            page.element("table", ["data-sortable": "", "class": "wide"]) { page in
                page.tableHead([
                    "Step", "Measure", "Verdict", "#Before", "#Now", "#Ratio", "Interval", "#p", "#p adjusted",
                    "#Detectable",
                ])
                page.element("tbody") { page in
                    for (step, measure) in rows.prefix(Self.rowLimit) { write(step, measure, &page) }
                }
            }
        }
        page.more(rows.count - Self.rowLimit, "measures")
    }

    private func write(_ step: String, _ measure: Comparison.Measure, _ page: inout HTMLWriter) {
        page.element("tr") { page in
            writeNames(step, measure, &page)
            page.element("td", ["data-value": ReportVerdict(measure.verdict).word]) {
                ReportVerdict(measure.verdict).write(to: &$0)
            }
            let unit = measure.unit.ofObjective
            page.number(measure.reference) { Figure.measured($0, unit) }
            page.number(measure.candidate) { Figure.measured($0, unit) }
            page.number(measure.ratio) { Figure.fixed($0, decimals: 3) }
            let ends = [measure.low, measure.high].map { $0.map { Figure.fixed($0, decimals: 3) } ?? "" }
            page.element(
                "td", ["class": "number"], text: ends == ["", ""] ? "–" : "\(ends[0]) … \(ends[1])")
            page.number(measure.p) { Figure.short($0, decimals: 4) }
            page.number(measure.adjustedP) { Figure.short($0, decimals: 4) }
            page.number(measure.smallestDetectable) { Figure.fixed($0, decimals: 3) }
        }
    }

    private func writeNames(_ step: String, _ measure: Comparison.Measure, _ page: inout HTMLWriter) {
        page.element("th", ["scope": "row"]) { $0.foreign(step, atMost: 300) }
        page.element("td") { page in
            page.foreign(measure.shownName)
            page.text(measure.gates ? "" : " (shown)")
        }
    }
}
