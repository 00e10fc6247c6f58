/// Numbers over time in one line of blocks, each an eighth higher than the one before.
enum Sparkline {
    private static let blocks = Array("▁▂▃▄▅▆▇█")

    /// The line: at most `columns` blocks, each the mean of its share of the numbers, from the smallest number to the largest.
    /// Numbers that are all the same lie in the middle. Empty without numbers.
    ///
    /// - Parameter floor: What the lowest block stands for; nil: the smallest number.
    static func line(_ numbers: [Double], columns: Int, floor: Double? = nil) -> String {
        guard columns > 0, let smallest = numbers.min(), let most = numbers.max() else { return "" }
        let least = min(floor ?? smallest, smallest)
        let count = min(columns, numbers.count)
        return String(
            (0..<count).map { column in
                let share = numbers[(column * numbers.count / count)..<((column + 1) * numbers.count / count)]
                let mean = share.reduce(0, +) / Double(share.count)
                guard most > least else { return blocks[floor == nil ? blocks.count / 2 : 0] }
                let height = (mean - least) / (most - least) * Double(blocks.count)
                return blocks[min(blocks.count - 1, max(0, Int(height)))]
            })
    }
}
