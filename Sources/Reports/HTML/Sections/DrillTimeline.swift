internal import VerificationKit

/// A drill second by second: good and failed exchanges, and below them, by the same seconds, a lane for each fault, role and
/// measure. What a lane is stands above it in words, so that nothing lies over anything however close events are.
struct DrillTimeline {
    var drill: DrillResult

    private static let bandName = "a fault in force"
    private static let mostFaults = 24
    private static let mostRoles = 12
    private static let mostLines = 6
    private static let mostChanges = 8

    private var length: Double { Double(max(1, drill.good.count)) }
    private var frame: ChartFrame { ChartFrame() }
    private var axis: Axis { .time(length) }

    /// The figures.
    func write(to page: inout HTMLWriter) {
        page.element("div", ["class": "charts"]) { page in
            drawCourse(&page)
            drawAnswerers(&page)
            drawAddresses(&page)
        }
    }

    // MARK: The course

    private func points(_ values: [Int]) -> [LineChart.Point] {
        values.enumerated().map { LineChart.Point(Double($0.offset) + 0.5, Double($0.element)) }
    }

    private func chart(_ lines: [LineChart.Line], highest: Double) -> LineChart {
        var chart = LineChart(
            x: axis, y: .fromZero(to: highest, title: "per second"), lines: lines,
            bands: drill.faults.compactMap { fault in
                span(of: fault).map { LineChart.Band(from: $0.lowerBound, to: $0.upperBound) }
            })
        chart.bandName = Self.bandName
        if let t0 = drill.t0, t0 < length { chart.marks = [LineChart.Mark(x: t0, label: "t₀")] }
        return chart
    }

    private func drawCourse(_ page: inout HTMLWriter) {
        var chart = chart(
            [
                LineChart.Line(name: "good", kind: .line, ink: .first, points: points(drill.good)),
                LineChart.Line(name: "failed", kind: .line, ink: .second, points: points(drill.bad)),
            ], highest: Double((drill.good + drill.bad).max() ?? 1))
        chart.readings = drill.good.indices.map { second in
            var text =
                "\(second) to \(second + 1) s: \(drill.good[second]) good, "
                + "\(drill.bad.indices.contains(second) ? drill.bad[second] : 0) failed"
            for event in events(within: Double(second)..<Double(second + 1)) { text += "; \(event)" }
            return LineChart.Reading(from: Double(second), to: Double(second + 1), text: text)
        }
        var figure = ChartFigure(
            title: "Exchanges by the second in which they were due", legend: chart.legend,
            note:
                "Shaded: from where a fault took effect to where it was undone. The lanes have the same seconds as the chart; the "
                + "pale ends of a measure are its resolution. Point at a second to read what happened in it.")
        figure.hasReadings = true
        let failed = drill.bad.reduce(0, &+)
        figure.write(to: &page) { page in
            chart.write(to: &page, label: "Good and failed exchanges over time: \(failed) failed.")
            page.element("div", ["class": "lanes"]) { writeLanes(&$0) }
        }
    }

    private func span(of fault: DrillResult.Fault) -> ClosedRange<Double>? {
        guard let from = fault.effective ?? fault.applied, from <= length else { return nil }
        return max(0, from)...min(length, max(from, fault.undone ?? length))
    }

    /// What happened in a stretch, for its reading.
    private func events(within stretch: Range<Double>) -> [String] {
        var events: [String] = []
        for fault in drill.faults {
            if let effective = fault.effective, stretch.contains(effective) {
                events.append("\(fault.fault) took effect")
            }
            if let undone = fault.undone, stretch.contains(undone) { events.append("\(fault.fault) undone") }
        }
        for role in drill.roles where stretch.contains(role.time) {
            events.append("\(role.probe) \(shown(role.before)) to \(shown(role.after))")
        }
        if let t0 = drill.t0, let rto = drill.rto, rto > 0, stretch.contains(t0 + rto) {
            events.append("recovered (rto)")
        }
        return events
    }

    private func shown(_ value: Double?) -> String { value.map { Figure.short($0, decimals: 3) } ?? "unknown" }

    // MARK: Lanes

    private func writeLanes(_ page: inout HTMLWriter) {
        if !drill.faults.isEmpty { page.element("h3", text: "Faults") }
        for fault in drill.faults.prefix(Self.mostFaults) { write(fault, &page) }
        page.more(drill.faults.count - Self.mostFaults, "faults")
        let probes = drill.roles.reduce(into: [String]()) { if !$0.contains($1.probe) { $0.append($1.probe) } }
        if !probes.isEmpty { page.element("h3", text: "Roles") }
        for probe in probes.prefix(Self.mostRoles) { write(roles: probe, &page) }
        page.more(probes.count - Self.mostRoles, "roles")
        let measures = drill.brackets.filter { $0.from <= length }
        if !measures.isEmpty { page.element("h3", text: "Measures, where they were taken") }
        for measure in measures { write(measure, &page) }
    }

    private func write(_ fault: DrillResult.Fault, _ page: inout HTMLWriter) {
        guard let span = span(of: fault) else {
            lane("\(fault.fault): \(fault.problem ?? "not brought about")", &page) { _ in }
            return
        }
        let end = fault.undone.map { " to \(DrillResult.time($0))" } ?? " on, not undone"
        lane("\(fault.fault): \(DrillResult.time(span.lowerBound))\(end)", &page) { page in
            // A moment is seen, too.
            let from = frame.x(span.lowerBound, axis)
            let width = max(2, frame.x(span.upperBound, axis) - from)
            page.shape(
                "rect",
                [
                    "class": "fault", "x": ChartFrame.number(from), "y": "1", "width": ChartFrame.number(width),
                    "height": "10",
                ])
        }
    }

