/// How often each latency occurred over time: the darker a cell, the more exchanges.
struct HeatMap {
    /// The most columns; slices beyond are added up, which loses no exchange.
    static let columnLimit = 128
    /// The most rows.
    static let rowLimit = 40
    /// The shades of a cell.
    static let levels = 6

    /// A stretch of time with its latencies.
    struct Slice {
        var from: Double
        var to: Double
        /// Latencies in milliseconds, each with how often it occurred.
        var counts: [(latency: Double, count: UInt64)]
    }

    private var columns: [(from: Double, to: Double, rows: [Int: UInt64])] = []
    private let lowest: Int
    private let perDecade: Double
    let y: Axis
    let x: Axis
    var bands: [LineChart.Band] = []

    /// The map of some slices in the order of time; nil where none holds a latency.
    init?(_ slices: [Slice], x: Axis) {
        // Below a microsecond nothing is measured.
        let latencies = slices.flatMap { $0.counts.map { max($0.latency, 1e-3) } }
        guard let low = latencies.min(), let high = latencies.max(), high.isFinite else { return nil }
        let decades = Decimals.logarithm(high / low)
        // Eight rows for each power of ten, fewer where they would become too many.
        var perDecade = 8.0
        while decades * perDecade > Double(Self.rowLimit - 2), perDecade > 1 { perDecade /= 2 }
        self.perDecade = perDecade
        lowest = Int((Decimals.logarithm(low) * perDecade).rounded(.down))
        self.x = x
        y = .logarithmic(low, high, title: "ms, logarithmic")
        let width = (slices.count + Self.columnLimit - 1) / Self.columnLimit
        for first in stride(from: 0, to: slices.count, by: max(1, width)) {
            let share = slices[first..<min(first + width, slices.count)]
            var rows: [Int: UInt64] = [:]
            for (latency, count) in share.flatMap(\.counts) { rows[row(latency), default: 0] &+= count }
            guard let from = share.first?.from, let to = share.last?.to else { continue }
            columns.append((from, to, rows))
        }
    }

    private func row(_ latency: Double) -> Int {
        Int((Decimals.logarithm(max(latency, 1e-3)) * perDecade).rounded(.down)) - lowest
    }

    /// The most exchanges of one cell.
    var most: UInt64 { columns.flatMap(\.rows.values).max() ?? 0 }

    /// The shade of a count, from 1; by its logarithm, so that the rare ones are seen beside the many.
    static func level(_ count: UInt64, most: UInt64) -> Int {
        guard most > 1 else { return levels }
        let share = Decimals.logarithm(Double(max(1, count))) / Decimals.logarithm(Double(most))
        return 1 + min(levels - 1, Int(Decimals.share(share) * Double(levels)))
    }

    /// The drawing.
    func write(to page: inout HTMLWriter, label: String) {
        let frame = ChartFrame()
        let most = most
        var paths = [String](repeating: "", count: Self.levels)
        for column in columns {
            let (from, to) = (frame.x(column.from, x), frame.x(column.to, x))
            // In a fixed order, so that the same run gives the same file.
            for (row, count) in column.rows.sorted(by: { $0.key < $1.key }) {
                let bottom = frame.y(Decimals.power(Double(lowest + row) / perDecade), y)
                let top = frame.y(Decimals.power(Double(lowest + row + 1) / perDecade), y)
                let width = ChartFrame.number(max(0.5, to - from))
                let height = ChartFrame.number(max(0.5, bottom - top))
                paths[Self.level(count, most: most) - 1] +=
                    "M\(ChartFrame.number(from)) \(ChartFrame.number(top))h\(width)v\(height)h-\(width)z"
            }
        }
        frame.drawing(&page, label: label) { page in
            frame.axes(&page, x: x, y: y)
            for (level, path) in paths.enumerated() where !path.isEmpty {
                page.shape("path", ["class": "heat heat\(level + 1)", "d": path])
            }
            for band in bands {
                let (from, to) = (frame.x(band.from, x), frame.x(band.to, x))
                guard to > from else { continue }
                page.shape(
                    "rect",
                    [
                        "class": "band", "x": ChartFrame.number(from), "y": ChartFrame.number(frame.top),
                        "width": ChartFrame.number(to - from), "height": ChartFrame.number(frame.innerHeight),
                    ])
            }
        }
    }

    /// What the shades mean.
    func writeKey(to page: inout HTMLWriter) {
        let most = most
        page.element("p", ["class": "key"]) { page in
            page.text("few ")
            page.element("svg", ["viewBox": "0 0 \(Self.levels * 18) 12", "class": "ramp", "aria-hidden": "true"]) {
                for level in 0..<Self.levels {
                    $0.shape("path", ["class": "heat heat\(level + 1)", "d": "M\(level * 18) 0h18v12h-18z"])
                }
            }
            page.text(" many: up to \(NiceNumbers.label(Double(most))) exchanges in a cell, shades by the logarithm")
        }
    }
}
