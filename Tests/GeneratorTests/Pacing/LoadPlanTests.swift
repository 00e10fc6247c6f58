import Measures
import Scenarios
import Testing

@testable import Generator

@Suite("Load plan") struct LoadPlanTests {
    @Test("Iterations are numbered on from stage to stage, so that no row or identity is taken twice")
    func numbers() {
        let plan = LoadPlan.of(
            .rate(5, seconds: 2, warmup: true), .fixed(7, users: 2), .rate(3, seconds: 4),
            .constant(users: 4, seconds: 1), .fixed(1, users: 1))
        // 5/s × 2 s = 10 arrivals, then 7 iterations, then 3/s × 4 s = 12 arrivals, then 10¹² numbers for the users.
        #expect(plan.stages.map(\.arrivals) == [10, 0, 12, 0, 0])
        #expect(plan.stages.map(\.firstIteration) == [0, 10, 17, 29, 1_000_000_000_029])
        #expect(plan.stages.map(\.warmup) == [true, false, false, false, false])
        #expect(plan.stages.map(\.duration) == [ms(2_000), nil, ms(4_000), ms(1_000), nil])
    }

    @Test("Users: the most that a stage may need; only open load bounds how many reactors have some")
    func users() {
        // max_users is 10, and bounds open load only.
        #expect(LoadPlan.of(.rate(1, seconds: 1)).mostUsers == 10)
        #expect(LoadPlan.of(.rate(1, seconds: 1), .fixed(50, users: 12)).mostUsers == 12)
        #expect(LoadPlan.of(.fixed(50, users: 3), .constant(users: 4, seconds: 1)).mostUsers == 4)
        #expect(LoadPlan.of(.rate(1, seconds: 1), .fixed(50, users: 3)).fewestUsers == 10)
    }

    @Test("Another draw sends at other instants, the same ones for the same name, and even stages are as they were")
    func draws() {
        func instants(_ draw: String?, _ spacing: ArrivalStage.Spacing) -> [Instant] {
            let stage = Stage.arrivals(ArrivalStage(from: 50, to: 50, duration: .seconds(2), spacing: spacing))
            let scenario = EngineRun.scenario("http://127.0.0.1:1", load: [stage]) { $0.draw = draw }
            guard case .arrivals(let schedule) = LoadPlan(scenario).stages[0].course else { return [] }
            var cursor = schedule.cursor(part: 0, stride: 1)
            var instants: [Instant] = []
            while let next = cursor.next() { instants.append(Instant(nanoseconds: 0) + next.offset) }
            return instants
        }
        #expect(instants("s 1", .poisson) == instants("s 1", .poisson))
        #expect(instants("s 1", .poisson) != instants("s 2", .poisson))
        #expect(instants("s 1", .poisson) != instants(nil, .poisson))
        #expect(instants("s 1", .even) == instants(nil, .even))
    }

    @Test("A Poisson stage has as many arrivals as its cursor gives, the same ones each time")
    func poisson() {
        let stage = Stage.arrivals(ArrivalStage(from: 50, to: 50, duration: .seconds(4), spacing: .poisson))
        let plan = LoadPlan.of(stage, .fixed(1, users: 1))
        guard case .arrivals(let schedule) = plan.stages[0].course else {
            Issue.record("not an open stage")
            return
        }
        var cursor = schedule.cursor(part: 0, stride: 1)
        var count = 0
        while cursor.next() != nil { count += 1 }
        #expect(plan.stages[0].arrivals == count)
        #expect(plan.stages[1].firstIteration == count)
        #expect(LoadPlan.of(stage).stages[0].arrivals == count)
    }
}
