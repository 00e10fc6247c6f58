internal import Measures
internal import Scenarios
internal import VerificationKit

/// The run over time: latency, rate, what went wrong, and how latencies were spread.
struct CourseSection: PageSection {
    var result: RunResult

    let name = "course"
    let title = "Over time"

    private var slices: [SeriesResult.Slice] { result.series.slices }

    var isEmpty: Bool { !result.hadLoad || slices.isEmpty }

    func write(to page: inout HTMLWriter) {
        let clock = RunClock(result)
        page.element("div", ["class": "charts"]) { page in
            writeLatency(clock, &page)
            writeRate(clock, &page)
            writeOutcomes(clock, &page)
            writeHeatMap(clock, &page)
        }
    }

    // MARK: Latency

    private func writeLatency(_ clock: RunClock, _ page: inout HTMLWriter) {
        let percentiles: [(name: String, of: (SeriesResult.Slice) -> Double?)] = [
            ("p50", { $0.p50 }), ("p95", { $0.p95 }), ("p99", { $0.p99 }),
        ]
        let lines = percentiles.enumerated().map { index, percentile in
            LineChart.Line(
                name: percentile.name, kind: .line, ink: .ofLine(index),
                points: slices.map { LineChart.Point(RunClock.middle($0), percentile.of($0)) })
        }
        let heights = lines.flatMap { $0.points.compactMap(\.y) }
        guard !heights.isEmpty else { return }
        let limits = ObjectiveLimits(result).limits(of: .responseTime)
        var chart = LineChart(
            x: clock.axis, y: .latency(heights + limits.map(\.y)), lines: lines, bands: clock.warmups, limits: limits)
        chart.readings = slices.filter { $0.p50 != nil }.map { slice in
            let values = [("p50", slice.p50), ("p95", slice.p95), ("p99", slice.p99), ("max", slice.max)]
                .compactMap { name, value in value.map { "\(name) \(Figure.latency($0))" } }
            return reading(slice, clock, values.joined(separator: ", ") + " ms")
        }
        let worst = heights.max().map(Figure.latency) ?? "–"
        ChartFigure.write(
            chart, title: "Response time of all steps",
            label: "Response time over time: the highest p99 of a slice is \(worst) ms.",
            note: "Counted from the intended start, so that waiting for a slow target counts. Each point stands for "
                + "\(withArticle(result.series.widthSeconds, "second")).", to: &page)
    }

    // MARK: Rate

    private func writeRate(_ clock: RunClock, _ page: inout HTMLWriter) {
        var lines: [LineChart.Line] = []
        let stages = result.stages ?? []
        if let intended = stageLine(stages, .arrivals) {
            lines.append(LineChart.Line(name: "intended", kind: .line, ink: .quiet, points: intended))
        }
        lines.append(
            LineChart.Line(name: "begun", kind: .line, ink: .first, points: perSecond(clock) { $0.started }))
        if slices.contains(where: { $0.dropped > 0 }) {
            lines.append(
                LineChart.Line(name: "dropped", kind: .line, ink: .second, points: perSecond(clock) { $0.dropped }))
        }
        var chart = LineChart(
            x: clock.axis, y: .fromZero(to: highest(lines), title: "per second"), lines: lines, bands: clock.warmups)
        chart.readings = slices.filter { clock.isMeasured($0) }.map { slice in
            let seconds = Double(max(1, slice.seconds))
            let begun = Figure.short(Double(slice.started) / seconds, decimals: 1)
            let changed = slice.changes.map { "; changed by hand: \($0.joined(separator: ", "))" } ?? ""
            let dropped = slice.dropped > 0 ? ", \(Figure.grouped(slice.dropped)) dropped" : ""
            return reading(
                slice, clock, "\(begun) begun per second\(dropped), \(Figure.counted(slice.users)) users busy\(changed)"
            )
        }
        let isOpen = stages.contains { $0.kind == .arrivals }
        ChartFigure.write(
            chart, title: isOpen ? "Arrivals intended and begun" : "Iterations begun",
            label: rateLabel, note: "What was begun, each second. Of warm-up stages nothing is counted.", to: &page)
        writeUsers(stages, clock, &page)
    }

