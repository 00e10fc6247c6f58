/// Lines and points over two axes, with bands behind them and limits before them.
struct LineChart {
    /// A point of a line; without a height it is a gap.
    struct Point: Equatable {
        var x: Double
        var y: Double?
        /// Of an area, its lower edge.
        var low: Double?

        init(_ x: Double, _ y: Double?, low: Double? = nil) {
            self.x = x
            self.y = y
            self.low = low
        }
    }

    /// How points are drawn.
    enum Kind: Equatable { case line, steps, dots, crosses, area }

    /// What is drawn, in one colour and one pattern.
    struct Line {
        var name: String
        var kind: Kind
        var ink: ChartInk
        var points: [Point]
    }

    /// A stretch along the axis that stands out.
    struct Band {
        var from: Double
        var to: Double
    }

    /// A height that something is held to.
    struct Limit: Equatable {
        var y: Double
        var label: String
    }

    /// An instant that others are counted from.
    struct Mark: Equatable {
        var x: Double
        var label: String
    }

    /// What is told of a stretch when it is pointed at.
    struct Reading {
        var from: Double
        var to: Double
        var text: String
    }

    var x: Axis
    var y: Axis
    var lines: [Line]
    var bands: [Band] = []
    /// What the bands are, for the legend.
    var bandName = LineChart.warmup.name
    var limits: [Limit] = []
    var marks: [Mark] = []
    var readings: [Reading] = []
    var frame = ChartFrame()

    /// The drawing.
    func write(to page: inout HTMLWriter, label: String) {
        frame.drawing(&page, label: label) { page in
            for band in bands { draw(band, &page) }
            frame.axes(&page, x: x, y: y)
            for line in lines { draw(line, &page) }
            drawLimits(&page)
            for mark in marks { draw(mark, &page) }
            guard !readings.isEmpty else { return }
            page.element("g", ["class": "readings"]) { page in
                for reading in readings { draw(reading, &page) }
            }
        }
    }

    private func draw(_ band: Band, _ page: inout HTMLWriter) {
        let (from, to) = (frame.x(band.from, x), frame.x(band.to, x))
        guard to > from else { return }
        page.shape(
            "rect",
            [
                "class": "band", "x": ChartFrame.number(from), "y": ChartFrame.number(frame.top),
                "width": ChartFrame.number(to - from), "height": ChartFrame.number(frame.innerHeight),
            ])
    }

    private func draw(_ mark: Mark, _ page: inout HTMLWriter) {
        let x = frame.x(mark.x, x)
        page.shape(
            "path",
            [
                "class": "mark",
                "d": "M\(ChartFrame.number(x)) \(ChartFrame.number(frame.top))v\(ChartFrame.number(frame.innerHeight))",
            ])
        // Beside its line, on the side where there is room.
        let isRight = x < frame.width - frame.right - 60
        frame.label(
            &page, mark.label, x: x + (isRight ? 5 : -5), y: frame.top + 14, anchor: isRight ? "start" : "end",
            class: "mark-label")
    }

    private func draw(_ line: Line, _ page: inout HTMLWriter) {
        let path: String
        switch line.kind {
        case .line, .steps: path = stroke(line)
        case .area: path = area(line)
        case .dots, .crosses:
            // Points that fall on one another are drawn once.
            var seen: Set<String> = []
            path = line.points.compactMap { point -> String? in
                guard let height = point.y else { return nil }
                let (x, y) = (ChartFrame.number(frame.x(point.x, self.x)), ChartFrame.number(frame.y(height, self.y)))
                guard seen.insert("\(x) \(y)").inserted else { return nil }
                return line.kind == .dots ? "M\(x) \(y)h0" : "M\(x) \(y)m-3-3l6 6m0-6l-6 6"
            }.joined()
        }
        guard !path.isEmpty else { return }
        let name: StaticString = "class"
        page.shape("path", [name: "\(line.kind) \(line.ink)", "d": path])
    }

