/// Numbers of writes, which lie close together: a bit each, in chunks.
struct NumberSet {
    /// Chunks of 65,536 numbers.
    private var chunks: [UInt64: [UInt64]] = [:]
    private(set) var count: UInt64 = 0

    /// Puts a number in; false: it was there.
    @discardableResult
    mutating func insert(_ number: UInt64) -> Bool {
        let word = Int(number >> 6 & 0x3FF)
        let bit = UInt64(1) << (number & 63)
        let isNew = chunks[number >> 16, default: Array(repeating: 0, count: 1_024)].insert(bit, at: word)
        if isNew { count += 1 }
        return isNew
    }

    /// Puts all numbers of another set in.
    mutating func formUnion(_ other: NumberSet) {
        for (index, theirs) in other.chunks {
            let ours = chunks[index] ?? []
            let joined = ours.isEmpty ? theirs : zip(ours, theirs).map { $0 | $1 }
            count += UInt64(
                zip(joined, theirs.indices).reduce(0) { sum, pair in
                    sum + (pair.0 & ~(ours.isEmpty ? 0 : ours[pair.1])).nonzeroBitCount
                })
            chunks[index] = joined
        }
    }

    /// Leaves only what another set has, too.
    mutating func formIntersection(_ other: NumberSet) {
        count = 0
        for (index, ours) in chunks {
            guard let theirs = other.chunks[index] else {
                chunks[index] = nil
                continue
            }
            let both = zip(ours, theirs).map { $0 & $1 }
            count += UInt64(both.reduce(0) { $0 + $1.nonzeroBitCount })
            chunks[index] = both
        }
    }

    func contains(_ number: UInt64) -> Bool {
        guard let chunk = chunks[number >> 16] else { return false }
        return chunk[Int(number >> 6 & 0x3FF)] & UInt64(1) << (number & 63) != 0
    }
}

extension [UInt64] {
    /// Sets a bit; false: it was set.
    fileprivate mutating func insert(_ bit: UInt64, at word: Int) -> Bool {
        guard self[word] & bit == 0 else { return false }
        self[word] |= bit
        return true
    }
}
