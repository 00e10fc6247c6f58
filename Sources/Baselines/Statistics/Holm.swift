/// Holm's adjustment for several tests at once ("A Simple Sequentially Rejective Multiple Test Procedure", 1979): the chance
/// that any of them is a false alarm stays below α, whatever ties them together.
enum Holm {
    /// The adjusted chances, in the order given.
    static func adjusted(_ chances: [Double]) -> [Double] {
        var adjusted = chances
        var largest = 0.0
        for (rank, index) in chances.indices.sorted(by: { chances[$0] < chances[$1] }).enumerated() {
            largest = max(largest, min(1, chances[index] * Double(chances.count - rank)))
            adjusted[index] = largest
        }
        return adjusted
    }
}