    private var rateLabel: String {
        guard let intended = result.generator.intendedRate, let achieved = result.generator.achievedRate else {
            return "Iterations begun over time: \(Figure.grouped(result.generator.started)) in all."
        }
        return "Rate over time: \(Figure.short(achieved, decimals: 1)) of \(Figure.short(intended, decimals: 1)) "
            + "intended arrivals per second were begun."
    }

    /// Users matter where they are what the load is made of.
    private func writeUsers(_ stages: [StageResult], _ clock: RunClock, _ page: inout HTMLWriter) {
        guard let intended = stageLine(stages, .users) else { return }
        let busy = slices.map { LineChart.Point(RunClock.middle($0), Double($0.users)) }
        let lines = [
            LineChart.Line(name: "intended", kind: .line, ink: .quiet, points: intended),
            LineChart.Line(name: "busy", kind: .line, ink: .first, points: busy),
        ]
        ChartFigure.write(
            LineChart(
                x: clock.axis, y: .fromZero(to: highest(lines), title: "users"), lines: lines, bands: clock.warmups),
            title: "Users", label: "Users over time, intended and busy.", to: &page)
    }

    /// The stages of a kind as a line; nil where there is none.
    private func stageLine(_ stages: [StageResult], _ kind: StageResult.Kind) -> [LineChart.Point]? {
        if stages.contains(where: { $0.load != nil }) { return sumLine(stages.filter { $0.kind == kind }) }
        var points: [LineChart.Point] = []
        for stage in stages {
            guard stage.kind == kind, let end = stage.end else {
                points.append(LineChart.Point(stage.start, nil))
                continue
            }
            points += [LineChart.Point(stage.start, stage.from), LineChart.Point(end, stage.to)]
        }
        return points.contains { $0.y != nil } ? points : nil
    }

    /// What stages of several loads come to together; nil where there is none.
    private func sumLine(_ stages: [StageResult]) -> [LineChart.Point]? {
        let bounded = stages.compactMap { stage in stage.end.map { (stage: stage, end: $0) } }.filter {
            $0.end > $0.stage.start
        }
        let instants = Set(bounded.flatMap { [$0.stage.start, $0.end] }).sorted()
        guard instants.count > 1 else { return nil }
        return zip(instants, instants.dropFirst()).flatMap { from, to -> [LineChart.Point] in
            let active = bounded.filter { $0.stage.start <= from && to <= $0.end }
            if active.isEmpty { return [LineChart.Point(from, nil)] }
            func sum(at instant: Double) -> Double {
                active.reduce(0) { sum, entry in
                    let share = (instant - entry.stage.start) / (entry.end - entry.stage.start)
                    return sum + entry.stage.from + (entry.stage.to - entry.stage.from) * share
                }
            }
            return [LineChart.Point(from, sum(at: from)), LineChart.Point(to, sum(at: to))]
        }
    }

    private func perSecond(
        _ clock: RunClock, _ count: (SeriesResult.Slice) -> UInt64
    ) -> [LineChart.Point] {
        slices.map { slice in
            let rate = Double(count(slice)) / Double(max(1, slice.seconds))
            return LineChart.Point(RunClock.middle(slice), clock.isMeasured(slice) ? rate : nil)
        }
    }

    private func highest(_ lines: [LineChart.Line]) -> Double { lines.flatMap { $0.points.compactMap(\.y) }.max() ?? 0 }

    private func reading(_ slice: SeriesResult.Slice, _ clock: RunClock, _ text: String) -> LineChart.Reading {
        LineChart.Reading(
            from: Double(slice.start), to: Double(slice.start) + Double(slice.seconds),
            text: "\(clock.name(slice)): \(text)")
    }

    private func withArticle(_ count: Int, _ noun: String) -> String {
        count == 1 ? "a \(noun)" : counted(count, noun, shownAs: Figure.counted(count))
    }

    // MARK: Outcomes

