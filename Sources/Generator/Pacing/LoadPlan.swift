import Measures
import Scenarios

/// One load of a run: its stages, as schedules, and what its iterations run.
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
        /// True where nothing is sent in it.
        var isIdle = false
        /// The arrivals of an open stage; 0 for others.
        var arrivals = 0
        /// The iterations that come before this stage's: numbers go on from stage to stage.
        var firstIteration: Int
    }

    /// How many numbers a stage of users is given: nobody knows beforehand how many iterations it will have.
    private static let iterationsOfUserStage = 1_000_000_000_000

    let stages: [PlannedStage]
    /// When the first stage begins, from the start of the run.
    let start: Span
    let maxUsers: Int
    let gracefulStop: Span
    /// The seed of the schedules and of the mix of flows.
    let seed: UInt64
    /// The flows that its iterations run, by their numbers in the run, each with its weight.
    let flows: Range<Int>
    let weights: [Double]
    /// The numbers that its iterations and its users begin with: no other load has one of them.
    let firstIteration: Int
    let firstUser: Int

    /// The schedules' seed is fixed: the same scenario sends the same load each time, unless it asks for another draw.
    static let seed: UInt64 = 0x4C6F_6164_6761_7465

    /// The loads of a scenario, in its order.
    ///
    /// Schedules depend on a load's own name and stages alone: beside other loads it sends at the instants at which it would
    /// send without them.
    static func all(of scenario: Scenario) -> [LoadPlan] {
        var plans: [LoadPlan] = []
        let loadsOfFlows = scenario.loadsOfFlows.prefix(scenario.flows.count)
        for (number, load) in scenario.loads.enumerated() {
            let flows = loadsOfFlows.indices.filter { loadsOfFlows[$0] == number }
            let first = flows.first ?? 0
            plans.append(
                LoadPlan(
                    load, flows: first..<(first + flows.count), scenario: scenario,
                    firstIteration: plans.last.map { $0.firstIteration + $0.iterations } ?? 0,
                    firstUser: plans.last.map { $0.firstUser + $0.mostUsers } ?? 0))
        }
        return plans
    }

    private init(_ load: Load, flows: Range<Int>, scenario: Scenario, firstIteration: Int, firstUser: Int) {
        let drawn = scenario.draw.map { SeededRandom.number(seed: Self.seed, index: Self.hash($0)) } ?? Self.seed
        seed = load.name.map { SeededRandom.number(seed: drawn, index: Self.hash($0)) } ?? drawn
        var stages: [PlannedStage] = []
        var iterations = 0
        for (index, stage) in load.stages.enumerated() {
            let first = iterations
            var arrivalCount = 0
            let course: Course
            switch stage {
            case .arrivals(let arrivals):
                let schedule = ArrivalSchedule(arrivals, seed: SeededRandom.number(seed: seed, index: UInt64(index)))
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
                    isIdle: stage.isIdle, arrivals: arrivalCount, firstIteration: first))
        }
        self.stages = stages
        self.iterations = iterations
        self.flows = flows
        self.firstIteration = firstIteration
        self.firstUser = firstUser
        start = Span(load.start)
        weights = flows.map { scenario.flows[$0].weight }
        maxUsers = scenario.maxUsers(of: load)
        gracefulStop = Span(scenario.limits.gracefulStop)
    }

    /// How many numbers its iterations have.
    private let iterations: Int

    /// FNV-1a, so that a name gives the same seed in every process (Fowler, Noll, Vo; RFC draft-eastlake-fnv).
    private static func hash(_ name: String) -> UInt64 {
        name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
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
