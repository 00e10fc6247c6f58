/// A chart with its title, what its lines are, and what to know about it.
struct ChartFigure {
    var title: String
    /// What the lines are: how each is drawn, and its name.
    var legend: [(kind: LineChart.Kind, ink: ChartInk, name: String)] = []
    /// A sentence below the chart.
    var note: String?
    /// True where the chart tells more when it is pointed at.
    var hasReadings = false

    /// Writes the figure around what `drawing` draws. `label` tells in words what is to be seen.
    func write(to page: inout HTMLWriter, _ drawing: (inout HTMLWriter) -> Void) {
        page.element("figure") { page in
            page.element("figcaption") { page in
                page.element("strong") { $0.foreign(title) }
                guard !legend.isEmpty else { return }
                page.element("ul", ["class": "legend"]) { page in
                    for entry in legend {
                        page.element("li") { page in
                            sample(of: entry.kind, entry.ink, &page)
                            page.foreign(entry.name)
                        }
                    }
                }
            }
            drawing(&page)
            if let note { page.element("p", ["class": "note"]) { $0.foreign(note) } }
            // Filled when the chart is pointed at.
            if hasReadings { page.element("p", ["class": "reading", "aria-hidden": "true"], text: "") }
        }
    }

    private func sample(of kind: LineChart.Kind, _ ink: ChartInk, _ page: inout HTMLWriter) {
        let path =
            switch kind {
            case .line, .steps: "M1 6H27"
            case .area: "M1 1H27V11H1Z"
            case .dots: "M14 6h0"
            case .crosses: "M11 3l6 6m0-6l-6 6"
            }
        page.element("svg", ["viewBox": "0 0 28 12", "class": "sample", "aria-hidden": "true"]) { page in
            page.shape("path", ["class": "\(kind) \(ink)", "d": path])
        }
    }
}

extension ChartFigure {
    /// The figure of a line chart, with a legend where there is more than one line.
    static func write(
        _ chart: LineChart, title: String, label: String, note: String? = nil, to page: inout HTMLWriter
    ) {
        var figure = ChartFigure(title: title, legend: chart.legend, note: note)
        figure.hasReadings = !chart.readings.isEmpty
        figure.write(to: &page) { chart.write(to: &$0, label: label) }
    }
}

extension LineChart {
    /// How stages are drawn that are not measured.
    static let warmup = (kind: Kind.area, ink: ChartInk.quiet, name: "warm-up, not measured")

    /// What its lines and bands are; nothing where one line speaks for itself.
    var legend: [(kind: Kind, ink: ChartInk, name: String)] {
        (lines.count > 1 ? lines.map { (kind: $0.kind, ink: $0.ink, name: $0.name) } : [])
            + (bands.isEmpty ? [] : [(kind: .area, ink: .quiet, name: bandName)])
    }
}
