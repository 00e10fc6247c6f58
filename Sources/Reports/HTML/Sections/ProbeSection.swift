internal import Scenarios
internal import VerificationKit

/// What probes read over time.
struct ProbeSection: PageSection {
    var result: RunResult

    let name = "probes"
    let title = "Probes"

    /// The most probes that are drawn, and the most rows of the table.
    private static let chartLimit = 24
    private static let rowLimit = 500

    private var probes: [(key: String, value: ProbeResult)] { (result.probes ?? [:]).sorted { $0.key < $1.key } }

    var isEmpty: Bool { probes.isEmpty }

    func write(to page: inout HTMLWriter) {
        let probes = probes
        let clock = RunClock(result)
        let limits = ObjectiveLimits(result)
        page.table(
            "Probes", ["Probe", "#Samples", "#Failed", "#Min", "#Mean", "#Max", "#Growth per s"],
            rows: probes.prefix(Self.rowLimit), isWide: true, isSortable: true
        ) { write($0.key, $0.value, &$1) }
        page.element(
            "p", ["class": "faint"], text: "Figures are of the measured load alone; charts show the whole run.")
        page.more(probes.count - Self.rowLimit, "probes")
        let drawn = probes.filter { !$0.value.series.isEmpty }
        guard !drawn.isEmpty else { return }
        page.element("div", ["class": "charts"]) { page in
            for (name, probe) in drawn.prefix(Self.chartLimit) { draw(name, probe, clock, limits, &page) }
        }
        page.more(drawn.count - Self.chartLimit, "courses of probes")
    }

    private func write(_ name: String, _ probe: ProbeResult, _ page: inout HTMLWriter) {
        page.element("th", ["scope": "row"]) { page in
            page.foreign(name, atMost: 300)
            for failure in (probe.failures ?? []).prefix(3) {
                page.element("div", ["class": "note"]) { page in
                    page.text("\(Figure.grouped(failure.count)) × ")
                    page.foreign(failure.message, atMost: 600)
                }
            }
        }
        page.number(Double(probe.samples)) { _ in Figure.grouped(probe.samples) }
        page.number(
            Double(probe.failed), { _ in Figure.grouped(probe.failed) }, class: probe.failed > 0 ? "bad" : nil)
        for value in [probe.min, probe.mean, probe.max, probe.rate] {
            page.number(value) { Figure.short($0, decimals: 3) }
        }
    }

    private func draw(
        _ name: String, _ probe: ProbeResult, _ clock: RunClock, _ limits: ObjectiveLimits, _ page: inout HTMLWriter
    ) {
        let slices = probe.series.filter { $0.count >= 4 && $0.allSatisfy(\.isFinite) }
        let heights = slices.flatMap { [$0[1], $0[3]] }
        guard let low = heights.min(), let high = heights.max() else { return }
        let own = limits.limits(of: .probe(name))
        var lines = [
            LineChart.Line(name: "read", kind: .line, ink: .first, points: slices.map { LineChart.Point($0[0], $0[2]) })
        ]
        if slices.contains(where: { $0[1] != $0[3] }) {
            let points = slices.map { LineChart.Point($0[0], $0[3], low: $0[1]) }
            lines.insert(LineChart.Line(name: "smallest to largest", kind: .area, ink: .first, points: points), at: 0)
        }
        var chart = LineChart(
            x: clock.axis,
            y: .fromZero(
                to: max(high, own.map(\.y).max() ?? high), lowest: min(low, own.map(\.y).min() ?? low), title: name),
            lines: lines, bands: clock.warmups, limits: own)
        chart.y.title = ""
        chart.readings = slices.enumerated().map { index, slice in
            let next = index + 1 < slices.count ? slices[index + 1][0] : clock.length
            let values = slice[1] == slice[3] ? [slice[2]] : [slice[1], slice[2], slice[3]]
            return LineChart.Reading(
                from: slice[0], to: next,
                text: "\(NiceNumbers.time(slice[0], of: clock.length)): "
                    + values.map { Figure.short($0, decimals: 3) }.joined(separator: " … "))
        }
        let mean = probe.mean.map { Figure.short($0, decimals: 3) } ?? "–"
        ChartFigure.write(chart, title: name, label: "\(name) over time: mean \(mean).", to: &page)
    }
}
