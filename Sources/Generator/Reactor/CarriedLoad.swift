import Measures

/// One of the loads of a run, as a reactor carries it: where it stands, what its iterations run, and what is counted of it.
struct CarriedLoad {
    let plan: LoadPlan
    var stages: StageCursor
    var iterations: IterationDealer
    /// Its users that are in an iteration.
    var busy = 0
    /// Measured arrivals begun in time since they were last taken.
    private var inTime: UInt64 = 0

    init(_ plan: LoadPlan, stages: StageCursor, iterations: IterationDealer) {
        self.plan = plan
        self.stages = stages
        self.iterations = iterations
    }

    @inline(__always)
    mutating func countInTime() { inTime &+= 1 }

    /// The flow that a place in the load's mix has, by its number in the run.
    @inline(__always)
    mutating func flow(at index: Int) -> Int { plan.flows.lowerBound + iterations.flow(at: index) }

    /// What was counted since the last call.
    mutating func takeCounts() -> LoadCounts {
        let dropped = stages.takeDropped()
        var counts = LoadCounts()
        counts.inTime = inTime
        counts.dropped = dropped.all
        counts.withoutRow = dropped.withoutRow
        counts.tooLate = dropped.tooLate
        counts.users = busy
        inTime = 0
        return counts
    }
}

extension UnsafeMutableBufferPointer<CarriedLoad> {
    /// The load whose next arrival is due first: arrivals of several loads begin in the order of time.
    @inline(__always)
    var indexOfNextArrival: Int {
        if count == 1 { return 0 }
        var first = 0
        var due = Instant.distantFuture
        for load in indices {
            let next = self[load].stages.nextDue
            if next < due { (first, due) = (load, next) }
        }
        return first
    }
}
