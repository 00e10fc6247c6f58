import Measures

/// Where a reactor stands in one load, a value without a clock: the current stage, its next arrival, and when all is over.
struct StageCursor {
    private enum Phase {
        case notBegun
        case running
        /// A stage of fixed iterations is done here; the next one begins when it is done everywhere.
        case waitingForStage
        case over
    }

    /// A reactor's share of a stage of fixed iterations.
    struct FixedShare {
        /// Among how many reactors the iterations are dealt.
        var parts: Int
        /// Iterations to begin, those that have begun, and those of them that are under way.
        var left: Int
        var begun = 0
        var underWay = 0

        var isDone: Bool { left == 0 && underWay == 0 }
    }

    private let plan: LoadPlan
    private let share: Reactor.Share
    private var phase = Phase.notBegun
    private var cursor: ArrivalCursor?
    private var dropped: UInt64 = 0
    private var withoutRow: UInt64 = 0
    private var tooLate: UInt64 = 0

    /// How the load goes beside its plan.
    private(set) var pace = LoadPace.planned
    /// When the first stage begins.
    let start: Instant
    /// The current stage, its number, and when it began.
    private(set) var current: LoadPlan.PlannedStage
    private(set) var stage = 0
    private(set) var stageStart: Instant
    /// The next arrival of the current open stage; nil where none is left, or the stage is closed.
    private(set) var arrival: Arrival?
    /// The current stage's share of fixed iterations; nil in other stages.
    private(set) var fixed: FixedShare?
    /// When everything must have ended; set when the load is over.
    private(set) var deadline = Instant.distantFuture

    /// `start`: the run's beginning.
    init(plan: LoadPlan, share: Reactor.Share, start: Instant) {
        self.plan = plan
        self.share = share
        self.start = start == .distantFuture ? start : start + plan.start
        stageStart = self.start
        current = plan.stages[0]
    }

    var isOver: Bool { phase == .over }

    /// True where the first stage has yet to be entered.
    var hasNotBegun: Bool { phase == .notBegun }

    /// When the current stage ends; `distantFuture` where that is when its iterations are done.
    var stageEnd: Instant {
        guard phase == .running, let duration = current.duration else { return .distantFuture }
        return stageStart + duration
    }

    /// When the next arrival is due; `distantFuture` where there is none. Without a closure, which would copy all of the cursor
    /// for each arrival.
    @inline(__always)
    var nextDue: Instant {
        guard let offset = arrival?.offset else { return .distantFuture }
        return stageStart + offset
    }

    /// The next instant at which the load has something to do.
    var nextInstant: Instant {
        switch phase {
        case .notBegun: start
        case .running: arrival == nil ? stageEnd : nextDue
        case .waitingForStage: .distantFuture
        case .over: deadline
        }
    }

    /// The iteration of the load that an arrival or a place in a stage of fixed iterations stands for.
    func iteration(number: Int) -> Int { current.firstIteration + number }

    mutating func enter(_ stage: Int, at instant: Instant) {
        guard phase != .over else { return }
        dropDue(before: .distantFuture)
        self.stage = stage
        current = plan.stages[stage]
        stageStart = instant
        phase = .running
        cursor = nil
        arrival = nil
        fixed = nil
        switch current.course {
        case .arrivals(let schedule):
            cursor = schedule.cursor(part: share.part, stride: share.stride)
            arrival = cursor?.next()
            if pace != .planned { arrival = cursor?.change(to: pace, at: .zero, pending: arrival != nil) }
        case .users: break
        case .iterations(let count, let users):
            // Where there are fewer users than reactors, those without one have no share.
            let parts = min(users, share.stride)
            let left = share.part < parts ? (count - share.part + parts - 1) / parts : 0
            fixed = FixedShare(parts: parts, left: left)
        }
    }

    /// True where the current stage's time is over and its arrivals have begun, or are too late for the graceful stop.
    func stageIsOver(at now: Instant) -> Bool {
        now >= stageEnd && (arrival == nil || now >= stageEnd + plan.gracefulStop)
    }

    /// True while the current stage takes new iterations.
    var isRunning: Bool { phase == .running }

    /// Somebody changed the pace of the load, from an instant on.
    mutating func change(to pace: LoadPace, at instant: Instant) {
        self.pace = pace
        guard phase == .running, cursor != nil else { return }
        arrival = cursor?.change(to: pace, at: instant - stageStart, pending: arrival != nil)
    }

    /// True where users begin no iterations of closed stages.
    var isPaused: Bool { pace == .paused }

    /// Goes on to the next arrival.
    mutating func nextArrival() { arrival = cursor?.next() }

    /// The stage that follows the current one; nil where it is the last.
    var following: Int? { stage + 1 < plan.stages.count ? stage + 1 : nil }

    // MARK: Fixed iterations

    /// True in a stage of fixed iterations.
    var isFixed: Bool { fixed != nil }

    /// Takes one of this reactor's share of fixed iterations, which is under way from here on; false where none is left.
    mutating func claimFixed() -> Bool {
        guard let left = fixed?.left, left > 0 else { return false }
        fixed?.left -= 1
        fixed?.underWay += 1
        return true
    }

    /// A claimed iteration begins: its number in the load; nil in other stages.
    mutating func beginFixed() -> Int? {
        guard let fixed else { return nil }
        self.fixed?.begun += 1
        return iteration(number: share.part + fixed.parts * fixed.begun)
    }

    /// An iteration that began in a stage is over; one of an earlier stage is none of this one's.
    mutating func endFixed(ofStage stage: Int) { if stage == self.stage { fixed?.underWay -= 1 } }

    /// A claimed iteration found no row: none of those that are left will.
    mutating func dropFixed() {
        drop(fixed?.left ?? 0, withoutRow: true)
        fixed?.left = 0
        fixed?.underWay -= 1
    }

    /// The current stage's number where this reactor's share of its fixed iterations has come to be done. Nothing begins
    /// then until the next stage is entered.
    mutating func takeDone() -> Int? {
        guard isRunning, let fixed, fixed.isDone else { return nil }
        phase = .waitingForStage
        return stage
    }

    // MARK: The end

    /// The load has ended: iterations under way have until the graceful stop is over.
    mutating func stop(at instant: Instant) {
        guard phase != .over else { return }
        phase = .over
        // Arrivals due after a stop were never meant to be; those due before it, and late, are lost.
        dropDue(before: instant)
        deadline = instant + plan.gracefulStop
    }

    /// Iterations under way have no time left.
    mutating func endGrace(at instant: Instant) { deadline = min(deadline, instant) }

    /// Counts arrivals that found no user, or no row, for them.
    mutating func drop(_ count: Int = 1, withoutRow isWithoutRow: Bool = false) {
        guard !current.warmup else { return }
        dropped &+= UInt64(count)
        if isWithoutRow { withoutRow &+= UInt64(count) }
    }

    /// How many were dropped since the last call, how many of them for want of a row, and how many as too late.
    mutating func takeDropped() -> (all: UInt64, withoutRow: UInt64, tooLate: UInt64) {
        defer { (dropped, withoutRow, tooLate) = (0, 0, 0) }
        return (dropped, withoutRow, tooLate)
    }

    private mutating func dropDue(before instant: Instant) {
        while let late = arrival, stageStart + late.offset < instant {
            drop()
            if !current.warmup { tooLate &+= 1 }
            nextArrival()
        }
        arrival = nil
    }
}
