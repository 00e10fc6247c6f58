import Measures

@testable import FaultProxy

/// Numbers of chance that are the same each time.
struct SeededNumbers {
    var random: SeededRandom

    init(state: UInt64) { random = SeededRandom(seed: state) }

    /// A strike that counts for nobody.
    var strike: Strike { Strike(began: Instant(nanoseconds: 0), passed: 0, count: StrikeCount()) }
}
