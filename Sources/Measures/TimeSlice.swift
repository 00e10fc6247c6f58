/// A part of a series that takes the one behind it.
protocol TimeSlice {
    /// Adds what follows it.
    mutating func add(_ next: Self)
}

extension Array where Element: TimeSlice {
    /// Makes one slice of each pair. All slices are full here and their number is even, so the pairs are equal too.
    mutating func mergePairs() {
        for pair in 0..<(count / 2) {
            var slice = self[2 * pair]
            slice.add(self[2 * pair + 1])
            self[pair] = slice
        }
        removeLast(count / 2)
    }
}
