/// A run over time, in a bounded number of slices: when they are used up, pairs of slices become one of double width.
///
/// Slices are first one second wide. No count is lost when they merge: the sums over all slices stay exact.
public struct TimeSeries: Sendable {
    /// One stretch of the run.
    public struct Slice: Sendable, TimeSlice {
        /// Its first second, counted from the first second appended, which is 0.
        public var start: Int
        /// How many seconds it covers: the series' width, or fewer in the last slice.
        public var seconds: Int
        /// Arrivals and closed-load iterations begun.
        public var started: UInt64 = 0
        /// Iterations that came to their end.
        public var iterations: UInt64 = 0
        /// Iterations that were given up.
        public var givenUp: UInt64 = 0
        /// Arrivals that were dropped.
        public var dropped: UInt64 = 0
        /// How the exchanges of all steps ended.
        public var outcomes = OutcomeCounts()
        /// The most users busy at the end of one of its seconds.
        public var users = 0
        /// Bytes received.
        public var bytesReceived: UInt64 = 0
        /// Bytes sent.
        public var bytesSent: UInt64 = 0
        /// The response times of all steps.
        public var responseTime = CoarseHistogram()
        /// One entry per load of a run whose loads have names; else empty.
        public var loads: [Load] = []

        /// Exchanges whose answer arrived whole.
        public var completed: UInt64 { outcomes.completed }

        /// Exchanges that did not end `ok`.
        public var bad: UInt64 { outcomes.bad }

        init(start: Int, seconds: Int) {
            self.start = start
            self.seconds = seconds
        }

        /// Takes in the slice that follows.
        mutating func add(_ next: Slice) {
            seconds += next.seconds
            started &+= next.started
            iterations &+= next.iterations
            givenUp &+= next.givenUp
            dropped &+= next.dropped
            outcomes.add(next.outcomes)
            users = max(users, next.users)
            bytesReceived &+= next.bytesReceived
            bytesSent &+= next.bytesSent
            responseTime.add(next.responseTime)
            for (load, part) in next.loads.enumerated() where loads.indices.contains(load) { loads[load].add(part) }
        }
    }

    /// What one of the loads did in a stretch of the run.
    public struct Load: Sendable {
        /// Arrivals and closed-load iterations begun.
        public var started: UInt64 = 0
        /// Arrivals that were dropped.
        public var dropped: UInt64 = 0
        /// How its exchanges ended.
        public var outcomes = OutcomeCounts()
        /// The most of its users busy at the end of one of its seconds.
        public var users = 0
        /// The response times of its steps.
        public var responseTime = CoarseHistogram()

        mutating func add(_ next: Load) {
            started &+= next.started
            dropped &+= next.dropped
            outcomes.add(next.outcomes)
            users = max(users, next.users)
            responseTime.add(next.responseTime)
        }
    }

    /// The number of slices at most.
    public static let capacity = 512

    /// The slices in the order of time.
    public private(set) var slices: [Slice] = []
    /// The width of a slice in seconds, a power of two; the last slice may not be full yet.
    public private(set) var width = 1

    /// Which steps and flows belong to which load; nil where loads have no names.
    private let map: LoadMap?

    /// A series of nothing.
    public init(loads map: LoadMap? = nil) { self.map = map }

    /// Adds the next second of the run.
    public mutating func append(_ second: Interval) {
        var next = Slice(of: second, start: seconds)
        if let map { next.loads = Self.loads(of: second, map) }
        if let last = slices.last, last.seconds < width {
            slices[slices.count - 1].add(next)
            return
        }
        if slices.count == Self.capacity {
            halve()
        }
        slices.append(next)
    }

    /// The number of seconds appended.
    public var seconds: Int { slices.last.map { $0.start + $0.seconds } ?? 0 }

    /// What each load did in a second.
    private static func loads(of second: Interval, _ map: LoadMap) -> [Load] {
        map.names.indices.map { number in
            var load = Load()
            var sum = LatencyHistogram()
            for (step, tally) in second.steps.enumerated() where step < map.steps.count && map.steps[step] == number {
                guard let tally, !tally.isPart else { continue }
                load.outcomes.add(tally.outcomes)
                if let response = tally[.responseTime] { sum.add(response) }
            }
            load.responseTime.add(sum)
            for (flow, counts) in second.iterationCounts.enumerated()
            where flow < map.flows.count && map.flows[flow] == number {
                load.started &+= counts.begun
            }
            if number < second.loads.count {
                load.dropped = second.loads[number].dropped
                load.users = second.loads[number].users
            }
            return load
        }
    }

    /// Makes one slice of each pair. All slices are full here and their number is even, so the pairs are equal too.
    private mutating func halve() {
        slices.mergePairs()
        width *= 2
    }
}

extension TimeSeries.Slice {
    /// A slice of one second.
    init(of second: Interval, start: Int) {
        self.init(start: start, seconds: 1)
        started = second.started
        iterations = second.iterations
        givenUp = second.givenUp
        dropped = second.dropped
        users = second.users
        // Fine histograms merge fast, so the conversion to a coarse one, which is slow, happens once a second only.
        var sum = LatencyHistogram()
        for tally in second.wholeSteps {
            outcomes.add(tally.outcomes)
            bytesReceived &+= tally.bytesReceived
            bytesSent &+= tally.bytesSent
            if let response = tally[.responseTime] { sum.add(response) }
        }
        responseTime.add(sum)
    }
}
