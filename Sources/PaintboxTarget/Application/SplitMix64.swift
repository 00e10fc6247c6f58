/// A small seeded generator (Steele, Lea, Flood 2014): the same numbers on every machine and in every release.
struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to and without `bound`, which must be positive. The bias of the remainder is below 2⁻⁴⁰ for
    /// the small bounds used here.
    mutating func below(_ bound: Int) -> Int {
        Int(next() % UInt64(bound))
    }

    /// A number from 0 up to and without 1.
    mutating func share() -> Double {
        Double(next() >> 11) / Double(1 << 53)
    }
}
