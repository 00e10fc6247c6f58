import Foundation
import Measures
import NIOConcurrencyHelpers
import Scenarios
import TestSupport
import Testing

@testable import Generator

@Suite("Several loads at once", .serialized)
struct SeveralLoadsTests {
    private static let ok = ScriptedServer.response("200 OK", "x")

    /// Flows `a`, `b`, … each with one request for `/a/ITERATION`, `/b/…`, dealt to the loads.
    private static func scenario(
        _ url: String, flows: [String], _ loads: [Load], change: (inout Scenario) -> Void = { _ in }
    ) -> Scenario {
        EngineRun.scenario(url, load: []) { scenario in
            scenario.deal(
                flows.map { name in
                    let url = Text(pieces: [.literal("/\(name)/"), .variable(.iteration)])
                    return Flow(
                        name: name,
                        actions: [.request(Step(name: "\(name)-step", url: url, timeout: .seconds(60)))])
                }, to: loads)
            change(&scenario)
        }
    }

    private static func arrivals(
        _ rate: Double, to: Double? = nil, milliseconds: Int, _ spacing: ArrivalStage.Spacing = .even,
        warmup: Bool = false
    ) -> Stage {
        .arrivals(
            ArrivalStage(
                from: rate, to: to ?? rate, duration: .milliseconds(milliseconds), spacing: spacing, warmup: warmup))
    }

    // MARK: Schedules

    /// The instants at which reactors that carry the loads together begin arrivals, in the order in which each begins them.
    private static func intended(_ loads: [Load], parts: Int) -> [[(load: String, due: Instant, iteration: Int)]] {
        let plans = LoadPlan.all(of: scenario("http://127.0.0.1:1", flows: ["a"], loads))
        return (0..<parts).map { part in
            let share = Reactor.Share(part: part, stride: parts)
            let carried = UnsafeMutableBufferPointer<CarriedLoad>.allocate(capacity: plans.count)
            defer { carried.deallocate() }
            let dealer = NumberDealer(kinds: plans.count)
            for (number, plan) in plans.enumerated() {
                carried.initializeElement(
                    at: number,
                    to: CarriedLoad(
                        plan, stages: StageCursor(plan: plan, share: share, start: at(1_000)),
                        iterations: IterationDealer(
                            weights: plan.weights, tables: [], share: share, dealer: dealer, load: number)))
                carried[number].stages.enter(0, at: carried[number].stages.start)
            }
            defer { carried.deinitialize() }
            var begun: [(load: String, due: Instant, iteration: Int)] = []
            while true {
                for load in carried.indices where carried[load].stages.arrival == nil {
                    if let next = carried[load].stages.following {
                        carried[load].stages.enter(next, at: carried[load].stages.stageEnd)
                    }
                }
                let load = carried.indexOfNextArrival
                guard let arrival = carried[load].stages.arrival else {
                    if carried.allSatisfy({ $0.stages.following == nil }) { return begun }
                    continue
                }
                begun.append(
                    (
                        loads[load].name ?? "", carried[load].stages.nextDue,
                        carried[load].stages.iteration(number: arrival.number)
                    ))
                carried[load].stages.nextArrival()
            }
        }
    }

    @Test("The intended times of loads beside each other are exactly those of each load alone", arguments: 1...12)
    func union(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        let loads = (0..<(2 + seed % 5)).map { number -> Load in
            let stages = (0..<(1 + Int(random.below(3)))).map { _ -> Stage in
                // One in four sends nothing; one in two is a Poisson process.
                let from = random.below(4) == 0 ? 0 : Double(random.below(200)) / 3
                let to = from == 0 ? 0 : Double(random.below(200)) / 7
                return Self.arrivals(
                    from, to: to, milliseconds: 100 + Int(random.below(3_000)),
                    random.below(2) == 0 ? .even : .poisson)
            }
            return Load(
                name: "load-\(number)", start: .milliseconds(Int(random.below(2_000))), stages: stages)
        }
        let parts = 1 + seed % 3
        let together = Self.intended(loads, parts: parts)
        let alone = loads.map { Self.intended([$0], parts: parts) }
        for part in 0..<parts {
            #expect(zip(together[part], together[part].dropFirst()).allSatisfy { $0.due <= $1.due })
            for (number, load) in loads.enumerated() {
                let mine = together[part].filter { $0.load == load.name }
                #expect(mine.map(\.due) == alone[number][part].map(\.due))
                #expect(mine.map(\.iteration) == alone[number][part].map(\.iteration))
            }
        }
        let counts = alone.map { $0.reduce(0) { $0 + $1.count } }
        #expect(together.reduce(0) { $0 + $1.count } == counts.reduce(0, +))
    }

