/// Checks UTF-8 that comes in pieces, and refuses at the first byte that no well-formed text can have (Unicode,
/// table 3-7: no overlong forms, no surrogates, nothing past U+10FFFF).
struct UTF8Validator {
    /// Bytes that the character at hand still lacks.
    private var missing: UInt8 = 0
    /// The range of the next of them: only the first one's may be narrower than a continuation byte's.
    private var lowest: UInt8 = 0x80
    private var highest: UInt8 = 0xBF

    /// True where the text may end here.
    var isComplete: Bool { missing == 0 }

    /// False where the text can't be UTF-8, whatever follows.
    mutating func consume(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let base = bytes.baseAddress else { return true }
        var position = 0
        while position < bytes.count {
            if missing == 0 {
                position = Self.skipASCII(base, from: position, to: bytes.count)
                guard position < bytes.count else { break }
                guard begin(base[position]) else { return false }
            } else {
                let byte = base[position]
                guard byte >= lowest, byte <= highest else { return false }
                missing -= 1
                lowest = 0x80
                highest = 0xBF
            }
            position += 1
        }
        return true
    }

    private static func skipASCII(_ base: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int {
        var position = start
        let raw = UnsafeRawPointer(base)
        while end - position >= 8,
            raw.loadUnaligned(fromByteOffset: position, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
        { position += 8 }
        while position < end, base[position] < 0x80 { position += 1 }
        return position
    }

    /// Takes the first byte of a character beyond ASCII.
    private mutating func begin(_ byte: UInt8) -> Bool {
        switch byte {
        case 0xC2...0xDF: missing = 1
        case 0xE0: (missing, lowest) = (2, 0xA0)
        case 0xED: (missing, highest) = (2, 0x9F)
        case 0xE1...0xEF: missing = 2
        case 0xF0: (missing, lowest) = (3, 0x90)
        case 0xF1...0xF3: missing = 3
        case 0xF4: (missing, highest) = (3, 0x8F)
        default: return false
        }
        return true
    }
}
