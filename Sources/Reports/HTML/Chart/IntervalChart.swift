/// Estimates with their intervals, a row each, beside the zone that each should not leave.
struct IntervalChart {
    /// An estimate.
    struct Row {
        var label: String
        var low: Double?
        var value: Double
        var high: Double?
        /// The value up to which a change is tolerated.
        var tolerated: Double
        /// How it is drawn: what it came to.
        var verdict: ReportVerdict
    }

    var rows: [Row]
    /// The value that means no change.
    var neutral = 1.0
    var title: String

    private static let rowHeight = 38.0

    /// The drawing.
    func write(to page: inout HTMLWriter, label: String) {
        // An interval that reaches far out is cut at the edge, so that the others can still be told apart.
        let values =
            rows.flatMap { [$0.low, $0.value, $0.high, $0.tolerated].compactMap { $0 } }.filter { $0.isFinite }
            .map { min(4, max(0.25, $0)) } + [neutral]
        let (low, high) = (values.min() ?? neutral, values.max() ?? neutral)
        let margin = max(0.02, (high - low) * 0.06)
        let axis = Axis.between(low - margin, high + margin, title: title)
        var frame = ChartFrame()
        (frame.left, frame.top) = (14, 12)
        frame.height = frame.top + Double(rows.count) * Self.rowHeight + frame.bottom
        frame.drawing(&page, label: label) { page in
            let from = frame.x(neutral, axis)
            frame.axes(&page, x: axis, y: Axis(scale: LinearScale(0, 1), ticks: [], title: ""))
            let height = "v\(ChartFrame.number(frame.innerHeight))"
            page.shape(
                "path", ["class": "axis", "d": "M\(ChartFrame.number(from)) \(ChartFrame.number(frame.top))\(height)"])
            for (index, row) in rows.enumerated() {
                draw(row, at: frame.top + Double(index) * Self.rowHeight, frame, axis, &page)
            }
        }
    }

    private func draw(_ row: Row, at top: Double, _ frame: ChartFrame, _ axis: Axis, _ page: inout HTMLWriter) {
        let middle = top + 27
        page.element("g", ["class": "interval \(row.verdict.name)"]) { page in
            let (from, to) = (frame.x(neutral, axis), frame.x(row.tolerated, axis))
            page.shape(
                "rect",
                [
                    "class": "band", "x": ChartFrame.number(from), "y": ChartFrame.number(middle - 9),
                    "width": ChartFrame.number(max(0, to - from)), "height": "18",
                ])
            page.shape(
                "path", ["class": "limit", "d": "M\(ChartFrame.number(to)) \(ChartFrame.number(middle - 9))v18"])
            frame.label(
                &page, "\(row.verdict.symbol) \(row.label)", x: frame.left + 2, y: top + 15, anchor: "start",
                class: "row-label")
            let centre = ChartFrame.number(frame.x(row.value, axis))
            let y = ChartFrame.number(middle)
            if let low = row.low, let high = row.high {
                let ends = [low, high].map { ChartFrame.number(frame.x($0, axis)) }
                page.shape(
                    "path", ["class": "whisker", "d": "M\(ends[0]) \(y)H\(ends[1])m0-4v8M\(ends[0]) \(y)m0-4v8"])
            }
            page.shape("path", ["class": "dots", "d": "M\(centre) \(y)h0"])
        }
    }
}
