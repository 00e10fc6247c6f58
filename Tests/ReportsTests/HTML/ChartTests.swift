import Measures
import Testing
import VerificationKit

@testable import Reports

@Suite("Charts")
struct ChartTests {
    @Test("Steps of axes are 1, 2 or 5 times a power of ten, and no more than asked for")
    func steps() {
        #expect(NiceNumbers.step(for: 10, count: 5) == 2)
        #expect(NiceNumbers.step(for: 11, count: 5) == 5)
        #expect(NiceNumbers.step(for: 0.07, count: 7) == 0.01)
        #expect(NiceNumbers.step(for: 1e9, count: 4) == 5e8)
        #expect(NiceNumbers.step(for: 0, count: 4) == 1)
        #expect(NiceNumbers.step(for: .infinity, count: 4) == 1)
        for length in [0.003, 0.9, 7, 59, 1234, 9e11] {
            #expect(length / NiceNumbers.step(for: length, count: 6) <= 6 * (1 + 1e-9))
        }
    }

    @Test("Time axes count as people do")
    func times() {
        #expect(Axis.time(58).ticks.map(\.label) == ["0 s", "10 s", "20 s", "30 s", "40 s", "50 s"])
        #expect(Axis.time(300).ticks.map(\.label) == ["0:00", "1:00", "2:00", "3:00", "4:00", "5:00"])
        #expect(Axis.time(7_200).ticks.map(\.label) == ["0:00:00", "0:30:00", "1:00:00", "1:30:00", "2:00:00"])
        #expect(Axis.time(0).ticks.map(\.label) == ["0 s", "1 s"])
    }

    @Test("An axis of latencies is logarithmic where they differ much, and says so")
    func latencies() {
        #expect(Axis.latency([1, 9]).ticks.map(\.label) == ["0", "2", "4", "6", "8", "10"])
        let wide = Axis.latency([0.3, 200, 0, -.infinity])
        #expect(wide.ticks.map(\.label) == ["0.1", "1", "10", "100", "1,000"])
        #expect(wide.title == "ms, logarithmic")
        #expect(Axis.latency([]).ticks.isEmpty == false)
    }

    @Test("Each further nine of a percentile takes the same distance")
    func percentiles() {
        let scale = PercentileScale(samples: 10_000)
        #expect(scale.position(0) == 0)
        #expect(abs(scale.position(90) - 0.25) < 1e-9)
        #expect(abs(scale.position(99) - 0.5) < 1e-9)
        #expect(abs(scale.position(99.9) - 0.75) < 1e-9)
        #expect(scale.position(100) == 1)
        #expect(abs(scale.percent(at: 0.5) - 99) < 1e-9)
        #expect(Axis.percentiles(samples: 10_000).ticks.map(\.label) == ["0", "50", "90", "99", "99.9"])
    }

    @Test("What can't be drawn is cut to the axis")
    func cut() {
        let scale = LinearScale(0, 10)
        #expect([-1, 0, 5, 10, 1e308, .infinity, .nan].map(scale.position) == [0, 0, 0.5, 1, 1, 1, 0])
        #expect(LinearScale(-1e308, 1e308).position(0) == 0.5)
        #expect(LinearScale(.nan, .nan).position(0.5) == 0.5)
        #expect([0, -1, .infinity].map(LogScale(1, 100).position) == [0, 0, 1])
        #expect(LogScale(1, 100).position(10) == 0.5)
        #expect(ChartFrame.number(.nan) == "0")
        #expect([12.34, 0.04, -0.06, 1e300].map(ChartFrame.number) == ["12.3", "0", "-0.1", "1000000"])
    }

    @Test("A percentile's place in a curve is that of the histogram itself")
    func curve() throws {
        var histogram = LatencyHistogram()
        for value in 1...1_000 { histogram.record(Span(nanoseconds: Int64(value) * 1_000)) }
        let sparse = try #require(SparseHistogram(histogram))
        let percents: [Double] = [1, 50, 95, 99, 99.9, 100]
        let exact = percents.compactMap { histogram.percentile($0)?.milliseconds }
        #expect(PercentileCurve.values(of: sparse, at: percents) == exact)
        #expect(PercentileCurve.count(sparse) == 1_000)
    }

    @Test("A heat map adds up slices and loses no exchange; its rows and columns are bounded")
    func heat() throws {
        let slices = (0..<512).map { second in
            HeatMap.Slice(
                from: Double(second), to: Double(second) + 1, counts: [(0.001, 1), (1, 10), (3_600_000, 2)])
        }
        let map = try #require(HeatMap(slices, x: .time(512)))
        // 512 slices in 128 columns: four times ten.
        #expect(map.most == 40)
        var page = HTMLWriter()
        map.write(to: &page, label: "")
        let cells = page.html.split(separator: "z").count - 1
        #expect(cells == 3 * HeatMap.columnLimit)
        #expect(HeatMap([HeatMap.Slice(from: 0, to: 1, counts: [])], x: .time(1)) == nil)
    }

    @Test("Shades go by the logarithm: one exchange is seen beside a million")
    func shades() {
        #expect([1, 9, 99, 1_000, 20_000, 1_000_000].map { HeatMap.level($0, most: 1_000_000) } == [1, 1, 2, 4, 5, 6])
        #expect(HeatMap.level(1, most: 1) == HeatMap.levels)
    }

    @Test("A gap interrupts a line, and a point alone is seen")
    func gaps() {
        let chart = LineChart(
            x: .between(0, 3, title: ""), y: .fromZero(to: 2, title: ""),
            lines: [
                .init(
                    name: "a", kind: .line, ink: .first,
                    points: [.init(0, 0), .init(1, 2), .init(2, nil), .init(3, 2)])
            ])
        var page = HTMLWriter()
        chart.write(to: &page, label: "")
        #expect(page.html.contains(#"<path class="line ink1" d="M62 206h0L216.7 28M526 28h0"/>"#))
    }
}

@Suite("Labels of limits") struct LimitLabelTests {
    @Test(
        "No line runs through a label, and no label lies on another, however near the lines are",
        arguments: [
            [100.0], [28.0], [206.0], [100, 103], [100, 110, 120], [28, 30, 33], [200, 204, 206],
            [100, 100.5, 101, 140],
        ])
    func apart(_ heights: [Double]) {
        let places = LineChart.baselines(of: heights, from: 28, to: 206)
        #expect(places.count == heights.count)
        let (above, below) = LineChart.labelHeight
        for (number, index) in places.enumerated() {
            #expect(index - above >= 26 && index + below <= 206)
            for height in heights { #expect(height < index - above || height > index + below, "\(places)") }
            for other in places[..<number] { #expect(abs(other - index) > above + below, "\(places)") }
        }
        // One with room above it stands there: 100 − 4 − 1.5.
        if heights == [100] { #expect(places == [94.5]) }
    }
}