    private func writeOutcomes(_ clock: RunClock, _ page: inout HTMLWriter) {
        let exchanges = result.exchanges
        guard exchanges > 0 || result.unfinished > 0 else { return }
        // The commonest first, equal ones by name; `ok` has a colour of its own.
        let sorted = result.outcomes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let bad = sorted.map(\.key).filter { $0 != Outcome.ok.label && $0 != Outcome.unfinished.label }
        let inks = Dictionary(uniqueKeysWithValues: bad.enumerated().map { ($1, ChartInk.ofLine($0 + 1)) })
        let bars = sorted.map { label, count in
            // What was cut off is no part of the whole: its bar only shows how much it is beside it.
            let isPart = label != Outcome.unfinished.label
            let share = Double(count) / Double(isPart ? exchanges : exchanges + result.unfinished)
            return BarChart.Bar(
                label: label,
                text: Figure.grouped(count)
                    + (isPart ? " · \(Figure.short(share * 100, decimals: 3)) %" : " · cut off by the end"),
                share: share,
                ink: inks[label] ?? .first)
        }
        ChartFigure(
            title: "How exchanges ended",
            note: bad.isEmpty ? "Every exchange ended ok: no error to draw over time." : nil
        ).write(to: &page) {
            BarChart(bars: bars).write(
                to: &$0, label: "Outcomes: " + bars.map { "\($0.label) \($0.text)" }.joined(separator: ", "))
        }
        guard !bad.isEmpty else { return }
        writeErrors(bad, inks, clock, &page)
    }

    private func writeErrors(
        _ bad: [String], _ inks: [String: ChartInk], _ clock: RunClock, _ page: inout HTMLWriter
    ) {
        // A line for each of the commonest, one for all of the others.
        let shown = bad.count <= 5 ? bad : Array(bad.prefix(4))
        var lines = shown.map { label in
            LineChart.Line(
                name: label, kind: .line, ink: inks[label] ?? .second,
                points: perSecond(clock) { $0.outcomes[label] ?? 0 })
        }
        if bad.count > shown.count {
            let rest = bad.dropFirst(shown.count)
            lines.append(
                LineChart.Line(
                    name: "\(rest.count) others", kind: .line, ink: .sixth,
                    points: perSecond(clock) { slice in rest.reduce(0) { $0 &+ (slice.outcomes[$1] ?? 0) } }))
        }
        var chart = LineChart(
            x: clock.axis, y: .fromZero(to: highest(lines), title: "per second"), lines: lines, bands: clock.warmups)
        chart.readings = slices.filter { $0.bad > 0 }.map { slice in
            let counts = slice.outcomes.filter { $0.key != Outcome.ok.label && $0.key != Outcome.unfinished.label }
                .sorted {
                    $0.key < $1.key
                }
                .map { "\($0.key) \(Figure.grouped($0.value))" }
            return reading(slice, clock, counts.joined(separator: ", "))
        }
        var figure = ChartFigure(title: "Errors by outcome", hasReadings: true)
        figure.legend = chart.legend
        figure.write(to: &page) { chart.write(to: &$0, label: "Errors over time: \(bad.joined(separator: ", ")).") }
    }

    // MARK: Heat map

    private func writeHeatMap(_ clock: RunClock, _ page: inout HTMLWriter) {
        let cells = slices.map { slice in
            HeatMap.Slice(
                from: Double(slice.start), to: Double(slice.start) + Double(slice.seconds),
                counts: slice.latencyCounts)
        }
        guard var map = HeatMap(cells, x: clock.axis) else { return }
        map.bands = clock.warmups
        let warmups: [(kind: LineChart.Kind, ink: ChartInk, name: String)] = map.bands.isEmpty ? [] : [LineChart.warmup]
        ChartFigure(title: "How response times were spread", legend: warmups).write(to: &page) { page in
            map.write(
                to: &page,
                label:
                    "Heat map of response times over time; the fullest cell holds \(Figure.grouped(map.most)) exchanges."
            )
            map.writeKey(to: &page)
        }
    }
}

extension SeriesResult.Slice {
    /// The latencies in milliseconds, each with how often it occurred; none where they are absent or malformed.
    var latencyCounts: [(latency: Double, count: UInt64)] {
        let numbers = (latencies ?? "").split(separator: " ").map { UInt64($0) }
        return stride(from: 0, to: numbers.count - 1, by: 2).compactMap { index in
            guard let latency = numbers[index], let count = numbers[index + 1], count > 0 else { return nil }
            return (Double(latency) / 1e3, count)
        }
    }
}
