import Measures

/// Which flow an iteration runs: a pure function of the iteration's number.
///
/// Numbers fall into blocks, whose order is shuffled again for each block, so that a flow doesn't fall in step with
/// identities or data rows. Where a block of at most a thousand gives each flow exactly its share, every block does.
/// Else blocks differ: at the end of each one the number of a flow's iterations so far is its share of all so far to
/// within 1 + flows / 5 iterations (see `counts(before:)`), however far the weights lie apart.
struct FlowMix: Sendable {
    /// The flows of every block; nil where no short block is exact.
    private let block: [Int]?
    /// The flows, the heaviest first, each with its share of those that are left when the flows before it are dealt.
    private let shares: [(flow: Int, ofRest: Double)]
    private let seed: UInt64
    private var shuffled: [Int]
    private var shuffledBlock = -1

    /// Blocks that differ are as short as this: the shorter, the sooner a run has its shares.
    private static let inexactBlock = 100

    /// A mix of flows with the given weights, each above 0.
    init(weights: [Double], seed: UInt64) {
        block = Self.exactBlock(of: weights)
        shuffled = block ?? Array(repeating: 0, count: Self.inexactBlock)
        shares = Self.shares(of: weights)
        self.seed = seed
    }

    /// The length of the blocks.
    var blockLength: Int { shuffled.count }

    /// The flow of iteration `iteration`, as its index in the list of weights.
    mutating func flow(ofIteration iteration: Int) -> Int {
        if shuffled.count == 1 { return shuffled[0] }
        let (number, position) = iteration.quotientAndRemainder(dividingBy: shuffled.count)
        if number != shuffledBlock {
            fill(number)
            var random = SeededRandom(seed: SeededRandom.number(seed: seed, index: UInt64(number)))
            shuffled.shuffle(using: &random)
            shuffledBlock = number
        }
        return shuffled[position]
    }

    /// Puts a block's flows, in their order, into the memory that is there.
    private mutating func fill(_ number: Int) {
        if let block {
            for index in block.indices { shuffled[index] = block[index] }
            return
        }
        let before = counts(before: number * shuffled.count)
        let after = counts(before: (number + 1) * shuffled.count)
        var index = 0
        for flow in before.indices {
            // Clamped against floating point beyond 2⁵³ only: counts never fall, and their sum is exact.
            for _ in 0..<max(0, after[flow] - before[flow]) where index < shuffled.count {
                shuffled[index] = flow
                index += 1
            }
        }
    }

    /// How many of the first `count` iterations are each flow's: the heaviest flow gets its share of all, rounded, the
    /// next one its share of what is left, and so on. No count falls as `count` grows, and they add up to it.
    ///
    /// What is left is off by e after some flows, and by (1 − s) e + 1/2 after one more of share s. The heaviest of j flows
    /// has s ≥ 1/j, so with k flows e stays below j/2 (1/j + … + 1/(k − 1)) < k / 5 + 1/2, and rounding adds 1/2 to it.
    private func counts(before count: Int) -> [Int] {
        var counts = Array(repeating: 0, count: shares.count)
        var rest = count
        for (flow, ofRest) in shares {
            counts[flow] = min(rest, Int((Double(rest) * ofRest).rounded()))
            rest -= counts[flow]
        }
        return counts
    }

    private static func shares(of weights: [Double]) -> [(flow: Int, ofRest: Double)] {
        var rest = weights.reduce(0, +)
        let heaviestFirst = weights.indices.sorted { (weights[$1], $0) < (weights[$0], $1) }
        return heaviestFirst.enumerated().map { index, flow in
            defer { rest -= weights[flow] }
            return (flow, index == weights.count - 1 ? 1 : min(1, weights[flow] / rest))
        }
    }

    /// The flows of a block that gives each one exactly its share: the shortest; nil where that has more than about a
    /// thousand.
    private static func exactBlock(of weights: [Double]) -> [Int]? {
        guard weights.count > 1 else { return [0] }
        let sum = weights.reduce(0, +)
        for length in weights.count...max(1000, weights.count * 100) {
            let shares = weights.map { $0 / sum * Double(length) }
            if shares.allSatisfy({ abs($0 - $0.rounded()) < 1e-9 && $0 >= 0.5 }) {
                return shares.enumerated().flatMap { Array(repeating: $0, count: Int($1.rounded())) }
            }
        }
        return nil
    }
}
