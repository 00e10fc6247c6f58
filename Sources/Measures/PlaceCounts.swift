/// Counts of whole numbers, in places whose width grows with the number: up to 2ⁿ⁺¹ each number has its own, from there on each
/// power of two has 2ⁿ places. With n = 10 a place is at most 1/1,024 of its numbers wide, three significant digits.
///
/// The layout is that of HdrHistogram. It stands here, and not in that package, since its merging and growing are generic code
/// that the compiler does not specialise in other modules: they took a thousand instructions a place, on the threads that send.
@usableFromInline
struct PlaceCounts: Sendable {
    /// n.
    @usableFromInline let bits: UInt64
    /// As many as the largest number so far needs.
    @usableFromInline var places: [UInt32]
    @usableFromInline var total: UInt64 = 0

    /// No number yet, with room for those below 2ⁿ⁺¹.
    @usableFromInline
    init(bits: UInt64) {
        self.bits = bits
        places = Array(repeating: 0, count: 2 << Int(bits))
    }

    /// The place of a number.
    func place(of number: UInt64) -> Int { Self.place(of: number, bits: bits) }

    @inlinable @inline(__always)
    static func place(of number: UInt64, bits: UInt64) -> Int {
        // How often the number must be halved until it is below 2ⁿ⁺¹.
        let zeros = UInt64(truncatingIfNeeded: (number | ((2 &<< bits) &- 1)).leadingZeroBitCount)
        let halvings = 63 &- bits &- zeros
        return Int(truncatingIfNeeded: (halvings &<< bits) &+ (number &>> halvings))
    }

    /// The smallest number in a place.
    func lowest(in place: Int) -> UInt64 {
        let place = UInt64(place)
        if place < 2 << bits { return place }
        let halvings = (place >> bits) - 1
        return ((place & ((1 << bits) - 1)) + (1 << bits)) << halvings
    }

    /// The largest number in a place.
    func highest(in place: Int) -> UInt64 { lowest(in: place + 1) - 1 }

    /// Counts a number; `bits` are this one's own, so that whoever knows them needn't look.
    @inlinable @inline(__always)
    mutating func record(_ number: UInt64, count: UInt32 = 1, bits: UInt64) {
        let place = Self.place(of: number, bits: bits)
        if place >= places.count { grow(toHold: place) }
        places[place] &+= count
        total &+= UInt64(count)
    }

    /// Counts a number so many times.
    mutating func record(_ number: UInt64, count: UInt32 = 1) { record(number, count: count, bits: bits) }

    /// Room for a place and all of its power of two.
    @usableFromInline
    mutating func grow(toHold place: Int) {
        let count = ((place >> Int(bits)) + 1) << Int(bits)
        var larger = [UInt32](repeating: 0, count: count)
        for index in places.indices { larger[index] = places[index] }
        places = larger
    }

    /// Adds other counts, whose places must be as wide.
    mutating func add(_ other: PlaceCounts) {
        precondition(bits == other.bits)
        if other.total == 0 { return }
        if other.places.count > places.count { grow(toHold: other.places.count - 1) }
        let count = other.places.count
        places.withUnsafeMutableBufferPointer { places in
            other.places.withUnsafeBufferPointer { others in
                var index = 0
                while index < count {
                    places[index] &+= others[index]
                    index += 1
                }
            }
        }
        total &+= other.total
    }

    /// The place of the number at a rank from 1 to `total` of the sorted numbers.
    func place(ofRank rank: UInt64) -> Int {
        var before: UInt64 = 0
        for (place, count) in places.enumerated() {
            before &+= UInt64(count)
            if before >= rank { return place }
        }
        return places.count - 1
    }

    /// How many numbers lie in the first places.
    func sum(ofFirst count: Int) -> UInt64 {
        places.prefix(count).reduce(0) { $0 &+ UInt64($1) }
    }

    /// Does something with each place that holds a number.
    func forEachUsed(_ body: (_ place: Int, _ count: UInt32) -> Void) {
        for (place, count) in places.enumerated() where count > 0 { body(place, count) }
    }

    /// The bytes that the counts take.
    var footprint: Int { places.capacity * MemoryLayout<UInt32>.stride }
}
