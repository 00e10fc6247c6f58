import Measures
import Scenarios

@testable import Generator

/// Times in whole milliseconds from an arbitrary beginning.
func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }
func ms(_ milliseconds: Int64) -> Span { Span(nanoseconds: milliseconds * 1_000_000) }

extension LoadPlan {
    /// The plan of a scenario's first load.
    init(_ scenario: Scenario) { self = LoadPlan.all(of: scenario)[0] }

    /// A plan of these stages for 10 users at most, with a graceful stop of 2 s.
    static func of(_ stages: Stage...) -> LoadPlan {
        LoadPlan(
            EngineRun.scenario("http://127.0.0.1:1", load: stages) {
                $0.limits.maxUsers = 10
                $0.limits.gracefulStop = .seconds(2)
            })
    }
}

extension Stage {
    /// Open load at a constant rate per second.
    static func rate(_ rate: Double, seconds: Int, warmup: Bool = false) -> Stage {
        .arrivals(ArrivalStage(from: rate, to: rate, duration: .seconds(seconds), warmup: warmup))
    }

    /// A constant number of users.
    static func constant(users: Int, seconds: Int, warmup: Bool = false) -> Stage {
        .users(UserStage(from: users, to: users, duration: .seconds(seconds), warmup: warmup))
    }

    /// Fixed iterations.
    static func fixed(_ iterations: Int, users: Int) -> Stage {
        .iterations(IterationStage(iterations: iterations, users: users))
    }
}
