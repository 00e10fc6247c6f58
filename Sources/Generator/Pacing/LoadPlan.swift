import Measures
import Scenarios

/// The stages of a run, as schedules.
struct LoadPlan: Sendable {
    /// A stage with its schedule.
    enum Course: Sendable {
        case arrivals(ArrivalSchedule)
        case users(UserSchedule)
        case iterations(count: Int, users: Int)
    }

    struct PlannedStage: Sendable {
        var course: Course
        /// nil: ends with its last iteration.
        var duration: Span?
        var warmup: Bool
        /// The arrivals of an open stage; 0 for others.
        var arrivals = 0
        /// The iterations that come before this stage's: numbers go on from stage to stage.
        var firstIteration: Int
    }

    /// How many numbers a stage of users is given: nobody knows beforehand how many iterations it will have.
    private static let iterationsOfUserStage = 1_000_000_000_000

    let stages: [PlannedStage]
    let maxUsers: Int
    let gracefulStop: Span

    /// The schedules' seed is fixed: the same scenario sends the same load each time.
    static let seed: UInt64 = 0x4C6F_6164_6761_7465

    init(_ scenario: Scenario) {
        var stages: [PlannedStage] = []
        var iterations = 0
        for (index, stage) in scenario.load.enumerated() {
            let first = iterations
            var arrivalCount = 0
            let course: Course
            switch stage {
            case .arrivals(let arrivals):
                let schedule = ArrivalSchedule(
                    arrivals, seed: SeededRandom.number(seed: Self.seed, index: UInt64(index)))
                arrivalCount = schedule.count(before: schedule.seconds)
                iterations += arrivalCount
                course = .arrivals(schedule)
            case .users(let users):
                course = .users(UserSchedule(users))
                iterations += Self.iterationsOfUserStage
            case .iterations(let fixed):
                iterations += fixed.iterations
                course = .iterations(count: fixed.iterations, users: fixed.users)
            }
            stages.append(
                PlannedStage(
                    course: course, duration: stage.duration.map(Span.init), warmup: stage.isWarmup,
                    arrivals: arrivalCount, firstIteration: first))
        }
        self.stages = stages
        maxUsers = scenario.limits.maxUsers
        gracefulStop = Span(scenario.limits.gracefulStop)
    }

    /// Users of the stage that allows the fewest.
    var fewestUsers: Int {
        stages.map { stage in
            switch stage.course {
            case .arrivals: maxUsers
            case .users, .iterations: .max
            }
        }.min() ?? 1
    }

    /// Users that can be at work at once: the most that a stage may need.
    var mostUsers: Int {
        stages.map { stage in
            switch stage.course {
            case .arrivals: maxUsers
            case .users(let schedule): schedule.users
            case .iterations(_, let users): users
            }
        }.max() ?? 0
    }
}
