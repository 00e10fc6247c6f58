import Foundation
import Measures
import NIOConcurrencyHelpers
import Scenarios
import TestSupport
import Testing

@testable import Generator

@Suite("Load on a scripted server", .serialized)
struct LoadTests {
    private static let ok = ScriptedServer.response("200 OK", "x")

    private func arrivals(_ rate: Double, milliseconds: Int, warmup: Bool = false) -> Stage {
        .arrivals(ArrivalStage(from: rate, to: rate, duration: .milliseconds(milliseconds), warmup: warmup))
    }

    @Test(
        "Every arrival of every stage is sent once, numbered without gap, on any number of reactors",
        arguments: [1, 2, 3])
    func allArrivals(reactors: Int) throws {
        let server = try ScriptedServer(always: Self.ok)
        defer { server.stop() }
        let step = Step(name: "s", url: Text(pieces: [.literal("/"), .variable(.iteration)]), timeout: .seconds(60))
        let scenario = EngineRun.scenario(
            server.url, steps: [step],
            load: [
                arrivals(100, milliseconds: 300, warmup: true), arrivals(200, milliseconds: 250),
                .arrivals(ArrivalStage(from: 0, to: 200, duration: .milliseconds(200))),
            ])
        let measurement = try EngineRun.run(scenario, reactors: reactors)
        // 30 in warm-up; 50 and 200·0.2/2 = 20 measured.
        #expect(Set(server.requests.map(\.path)) == Set((0..<100).map { "/\($0)" }))
        #expect(server.requestCount == 100)
        #expect(measurement.total.warmup == 30)
        #expect(measurement.total.started == 70)
        #expect(measurement.outcomes == ["ok": 70])
        #expect(measurement.intendedArrivals == 70)
        #expect(measurement.measured == Span(nanoseconds: 450_000_000))
    }

    @Test("Segments together send what one run would")
    func segments() throws {
        let server = try ScriptedServer(always: Self.ok)
        defer { server.stop() }
        let step = Step(name: "s", url: Text(pieces: [.literal("/"), .variable(.iteration)]), timeout: .seconds(60))
        let scenario = EngineRun.scenario(server.url, steps: [step], load: [arrivals(200, milliseconds: 155)])
        var intended: UInt64 = 0
        for index in 0..<3 {
            let measurement = try EngineRun.run(scenario, reactors: 2, segment: .init(index: index, count: 3))
            intended += measurement.intendedArrivals ?? 0
        }
        #expect(intended == 31)
        #expect(server.requests.map(\.path).sorted() == (0..<31).map { "/\($0)" }.sorted())
    }

    @Test("An arrival that finds no free user below max_users is dropped and counted, never sent late")
    func dropped() throws {
        let server = try ScriptedServer { _ in [.wait(seconds: 0.4), .send(Self.ok)] }
        defer { server.stop() }
        let scenario = EngineRun.scenario(server.url, load: [arrivals(100, milliseconds: 300)]) {
            $0.limits.maxUsers = 6
        }
        let measurement = try EngineRun.run(scenario)
        #expect(measurement.outcomes == ["ok": 6])
        #expect(measurement.total.dropped == 24)
        #expect(server.requestCount == 6)
    }

    @Test(
        "A fixed number of iterations is done exactly, whatever users and reactors there are",
        arguments: [(1, 1), (5, 2), (2, 3)])
    func iterations(users: Int, reactors: Int) throws {
        let server = try ScriptedServer(always: Self.ok)
        defer { server.stop() }
        let step = Step(name: "s", url: Text(pieces: [.literal("/"), .variable(.iteration)]), timeout: .seconds(60))
        let load = EngineRun.iterations(37, users: users) + EngineRun.iterations(5, users: users)
        let measurement = try EngineRun.run(
            EngineRun.scenario(server.url, steps: [step], load: load), reactors: reactors)
        #expect(server.requests.map(\.path).sorted() == (0..<42).map { "/\($0)" }.sorted())
        #expect(measurement.total.iterations == 42)
        #expect(server.connectionCount <= users)
    }

