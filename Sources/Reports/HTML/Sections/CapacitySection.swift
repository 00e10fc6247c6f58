internal import VerificationKit

/// A search for a capacity: curves over the rate, and all that was measured.
struct CapacitySection: PageSection {
    var result: RunResult

    let name = "capacity"
    let title = "Capacity"

    private static let rowLimit = 200

    var isEmpty: Bool { result.capacity == nil }

    func write(to page: inout HTMLWriter) {
        guard let capacity = result.capacity else { return }
        page.element("p") { page in
            page.foreign(
                capacity.sentence.prefix(1).uppercased() + capacity.sentence.dropFirst() + ".", atMost: 600)
        }
        let curve = capacity.curve
        if curve.count >= 2 {
            page.element("div", ["class": "charts"]) { page in
                throughput(capacity, curve, &page)
                latencies(capacity, curve, &page)
                errors(capacity, curve, &page)
                scalability(capacity, &page)
            }
        }
        table(capacity, &page)
        for fact in capacity.facts { page.element("p", ["class": "note"]) { $0.foreign(fact, atMost: 600) } }
    }

    // MARK: Curves

    private func chart(_ capacity: CapacityResult, _ curve: [CapacityResult.Step], _ y: Axis, _ lines: [LineChart.Line])
        -> LineChart
    {
        let rates = curve.map(\.rate)
        var chart = LineChart(x: .fromZero(to: rates.max() ?? 1, title: "arrivals per second"), y: y, lines: lines)
        if let rate = capacity.rate { chart.marks = [LineChart.Mark(x: rate, label: CapacityResult.shown(rate))] }
        if let low = capacity.low, let high = capacity.high, high > low {
            chart.bands = [LineChart.Band(from: low, to: high)]
            chart.bandName = "the capacity's interval"
        }
        chart.readings = curve.enumerated().map { index, step in
            let before = index > 0 ? (rates[index - 1] + step.rate) / 2 : 0
            let after = index + 1 < rates.count ? (step.rate + rates[index + 1]) / 2 : step.rate
            return LineChart.Reading(from: before, to: after, text: Self.reading(step))
        }
        return chart
    }

    private static func reading(_ step: CapacityResult.Step) -> String {
        let latencies = [("p50", step.p50), ("p95", step.p95), ("p99", step.p99)].compactMap { name, value in
            value.map { "\(name) \(Figure.latency($0)) ms" }
        }
        return
            ([
                "\(CapacityResult.shown(step.rate)): \(CapacityResult.told(step))",
                "\(Figure.short(step.throughput, decimals: 1)) answered/s",
            ] + latencies + ["errors \(Figure.short(step.errors * 100, decimals: 2)) %"]).joined(separator: ", ")
    }

    private func throughput(
        _ capacity: CapacityResult, _ curve: [CapacityResult.Step], _ page: inout HTMLWriter
    ) {
        let highest = max(curve.map(\.throughput).max() ?? 1, curve.map(\.iterations).max() ?? 1)
        let chart = chart(
            capacity, curve, .fromZero(to: highest, title: "per second"),
            [
                LineChart.Line(
                    name: "exchanges answered", kind: .line, ink: .first,
                    points: curve.map { LineChart.Point($0.rate, $0.throughput) }),
                LineChart.Line(
                    name: "iterations completed", kind: .dots, ink: .second,
                    points: curve.map { LineChart.Point($0.rate, $0.iterations) }),
            ])
        ChartFigure.write(
            chart, title: "Throughput by rate", label: "Throughput over the rate: \(capacity.sentence).", to: &page)
    }

    private func latencies(
        _ capacity: CapacityResult, _ curve: [CapacityResult.Step], _ page: inout HTMLWriter
    ) {
        let lines = [("p50", \CapacityResult.Step.p50), ("p95", \.p95), ("p99", \.p99)].enumerated().map { index, one in
            LineChart.Line(
                name: one.0, kind: .line, ink: .ofLine(index),
                points: curve.map { LineChart.Point($0.rate, $0[keyPath: one.1]) })
        }
        var chart = chart(capacity, curve, .latency(lines.flatMap { $0.points.compactMap(\.y) }), lines)
        if let knee = capacity.knee { chart.marks.append(LineChart.Mark(x: knee, label: "knee")) }
        ChartFigure.write(
            chart, title: "Response time by rate", label: "Response times over the rate.", to: &page)
    }

    private func errors(_ capacity: CapacityResult, _ curve: [CapacityResult.Step], _ page: inout HTMLWriter) {
        guard let most = curve.map(\.errors).max(), most > 0 else { return }
        let chart = chart(
            capacity, curve, .fromZero(to: most * 100, title: "% of exchanges"),
            [
                LineChart.Line(
                    name: "errors", kind: .line, ink: .second,
                    points: curve.map { LineChart.Point($0.rate, $0.errors * 100) })
            ])
        ChartFigure.write(chart, title: "Errors by rate", label: "Errors over the rate.", to: &page)
    }

    private func scalability(_ capacity: CapacityResult, _ page: inout HTMLWriter) {
        guard let usl = capacity.usl, usl.fits, let most = usl.points.last?.concurrency, most > 0 else { return }
        let law = (1...60).map { step -> LineChart.Point in
            let n = most * Double(step) / 60
            return LineChart.Point(n, usl.lambda * n / (1 + usl.sigma * (n - 1) + usl.kappa * n * (n - 1)))
        }
        let measured = usl.points.map { LineChart.Point($0.concurrency, $0.throughput) }
        let chart = LineChart(
            x: .fromZero(to: most, title: "exchanges under way"),
            y: .fromZero(to: (measured + law).compactMap(\.y).max() ?? 1, title: "exchanges per second"),
            lines: [
                LineChart.Line(name: "Universal Scalability Law", kind: .line, ink: .first, points: law),
                LineChart.Line(name: "measured", kind: .crosses, ink: .second, points: measured),
            ])
        ChartFigure.write(
            chart, title: "Throughput by concurrency", label: "The Universal Scalability Law beside what was measured.",
            to: &page)
    }

    // MARK: Steps

    private func table(_ capacity: CapacityResult, _ page: inout HTMLWriter) {
        page.table(
            "Rates",
            [
                "#Rate", "For", "Verdict", "#Answered/s", "#p50 ms", "#p95 ms", "#p99 ms", "#Errors", "#Measured",
                "Folder",
            ],
            rows: capacity.steps.suffix(Self.rowLimit), isWide: true, isSortable: true
        ) { (step: CapacityResult.Step, page: inout HTMLWriter) in
            page.number(step.rate) { CapacityResult.shown($0) }
            page.element("td", text: step.shownPurpose)
            page.element("td") { page in
                ReportVerdict(step.verdict).write(to: &page)
                if let because = step.because { page.foreign(" \(because)", atMost: 300) }
            }
            page.number(step.throughput) { Figure.short($0, decimals: 1) }
            for latency in [step.p50, step.p95, step.p99] { page.number(latency) { Figure.latency($0) } }
            page.number(step.errors) { "\(Figure.short($0 * 100, decimals: 2)) %" }
            page.number(step.seconds) { "\(Figure.short($0, decimals: 1)) s" }
            page.element("td") { $0.foreign(step.folder, atMost: 100) }
        }
        page.more(capacity.steps.count - Self.rowLimit, "rates")
    }
}
