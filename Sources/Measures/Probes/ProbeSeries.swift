/// What a probe showed over a run, in a bounded number of slices: when they are used up, pairs of slices become one.
///
/// The first `capacity` samples stand in slices of their own, so that all that is said of them is exact: over an hour at
/// one a second. After that minimum, maximum, mean and increase stay exact, and an order statistic is known to lie between
/// two numbers (`ProbeSelection`).
public struct ProbeSeries: Sendable, Equatable {
    /// Why samples could not be read.
    public struct Failure: Sendable, Equatable {
        /// The reason, of at most `ProbeSample.longestMessage` characters. It holds what programs and servers said:
        /// redact it.
        public var message: String
        /// How often.
        public var count: UInt64
        /// When the first of them was asked for.
        public var first: Span
        /// When the last of them was asked for.
        public var last: Span
    }

    /// The number of slices at most.
    public static let capacity = 4_096
    /// The number of different reasons that are kept.
    public static let maximumFailures = 8

    /// The probe's name.
    public let name: String
    /// The time from one sample to the next, as intended.
    public let every: Span
    /// The slices in the order of time.
    public private(set) var slices: [ProbeSlice] = []
    /// The first different reasons of failed samples, in the order of their first occurrence.
    public private(set) var failures: [Failure] = []
    /// Failed samples whose reason is none of those kept.
    public private(set) var otherFailures: UInt64 = 0
    /// The longest stall of this process that samples were left out for.
    public private(set) var longestStall = Span.zero
    /// Samples left out before there was a slice that could count them.
    private var pendingHeldUp: UInt64 = 0
    /// The samples in a slice, a power of two; the last slice may not be full yet.
    private var width: UInt64 = 1

    /// A series without samples. `every` is above zero.
    public init(name: String, every: Span) {
        self.name = name
        self.every = every
    }

    /// Adds the next sample. `skipped`: how many were left out after it, because it took longer than `every`.
    public mutating func append(_ sample: ProbeSample, skipped: UInt64 = 0) {
        var sample = sample
        if case .value(let value) = sample.reading, !value.isFinite {
            sample.reading = .failed("\(value) is not a finite number")
        }
        if case .failed(let message) = sample.reading { count(message, at: sample.asked) }
        var next = ProbeSlice(sample, skipped: skipped)
        next.heldUp = pendingHeldUp
        pendingHeldUp = 0
        if let last = slices.last, last.entries < width {
            slices[slices.count - 1].add(next)
            return
        }
        if slices.count == Self.capacity { halve() }
        slices.append(next)
    }

    /// Leaves out samples that were due or under way while this process was held up for `stall`. They say nothing about
    /// what is asked.
    public mutating func leaveOut(_ count: UInt64, stall: Span) {
        longestStall = max(longestStall, stall)
        if slices.isEmpty { pendingHeldUp += count } else { slices[slices.count - 1].heldUp += count }
    }

    /// The samples that were left out because this process was held up.
    public var heldUp: UInt64 { slices.reduce(pendingHeldUp) { $0 + $1.heldUp } }
    /// The samples that could be read.
    public var samples: UInt64 { slices.reduce(0) { $0 + $1.samples } }
    /// The samples that could not.
    public var failed: UInt64 { slices.reduce(0) { $0 + $1.failed } }
    /// The samples that were left out because the one before was still under way.
    public var skipped: UInt64 { slices.reduce(0) { $0 + $1.skipped } }

    private mutating func count(_ message: String, at time: Span) {
        let message = String(message.prefix(ProbeSample.longestMessage))
        if let known = failures.firstIndex(where: { $0.message == message }) {
            failures[known].count += 1
            failures[known].last = time
        } else if failures.count < Self.maximumFailures {
            failures.append(Failure(message: message, count: 1, first: time, last: time))
        } else {
            otherFailures += 1
        }
    }

    private mutating func halve() {
        slices.mergePairs()
        width *= 2
    }
}