    @Test("Nothing is sent before the run's beginning, open or closed")
    func beginsInTime() throws {
        let loads: [[Stage]] = [
            [arrivals(50, milliseconds: 100)], EngineRun.iterations(6, users: 2),
            [.users(UserStage(from: 2, to: 2, duration: .milliseconds(100)))],
        ]
        for load in loads {
            let first = NIOLockedValueBox<Double?>(nil)
            let server = try ScriptedServer { _ in
                first.withLockedValue { $0 = $0 ?? ProcessInfo.processInfo.systemUptime }
                return [.send(Self.ok)]
            }
            defer { server.stop() }
            let begin = ProcessInfo.processInfo.systemUptime
            let measurement = try EngineRun.run(
                EngineRun.scenario(server.url, load: load), delay: Span(nanoseconds: 300_000_000))
            let sent = try #require(first.withLockedValue { $0 })
            #expect(sent - begin >= 0.3)
            // A response time of zero would be one that was counted from the future.
            #expect((measurement.total.steps[0]?[.responseTime]?.minimum ?? .zero) > .zero)
        }
    }

    @Test("max_users below the number of reactors is no reason to drop an arrival")
    func fewUsers() throws {
        let server = try ScriptedServer(always: Self.ok)
        defer { server.stop() }
        let scenario = EngineRun.scenario(server.url, load: [arrivals(20, milliseconds: 500)]) {
            $0.limits.maxUsers = 1
        }
        let measurement = try EngineRun.run(scenario, reactors: 4)
        #expect(measurement.reactors == 1)
        #expect(measurement.total.started + measurement.total.dropped == 10)
        #expect(measurement.total.started > 5)
    }

    @Test("After a stop no user of a ramp begins any more")
    func stopDuringRamp() throws {
        let server = try ScriptedServer { _ in [.wait(seconds: 0.3), .send(Self.ok)] }
        defer { server.stop() }
        let scenario = EngineRun.scenario(
            server.url, load: [.users(UserStage(from: 0, to: 100, duration: .seconds(20)))])
        let measurement = try EngineRun.run(scenario) { run, second in
            if second.number == 0 { run.stop(.interrupted) }
        }
        // Five users a second begin; those that had begun when the stop came, and nobody after them.
        #expect(server.connectionCount < 30)
        #expect(measurement.total.unfinished == 0)
        #expect(measurement.wall < Span(nanoseconds: 15_000_000_000))
    }

    @Test("Closed users work for the stage's time and follow its ramp")
    func closedUsers() throws {
        let server = try ScriptedServer { _ in [.wait(seconds: 0.01), .send(Self.ok)] }
        defer { server.stop() }
        let scenario = EngineRun.scenario(
            server.url,
            load: [
                .users(UserStage(from: 0, to: 8, duration: .milliseconds(400))),
                .users(UserStage(from: 8, to: 8, duration: .milliseconds(200))),
            ])
        let measurement = try EngineRun.run(scenario)
        #expect(server.connectionCount == 8)
        #expect(measurement.outcomes.keys.sorted() == ["ok"])
        #expect(measurement.measured == Span(nanoseconds: 600_000_000))
        #expect(measurement.intendedArrivals == nil)
        #expect(measurement.total.started == measurement.total.iterations)
    }

    @Test("Closed and open stages may follow each other")
    func mixedStages() throws {
        let server = try ScriptedServer(always: Self.ok)
        defer { server.stop() }
        let scenario = EngineRun.scenario(
            server.url,
            load: [
                .users(UserStage(from: 3, to: 3, duration: .milliseconds(100), warmup: true)),
                arrivals(100, milliseconds: 100),
            ] + EngineRun.iterations(11, users: 2) + [arrivals(50, milliseconds: 100)])
        let measurement = try EngineRun.run(scenario)
        #expect(measurement.total.started == 10 + 11 + 5)
        #expect(measurement.intendedArrivals == 15)
        #expect(measurement.total.warmup > 3)
    }

    @Test(
        "What the graceful stop cuts off is unfinished, which is no error and has no latency, and the run ends in time")
    func gracefulStop() throws {
        let server = try ScriptedServer { _ in [.hang] }
        defer { server.stop() }
        let scenario = EngineRun.scenario(server.url, load: [arrivals(50, milliseconds: 200)]) {
            $0.limits.gracefulStop = .milliseconds(100)
        }
        let measurement = try EngineRun.run(scenario)
        #expect(measurement.outcomes == ["unfinished": 10])
        #expect(measurement.total.unfinished == 10)
        let tally = try #require(measurement.total.steps[0])
        #expect(tally.outcomes.total == 0)
        #expect(tally.outcomes.bad == 0)
        #expect(tally[.responseTime] == nil)
        // Each was begun, however.
        #expect(tally[.startLag]?.count == 10)
        #expect(measurement.wall >= Span(nanoseconds: 300_000_000))
    }

