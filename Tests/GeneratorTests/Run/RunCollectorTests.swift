import Measures
import Scenarios
import Testing

@testable import Generator

@Suite("Run collector") struct RunCollectorTests {
    private func collector(
        _ load: [Stage], reactors: Int, segment: LoadRun.Segment = LoadRun.Segment()
    ) throws -> RunCollector {
        let plan = try RunPlan(EngineRun.scenario("http://127.0.0.1:1", load: load), userAgent: "loadgate-test")
        return RunCollector(plan: plan, reactors: reactors, segment: segment, start: at(0))
    }

    private func interval(started: UInt64 = 0, inTime: UInt64 = 0, users: Int = 0, cpu: Span = .zero) -> Interval {
        var interval = Interval(steps: 1, flows: 1)
        interval.started = started
        interval.inTime = inTime
        interval.users = users
        interval.cpu = cpu
        return interval
    }

    private let nothing = Reactor.Findings(steps: 1)

    @Test("A second is complete when all reactors have reported it, in whatever order they come")
    func seconds() throws {
        var collector = try collector([.rate(10, seconds: 2)], reactors: 2)
        #expect(collector.take(second: 0, interval(started: 3, users: 1), from: 0).isEmpty)
        #expect(collector.take(second: 1, interval(started: 5, users: 2), from: 0).isEmpty)
        let first = collector.take(second: 0, interval(started: 4, users: 3), from: 1)
        #expect(first.map(\.number) == [0])
        // 3 + 4 arrivals; 1 + 3 users beside each other.
        #expect(first[0].interval.started == 7 && first[0].interval.users == 4)
        #expect(first[0].isMeasured && first[0].loads[0].stage == 0 && first[0].planned == ms(2_000))
        #expect(first[0].load.intendedArrivals == 10)
        let second = collector.take(second: 1, interval(started: 6, users: 0), from: 1)
        #expect(second.map(\.number) == [1])
        // Over the seconds arrivals add up, users don't.
        #expect(collector.measurement.total.started == 18 && collector.measurement.total.users == 2)
    }

    @Test("A reactor that has ended is not waited for any more")
    func ended() throws {
        var collector = try collector([.rate(10, seconds: 1)], reactors: 2)
        #expect(collector.takeLast(second: 0, interval(started: 1), nothing, at: at(900), from: 0).isEmpty)
        #expect(!collector.allEnded)
        #expect(collector.take(second: 0, interval(started: 2), from: 1).map(\.number) == [0])
        #expect(collector.take(second: 1, interval(), from: 1).map(\.number) == [1])
        #expect(collector.takeLast(second: 2, interval(), nothing, at: at(2_400), from: 1).map(\.number) == [2])
        #expect(collector.allEnded)
        #expect(collector.finish().wall == ms(2_400))
    }

    @Test("The whole run: its length, its arrivals, how busy its reactors were")
    func whole() throws {
        var collector = try collector([.rate(100, seconds: 1, warmup: true), .rate(10, seconds: 3)], reactors: 1)
        _ = collector.take(second: 0, interval(started: 0, cpu: ms(500)), from: 0)
        _ = collector.take(second: 1, interval(started: 10, inTime: 9, cpu: ms(500)), from: 0)
        _ = collector.takeLast(
            second: 2, interval(started: 20, inTime: 20, cpu: ms(1_000)), nothing, at: at(4_000), from: 0)
        let measurement = collector.finish()
        #expect(measurement.measured == ms(3_000) && measurement.openLoad == ms(3_000))
        // 10/s × 3 s, the warm-up left out.
        #expect(measurement.intendedArrivals == 30 && measurement.arrivalsInTime == 29)
        // 2 s of processor time in 4 s.
        #expect(measurement.saturation == [0.5])
        #expect(measurement.stretches == [ms(1_000)..<ms(4_000)])
    }

    @Test("A stop ends the measured load, and the arrivals that were intended up to it count")
    func stop() throws {
        var collector = try collector([.rate(10, seconds: 60)], reactors: 1)
        collector.stop(at: at(2_050), .interrupted)
        collector.stop(at: at(9_000), .completed)
        _ = collector.takeLast(second: 2, interval(), nothing, at: at(2_100), from: 0)
        let measurement = collector.finish()
        #expect(measurement.ending == .interrupted && measurement.measured == ms(2_050))
        // Due at 0, 100, …, 2,000.
        #expect(measurement.intendedArrivals == 21)
    }

    @Test("A process of several intends its share of the arrivals; the shares add up", arguments: [10, 11, 12])
    func segments(rate: Int) throws {
        var intended: [UInt64] = []
        for index in 0..<3 {
            var collector = try collector(
                [.rate(Double(rate), seconds: 1)], reactors: 1, segment: LoadRun.Segment(index: index, count: 3))
            _ = collector.takeLast(second: 1, interval(), nothing, at: at(1_200), from: 0)
            intended.append(try #require(collector.finish().intendedArrivals))
        }
        // Numbers 0, 3, 6, …; 1, 4, 7, …; 2, 5, 8, ….
        #expect(intended == (0..<3).map { UInt64((rate - $0 + 2) / 3) })
        #expect(intended.reduce(0, +) == UInt64(rate))
    }

    @Test("A stage of fixed iterations is done when the last reactor says so, at the latest of their instants")
    func stageDone() throws {
        var collector = try collector([.fixed(10, users: 3), .rate(1, seconds: 1)], reactors: 3)
        #expect(collector.takeDone(stage: 0, of: 0, at: at(300)) == nil)
        #expect(collector.takeDone(stage: 0, of: 0, at: at(900)) == nil)
        #expect(collector.takeDone(stage: 0, of: 0, at: at(700)) == at(900))
    }

    @Test("Reactors that do not come round are left behind, and counted")
    func abandoned() throws {
        var collector = try collector([.rate(10, seconds: 1)], reactors: 2)
        _ = collector.take(second: 0, interval(started: 5), from: 0)
        _ = collector.take(second: 0, interval(started: 5), from: 1)
        _ = collector.takeLast(second: 1, interval(), nothing, at: at(1_500), from: 0)
        #expect(!collector.allEnded)
        collector.abandon(at: at(6_000))
        #expect(collector.allEnded)
        let measurement = collector.finish()
        #expect(measurement.abandoned == 1 && measurement.wall == ms(6_000) && measurement.total.started == 10)
    }

    @Test("What reactors found is put together: five messages, and the wrong answers that came first")
    func findings() throws {
        var collector = try collector([.rate(10, seconds: 1)], reactors: 2)
        for reactor in 0..<2 {
            var findings = nothing
            findings.examples[0] = (0..<4).map { "message \($0 + 3 * reactor)" }
            findings.excerpts[0] = ["message 3": "by \(reactor)"]
            findings.wrongAnswers[0] = (0..<WrongAnswer.kept).map {
                WrongAnswer(
                    kind: .value, input: "\(reactor)", path: nil, expected: nil, observed: nil,
                    time: ms(Int64(2 * $0 + reactor)))
            }
            _ = collector.takeLast(second: 0, interval(), findings, at: at(900), from: reactor)
        }
        let measurement = collector.finish()
        // 0, 1, 2, 3 of the first, then 4 of the second, which has 3, 4, 5, 6.
        #expect(measurement.examples[0] == (0..<5).map { "message \($0)" })
        #expect(measurement.excerpts[0]["message 3"] == "by 0")
        // At 0, 1, 2, 3, … ms, from both in turn.
        #expect(measurement.wrongAnswers[0].map(\.time) == (0..<WrongAnswer.kept).map { ms(Int64($0)) })
    }
}
