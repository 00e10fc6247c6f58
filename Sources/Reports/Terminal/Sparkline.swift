/// Numbers over time in one line of blocks, each an eighth higher than the one before.
enum Sparkline {
    private static let blocks = Array("▁▂▃▄▅▆▇█")

    /// The line: at most `columns` blocks, each the mean of its share of the numbers, from the smallest number to the largest.
    /// Numbers that are all the same lie in the middle. Empty without numbers.
    static func line(_ numbers: [Double], columns: Int) -> String {
        guard columns > 0, let least = numbers.min(), let most = numbers.max() else { return "" }
        let count = min(columns, numbers.count)
        return String(
            (0..<count).map { column in
                let share = numbers[(column * numbers.count / count)..<((column + 1) * numbers.count / count)]
                let mean = share.reduce(0, +) / Double(share.count)
                guard most > least else { return blocks[blocks.count / 2] }
                let height = (mean - least) / (most - least) * Double(blocks.count)
                return blocks[min(blocks.count - 1, max(0, Int(height)))]
            })
    }
}
