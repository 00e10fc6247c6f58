import Measures

/// What a reactor measured since it last handed over. Owned by one reactor; only `handOver` copies.
struct Recorder {
    private let tallies: UnsafeMutablePointer<StepTally>
    private let touched: UnsafeMutablePointer<Bool>
    private let steps: Int
    /// All but the steps' tallies.
    var interval: Interval

    init(steps: Int) {
        self.steps = steps
        tallies = .allocate(capacity: max(steps, 1))
        touched = .allocate(capacity: max(steps, 1))
        touched.initialize(repeating: false, count: steps)
        interval = Interval(steps: steps)
    }

    func release() {
        for step in 0..<steps where touched[step] { (tallies + step).deinitialize(count: 1) }
        tallies.deallocate()
        touched.deallocate()
    }

    /// The tally of a step, made when it is first needed.
    @inline(__always)
    func tally(of step: Int) -> UnsafeMutablePointer<StepTally> {
        if !touched[step] {
            (tallies + step).initialize(to: StepTally())
            touched[step] = true
        }
        return tallies + step
    }

    /// Gives away what was measured and begins anew.
    mutating func handOver() -> Interval {
        var result = interval
        for step in 0..<steps where touched[step] {
            let tally = (tallies + step).move()
            touched[step] = false
            if let lag = tally[.startLag] { result.startLag.add(lag) }
            result.steps[step] = tally
        }
        interval = Interval(steps: steps)
        return result
    }
}
