/// What one reactor, or all of them together, measured in one second of a run, or in the whole of it.
///
/// An exchange belongs to the second in which it finished, an arrival to the second in which it was begun or dropped.
public struct Interval: Sendable {
    /// One entry per step of the run; nil where the step had no exchange, so that idle steps cost nothing.
    public var steps: [StepTally?]
    /// One entry per flow of the run: finished − intended start of its iterations that came to their end, warm-up left
    /// out; nil where none did.
    public var iterationTimes: [LatencyHistogram?]
    /// One entry per flow of the run: its iterations begun and given up, warm-up left out.
    public var iterationCounts: [IterationCounts]
    /// One entry per measured block of the run, by its number; nil where nothing was counted of it, warm-up left out.
    public var blocks: [BlockTally?]
    /// Arrivals begun, and closed-load iterations begun; warm-up left out.
    public var started: UInt64 = 0
    /// Arrivals of open load begun before their stage's end; warm-up left out.
    public var inTime: UInt64 = 0
    /// Iterations that came to their end; warm-up left out.
    public var iterations: UInt64 = 0
    /// Arrivals that found no free user below `max_users`, or came too late to be sent at all; warm-up left out.
    public var dropped: UInt64 = 0
    /// Those of the dropped ones, arrivals and iterations, that found no row left of data that is used once.
    public var withoutRow: UInt64 = 0
    /// Those of the dropped ones whose turn came only after the graceful stop: they were late, whoever was free.
    public var tooLate: UInt64 = 0
    /// Exchanges that the end of the run cut off; each is also counted among its step's outcomes.
    public var unfinished: UInt64 = 0
    /// Exchanges of warm-up stages, which are not measured.
    public var warmup: UInt64 = 0
    /// Iterations given up because this machine ran out of descriptors or ports.
    public var exhausted: UInt64 = 0
    /// WebSockets that were opened again after they broke or the peer closed them; warm-up left out.
    public var reconnects: UInt64 = 0
    /// Users that were busy at the end of the interval.
    public var users: Int = 0
    /// CPU time of the reactors' threads.
    public var cpu = Span.zero
    /// How long reactors that may have real-time scheduling were on normal scheduling, because they were busy.
    public var fellBack = Span.zero
    /// The longest time in one piece in which a reactor did not come round, though it wanted to; stalls below a tenth of a
    /// second are left out.
    public var heldUp = Span.zero
    /// The longest time for which the machine was suspended meanwhile.
    public var suspended = Span.zero
    /// The instant after each read − the kernel's receive stamp.
    public var generatorDelay = LatencyHistogram()
    /// Actual − intended start of every measured exchange.
    public var startLag = LatencyHistogram()

    /// What each endpoint's addresses carried, by the endpoint's number and the address' number there; warm-up left out. Empty
    /// where that is not told.
    public var addresses: [[AddressTally]] = []

    /// One entry per load of a run whose loads have names; else empty.
    public var loads: [LoadCounts] = []

    /// An interval in which nothing happened, of a run with so many steps, flows, loads with names and measured blocks.
    public init(steps: Int, flows: Int, loads: Int = 0, blocks: Int = 0) {
        self.blocks = Array(repeating: nil, count: blocks)
        self.steps = Array(repeating: nil, count: steps)
        self.loads = Array(repeating: LoadCounts(), count: loads)
        iterationTimes = Array(repeating: nil, count: flows)
        iterationCounts = Array(repeating: IterationCounts(), count: flows)
    }

    /// Adds another interval of the same run; exact. `users` are added too: two reactors' users stand beside each other.
    public mutating func add(_ other: Interval) {
        for (step, tally) in other.steps.enumerated() {
            guard let tally else { continue }
            if steps[step] == nil { steps[step] = tally } else { steps[step]?.add(tally) }
        }
        for (flow, times) in other.iterationTimes.enumerated() {
            guard let times else { continue }
            if iterationTimes[flow] == nil { iterationTimes[flow] = times } else { iterationTimes[flow]?.add(times) }
        }
        for (flow, counts) in other.iterationCounts.enumerated() { iterationCounts[flow].add(counts) }
        for (block, tally) in other.blocks.enumerated() where block < blocks.count {
            guard let tally else { continue }
            if blocks[block] == nil { blocks[block] = tally } else { blocks[block]?.add(tally) }
        }
        started &+= other.started
        inTime &+= other.inTime
        iterations &+= other.iterations
        dropped &+= other.dropped
        withoutRow &+= other.withoutRow
        tooLate &+= other.tooLate
        unfinished &+= other.unfinished
        warmup &+= other.warmup
        exhausted &+= other.exhausted
        reconnects &+= other.reconnects
        users += other.users
        cpu = cpu + other.cpu
        fellBack = fellBack + other.fellBack
        heldUp = max(heldUp, other.heldUp)
        suspended = max(suspended, other.suspended)
        generatorDelay.add(other.generatorDelay)
        startLag.add(other.startLag)
        if !other.addresses.isEmpty { addresses.add(other.addresses) }
        for (load, counts) in other.loads.enumerated() where loads.indices.contains(load) { loads[load].add(counts) }
    }

    /// Iterations of a flow that were begun and didn't come to their end: given up, or cut off by the end of the run. Only
    /// of a whole run: an iteration begins in one second and ends in another.
    public func withoutEnd(ofFlow flow: Int) -> UInt64 {
        let (begun, completed) = (iterationCounts[flow].begun, iterationTimes[flow]?.count ?? 0)
        return begun - min(begun, completed)
    }

    /// Iterations of all flows that were given up.
    public var givenUp: UInt64 { iterationCounts.reduce(0) { $0 &+ $1.givenUp } }

    /// What was measured of each step that had an exchange, without parts of other steps.
    public var wholeSteps: some Sequence<StepTally> { steps.lazy.compactMap(\.self).filter { !$0.isPart } }

    /// The tallies of several steps added up, without parts of other steps.
    public func tally(of selected: some Sequence<Int>) -> StepTally {
        var sum = StepTally()
        for step in selected {
            if let tally = steps[step], !tally.isPart { sum.add(tally) }
        }
        return sum
    }
}
