/// Counts of whole numbers, in buckets whose width grows with the number: up to 2ⁿ⁺¹ each number has its own, from there on each
/// power of two has 2ⁿ buckets. With n = 10 a bucket is at most 1/1,024 of its numbers wide, three significant digits.
///
/// The layout is that of HdrHistogram. It stands here, and not in that package, since its merging and growing are generic code
/// that the compiler does not specialise in other modules: they took a thousand instructions a bucket, on the threads that send.
@usableFromInline
struct BucketCounts: Sendable {
    /// n.
    @usableFromInline let bits: UInt64
    /// As many as the largest number so far needs.
    @usableFromInline var buckets: [UInt32]
    @usableFromInline var total: UInt64 = 0

    /// No number yet, with room for those below 2ⁿ⁺¹.
    @usableFromInline
    init(bits: UInt64) {
        self.bits = bits
        buckets = Array(repeating: 0, count: 2 << Int(bits))
    }

    /// The bucket of a number.
    func bucket(of number: UInt64) -> Int { Self.bucket(of: number, bits: bits) }

    @inlinable @inline(__always)
    static func bucket(of number: UInt64, bits: UInt64) -> Int {
        // How often the number must be halved until it is below 2ⁿ⁺¹.
        let zeros = UInt64(truncatingIfNeeded: (number | ((2 &<< bits) &- 1)).leadingZeroBitCount)
        let halvings = 63 &- bits &- zeros
        return Int(truncatingIfNeeded: (halvings &<< bits) &+ (number &>> halvings))
    }

    /// The smallest number in a bucket.
    func lowest(in bucket: Int) -> UInt64 {
        let bucket = UInt64(bucket)
        if bucket < 2 << bits { return bucket }
        let halvings = (bucket >> bits) - 1
        return ((bucket & ((1 << bits) - 1)) + (1 << bits)) << halvings
    }

    /// The largest number in a bucket.
    func highest(in bucket: Int) -> UInt64 { lowest(in: bucket + 1) - 1 }

    /// Counts a number; `bits` are this one's own, so that whoever knows them needn't look.
    @inlinable @inline(__always)
    mutating func record(_ number: UInt64, count: UInt32 = 1, bits: UInt64) {
        let bucket = Self.bucket(of: number, bits: bits)
        if bucket >= buckets.count { grow(toHold: bucket) }
        buckets[bucket] &+= count
        total &+= UInt64(count)
    }

    /// Counts a number so many times.
    mutating func record(_ number: UInt64, count: UInt32 = 1) { record(number, count: count, bits: bits) }

    /// Room for a bucket and all of its power of two.
    @usableFromInline
    mutating func grow(toHold bucket: Int) {
        let count = ((bucket >> Int(bits)) + 1) << Int(bits)
        var larger = [UInt32](repeating: 0, count: count)
        for index in buckets.indices { larger[index] = buckets[index] }
        buckets = larger
    }

    /// Adds other counts, whose buckets must be as wide.
    mutating func add(_ other: BucketCounts) {
        precondition(bits == other.bits)
        if other.total == 0 { return }
        if other.buckets.count > buckets.count { grow(toHold: other.buckets.count - 1) }
        let count = other.buckets.count
        buckets.withUnsafeMutableBufferPointer { buckets in
            other.buckets.withUnsafeBufferPointer { others in
                var index = 0
                while index < count {
                    buckets[index] &+= others[index]
                    index += 1
                }
            }
        }
        total &+= other.total
    }

    /// The bucket of the number at a rank from 1 to `total` of the sorted numbers.
    func bucket(ofRank rank: UInt64) -> Int {
        var before: UInt64 = 0
        for (bucket, count) in buckets.enumerated() {
            before &+= UInt64(count)
            if before >= rank { return bucket }
        }
        return buckets.count - 1
    }

    /// How many numbers lie in the first buckets.
    func sum(ofFirst count: Int) -> UInt64 {
        buckets.prefix(count).reduce(0) { $0 &+ UInt64($1) }
    }

    /// Does something with each bucket that holds a number.
    func forEachUsed(_ body: (_ bucket: Int, _ count: UInt32) -> Void) {
        for (bucket, count) in buckets.enumerated() where count > 0 { body(bucket, count) }
    }

    /// The bytes that the counts take.
    var footprint: Int { buckets.capacity * MemoryLayout<UInt32>.stride }
}
