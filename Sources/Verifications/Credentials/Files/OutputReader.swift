/// Reads what a program prints, in lines and in blocks of known length, with bounded memory.
struct OutputReader: ~Copyable {
    private static let chunk = 1 << 18

    private let run: ProgramRun
    private let budget: ScanBudget
    private var buffer: [UInt8] = []
    private var start = 0

    /// Reads what a program prints; someone else ends it.
    init(_ run: ProgramRun, _ budget: ScanBudget) {
        self.run = run
        self.budget = budget
    }

    /// The bytes up to a mark, which is dropped; what follows the last mark as well; nil at the end. Of a longer text than
    /// `bound` only so much is kept.
    mutating func text(upTo mark: UInt8, bound: Int = 1 << 16) throws(ScanEnded) -> [UInt8]? {
        var result: [UInt8] = []
        while true {
            if let end = buffer[start...].firstIndex(of: mark) {
                result += buffer[start..<end].prefix(max(0, bound - result.count))
                start = end + 1
                return result
            }
            let rest = buffer.count - start
            result += buffer[start...].prefix(max(0, bound - result.count))
            start = buffer.count
            guard try fill() else { return rest == 0 && result.isEmpty ? nil : result }
        }
    }

    /// The next bytes, fewer only at the end.
    mutating func bytes(_ count: Int) throws(ScanEnded) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(min(count, 1 << 26))
        var left = count
        while left > 0 {
            if start == buffer.count, try !fill() { break }
            let taken = min(left, buffer.count - start)
            result += buffer[start..<start + taken]
            start += taken
            left -= taken
        }
        return result
    }

    /// Drops the next bytes.
    mutating func skip(_ count: Int) throws(ScanEnded) {
        var left = count
        while left > 0 {
            if start == buffer.count, try !fill() { return }
            let taken = min(left, buffer.count - start)
            start += taken
            left -= taken
        }
    }

    /// Reads more; false at the end.
    private mutating func fill() throws(ScanEnded) -> Bool {
        while true {
            try budget.check()
            // Between two looks at the budget.
            guard run.isReadable(within: 100) else { continue }
            buffer = run.read(atMost: Self.chunk)
            start = 0
            return !buffer.isEmpty
        }
    }
}
