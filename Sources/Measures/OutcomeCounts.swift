/// How many exchanges ended in each outcome.
public struct OutcomeCounts: Equatable, Sendable {
    // One lane per outcome; a vector is a plain value, so counting costs neither an allocation nor a reference count.
    @usableFromInline var lanes = SIMD32<UInt64>.zero

    /// No exchange yet.
    public init() {}

    /// The number of exchanges that ended so.
    @inlinable
    public subscript(outcome: Outcome) -> UInt64 {
        get { lanes[Int(outcome.rawValue)] }
        set { lanes[Int(outcome.rawValue)] = newValue }
    }

    /// Counts one exchange.
    @inlinable
    public mutating func count(_ outcome: Outcome) { lanes[Int(outcome.rawValue)] &+= 1 }

    /// All exchanges that came to their end: without those that the end of the run cut off.
    public var total: UInt64 { lanes.wrappedSum() &- self[.unfinished] }

    /// The exchanges that the end of the run cut off; they are neither good nor bad.
    public var unfinished: UInt64 { self[.unfinished] }

    /// The exchanges that count as good: those that ended `ok`.
    public var good: UInt64 { self[.ok] }

    /// The exchanges that did not end `ok`.
    public var bad: UInt64 { total - good }

    /// The exchanges whose answer arrived whole, whether it was the expected one or not: `ok`, `http_4xx`, `http_5xx`,
    /// `rate_limited`, `check_failed`, `until_unmet` and `stream_ended`. They make the throughput: an exchange that was refused or cut off
    /// served nobody.
    public var completed: UInt64 {
        self[.ok] + self[.http4xx] + self[.http5xx] + self[.rateLimited] + self[.checkFailed] + self[.untilUnmet]
            + self[.streamEnded]
    }

    /// Adds another count, outcome by outcome.
    public mutating func add(_ other: OutcomeCounts) { lanes &+= other.lanes }

    /// The outcomes that occurred, in the order of their definition, with their counts.
    public var occurring: [(outcome: Outcome, count: UInt64)] {
        Outcome.allCases.map { ($0, self[$0]) }.filter { $0.1 > 0 }
    }
}
