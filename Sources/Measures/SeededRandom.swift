/// A small fast generator of reproducible random numbers (SplitMix64: Steele, Lea, Flood, OOPSLA 2014).
package struct SeededRandom: RandomNumberGenerator {
    @usableFromInline var state: UInt64

    @inlinable package init(seed: UInt64) { state = seed }

    /// Where it stands: what a generator with the same results is seeded with.
    @inlinable package var position: UInt64 { state }

    @inlinable package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    /// A number that depends on `seed` and `index` alone: the `index`-th of a sequence without its predecessors.
    @inlinable package static func number(seed: UInt64, index: UInt64) -> UInt64 {
        mix(seed &+ (index &+ 1) &* 0x9E37_79B9_7F4A_7C15)
    }

    /// A number spread evenly over 0 ..< bound; `bound` is above 0 (Lemire, ACM TOMACS 29, 2019, without rejection: the
    /// bias is below bound / 2⁶⁴).
    @inlinable package mutating func below(_ bound: UInt64) -> UInt64 { next().multipliedFullWidth(by: bound).high }

    /// A number spread evenly over 0 < x ≤ 1.
    @inlinable package static func unit(_ bits: UInt64) -> Double { Double((bits >> 11) + 1) * 0x1p-53 }

    @inlinable static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
