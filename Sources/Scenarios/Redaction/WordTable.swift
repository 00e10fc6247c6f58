/// Secrets, and halves of secrets, that are shorter than a piece (`PieceTable`): found by their last four bytes.
struct WordTable: Sendable {
    /// Where a word counts.
    enum Position: Equatable, Sendable {
        case anywhere
        /// The beginning of a longer secret: where a mark or nothing follows.
        case beforeMark
        /// The end of one: behind a mark or nothing.
        case behindMark
    }

    /// A word of 4 to 7 bytes.
    struct Word: Equatable, Sendable {
        var bytes: [UInt8]
        var location: Position
        var label: Int
    }

    private var words: [UInt32: [Word]] = [:]
    /// A bit for each low part of a key that there is, so that hardly any byte of a text costs a look into the table.
    private var filter = [Bool](repeating: false, count: 1 << 14)

    /// The shortest half of a secret that is looked for.
    private static let shortestHalf = 5

    init() {}

    /// Adds a form as a whole, or its halves.
    mutating func add(_ form: SecretForms.Form, label: Int) {
        let bytes = form.bytes
        if bytes.count < PieceTable.length {
            if bytes.count >= Redactor.shortest { insert(Word(bytes: bytes, location: .anywhere, label: label)) }
            return
        }
        guard form.hasHalves, bytes.count < 2 * PieceTable.length else { return }
        for length in max(Self.shortestHalf, (bytes.count + 1) / 2)..<PieceTable.length {
            let ends: [(ArraySlice<UInt8>, Position)] = [
                (bytes.prefix(length), .beforeMark), (bytes.suffix(length), .behindMark),
            ]
            for (half, location) in ends where !half.allSatisfy(ByteFold.isLetter) {
                insert(Word(bytes: Array(half), location: location, label: label))
            }
        }
    }

    private mutating func insert(_ word: Word) {
        let key = word.bytes.suffix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        if words[key, default: []].contains(where: { $0.bytes == word.bytes && $0.location == word.location }) {
            return
        }
        words[key, default: []].append(word)
        filter[Self.bit(key)] = true
    }

    private static func bit(_ key: UInt32) -> Int { Int((key &* 0x9E37_79B1) >> 18) }

    var isEmpty: Bool { words.isEmpty }

    /// The words that end in these four bytes.
    func words(endingIn key: UInt32) -> [Word]? { filter[Self.bit(key)] ? words[key] : nil }
}
