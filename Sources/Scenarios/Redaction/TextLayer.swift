/// A text with escapes undone, and where each of its bytes stands in the text.
struct TextLayer {
    private(set) var bytes: [UInt8] = []
    private(set) var starts: [Int32] = []
    private(set) var ends: [Int32] = []

    /// What is undone.
    struct Codings: OptionSet {
        let rawValue: Int
        /// `\u0041`, `\x41`, `\/`, `\n`: JSON (RFC 8259 §7), JavaScript, and what we print.
        static let backslash = Self(rawValue: 1)
        /// `%41` (RFC 3986 §2.1).
        static let percent = Self(rawValue: 2)
        /// `&amp;`, `&#65;`, `&#x41;` (HTML).
        static let entity = Self(rawValue: 4)
        /// `+` for a blank, as in forms.
        static let plus = Self(rawValue: 8)
    }

    /// The parts of a text that have escapes, with what is around them: elsewhere the text is as it stands.
    static func regions(of text: UnsafeBufferPointer<UInt8>, around: Int) -> [Range<Int>] {
        var regions: [Range<Int>] = []
        var place = 0
        while place < text.count {
            switch text[place] {
            case UInt8(ascii: "\\"), UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "+"):
                let start = max(0, place - around)
                let end = min(text.count, place + around)
                if let last = regions.last, start <= last.upperBound {
                    regions[regions.count - 1] = last.lowerBound..<end
                } else {
                    regions.append(start..<end)
                }
            default: break
            }
            place += 1
        }
        return regions
    }

    /// The ways to read a text beside the one as it stands: each coding by itself, since what looks like another one may be
    /// the secret's own; all of them; and all of them once and twice more, where one was put into another.
    static func all(of text: UnsafeBufferPointer<UInt8>) -> [TextLayer] {
        var there: Codings = []
        for byte in text {
            switch byte {
            case UInt8(ascii: "\\"): there.insert(.backslash)
            case UInt8(ascii: "%"): there.insert(.percent)
            case UInt8(ascii: "&"): there.insert(.entity)
            case UInt8(ascii: "+"): there.insert(.plus)
            default: break
            }
        }
        if there.isEmpty { return [] }
        let plain = TextLayer(text)
        let escapes = there.intersection([.backslash, .percent, .entity])
        var sets: [Codings] = [escapes]
        for one in [Codings.backslash, .percent, .entity] where escapes != one && escapes.contains(one) {
            sets.append(one)
        }
        if there.contains(.plus) {
            sets.append([.plus])
            if !escapes.isEmpty { sets.append(there) }
            if escapes.contains(.percent), escapes != .percent { sets.append([.percent, .plus]) }
        }
        var layers: [TextLayer] = []
        for set in sets where !set.isEmpty {
            var (layer, set) = (plain, set)
            for _ in 0..<3 {
                guard let next = layer.undone(set) else { break }
                layers.append(next)
                layer = next
                // Behind one coding there may be any.
                if set != .plus { set.formUnion([.backslash, .percent, .entity]) }
            }
            // A text in JSON twice: all others stay what they are.
            if set.contains(.backslash), let once = plain.undone(.backslash), let twice = once.undone(.backslash) {
                layers.append(twice)
            }
        }
        return layers
    }

    private init() {}

    private init(_ text: UnsafeBufferPointer<UInt8>) {
        bytes = Array(text)
        starts = (0..<Int32(text.count)).map { $0 }
        ends = starts.map { $0 + 1 }
    }

    /// The text with codings undone; nil where there are none.
    private func undone(_ codings: Codings) -> TextLayer? {
        var result = TextLayer()
        result.bytes.reserveCapacity(bytes.count)
        result.starts.reserveCapacity(bytes.count)
        result.ends.reserveCapacity(bytes.count)
        var hasChanged = false
        var place = 0
        bytes.withUnsafeBufferPointer { bytes in
            while place < bytes.count {
                let byte = bytes[place]
                var escape: Escape?
                switch byte {
                case UInt8(ascii: "\\") where codings.contains(.backslash):
                    escape = Escape(backslash: bytes, at: place)
                case UInt8(ascii: "%") where codings.contains(.percent): escape = Escape(percent: bytes, at: place)
                case UInt8(ascii: "&") where codings.contains(.entity): escape = Escape(entity: bytes, at: place)
                case UInt8(ascii: "+") where codings.contains(.plus): escape = Escape(byte: 32, length: 1)
                default: break
                }
                let length = escape?.length ?? 1
                if escape != nil { hasChanged = true }
                let (start, end) = (starts[place], ends[place + length - 1])
                if let escape {
                    for number in 0..<escape.count {
                        result.append(UInt8(truncatingIfNeeded: escape.bytes >> UInt32(8 * number)), start, end)
                    }
                } else {
                    result.append(byte, start, end)
                }
                place += length
            }
        }
        return hasChanged ? result : nil
    }

    private mutating func append(_ byte: UInt8, _ start: Int32, _ end: Int32) {
        bytes.append(byte)
        starts.append(start)
        ends.append(end)
    }
}