    @Test("A stop ends the load early and marks what was measured as partial")
    func stop() throws {
        let server = try ScriptedServer(always: Self.ok)
        defer { server.stop() }
        let scenario = EngineRun.scenario(server.url, load: [arrivals(100, milliseconds: 60_000)])
        let measurement = try EngineRun.run(scenario) { run, second in
            if second.number == 0 { run.stop(.interrupted) }
        }
        #expect(measurement.ending == .interrupted)
        #expect(measurement.measured < Span(nanoseconds: 30_000_000_000))
        #expect(measurement.outcomes == ["ok": measurement.total.started])
        // What was due before the stop was sent; the stop's own way to the reactors takes a moment.
        let intended = try #require(measurement.intendedArrivals)
        #expect(measurement.total.started >= intended)
    }

    @Test("A second stop ends at once, whatever is under way")
    func secondStop() throws {
        let server = try ScriptedServer { _ in [.hang] }
        defer { server.stop() }
        let scenario = EngineRun.scenario(server.url, load: [arrivals(10, milliseconds: 60_000)]) {
            $0.limits.gracefulStop = .seconds(60)
        }
        let measurement = try EngineRun.run(scenario) { run, second in
            run.stop(.interrupted)
        }
        #expect(measurement.ending == .interrupted)
        #expect(measurement.wall < Span(nanoseconds: 40_000_000_000))
    }

    @Test("Seconds come in order, each once, and add up to the whole; warm-up is not measured")
    func seconds() throws {
        let server = try ScriptedServer(always: Self.ok)
        defer { server.stop() }
        let seconds = NIOLockedValueBox<[LoadRun.Second]>([])
        let scenario = EngineRun.scenario(
            server.url, load: [arrivals(40, milliseconds: 1_000, warmup: true), arrivals(60, milliseconds: 2_000)])
        let measurement = try EngineRun.run(scenario) { _, second in seconds.withLockedValue { $0.append(second) } }
        let taken = seconds.withLockedValue { $0 }
        #expect(taken.map(\.number) == Array(0..<taken.count))
        #expect(taken.prefix(3).map(\.isMeasured) == [false, true, true])
        #expect(taken.reduce(0) { $0 + $1.interval.started } == 120)
        #expect(measurement.total.started == 120)
        #expect(taken.first?.planned == Span(nanoseconds: 3_000_000_000))
    }

    @Test("Against a server that freezes, response times are those of the intended schedule")
    func freeze() throws {
        // 100/s for 20 s. From request 500 on, intended at 5 s, the server answers nothing until 7 s: request k of
        // 500 ..< 700 is answered after (7 − k/100) s, the others at once.
        let freeze = Freeze(from: 500, seconds: 2)
        let server = try ScriptedServer(record: false) { request in freeze.actions(request.number, Self.ok) }
        defer { server.stop() }
        let scenario = EngineRun.scenario(server.url, load: [arrivals(100, milliseconds: 20_000)])
        let measurement = try EngineRun.run(scenario)
        let histogram = try #require(measurement.total.steps[0]?[.responseTime])
        #expect(histogram.count == 2_000)
        let expected = (0..<2_000).map { 500..<700 ~= $0 ? 7 - Double($0) / 100 : 0 }.sorted()
        for percent in [50.0, 95, 99, 100] {
            let value = expected[Int(LatencyHistogram.rank(ofPercentile: percent, count: 2_000)) - 1]
            let measured = try #require(histogram.percentile(percent)).seconds
            // 2 % or, since the scripted server's own threads take a moment, 10 ms.
            #expect(abs(measured - value) <= max(0.02 * value, 0.010), "p\(percent): \(measured) for \(value)")
        }
        #expect(measurement.total.dropped == 0)
    }
}

/// A pause of a server that begins with a certain request.
private final class Freeze: Sendable {
    private let first: Int
    private let seconds: Double
    private let end = NIOLockedValueBox<Double?>(nil)

    init(from first: Int, seconds: Double) {
        self.first = first
        self.seconds = seconds
    }

    func actions(_ number: Int, _ response: String) -> [ScriptedServer.Action] {
        let now = ProcessInfo.processInfo.systemUptime
        if number >= first { end.withLockedValue { $0 = $0 ?? now + seconds } }
        let left = (end.withLockedValue { $0 } ?? now) - now
        return left > 0 ? [.wait(seconds: left), .send(response)] : [.send(response)]
    }
}
