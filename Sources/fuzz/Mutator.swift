import Generator
import Measures

/// Makes inputs out of valid ones.
struct Mutator {
    let corpus: [[UInt8]]
    let words: [[UInt8]]

    private static let sizeBound = 4096

    /// One of the corpus with up to eight changes; rarely one without, or mere noise.
    func input(_ random: inout SeededRandom) -> [UInt8] {
        if random.below(32) == 0 { return (0..<random.below(64)).map { _ in UInt8(truncatingIfNeeded: random.next()) } }
        var bytes = pick(corpus, &random)
        for _ in 0..<random.below(random.below(2) == 0 ? 2 : 9) where !bytes.isEmpty { mutate(&bytes, &random) }
        return bytes
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
        let index = Int(random.below(UInt64(bytes.count)))
        let end = min(bytes.count, index + 1 + Int(random.below(random.below(2) == 0 ? 4 : 64)))
        switch random.below(9) {
        case 0: bytes[index] ^= 1 << UInt8(random.below(8))
        case 1: bytes[index] = UInt8(truncatingIfNeeded: random.next())
        case 2: bytes[index] = pick([0x00, 0x7F, 0x80, 0xFF, 0x7E, 0xFE], &random)
        case 3: bytes.removeSubrange(index..<end)
        case 4: bytes.removeSubrange(index...)
        case 5: bytes.insert(contentsOf: pick(words, &random), at: index)
        case 6:
            // Splice: the rest is another's.
            let other = pick(corpus, &random)
            bytes.replaceSubrange(index..., with: other.suffix(Int(random.below(UInt64(other.count + 1)))))
        case 7:
            // Repeat a part, now and then very often.
            let times = random.below(16) == 0 ? 64 : 1 + Int(random.below(3))
            let part = Array(bytes[index..<end])
            bytes.insert(contentsOf: (0..<times).flatMap { _ in part }, at: index)
        default: bytes += pick(corpus, &random)
        }
        if bytes.count > Self.sizeBound { bytes.removeSubrange(Self.sizeBound...) }
    }

    private func pick<Element>(_ elements: [Element], _ random: inout SeededRandom) -> Element {
        elements[Int(random.below(UInt64(elements.count)))]
    }
}