    private func stroke(_ line: Line) -> String {
        var path = ""
        var last: (x: String, y: String)?
        for point in line.points {
            guard let height = point.y else {
                last = nil
                continue
            }
            let here = (x: ChartFrame.number(frame.x(point.x, x)), y: ChartFrame.number(frame.y(height, y)))
            if let before = last {
                if here == before { continue }
                if line.kind == .steps {
                    path += "H\(here.x)"
                    if here.y != before.y { path += "V\(here.y)" }
                } else {
                    path += "L\(here.x) \(here.y)"
                }
            } else {
                // A point alone between two gaps is seen by its round end.
                path += "M\(here.x) \(here.y)h0"
            }
            last = here
        }
        return path
    }

    private func area(_ line: Line) -> String {
        var path = ""
        for stretch in line.points.split(whereSeparator: { $0.y == nil || $0.low == nil }) {
            let upper = stretch.map {
                "\(ChartFrame.number(frame.x($0.x, x))) \(ChartFrame.number(frame.y($0.y ?? 0, y)))"
            }
            let lower = stretch.reversed().map {
                "\(ChartFrame.number(frame.x($0.x, x))) \(ChartFrame.number(frame.y($0.low ?? 0, y)))"
            }
            path += "M" + (upper + lower).joined(separator: "L") + "Z"
        }
        return path
    }

    /// Lines, then their labels at the right edge: no line runs through a label, its own or another's.
    private func drawLimits(_ page: inout HTMLWriter) {
        let limits = limits.sorted { $0.y > $1.y }
        let heights = limits.map { frame.y($0.y, y) }
        for height in heights {
            let path =
                "M\(ChartFrame.number(frame.left)) \(ChartFrame.number(height))h\(ChartFrame.number(frame.innerWidth))"
            page.shape("path", ["class": "limit", "d": path])
        }
        for (limit, baseline) in zip(
            limits, Self.baselines(of: heights, from: frame.top, to: frame.height - frame.bottom))
        {
            frame.label(
                &page, limit.label, x: frame.width - frame.right - 2, y: baseline, anchor: "end", class: "limit-label")
        }
    }

    /// What a label takes above and below its baseline, in the large letters of a narrow screen.
    static let labelHeight = (above: 14.0, below: 4.0)

    /// Where the labels of lines stand, given the lines' heights from the top: each as near to its line as it can be
    /// without lying on a line or on a label before.
    static func baselines(of heights: [Double], from top: Double, to bottom: Double) -> [Double] {
        let (above, below) = labelHeight
        var taken: [Double] = []
        for height in heights {
            let isOffLabels = { (position: Double) in taken.allSatisfy { abs($0 - position) >= above + below + 1 } }
            let isOffLines = { (position: Double) in
                heights.allSatisfy { $0 <= position - above - 1 || $0 >= position + below + 1 }
            }
            // Straight above the line, straight below it, and so on outwards; the edges of the area leave some out.
            var places: [Double] = []
            for distance in stride(from: 1.5, through: max(1.5, bottom - top), by: 2) {
                places += [height - below - distance, height + above + distance]
            }
            let inside = places.filter { $0 - above >= top - 2 && $0 + below <= bottom }
            let position = inside.first { isOffLines($0) && isOffLabels($0) } ?? inside.first(where: isOffLabels)
            taken.append(position ?? height - below - 1.5)
        }
        return taken
    }

    private func draw(_ reading: Reading, _ page: inout HTMLWriter) {
        let (from, to) = (frame.x(reading.from, x), frame.x(reading.to, x))
        guard to > from else { return }
        page.element(
            "rect",
            [
                "x": ChartFrame.number(from), "y": ChartFrame.number(frame.top),
                "width": ChartFrame.number(to - from), "height": ChartFrame.number(frame.innerHeight),
            ]
        ) { $0.element("title", text: reading.text) }
    }
}

/// The colours and patterns of lines; no two differ by colour alone.
enum ChartInk: String, CaseIterable, CustomStringConvertible {
    case first = "ink1"
    case second = "ink2"
    case third = "ink3"
    case fourth = "ink4"
    case fifth = "ink5"
    case sixth = "ink6"
    /// What others are held against.
    case quiet = "ink0"

    /// The class by which the style knows it.
    var description: String { rawValue }

    /// The ink of a line by its index; a seventh one is drawn as the first.
    static func ofLine(_ index: Int) -> ChartInk {
        let inks: [ChartInk] = [.first, .second, .third, .fourth, .fifth, .sixth]
        return inks[index % inks.count]
    }
}
