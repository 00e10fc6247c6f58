internal import VerificationKit

/// A chart of what a verification saw.
struct PlotChart {
    var plot: VerificationPlot

    /// The most lines of a chart.
    private static let lineLimit = 8

    func write(to page: inout HTMLWriter) {
        let shown = plot.lines.suffix(Self.lineLimit)
        var lines: [LineChart.Line] = []
        for (index, line) in shown.enumerated() {
            let points = line.points.filter { $0.count >= 2 && $0[0].isFinite && $0[1].isFinite }
                .prefix(VerificationPlot.maximumPoints)
            // The most important line is the last.
            lines.append(
                LineChart.Line(
                    name: line.name, kind: kind(line.kind), ink: ink(line, shown.count - 1 - index),
                    points: points.map { LineChart.Point($0[0], $0[1]) }))
        }
        let points = lines.flatMap(\.points)
        let (xs, ys) = (points.map(\.x), points.compactMap(\.y))
        guard let left = xs.min(), let right = xs.max(), let low = ys.min(), let high = ys.max() else { return }
        // Ratios that differ little would all lie at the upper edge of an axis from zero.
        let isNarrow = low > 0 && (high - low) < high / 4
        let margin = max((high - low) * 0.15, high * 0.002)
        let chart = LineChart(
            x: left >= 0 && left < right / 3
                ? .fromZero(to: right, title: plot.x, steps: 7) : .between(left, right, title: plot.x),
            y: isNarrow
                ? .between(low - margin, high + margin, title: plot.y, steps: 5)
                : .fromZero(to: high, lowest: low, title: plot.y), lines: lines)
        ChartFigure.write(
            chart, title: plot.title, label: "\(plot.title): \(lines.map(\.name).joined(separator: ", ")).", to: &page)
    }

    private func kind(_ kind: VerificationPlot.Kind) -> LineChart.Kind {
        switch kind {
        case .line: .line
        case .steps: .steps
        case .dots: .dots
        case .crosses: .crosses
        }
    }

    /// What wants to be seen is red; the others are told apart by their places.
    private func ink(_ line: VerificationPlot.Line, _ index: Int) -> ChartInk {
        line.kind == .crosses ? .fifth : .ofLine(index)
    }
}
