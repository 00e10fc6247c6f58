import Measures
import Objectives
import Scenarios
import Testing

@testable import Reports

@Suite struct LiveCourseTests {
    /// Feeds seconds, all measured unless `measured` says otherwise, in the stage that `stage` tells.
    private static func course(
        _ scenario: Scenario, segments: Int = 1, _ seconds: [Interval], planned: Span? = Span(seconds: 10),
        stage: (Int) -> Int? = { _ in 0 }
    ) -> LiveCourse {
        var course = LiveCourse(scenario, segments: segments)
        var watch = ObjectiveWatch(scenario)
        for (number, second) in seconds.enumerated() {
            _ = watch.feed(second)
            course.feed(
                second, number: number, isMeasured: true, loads: [.init(isMeasured: true, stage: stage(number))],
                named: stage(number).map { "stage \($0)" },
                planned: planned, watch: watch, while: { true })
        }
        return course
    }

    @Test("seconds add up to what is shown")
    func adds() {
        let state = Self.course(Fixtures.scenario, [Fixtures.second(), Fixtures.second(bad: 3)]).state
        #expect(state.elapsed == Span(seconds: 2))
        #expect(state.share == 0.2)
        #expect(state.left == Span(seconds: 8))
        #expect(state.stage == "stage 0")
        #expect(state.intended == 100)
        #expect(state.begun == 100)
        #expect(state.rates == [110, 110])
        // 220 exchanges, 20 of them at 2.345678 ms; rank 110 lies among the pairs from 0.5 ms on, the 55th pair.
        #expect(state.latencies == [1.04, 2.345678, 2.345678])
        #expect(state.exchanges == 220)
        #expect(state.bad.total == 3 && state.bad[.http5xx] == 3)
        #expect(state.users == 3)
        #expect(
            state.objectives == [
                .init(
                    measure: "p95 response_time of list-projects", limit: "< 200ms", standing: .ok,
                    observed: "1.44 ms"),
                // 3 of 220.
                .init(measure: "availability", limit: "> 99.9%", standing: .broken, observed: "98.636 %"),
                .init(measure: "rto", limit: "< 30m", standing: .noData, observed: nil),
            ])
    }

    @Test("latencies are those of the last five seconds, sparklines of the last minute")
    func bounded() {
        var slow = Interval(steps: 3, flows: 2)
        var tally = StepTally()
        for _ in 0..<1_000 { tally.record(Span(seconds: 1), as: .responseTime) }
        slow.steps[0] = tally
        let before = Self.course(Fixtures.scenario, [slow] + (0..<4).map { _ in Fixtures.second() }).state
        #expect(before.latencies[0] > 999)
        let after = Self.course(Fixtures.scenario, [slow] + (0..<99).map { _ in Fixtures.second() }).state
        #expect(after.latencies[2] < 3)
        #expect(after.rates.count == 60)
        #expect(after.slowest.count == 60)
    }

    @Test("intended arrivals follow ramps and the borders of stages, and warm-up has none")
    func intended() {
        var scenario = Fixtures.scenario
        scenario.load = [
            .arrivals(ArrivalStage(from: 50, to: 50, duration: .seconds(2), warmup: true)),
            .arrivals(ArrivalStage(from: 0, to: 100, duration: .milliseconds(2_500))),
            .arrivals(ArrivalStage(from: 200, to: 200, duration: .seconds(2))),
        ]
        let nothing = Interval(steps: 3, flows: 2)
        func intended(after seconds: Int, segments: Int = 1) -> Double? {
            Self.course(scenario, segments: segments, Array(repeating: nothing, count: seconds)).state.intended
        }
        #expect(intended(after: 1) == nil)
        // The ramp rises by 40/s each second: 20 in its first second, 60 in its second one.
        #expect(intended(after: 3) == 20)
        #expect(intended(after: 4) == 60)
        // Half a second from 80/s to 100/s, then half a second at 200/s.
        #expect(intended(after: 5) == 145.0)
        #expect(intended(after: 5, segments: 5) == 29)
        #expect(intended(after: 7) == 100)
        #expect(intended(after: 8) == nil)
    }

    @Test("a load of iterations shows their share and an estimate of the time left")
    func iterations() {
        var scenario = Fixtures.scenario
        scenario.load = [.iterations(IterationStage(iterations: 1_000, users: 2))]
        // 100 iterations a second: after 2 s 200 of 1,000, so 8 s are left.
        let state = Self.course(scenario, [Fixtures.second(), Fixtures.second()], planned: nil).state
        #expect(state.total == nil)
        #expect(state.share == 0.2)
        #expect(state.left == Span(seconds: 8))
        #expect(state.intended == nil)
        let half = Self.course(scenario, segments: 2, [Fixtures.second(), Fixtures.second()], planned: nil).state
        #expect(half.share == 0.4)
        let none = Self.course(scenario, [Interval(steps: 3, flows: 2)], planned: nil).state
        #expect(none.share == 0)
        #expect(none.left == nil)
    }

    @Test("probes show their last number, or that they could not be read, and no secret")
    func probes() {
        var scenario = Fixtures.scenario
        let command = Probe.Source.command([Text("x")], environment: [])
        scenario.probes = ["a", "b-\(Fixtures.secret)", "c"].map { Probe(name: $0, source: command, format: .number) }
        scenario.objectives[0].source = "p95 response_time of \(Fixtures.secret) < 200ms"
        var course = LiveCourse(scenario)
        #expect(course.state.objectives[0].measure == "p95 response_time of ${env:TOKEN}")
        for value in [1.0, 2] {
            course.feed(ProbeSample(asked: .zero, answered: .zero, reading: .value(value)), of: "a")
        }
        course.feed(
            ProbeSample(asked: .zero, answered: .zero, reading: .failed("no")), of: "b-\(Fixtures.secret)")
        course.feed(
            Fixtures.second(), number: 0, isMeasured: true, loads: [.init(isMeasured: true, stage: 0)], named: nil,
            planned: nil,
            watch: ObjectiveWatch(scenario), while: { true })
        #expect(course.state.probes == [.init(name: "a", value: 2), .init(name: "b-${env:TOKEN}", value: nil)])
    }
}
