/// Which steps and flows of a run belong to which of its loads.
public struct LoadMap: Equatable, Sendable {
    /// The names of the loads.
    public var names: [String]
    /// For each step of the run the number of its load.
    public var steps: [Int]
    /// For each flow of the run, likewise.
    public var flows: [Int]

    /// Makes it of its parts.
    public init(names: [String], steps: [Int], flows: [Int]) {
        self.names = names
        self.steps = steps
        self.flows = flows
    }
}

/// What a run measured of one of its loads, besides what stands with its steps and flows.
public struct LoadMeasurement: Equatable, Sendable {
    /// The load's name.
    public var name: String
    /// The length of its measured stages.
    public var measured = Span.zero
    /// Its measured stretches, from the beginning of the run, in the order of time.
    public private(set) var stretches: [Range<Span>] = []
    /// The length of the open ones of its stages.
    public var openLoad = Span.zero
    /// Measured arrivals that it intended; nil where none of its stages was open.
    public var intendedArrivals: UInt64?
    /// What was counted of it.
    public var counts = LoadCounts()

    /// A load of which nothing is known yet.
    public init(name: String) { self.name = name }

    /// Takes how much of it was measured.
    public mutating func take(_ load: MeasuredLoad, counts: LoadCounts) {
        measured = load.length
        openLoad = load.openLength
        intendedArrivals = load.intendedArrivals
        self.counts = counts
    }

    /// Adds its next measured stretch; those without a gap between them are one.
    public mutating func addStretch(_ stretch: Range<Span>) {
        if let last = stretches.last, last.upperBound == stretch.lowerBound {
            stretches[stretches.count - 1] = last.lowerBound..<stretch.upperBound
        } else {
            stretches.append(stretch)
        }
    }

    /// Measured arrivals per second that it intended; nil where none of its stages was open.
    public var intendedRate: Double? {
        guard let intendedArrivals, openLoad > .zero else { return nil }
        return Double(intendedArrivals) / openLoad.seconds
    }

    /// Measured arrivals per second that were begun in time; nil likewise.
    public var achievedRate: Double? {
        guard intendedArrivals != nil, openLoad > .zero else { return nil }
        return Double(counts.inTime) / openLoad.seconds
    }
}

extension RunMeasurement {
    /// The measured time of some of the loads together, in seconds: of times in which several were measured it counts once.
    public func measuredSeconds(ofLoads numbers: Set<Int>) -> Double {
        let meant = numbers.filter(loads.indices.contains)
        guard !meant.isEmpty, meant.count < loads.count else { return measured.seconds }
        if meant.count == 1, let only = meant.first { return loads[only].measured.seconds }
        var (sum, end) = (Span.zero, Span.zero)
        for stretch in meant.flatMap({ loads[$0].stretches }).sorted(by: { $0.lowerBound < $1.lowerBound })
        where stretch.upperBound > end {
            sum = sum + (stretch.upperBound - max(stretch.lowerBound, end))
            end = stretch.upperBound
        }
        return sum.seconds
    }
}
