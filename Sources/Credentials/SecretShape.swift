internal import Glibc

/// What a value is made of: how many bytes of which sort, and how random it looks.
struct SecretShape {
    private(set) var count = 0
    private(set) var lower = 0
    private(set) var upper = 0
    private(set) var digits = 0
    /// Marks that don't stand between the words of names and paths.
    private(set) var marks = 0
    /// Marks that do: `-`, `_`, `.`, `/`, `:`, `,`, `=` and blanks.
    private(set) var separators = 0
    /// Bytes that no password in ASCII has.
    private(set) var others = 0
    /// How often a letter stands beside a digit, or a small letter before a capital one.
    private(set) var changes = 0
    /// Whether all but the separators are hexadecimal digits.
    private(set) var isHex = true
    /// The longest run of letters and digits that has both.
    private(set) var longestMixedPiece = 0
    /// Shannon's entropy of its bytes, in bits for each.
    private(set) var entropy = 0.0

    init(_ bytes: ArraySlice<UInt8>) {
        var frequencies = [Int](repeating: 0, count: 256)
        var previous: Sort = .separator
        var piece = (length: 0, letters: 0, digits: 0)
        for byte in bytes {
            count += 1
            frequencies[Int(byte)] += 1
            let sort = Sort(byte)
            switch sort {
            case .lower: lower += 1
            case .upper: upper += 1
            case .digit: digits += 1
            case .mark: marks += 1
            case .separator: separators += 1
            case .other: others += 1
            }
            if sort != .separator, !ByteClass.hex.contains(byte) { isHex = false }
            if sort.isAlphanumeric {
                let mixes = previous.isAlphanumeric && sort != previous && !(previous == .upper && sort == .lower)
                if mixes { changes += 1 }
                piece.length += 1
                if sort == .digit { piece.digits += 1 } else { piece.letters += 1 }
                if piece.letters > 0, piece.digits > 0 { longestMixedPiece = max(longestMixedPiece, piece.length) }
            } else {
                piece = (0, 0, 0)
            }
            previous = sort
        }
        let total = Double(max(count, 1))
        for frequency in frequencies where frequency > 0 {
            let share = Double(frequency) / total
            entropy -= share * log2(share)
        }
    }

    var letters: Int { lower + upper }

    /// How many of: small letters, capitals, digits, marks.
    var sorts: Int { [lower, upper, digits, marks].filter { $0 > 0 }.count }

    /// Whether capitals are strewn in as no name has them: not one for each word.
    var isScrambled: Bool { entropy >= 3 && upper * 10 >= letters * 3 && lower * 10 >= letters * 3 }

    /// Whether it looks drawn by lot: long, mixed, and varied. Words, versions, dates and paths don't.
    var isRandom: Bool {
        guard count >= 16, letters > 0, others == 0 else { return false }
        // Few digits may be chance, in a text that is long enough otherwise.
        if digits < 2, marks < 2 { return letters >= 16 && separators * 8 <= count && isScrambled && entropy >= 3.3 }
        let isMixed = longestMixedPiece >= 10 && digits >= 2 && changes >= 3 || marks >= 2 && sorts >= 3
        return isMixed && entropy >= (isHex ? 2.7 : count < 24 ? 3.1 : 3.5)
    }

    private enum Sort {
        case lower
        case upper
        case digit
        case mark
        case separator
        case other

        init(_ byte: UInt8) {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): self = .lower
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): self = .upper
            case UInt8(ascii: "0")...UInt8(ascii: "9"): self = .digit
            case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: ":"),
                UInt8(ascii: ","), UInt8(ascii: "="), UInt8(ascii: " "), UInt8(ascii: "\t"):
                self = .separator
            case 0x21...0x7E: self = .mark
            default: self = .other
            }
        }

        var isAlphanumeric: Bool { self == .lower || self == .upper || self == .digit }
    }
}