    @Test("Loads of the same stages don't fall in step: their Poisson arrivals are others, the same ones each time")
    func seeds() {
        let stage = Self.arrivals(50, milliseconds: 2_000, .poisson)
        let first = Self.intended([Load(name: "a", stages: [stage]), Load(name: "b", stages: [stage])], parts: 1)[0]
        let (a, b) = (first.filter { $0.load == "a" }, first.filter { $0.load == "b" })
        #expect(Set(a.map(\.due)).isDisjoint(with: b.map(\.due)) && !a.isEmpty && !b.isEmpty)
        let again = Self.intended([Load(name: "b", stages: [stage])], parts: 1)[0]
        #expect(again.map(\.due) == b.map(\.due))
    }

    // MARK: Against a server

    @Test("Open, closed and fixed load at once: each sends what it is to send, and nothing of another's flows")
    func kinds() throws {
        let server = try ScriptedServer(always: Self.ok)
        defer { server.stop() }
        let scenario = Self.scenario(
            server.url, flows: ["a", "b", "c"],
            [
                Load(name: "open", flows: ["a"], stages: [Self.arrivals(100, milliseconds: 400)]),
                Load(
                    name: "fixed", flows: ["b"], start: .milliseconds(100),
                    stages: [.iterations(IterationStage(iterations: 30, users: 3))]),
                Load(
                    name: "closed", flows: ["c"],
                    stages: [.users(UserStage(from: 2, to: 2, duration: .milliseconds(200)))]),
            ])
        let measurement = try EngineRun.run(scenario)
        let paths = server.requests.map(\.path)
        #expect(paths.count { $0.hasPrefix("/a/") } == 40)
        #expect(paths.count { $0.hasPrefix("/b/") } == 30)
        #expect(paths.contains { $0.hasPrefix("/c/") })
        // No number is taken twice, in whichever load.
        #expect(Set(paths.map { $0.dropFirst(3) }).count == paths.count)
        #expect(measurement.loads.map(\.name) == ["open", "fixed", "closed"])
        #expect(measurement.loads.map(\.intendedArrivals) == [40, nil, nil])
        #expect(measurement.intendedArrivals == 40)
        #expect(measurement.loads[0].measured == ms(400) && measurement.loads[2].measured == ms(200))
        #expect(measurement.loads[1].stretches.first?.lowerBound == ms(100))
        #expect(measurement.total.iterationCounts.map(\.begun).prefix(2) == [40, 30])
        #expect(measurement.ending == .completed)
    }

    @Test("A load that begins after another has ended leaves a gap that is not measured")
    func gap() throws {
        let server = try ScriptedServer(always: Self.ok)
        defer { server.stop() }
        let scenario = Self.scenario(
            server.url, flows: ["a", "b"],
            [
                Load(
                    name: "late", flows: ["b"], start: .milliseconds(500),
                    stages: [Self.arrivals(50, milliseconds: 100)]),
                Load(name: "early", flows: ["a"], stages: [Self.arrivals(50, milliseconds: 200)]),
            ])
        let measurement = try EngineRun.run(scenario)
        #expect(server.requestCount == 5 + 10)
        #expect(measurement.measured == ms(300))
        #expect(measurement.stretches == [ms(0)..<ms(200), ms(500)..<ms(600)])
        // Over both: 15 arrivals in 0.3 s.
        #expect(measurement.intendedRate.map { abs($0 - 50) < 1e-9 } == true)
        #expect(measurement.wall >= ms(580))
    }

    @Test("In a stage that sends nothing nothing is sent or measured; the next one begins in its time")
    func idle() throws {
        let server = try ScriptedServer(always: Self.ok)
        defer { server.stop() }
        let users = UserStage(from: 0, to: 0, duration: .milliseconds(150))
        let measurement = try EngineRun.run(
            EngineRun.scenario(
                server.url,
                load: [
                    Self.arrivals(100, milliseconds: 100), Self.arrivals(0, milliseconds: 200, .poisson),
                    .users(users), Self.arrivals(0, to: 200, milliseconds: 100),
                ]))
        // 10, none, none, 200 · 0.1 / 2.
        #expect(server.requestCount == 10 + 10)
        #expect(measurement.intendedArrivals == 20 && measurement.total.started == 20)
        #expect(measurement.measured == ms(200) && measurement.openLoad == ms(200))
        #expect(measurement.stretches == [ms(0)..<ms(100), ms(450)..<ms(550)])
    }

