import Measures
import Scenarios
import Testing
import VerificationKit

@testable import CacheVerification

@Suite("The picture of a cache's hit ratio")
struct RatioPlotTests {
    @Test("A course keeps every event in a bounded number of slices, however many there are")
    func course() {
        var course = RatioCourse()
        for event in 0..<12_345 { course.add(event % 5 == 0 ? nil : event % 5 < 4) }
        #expect(course.slices.count <= RatioCourse.capacity)
        // 100 slices hold 12,800 events at a width of 128.
        #expect(course.width == 128)
        #expect(course.slices.reduce(0) { $0 + $1.events } == 12_345)
        #expect(course.slices.reduce(0) { $0 + $1.total } == 9_876)
        #expect(course.slices.reduce(0) { $0 + $1.hits } == 7_407)
        #expect(course.slices.dropLast().allSatisfy { $0.events == 128 })
    }

    @Test("It ends at the ratio that the figures tell, beside that of a cache without bounds")
    func honest() throws {
        let run = try CacheRun(SimulatedCache()) { _ in
        } _: {
            $0.atLeast = 0.6
        }
        let plot = try #require(run.report.plots.first)
        #expect(run.report.plots.count == 1)
        #expect(
            plot.lines.map(\.name) == ["asked for", "a cold cache without bounds, so far", "each 4 answers", "so far"])
        #expect(plot.lines[0].points == [[0, 60], [400, 60]])
        let ratio = try #require(run.figure("hit_ratio")) * 100
        let cold = try #require(run.figure("cold_cache_ratio")) * 100
        #expect(abs((plot.lines[3].points.last?.last ?? 0) - ratio) < 0.001)
        #expect(abs((plot.lines[1].points.last?.last ?? 0) - cold) < 0.001)
        #expect(plot.lines[2].points.count == 100)
        #expect(plot.lines[2].points.allSatisfy { (0...100).contains($0[1]) })
        // The first request of an empty cache is no hit.
        #expect(plot.lines[1].points.first == [4, plot.lines[1].points[0][1]] && plot.lines[1].points[0][1] < 100)
    }

    @Test("The warm pass has one of its own, above the cold one, without the line of an empty cache")
    func warm() throws {
        let run = try CacheRun(SimulatedCache()) { _ in
        } _: {
            $0.isColdThenWarm = true
        }
        #expect(run.report.plots.map(\.name) == ["hit_ratio", "warm_hit_ratio"])
        let ends = run.report.plots.compactMap { $0.lines.last?.points.last?.last }
        #expect(ends.count == 2 && ends[1] > ends[0])
        #expect(run.report.plots[1].lines.map(\.name) == ["each 4 answers", "so far"])
    }

    @Test("What no answer tells is not drawn")
    func silent() throws {
        #expect(try CacheRun(SimulatedCache(.isSilent)).report.plots.isEmpty)
    }
}
