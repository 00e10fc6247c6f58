/// What a probe showed within some stretches of a run, in figures.
///
/// A sample belongs to a stretch if it was asked for and answered within it. A slice of several samples that lies on a
/// stretch's edge is left out.
public struct ProbeSelection: Sendable {
    /// The slices within, in the order of time.
    public private(set) var slices: [ProbeSlice] = []
    /// The samples that could be read.
    public private(set) var samples: UInt64 = 0
    /// The samples that could not.
    public private(set) var failed: UInt64 = 0
    /// The samples that were left out because the one before was still under way.
    public private(set) var skipped: UInt64 = 0
    /// The samples that were left out because this process was held up.
    public private(set) var heldUp: UInt64 = 0
    /// The samples that there would be at least, had none failed or been left out: each stretch may lose one at its edges.
    public private(set) var expected: UInt64 = 0

    private var increase = 0.0
    private var elapsed = Span.zero
    /// For each slice with numbers what its samples may be at least and at most, with how many of them, in order.
    private var least: [(value: Double, count: UInt64)] = []
    private var most: [(value: Double, count: UInt64)] = []

    /// What lies within stretches, which are in the order of time and don't overlap.
    public init(_ series: ProbeSeries, within stretches: [Range<Span>]) {
        var rest = series.slices[...]
        for stretch in stretches {
            rest = rest.drop { $0.start < stretch.lowerBound }
            let inside = rest.prefix { $0.end <= stretch.upperBound }
            rest = rest.dropFirst(inside.count)
            add(inside)
            let beats = (stretch.upperBound - stretch.lowerBound).nanoseconds / max(1, series.every.nanoseconds)
            expected += UInt64(max(0, beats - 1))
        }
        least.sort { $0.value < $1.value }
        most.sort { $0.value < $1.value }
    }

    /// The smallest number; nil where none could be read.
    public var minimum: Double? { least.first?.value }
    /// The largest number; nil where none could be read.
    public var maximum: Double? { most.last?.value }
    /// The mean of the numbers; nil where none could be read.
    public var mean: Double? { samples == 0 ? nil : slices.reduce(0) { $0 + $1.sum } / Double(samples) }

    /// The increase per second, of a counter: between the first sample and the last one of each stretch. Nil where no
    /// stretch has two samples.
    public var rate: Double? { elapsed > .zero ? increase / elapsed.seconds : nil }

    /// Between which numbers the one at a rank of the sorted sample lies, 1 being the smallest; nil outside of it.
    public func range(atRank rank: UInt64) -> ClosedRange<Double>? {
        guard let low = Self.value(atRank: rank, of: least), let high = Self.value(atRank: rank, of: most) else {
            return nil
        }
        return low...high
    }

    /// How many samples may have a value of which a condition holds, that holds of all values above one, or of all below.
    public func countOfPossible(_ condition: (Double) -> Bool) -> UInt64 {
        func count(_ values: [(value: Double, count: UInt64)]) -> UInt64 {
            values.reduce(0) { $0 + (condition($1.value) ? $1.count : 0) }
        }
        return max(count(least), count(most))
    }

    private mutating func add(_ stretch: ArraySlice<ProbeSlice>) {
        var (first, last): (ProbeSlice.Point?, ProbeSlice.Point?)
        for slice in stretch {
            slices.append(slice)
            samples += slice.samples
            failed += slice.failed
            skipped += slice.skipped
            heldUp += slice.heldUp
            guard let range = slice.range else { continue }
            increase += slice.increase + ProbeSlice.increase(from: last, to: slice.first)
            first = first ?? slice.first
            last = slice.last
            // One sample is the smallest and one the largest; the others lie between.
            least.append((range.lowerBound, max(1, slice.samples - 1)))
            most.append((range.upperBound, max(1, slice.samples - 1)))
            if slice.samples > 1 {
                least.append((range.upperBound, 1))
                most.append((range.lowerBound, 1))
            }
        }
        if let first, let last { elapsed = elapsed + (last.time - first.time) }
    }

    private static func value(atRank rank: UInt64, of values: [(value: Double, count: UInt64)]) -> Double? {
        guard rank >= 1 else { return nil }
        var seen: UInt64 = 0
        for (value, count) in values {
            seen += count
            if seen >= rank { return value }
        }
        return nil
    }
}