    private func write(roles probe: String, _ page: inout HTMLWriter) {
        let changes = drill.roles.filter { $0.probe == probe }
        var words = changes.prefix(Self.mostChanges).map {
            "\(shown($0.before)) → \(shown($0.after)) at \(DrillResult.time($0.time))"
        }
        if changes.count > words.count { words.append("… and \(changes.count - words.count) more") }
        lane("\(probe): \(words.joined(separator: ", "))", &page) { page in
            let path = changes.filter { 0...length ~= $0.time }
                .map { "M\(ChartFrame.number(frame.x($0.time, axis))) 0v12" }.joined()
            if !path.isEmpty { page.shape("path", ["class": "tick", "d": path]) }
        }
    }

    private func write(_ measure: DrillResult.Bracket, _ page: inout HTMLWriter) {
        lane(measure.words, &page) { page in
            func x(_ time: Double) -> String { ChartFrame.number(frame.x(min(length, max(0, time)), axis)) }
            let end = min(length, measure.to ?? length)
            if let resolution = measure.resolution, resolution > 0 {
                let from = max(measure.from, end - resolution)
                page.shape(
                    "rect",
                    [
                        "class": "blur", "x": x(from), "y": "2",
                        "width": ChartFrame.number(
                            frame.x(min(length, end + resolution), axis) - frame.x(max(0, from), axis)),
                        "height": "8",
                    ])
            }
            // An end that was not seen has no foot.
            let foot = measure.to == nil || end < (measure.to ?? end) ? "" : "M\(x(end)) 1v10"
            page.shape(
                "path", ["class": "bracket", "d": "M\(x(measure.from)) 1v10M\(x(measure.from)) 6H\(x(end))\(foot)"])
        }
    }

    /// A lane: what it is, and a strip as wide as the chart.
    private func lane(_ words: String, _ page: inout HTMLWriter, _ draw: (inout HTMLWriter) -> Void) {
        page.element("div", ["class": "lane"]) { page in
            page.element("p") { $0.foreign(words, atMost: 400) }
            page.element(
                "svg",
                [
                    "viewBox": "0 0 \(ChartFrame.number(frame.width)) 12", "preserveAspectRatio": "none",
                    "aria-hidden": "true",
                ]
            ) { page in
                page.shape(
                    "rect",
                    [
                        "class": "track", "x": ChartFrame.number(frame.left), "y": "5",
                        "width": ChartFrame.number(frame.innerWidth), "height": "2",
                    ])
                draw(&page)
                if let t0 = drill.t0, t0 < length {
                    page.shape("path", ["class": "mark", "d": "M\(ChartFrame.number(frame.x(t0, axis))) 0v12"])
                }
            }
        }
    }

    // MARK: Who answered, where requests went

    private func drawAnswerers(_ page: inout HTMLWriter) {
        drawRanked(
            (drill.answeredBy ?? []).map { ($0.name, $0.good) }, lines: drill.answererLines, title: "Who answered",
            label: "Good answers over time by who answered.", &page)
    }

    private func drawAddresses(_ page: inout HTMLWriter) {
        drawRanked(
            (drill.addresses ?? []).map { ($0.address, $0.sent) }, lines: drill.addressLines,
            title: "Where requests went", label: "Requests over time by the address that they were sent to.", &page)
    }

    /// Those that had most have a line each, and all others one. `words`: what is said below the chart.
    private func drawRanked(
        _ series: [(name: String, counts: [Int])], lines words: [String], title: String, label: String,
        _ page: inout HTMLWriter
    ) {
        guard !series.isEmpty else { return }
        let isMany = series.count > Self.mostLines
        let ranked = series.enumerated().sorted {
            ($1.element.counts.reduce(0, &+), $0.offset) < ($0.element.counts.reduce(0, &+), $1.offset)
        }
        let kept = ranked.prefix(isMany ? Self.mostLines - 1 : Self.mostLines).map(\.offset).sorted()
        var lines = kept.enumerated().map { position, index in
            LineChart.Line(
                name: series[index].name, kind: .line, ink: .ofLine(position), points: points(series[index].counts))
        }
        if isMany {
            let rest = series.indices.filter { !kept.contains($0) }
            let sums = drill.good.indices.map { second in
                rest.reduce(0) { sum, index in
                    let counts = series[index].counts
                    return sum &+ (counts.indices.contains(second) ? counts[second] : 0)
                }
            }
            lines.append(
                LineChart.Line(name: "\(rest.count) others", kind: .line, ink: .sixth, points: points(sums)))
        }
        let highest = lines.flatMap { $0.points.compactMap(\.y) }.max() ?? 1
        let chart = chart(lines, highest: highest)
        // One alone has no legend of lines, and is named, too.
        var figure = ChartFigure(title: title, legend: chart.legend)
        if lines.count == 1, let line = lines.first { figure.legend.insert((line.kind, line.ink, line.name), at: 0) }
        let shown = words.prefix(Self.mostLines)
        let left = words.count - shown.count
        figure.note = shown.joined(separator: "; ") + (left > 0 ? "; … and \(left) more in result.json" : "")
        figure.write(to: &page) { chart.write(to: &$0, label: label) }
    }
}