/// One escape of a text: what it stands for, and its length in bytes.
private struct Escape {
    /// One to four bytes of UTF-8, the first one lowest.
    var bytes: UInt32
    var count: Int
    var length: Int

    init(byte: UInt8, length: Int) {
        bytes = UInt32(byte)
        count = 1
        self.length = length
    }

    private init(scalar: UInt32, length: Int) {
        let character = Unicode.Scalar(scalar) ?? "\u{fffd}"
        bytes = 0
        count = 0
        self.length = length
        for byte in UTF8.encode(character) ?? UTF8.encodedReplacementCharacter {
            bytes |= UInt32(byte) << UInt32(8 * count)
            count += 1
        }
    }

    init?(percent text: UnsafeBufferPointer<UInt8>, at place: Int) {
        guard let number = Self.hexadecimal(text, place + 1, 2) else { return nil }
        self.init(byte: UInt8(number), length: 3)
    }

    init?(backslash text: UnsafeBufferPointer<UInt8>, at place: Int) {
        guard place + 1 < text.count else { return nil }
        switch text[place + 1] {
        case UInt8(ascii: "n"): self.init(byte: 10, length: 2)
        case UInt8(ascii: "r"): self.init(byte: 13, length: 2)
        case UInt8(ascii: "t"): self.init(byte: 9, length: 2)
        case UInt8(ascii: "b"): self.init(byte: 8, length: 2)
        case UInt8(ascii: "f"): self.init(byte: 12, length: 2)
        case UInt8(ascii: "x"):
            guard let number = Self.hexadecimal(text, place + 2, 2) else { return nil }
            self.init(byte: UInt8(number), length: 4)
        case UInt8(ascii: "u"):
            guard let high = Self.hexadecimal(text, place + 2, 4) else { return nil }
            // A pair of surrogates is one character.
            if 0xD800..<0xDC00 ~= high, place + 7 < text.count, text[place + 6] == UInt8(ascii: "\\"),
                text[place + 7] | 32 == UInt8(ascii: "u"), let low = Self.hexadecimal(text, place + 8, 4),
                0xDC00..<0xE000 ~= low
            {
                self.init(scalar: 0x10000 + (high - 0xD800) << 10 + (low - 0xDC00), length: 12)
            } else {
                self.init(scalar: high, length: 6)
            }
        case let byte where !ByteFold.isLetterOrDigit(byte): self.init(byte: byte, length: 2)
        default: return nil
        }
    }

    init?(entity text: UnsafeBufferPointer<UInt8>, at place: Int) {
        guard let end = text[place...].prefix(12).firstIndex(of: UInt8(ascii: ";")), end > place + 1 else { return nil }
        let name = String(decoding: text[(place + 1)..<end], as: UTF8.self)
        let length = end - place + 1
        if let byte = Self.named[name.lowercased()] {
            self.init(byte: byte, length: length)
            return
        }
        guard name.hasPrefix("#") else { return nil }
        let digits = name.dropFirst()
        let number =
            digits.first == "x" || digits.first == "X" ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        guard let number, number > 0 else { return nil }
        self.init(scalar: number, length: length)
    }

    /// Those that stand for characters of ASCII (HTML, named character references).
    private static let named: [String: UInt8] = [
        "amp": 38, "lt": 60, "gt": 62, "quot": 34, "apos": 39, "nbsp": 32, "sol": 47, "bsol": 92, "plus": 43,
        "equals": 61,
        "colon": 58, "semi": 59, "comma": 44, "period": 46, "excl": 33, "quest": 63, "num": 35, "dollar": 36,
        "percnt": 37,
        "ast": 42, "lpar": 40, "rpar": 41, "commat": 64, "lsqb": 91, "rsqb": 93, "lcub": 123, "rcub": 125,
        "verbar": 124,
        "lowbar": 95, "grave": 96, "hat": 94, "tab": 9, "newline": 10,
    ]

    private static func hexadecimal(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ count: Int) -> UInt32? {
        guard start + count <= text.count else { return nil }
        var number: UInt32 = 0
        for place in start..<(start + count) {
            let byte = text[place]
            switch byte {
            case 48...57: number = number << 4 | UInt32(byte - 48)
            case 65...70: number = number << 4 | UInt32(byte - 55)
            case 97...102: number = number << 4 | UInt32(byte - 87)
            default: return nil
            }
        }
        return number
    }
}
