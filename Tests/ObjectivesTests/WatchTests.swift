import Measures
import Scenarios
import Testing
import VerificationKit

@testable import Objectives

@Suite struct WatchTests {
    /// A second with `count` exchanges of one response time.
    private static func second(_ milliseconds: Double, count: Int = 100, bad: Int = 0) -> Interval {
        Fixtures.interval(Fixtures.tally(Array(repeating: milliseconds, count: count), bad: bad))
    }

    private static let windowed = Fixtures.objective(
        .percentile(95), .responseTime, .less(1.5), in: .seconds(10))

    private static func finding(_ objective: Objective, _ seconds: [Interval]) throws -> ObjectiveFinding {
        var watch = try #require(WindowWatch(objective, scenario: Fixtures.scenario))
        for second in seconds { watch.feed(second) }
        return watch.finding
    }

    @Test("an objective without a window has no watch")
    func noWindow() {
        let plain = Fixtures.objective(.percentile(95), .responseTime, .less(1))
        #expect(WindowWatch(plain, scenario: Fixtures.scenario) == nil)
        #expect(AbortWatch(plain, scenario: Fixtures.scenario) == nil)
    }

    @Test("every window that meets the limit with its bound makes a pass, and the worst one is shown")
    func passes() throws {
        // 30 s, of which second 20 is slowest: windows that contain it have a tenth at 1.2 ms.
        let seconds = (0..<30).map { Self.second($0 == 20 ? 1.2 : 1) }
        let finding = try Self.finding(Self.windowed, seconds)
        #expect(
            finding
                == ObjectiveFinding(
                    objective: Self.windowed, verdict: .pass, observed: 1.2, bound: 1.2, samples: 1_000,
                    unit: .milliseconds, note: "worst window: 11 to 21 s"))
    }

    @Test("one bad window fails, however good the whole run is")
    func fails() throws {
        // One second of a hundred is slow: 1 % of the run, but 10 % of ten windows.
        let seconds = (0..<100).map { Self.second($0 == 50 ? 9 : 1) }
        let finding = try Self.finding(Self.windowed, seconds)
        #expect(finding.verdict == .fail)
        #expect(finding.note == "worst window: 41 to 51 s")
    }

    @Test("windows that are not full, and windows without a sample, are no data")
    func noData() throws {
        let short = try Self.finding(Self.windowed, (0..<9).map { _ in Self.second(1) })
        #expect(short.verdict == .noData)
        #expect(short.note == "the measured load was shorter than one window of 10 s")
        let silent = (0..<30).map { (10..<20).contains($0) ? Fixtures.interval(nil) : Self.second(1) }
        let gap = try Self.finding(Self.windowed, silent)
        #expect(gap.verdict == .noData)
        #expect(gap.note == "worst window: 10 to 20 s; there was no exchange")
        // A failed window outweighs an empty one.
        let both = try Self.finding(Self.windowed, silent + [Self.second(9)])
        #expect(both.verdict == .fail)
    }

    @Test("a window whose bound doesn't hold is inconclusive")
    func inconclusive() throws {
        // 5 exchanges a second are 50 in a window; p95 needs 59.
        let finding = try Self.finding(Self.windowed, (0..<20).map { _ in Self.second(1, count: 5) })
        #expect(finding.verdict == .inconclusive)
        #expect(finding.samples == 50)
        #expect(
            finding.note == "worst window: 0 to 10 s; 9 more samples are needed, if none of them breaks the limit")
    }

    @Test("sub-slices are a second up to windows of a minute, and whole seconds above")
    func widths() throws {
        func seconds(_ window: Duration) throws -> Int {
            let objective = Fixtures.objective(nil, .throughput, .greater(0), in: window)
            return try #require(WindowWatch(objective, scenario: Fixtures.scenario)).windowSeconds
        }
        #expect(try seconds(.milliseconds(100)) == 1)
        #expect(try seconds(.milliseconds(2_500)) == 3)
        #expect(try seconds(.seconds(60)) == 60)
        // 61 / 60 rounds up to 2 s; 31 of them are 62 s.
        #expect(try seconds(.seconds(61)) == 62)
        #expect(try seconds(.seconds(3_600)) == 3_600)
    }

    @Test("a long window slides by its sub-slices and counts rates by its own length")
    func longWindow() throws {
        // Windows of 120 s in sub-slices of 2 s; 2 exchanges in each second, 1 in the seconds 200 to 259.
        let objective = Fixtures.objective(nil, .throughput, .greater(1.4), in: .seconds(120))
        let seconds = (0..<400).map { Self.second(1, count: (200..<260).contains($0) ? 1 : 2) }
        let finding = try Self.finding(objective, seconds)
        // The worst windows hold all 60 poor seconds: (60 · 1 + 60 · 2) / 120 = 1.5; the first of them begins at 140 s.
        #expect(finding.verdict == .pass)
        #expect(finding.observed == 1.5)
        #expect(finding.samples == 180)
        #expect(finding.note == "worst window: 140 to 260 s")
    }

    @Test("an abort waits for its time, then ends the run at the first break of all measured so far")
    func abort() throws {
        var objective = Fixtures.objective(.ratio, .errors, .less(0.1))
        objective.abortAfter = .seconds(5)
        var watch = try #require(AbortWatch(objective, scenario: Fixtures.scenario))
        // Half of the first second is bad. After n seconds that is 50 of 100 n: above 10 % up to the 4th, when it is too
        // early to end; 50 / 500 is 10 %, which `<` doesn't allow; 50 / 600 is below.
        let seconds = [Self.second(1, count: 50, bad: 50)] + (2...6).map { _ in Self.second(1) }
        let ends = seconds.map { watch.feed($0) }
        #expect(ends == [false, false, false, false, true, false])
    }

    @Test("an abort with a window remembers a window that broke before its time")
    func abortWindow() throws {
        var objective = Fixtures.objective(.maximum, .responseTime, .less(5), in: .seconds(2))
        objective.abortAfter = .seconds(6)
        var watch = try #require(AbortWatch(objective, scenario: Fixtures.scenario))
        let ends = [1.0, 1, 9, 1, 1, 1].map { watch.feed(Self.second($0)) }
        #expect(ends == [false, false, false, false, false, true])
    }

    @Test("the watch of a scenario names the objective that ends the run, and judges it as failed")
    func scenarioWatch() {
        var scenario = Fixtures.scenario
        var ending = Fixtures.objective(.maximum, .responseTime, .less(5))
        ending.source = "max response_time < 5ms"
        ending.abortAfter = .seconds(1)
        var window = Self.windowed
        window.source = "p95 response_time < 1.5ms in any 10s"
        let whole = Fixtures.objective(.count, .errors, .equal(0))
        scenario.objectives = [whole, window, ending]
        var watch = ObjectiveWatch(scenario)
        let ended = [1.0, 9].map { watch.feed(Self.second($0))?.source }
        #expect(ended == [nil, "max response_time < 5ms"])
        var measurement = Fixtures.measurement(Fixtures.tally([1]))
        measurement.ending = .aborted(objective: ending.source)
        let findings = watch.findings(of: measurement)
        #expect(findings.map(\.verdict) == [.pass, .noData, .fail])
        #expect(findings.map(\.objective) == scenario.objectives)
        #expect(findings[2].note == "it ended the run early")
    }
}
