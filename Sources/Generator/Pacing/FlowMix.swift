/// Which flow an iteration runs: a pure function of the iteration's number.
///
/// Numbers fall into blocks; within a block each flow has exactly its share, in an order that is shuffled anew for each
/// block. So weights hold exactly over every whole block, and a flow doesn't fall in step with identities or data rows.
struct FlowMix: Sendable {
    private let block: [Int]
    private let seed: UInt64
    private var shuffled: [Int]
    private var shuffledBlock = -1

    /// A mix of flows with the given weights, each above 0.
    init(weights: [Double], seed: UInt64) {
        block = Self.block(of: weights)
        shuffled = block
        self.seed = seed
    }

    /// The number of iterations in which each flow has exactly its share.
    var blockLength: Int { block.count }

    /// The flow of iteration `iteration`, as its place in the list of weights.
    mutating func flow(ofIteration iteration: Int) -> Int {
        if block.count == 1 { return block[0] }
        let (number, place) = iteration.quotientAndRemainder(dividingBy: block.count)
        if number != shuffledBlock {
            var random = SeededRandom(seed: SeededRandom.number(seed: seed, index: UInt64(number)))
            // Element by element, into the memory that is there.
            for place in block.indices { shuffled[place] = block[place] }
            shuffled.shuffle(using: &random)
            shuffledBlock = number
        }
        return shuffled[place]
    }

    /// The flows of one block: as few as give whole shares, at most about a thousand.
    private static func block(of weights: [Double]) -> [Int] {
        guard weights.count > 1 else { return [0] }
        let sum = weights.reduce(0, +)
        let longest = max(1000, weights.count * 100)
        for length in weights.count...longest {
            let shares = weights.map { $0 / sum * Double(length) }
            if shares.allSatisfy({ abs($0 - $0.rounded()) < 1e-9 && $0 >= 0.5 }) {
                return shares.enumerated().flatMap { Array(repeating: $0, count: Int($1.rounded())) }
            }
        }
        // No short block is exact: the shares of the longest one, by largest remainder, at least one each.
        var counts = weights.map { max(1, Int($0 / sum * Double(longest))) }
        let byRemainder = weights.indices.sorted {
            let left = weights[$0] / sum * Double(longest)
            let right = weights[$1] / sum * Double(longest)
            return left - left.rounded(.down) > right - right.rounded(.down)
        }
        for flow in byRemainder where counts.reduce(0, +) < longest { counts[flow] += 1 }
        return counts.enumerated().flatMap { Array(repeating: $0, count: $1) }
    }
}
