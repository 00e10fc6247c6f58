internal import Measures

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// What a comparison of so many runs can show: the test itself, carried out on simulated runs that differ by chance alone,
/// and asked from which shift on it would have called them a regression.
///
/// The simulated logarithms are normal with a spread of one; spread and threshold of a measure come in afterwards, since
/// the shift that is needed grows with the spread. A seed is fixed, so the answer is the same each time.
struct Detectability {
    /// The chance with which the smallest detectable shift is found.
    static let power = 0.8
    /// Comparisons simulated: the quantile at 0.8 is known to some 2 %.
    static let simulations = 500

    /// A simulated comparison: the shift from which its p is below the level, and its estimate without any shift.
    private var outcomes: [(critical: Double, estimate: Double)] = []

    /// Of two groups, at a level of the one-sided test; nil where so few runs can't get below it.
    init?(reference: Int, candidate: Int, level: Double, simulations: Int = Self.simulations) {
        let rearrangements = Rearrangements(reference: reference, candidate: candidate)
        self.init(rearrangements, values: reference + candidate, level: level, simulations: simulations) { values in
            let shift = ShiftEstimate(
                reference: Array(values[candidate...]), candidate: Array(values[..<candidate]), cut: 0)
            return shift.shift
        }
    }

    /// Of pairs, likewise.
    init?(pairs: Int, level: Double, simulations: Int = Self.simulations) {
        self.init(Rearrangements(pairs: pairs), values: pairs, level: level, simulations: simulations) { values in
            ShiftEstimate(differences: values, cut: 0).shift
        }
    }

    private init?(
        _ rearrangements: Rearrangements, values count: Int, level: Double, simulations: Int,
        estimate: ([Double]) -> Double
    ) {
        guard let allowed = rearrangements.allowed(level: level) else { return nil }
        var normal = NormalNumbers(seed: 2)
        outcomes.reserveCapacity(simulations)
        for _ in 0..<simulations {
            let values = (0..<count).map { _ in normal.next() }
            var bounds = rearrangements.bounds(values)
            // With `allowed` of them at or above the shift p is small enough: just above the next one.
            let critical = allowed < bounds.count ? bounds.descending(at: allowed) : -Double.greatestFiniteMagnitude
            outcomes.append((critical, estimate(values)))
        }
    }

    /// The chance that a true shift is called a regression.
    ///
    /// - Parameters:
    ///   - spread: The standard deviation of a run's value, of pairs that of a difference.
    ///   - threshold: What the estimate must reach besides.
    func chance(of shift: Double, spread: Double, threshold: Double) -> Double {
        let found = outcomes.count {
            Swift.max(spread * $0.critical, threshold - spread * $0.estimate) <= shift
        }
        return Double(found) / Double(outcomes.count)
    }

    /// The smallest true shift that is called a regression with a chance of `power`.
    func smallest(spread: Double, threshold: Double) -> Double {
        let needed = outcomes.map { Swift.max(spread * $0.critical, threshold - spread * $0.estimate) }.sorted()
        return needed[Swift.min(needed.count - 1, Int((Self.power * Double(needed.count)).rounded(.up)) - 1)]
    }
}

/// Reproducible normal random numbers with mean 0 and standard deviation 1 (Box, Muller, 1958).
struct NormalNumbers {
    private var random: SeededRandom
    private var spare: Double?

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    mutating func next() -> Double {
        if let number = spare {
            spare = nil
            return number
        }
        // Above zero, so that the logarithm is finite.
        let radius = (-2 * log(Double((random.next() >> 11) + 1) * 0x1p-53)).squareRoot()
        let angle = 2 * Double.pi * Double(random.next() >> 11) * 0x1p-53
        spare = radius * sin(angle)
        return radius * cos(angle)
    }
}

extension [Double] {
    /// The element at a location of the descending order; reorders the array (quickselect, whose mean time is linear).
    fileprivate mutating func descending(at index: Int) -> Double {
        withUnsafeMutableBufferPointer { buffer in
            var (low, high) = (0, buffer.count - 1)
            while low < high {
                let pivot = buffer[(low + high) / 2]
                var (i, j) = (low, high)
                while i <= j {
                    while buffer[i] > pivot { i += 1 }
                    while buffer[j] < pivot { j -= 1 }
                    if i <= j {
                        buffer.swapAt(i, j)
                        i += 1
                        j -= 1
                    }
                }
                if index <= j {
                    high = j
                } else if index >= i {
                    low = i
                } else {
                    break
                }
            }
            return buffer[index]
        }
    }
}
