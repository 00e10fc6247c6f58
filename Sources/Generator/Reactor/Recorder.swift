import Measures

/// What a reactor measured since it last handed over. Owned by one reactor; only `handOver` copies.
struct Recorder {
    private let tallies: UnsafeMutablePointer<StepTally>
    private let touched: UnsafeMutablePointer<Bool>
    private let steps: Int
    private let areParts: UnsafeMutablePointer<Bool>
    private let times: UnsafeMutablePointer<LatencyHistogram>
    private let timed: UnsafeMutablePointer<Bool>
    private let counts: UnsafeMutablePointer<IterationCounts>
    private let flows: Int
    private let blocks: UnsafeMutablePointer<BlockTally>
    private let touchedBlocks: UnsafeMutablePointer<Bool>
    private let blockCount: Int
    /// Whether what ends exchanges at present was dated by the kernel.
    var isStamped = true
    /// All but the steps' tallies and the flows' iterations.
    var interval: Interval
    /// What each endpoint's addresses carried.
    var addresses = AddressTallies()

    /// `parts`: the numbers of the steps that are parts of others.
    init(steps: Int, flows: Int, blocks count: Int = 0, parts: [Int] = []) {
        self.steps = steps
        areParts = .allocate(capacity: max(steps, 1))
        areParts.initialize(repeating: false, count: steps)
        for part in parts { areParts[part] = true }
        blockCount = count
        blocks = .allocate(capacity: max(count, 1))
        touchedBlocks = .allocate(capacity: max(count, 1))
        touchedBlocks.initialize(repeating: false, count: count)
        self.flows = flows
        times = .allocate(capacity: max(flows, 1))
        timed = .allocate(capacity: max(flows, 1))
        timed.initialize(repeating: false, count: flows)
        counts = .allocate(capacity: max(flows, 1))
        counts.initialize(repeating: IterationCounts(), count: flows)
        tallies = .allocate(capacity: max(steps, 1))
        touched = .allocate(capacity: max(steps, 1))
        touched.initialize(repeating: false, count: steps)
        interval = Interval(steps: steps, flows: flows, blocks: count)
    }

    func release() {
        for step in 0..<steps where touched[step] { (tallies + step).deinitialize(count: 1) }
        tallies.deallocate()
        touched.deallocate()
        areParts.deallocate()
        for flow in 0..<flows where timed[flow] { (times + flow).deinitialize(count: 1) }
        times.deallocate()
        timed.deallocate()
        counts.deallocate()
        for block in 0..<blockCount where touchedBlocks[block] { (blocks + block).deinitialize(count: 1) }
        blocks.deallocate()
        touchedBlocks.deallocate()
        addresses.release()
    }

    /// The tally of a step, made when it is first needed.
    @inline(__always)
    func tally(of step: Int) -> UnsafeMutablePointer<StepTally> {
        if !touched[step] {
            (tallies + step).initialize(to: StepTally())
            tallies[step].isPart = areParts[step]
            touched[step] = true
        }
        return tallies + step
    }

    /// The tally of a measured block, likewise.
    @inline(__always)
    func tally(ofBlock block: Int) -> UnsafeMutablePointer<BlockTally> {
        if !touchedBlocks[block] {
            (blocks + block).initialize(to: BlockTally())
            touchedBlocks[block] = true
        }
        return blocks + block
    }

    /// Counts an iteration that begins.
    @inline(__always)
    mutating func begin(iterationOf flow: Int) {
        counts[flow].begun &+= 1
        interval.started &+= 1
    }

    /// Counts an iteration that is given up.
    mutating func giveUp(iterationOf flow: Int, _ reason: IterationCounts.Reason) {
        counts[flow][reason] &+= 1
        if reason == .exhausted { interval.exhausted &+= 1 }
    }

    /// Records the time of an iteration that came to its end.
    @inline(__always)
    mutating func record(iteration time: Span, of flow: Int) {
        if !timed[flow] {
            (times + flow).initialize(to: LatencyHistogram())
            timed[flow] = true
        }
        times[flow].record(time)
        interval.iterations &+= 1
    }

    /// Gives away what was measured and begins again.
    mutating func handOver() -> Interval {
        var result = interval
        for step in 0..<steps where touched[step] {
            let tally = (tallies + step).move()
            touched[step] = false
            if let lag = tally[.startLag] { result.startLag.add(lag) }
            result.steps[step] = tally
        }
        for flow in 0..<flows where timed[flow] {
            result.iterationTimes[flow] = (times + flow).move()
            timed[flow] = false
        }
        for flow in 0..<flows {
            result.iterationCounts[flow] = counts[flow]
            counts[flow] = IterationCounts()
        }
        for block in 0..<blockCount where touchedBlocks[block] {
            result.blocks[block] = (blocks + block).move()
            touchedBlocks[block] = false
        }
        result.addresses = addresses.take()
        interval = Interval(steps: steps, flows: flows, blocks: blockCount)
        return result
    }
}
