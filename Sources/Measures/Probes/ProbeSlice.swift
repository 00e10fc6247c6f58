/// Some consecutive samples of a probe: one as it was, or several of which extremes, sum and increase were kept.
public struct ProbeSlice: Sendable, Equatable, TimeSlice {
    /// A number and the instant that it stands for.
    public struct Point: Sendable, Equatable {
        /// From the beginning of the load.
        public var time: Span
        /// The number.
        public var value: Double
    }

    /// When its first sample was asked for, from the beginning of the load.
    public var start: Span
    /// When its last sample was answered.
    public var end: Span
    /// The samples that could be read.
    public var samples: UInt64 = 0
    /// The samples that could not.
    public var failed: UInt64 = 0
    /// Samples that were left out because the one before was still under way.
    public var skipped: UInt64 = 0
    /// Samples that were left out because this process was held up.
    public var heldUp: UInt64 = 0
    /// The first number; nil where none could be read, as all that follows.
    public var first: Point?
    /// The last number.
    public var last: Point?
    /// The smallest number and the largest.
    public var range: ClosedRange<Double>?
    /// The sum of the numbers.
    public var sum = 0.0
    /// By how much the numbers grew from the first to the last, read as a counter's: a number below the one before
    /// says that the counter began again at 0.
    public var increase = 0.0

    /// A slice of one sample.
    init(_ sample: ProbeSample, skipped: UInt64) {
        start = sample.asked
        end = sample.answered
        self.skipped = skipped
        guard let value = sample.value else {
            failed = 1
            return
        }
        samples = 1
        first = Point(time: sample.time, value: value)
        last = first
        range = value...value
        sum = value
    }

    /// The mean of the numbers; nil where there is none.
    public var mean: Double? { samples == 0 ? nil : sum / Double(samples) }

    /// Samples read, and failed ones.
    var entries: UInt64 { samples + failed }

    /// Takes in the slice that follows.
    mutating func add(_ next: ProbeSlice) {
        increase += next.increase + Self.increase(from: last, to: next.first)
        end = next.end
        samples += next.samples
        failed += next.failed
        skipped += next.skipped
        heldUp += next.heldUp
        first = first ?? next.first
        last = next.last ?? last
        sum += next.sum
        if let more = next.range {
            range = range.map { min($0.lowerBound, more.lowerBound)...max($0.upperBound, more.upperBound) } ?? more
        }
    }

    /// By how much a counter grew between two numbers.
    static func increase(from before: Point?, to after: Point?) -> Double {
        guard let before, let after else { return 0 }
        return after.value >= before.value ? after.value - before.value : after.value
    }
}
