import Generator
import Measures

/// Something that reads bytes of any kind.
protocol FuzzTarget {
    var name: String { get }
    /// Valid inputs, which are mutated.
    var corpus: [[UInt8]] { get }
    /// Bytes that mean something here, which are put in anywhere.
    var words: [[UInt8]] { get }

    /// Reads an input whole and in pieces. True where it is valid; throws where a rule is broken.
    mutating func check(_ input: [UInt8], random: inout SeededRandom) throws(BrokenRule) -> Bool

    /// Gives back what it holds: the sanitizer reports what is left at the end.
    mutating func release()
}

extension FuzzTarget {
    func release() {}
}

/// A reader did what it must never do.
struct BrokenRule: Error {
    var what: String

    static func unless(_ holds: Bool, _ what: @autoclosure () -> String) throws(BrokenRule) {
        if !holds { throw BrokenRule(what: what()) }
    }
}

/// What came of an input, in a form that compares fast: a hash over all that a caller was told (FNV-1a, 64 bits).
struct Trace: Equatable {
    private(set) var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    var failed = false

    mutating func note(_ number: Int) {
        for index in 0..<8 { note(UInt8(truncatingIfNeeded: number >> (index * 8))) }
    }

    mutating func note(_ bytes: UnsafeBufferPointer<UInt8>) {
        note(bytes.count)
        for byte in bytes { note(byte) }
    }

    private mutating func note(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
}

extension [UInt8] {
    /// Gives each piece in memory of its own, of exactly its size and gone afterwards, so that the sanitizer sees a step
    /// beyond it and a look back at it.
    func inPieces(
        of sizes: [Int], _ body: (UnsafeBufferPointer<UInt8>) throws(BrokenRule) -> Void
    ) throws(BrokenRule) {
        var start = 0
        for size in sizes {
            let piece = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: size)
            defer { piece.deallocate() }
            _ = piece.initialize(from: self[start..<(start + size)])
            try body(UnsafeBufferPointer(piece))
            start += size
        }
    }

    /// Sizes of pieces that make up the bytes: few large or many small ones.
    func randomPieces(_ random: inout SeededRandom) -> [Int] {
        var sizes: [Int] = []
        var rest = count
        let largest = 1 + random.below(random.below(4) == 0 ? 3 : UInt64(count + 1))
        while rest > 0 {
            let size = Swift.min(rest, 1 + Int(random.below(largest)))
            sizes.append(size)
            rest -= size
        }
        return sizes
    }
}