    @Test("Users are a load's own: one that is out of them drops its arrivals, and another's go on")
    func users() throws {
        let server = try ScriptedServer { request in
            request.path.hasPrefix("/slow") ? [.wait(seconds: 0.5), .send(Self.ok)] : [.send(Self.ok)]
        }
        defer { server.stop() }
        let scenario = Self.scenario(
            server.url, flows: ["slow", "fast"],
            [
                Load(
                    name: "slow", flows: ["slow"], stages: [Self.arrivals(50, milliseconds: 200)], maxUsers: 2),
                Load(name: "fast", flows: ["fast"], stages: [Self.arrivals(50, milliseconds: 200)]),
            ])
        let measurement = try EngineRun.run(scenario)
        #expect(measurement.loads[0].counts.dropped == 8 && measurement.loads[1].counts.dropped == 0)
        #expect(measurement.total.dropped == 8)
        #expect(server.requests.count { $0.path.hasPrefix("/fast") } == 10)
    }

    @Test("Each user has a number of its own in the run, whichever load it belongs to")
    func userNumbers() throws {
        let server = try ScriptedServer(always: Self.ok)
        defer { server.stop() }
        let scenario = EngineRun.scenario(server.url, load: []) { scenario in
            let url = Text(pieces: [.literal("/"), .variable(.user)])
            let flow = Flow(name: "a", actions: [.request(Step(name: "s", url: url, timeout: .seconds(60)))])
            scenario.deal(
                [flow],
                to: ["x", "y"].map {
                    Load(name: $0, stages: [.iterations(IterationStage(iterations: 30, users: 3))])
                })
        }
        _ = try EngineRun.run(scenario)
        #expect(Set(server.requests.map(\.path)) == Set((1...6).map { "/\($0)" }))
    }

    @Test("Segments of several loads together send what one run would")
    func segments() throws {
        let server = try ScriptedServer(always: Self.ok)
        defer { server.stop() }
        let scenario = Self.scenario(
            server.url, flows: ["a", "b"],
            [
                Load(name: "x", flows: ["a"], stages: [Self.arrivals(100, milliseconds: 155)]),
                Load(
                    name: "y", flows: ["b"], start: .milliseconds(50), stages: [Self.arrivals(100, milliseconds: 75)]),
            ])
        var intended: [UInt64] = [0, 0]
        for index in 0..<3 {
            let measurement = try EngineRun.run(scenario, segment: .init(index: index, count: 3))
            for load in 0..<2 { intended[load] += measurement.loads[load].intendedArrivals ?? 0 }
        }
        #expect(intended == [16, 8])
        #expect(
            server.requests.map(\.path).sorted()
                == ((0..<16).map { "/a/\($0)" } + (16..<24).map { "/b/\($0)" }).sorted())
    }

    // MARK: Changes by hand

    @Test("A load that is paused sends nothing until it goes on, and the measurement says what was changed")
    func pausing() throws {
        let server = try ScriptedServer(always: Self.ok)
        defer { server.stop() }
        let scenario = Self.scenario(
            server.url, flows: ["a", "b"],
            [
                Load(name: "open", flows: ["a"], stages: [Self.arrivals(100, milliseconds: 3_000)]),
                Load(
                    name: "closed", flows: ["b"],
                    stages: [.users(UserStage(from: 1, to: 1, duration: .milliseconds(3_000)))]),
            ])
        let done = NIOLockedValueBox<[LoadChange?]>([])
        let measurement = try EngineRun.run(scenario) { run, second in
            if second.number == 0 {
                run.change(0, to: .paused) { change in done.withLockedValue { $0.append(change) } }
                run.change(1, to: .paused) { change in done.withLockedValue { $0.append(change) } }
            }
            if second.number == 1 {
                run.change(0, to: .rate(200)) { change in done.withLockedValue { $0.append(change) } }
            }
            if second.number == 3 { run.change(0, to: .planned) { _ in } }
        }
        let changes = done.withLockedValue { $0 }.compactMap(\.self)
        #expect(changes.map(\.pace) == [.paused, .paused, .rate(200)])
        #expect(measurement.changes.prefix(3) == changes[...])
        let (paused, resumed) = (changes[0].at.seconds, changes[2].at.seconds)
        // 100/s up to the pause, 200/s from when it went on to the end at 3 s; each is off by one at most, and by nothing that
        // a busy machine could do: the level says what is due.
        let expected = 100 * paused + 200 * max(0, 3 - resumed)
        #expect(abs(Double(server.requests.count { $0.path.hasPrefix("/a") }) - expected) <= 3)
        #expect(measurement.loads[0].intendedArrivals.map { abs(Double($0) - expected) <= 2 } == true)
        // What was paused is not measured: the open load between the two, the closed one to its end.
        #expect(abs(measurement.loads[0].measured.seconds - (3 - (resumed - paused))) < 1e-6)
        #expect(abs(measurement.loads[1].measured.seconds - changes[1].at.seconds) < 1e-6)
        #expect(measurement.total.iterationCounts[1].begun > 0)
    }
}
