internal import Measures
internal import Objectives
internal import VerificationKit

/// Latencies by percentile, as HdrHistogram plots them.
struct PercentileCurve {
    /// A distribution with its name.
    struct Curve {
        var name: String
        var ink: ChartInk
        var histogram: SparseHistogram
    }

    /// The points of a curve.
    private static let pointLimit = 160

    private let title: String
    private let curves: [Curve]
    private let limits: [LineChart.Limit]
    private let samples: UInt64

    /// A chart of some distributions; nil where none has a sample.
    init?(title: String, curves: [Curve], limits: [LineChart.Limit] = []) {
        self.title = title
        self.curves = curves.filter { Self.count($0.histogram) > 0 }
        self.limits = limits
        samples = self.curves.map { Self.count($0.histogram) }.max() ?? 0
        if samples == 0 { return nil }
    }

    /// What a step's chart shows, the response time last, so that it lies above the others.
    static func curves(of step: StepResult, reference: SparseHistogram?) -> [Curve] {
        let distributions = step.distributions ?? [:]
        var curves: [Curve] = []
        if let reference {
            curves.append(Curve(name: "response time before", ink: .quiet, histogram: reference))
        }
        let kinds: [(LatencyMeasure, String, ChartInk)] = [
            (.calculationTime, "calculation, by the server", .fourth), (.serviceTime, "service time", .second),
            (.roundTrip, "round trip", .third), (.firstEvent, "first event", .third), (.eventGap, "event gap", .fourth),
            (.responseTime, "response time", .first),
        ]
        for (measure, name, ink) in kinds {
            guard let histogram = distributions[measure.label] else { continue }
            // A WebSocket's round trip is its response time.
            if measure == .roundTrip, histogram == distributions[LatencyMeasure.responseTime.label] { continue }
            curves.append(Curve(name: name, ink: ink, histogram: histogram))
        }
        return curves
    }

    func write(to page: inout HTMLWriter) {
        let axis = Axis.percentiles(samples: samples)
        let scale = PercentileScale(samples: samples)
        let lines = curves.map { curve in
            LineChart.Line(
                name: curve.name, kind: .line, ink: curve.ink, points: Self.points(of: curve.histogram, scale))
        }
        // The shortest latency of all says little and would take half of a logarithmic axis.
        let heights = lines.flatMap { $0.points.compactMap(\.y) }
        var chart = LineChart(x: axis, y: .latency(heights + limits.map(\.y)), lines: lines, limits: limits)
        let readings: [Double] = [50, 75, 90, 95, 99, 99.9, 99.99]
        let shown = readings.filter { scale.position($0) < 1 }
        let values = curves.map { Self.values(of: $0.histogram, at: shown) }
        chart.readings = shown.enumerated().map { position, percent in
            let texts = zip(curves, values).map { "\($0.name) \(Figure.latency($1[position]))" }
            // From half way to the percentile before to half way to the next.
            let at = { (index: Int) in scale.position(shown[index]) }
            let from = position == 0 ? 0 : (at(position - 1) + at(position)) / 2
            let to = position + 1 == shown.count ? 1 : (at(position) + at(position + 1)) / 2
            return LineChart.Reading(
                from: scale.percent(at: from), to: to >= 1 ? 100 : scale.percent(at: to),
                text: "p\(Figure.short(percent, decimals: 3)): \(texts.joined(separator: ", ")) ms")
        }
        ChartFigure.write(
            chart, title: title,
            label: "Latency by percentile of \(title): \(chart.readings.map(\.text).joined(separator: "; "))", to: &page
        )
    }

    /// The number of samples.
    static func count(_ histogram: SparseHistogram) -> UInt64 {
        stride(from: 1, to: histogram.counts.count, by: 2).reduce(0) { $0 &+ histogram.counts[$1] }
    }

    private static func points(of histogram: SparseHistogram, _ scale: PercentileScale) -> [LineChart.Point] {
        let percents = (0...pointLimit).map { scale.percent(at: Double($0) / Double(pointLimit)) }
        return zip(percents, values(of: histogram, at: percents)).map { LineChart.Point($0, $1) }
    }

    /// The latencies in milliseconds at percentiles that rise, in one walk; the last place of all is the longest.
    static func values(of histogram: SparseHistogram, at percents: [Double]) -> [Double] {
        let total = count(histogram)
        guard total > 0 else { return percents.map { _ in 0 } }
        var position = 0
        var passed = histogram.counts.count > 1 ? histogram.counts[1] : 0
        return percents.map { percent in
            let rank = percent >= 100 ? total : LatencyHistogram.rank(ofPercentile: max(percent, 1e-9), count: total)
            while passed < rank, position + 3 < histogram.counts.count {
                position += 2
                passed &+= histogram.counts[position + 1]
            }
            if rank >= total { return Double(histogram.max) / 1e6 }
            if rank <= 1 { return Double(histogram.min) / 1e6 }
            return Double(histogram.counts[position]) / 1e3
        }
    }
}
