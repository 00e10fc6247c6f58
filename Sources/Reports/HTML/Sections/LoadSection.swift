internal import VerificationKit

/// What each of several loads did: a table, its rate and its response times over time.
struct LoadSection: PageSection {
    var result: RunResult

    let name = "loads"
    let title = "Loads"

    /// The most loads in the table, and the most that are drawn.
    private static let rowLimit = 100
    private static let lineLimit = 5

    private var loads: [(name: String, load: LoadResult)] { result.loadsInOrder }

    var isEmpty: Bool { loads.isEmpty }

    func write(to page: inout HTMLWriter) {
        table(&page)
        guard !result.series.slices.isEmpty else { return }
        let clock = RunClock(result)
        page.element("div", ["class": "charts"]) { page in
            chart("Begun by load", unit: "per second", clock, &page, y: nil) { slice, load in
                Double(load.started) / Double(max(1, slice.seconds))
            }
            let heights = result.series.slices.flatMap { slice in (slice.loads ?? [:]).values.compactMap(\.p95) }
            if !heights.isEmpty {
                chart("Response time p95 by load", unit: "ms", clock, &page, y: .latency(heights)) { $1.p95 }
            }
        }
    }

    private func table(_ page: inout HTMLWriter) {
        page.scrolling("What each load did") { page in
            page.element("table", ["class": "wide"]) { page in
                page.tableHead([
                    "Load", "Flows", "#From", "#Measured", "#Begun", "#In time, of intended /s", "#Exchanges",
                    "#p50",
                    "#p95", "#p99", "#Bad", "#Dropped",
                ])
                page.element("tbody") { page in
                    for (name, load) in loads.prefix(Self.rowLimit) {
                        page.element("tr") { page in
                            page.element("th", ["scope": "row"]) { $0.foreign(name, atMost: 100) }
                            page.element("td") { $0.foreign(load.flows.joined(separator: ", "), atMost: 300) }
                            page.number(load.start) { "\(Figure.short($0, decimals: 1)) s" }
                            page.number(load.seconds) { "\(Figure.short($0, decimals: 1)) s" }
                            page.number(Double(load.started)) { Figure.grouped(UInt64($0)) }
                            page.number(load.achievedRate) { achieved in
                                let intended = load.intendedRate.map { Figure.short($0, decimals: 1) } ?? "–"
                                return "\(Figure.short(achieved, decimals: 1)) of \(intended)"
                            }
                            page.number(Double(load.count)) { Figure.grouped(UInt64($0)) }
                            page.number(load.responseTime?.p50, Figure.latency)
                            page.number(load.responseTime?.p95, Figure.latency)
                            page.number(load.responseTime?.p99, Figure.latency)
                            page.number(
                                Double(load.bad), { Figure.grouped(UInt64($0)) }, class: load.bad > 0 ? "bad" : nil)
                            page.number(
                                Double(load.dropped), { Figure.grouped(UInt64($0)) },
                                class: load.dropped > 0 ? "bad" : nil)
                        }
                    }
                }
            }
        }
        page.more(loads.count - Self.rowLimit, "loads")
        page.element(
            "p", ["class": "faint"],
            text: "Response times in ms, over each load's measured time. Warm-up and idle stages are not measured.")
    }

    private func chart(
        _ title: String, unit: String, _ clock: RunClock, _ page: inout HTMLWriter, y: Axis?,
        _ value: (SeriesResult.Slice, SeriesResult.LoadSlice) -> Double?
    ) {
        let slices = result.series.slices
        let shown = loads.prefix(Self.lineLimit)
        let lines = shown.enumerated().map { index, entry in
            LineChart.Line(
                name: entry.name, kind: .line, ink: .ofLine(index),
                points: slices.map { slice in
                    LineChart.Point(RunClock.middle(slice), slice.loads?[entry.name].flatMap { value(slice, $0) })
                })
        }
        let highest = lines.flatMap { $0.points.compactMap(\.y) }.max() ?? 0
        var chart = LineChart(
            x: clock.axis, y: y ?? .fromZero(to: highest, title: unit), lines: lines, bands: clock.warmups)
        chart.readings = slices.map { slice in
            let values = shown.compactMap { entry in
                slice.loads?[entry.name].flatMap { value(slice, $0) }.map {
                    "\(entry.name) \(Figure.short($0, decimals: $0 < 10 ? 2 : 1))"
                }
            }
            return LineChart.Reading(
                from: Double(slice.start), to: Double(slice.start) + Double(slice.seconds),
                text: "\(clock.name(slice)): \(values.joined(separator: ", ")) \(unit)")
        }
        let more = loads.count > Self.lineLimit ? " Of \(loads.count) loads the first \(Self.lineLimit) are drawn." : ""
        ChartFigure.write(
            chart, title: title, label: "\(title) over time: \(shown.map(\.name).joined(separator: ", ")).\(more)",
            note: more.isEmpty ? nil : String(more.dropFirst()), to: &page)
    }
}
