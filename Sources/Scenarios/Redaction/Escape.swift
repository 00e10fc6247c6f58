/// One escape of a text: what it stands for, and its length in bytes.
struct Escape {
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

    init?(percent text: UnsafeBufferPointer<UInt8>, at index: Int) {
        guard let number = Self.hexadecimal(text, index + 1, 2) else { return nil }
        self.init(byte: UInt8(number), length: 3)
    }

    init?(backslash text: UnsafeBufferPointer<UInt8>, at index: Int) {
        guard index + 1 < text.count else { return nil }
        switch text[index + 1] {
        case UInt8(ascii: "n"): self.init(byte: 10, length: 2)
        case UInt8(ascii: "r"): self.init(byte: 13, length: 2)
        case UInt8(ascii: "t"): self.init(byte: 9, length: 2)
        case UInt8(ascii: "b"): self.init(byte: 8, length: 2)
        case UInt8(ascii: "f"): self.init(byte: 12, length: 2)
        case UInt8(ascii: "x"):
            guard let number = Self.hexadecimal(text, index + 2, 2) else { return nil }
            self.init(byte: UInt8(number), length: 4)
        case UInt8(ascii: "u"):
            guard let high = Self.hexadecimal(text, index + 2, 4) else { return nil }
            // A pair of surrogates is one character.
            if 0xD800..<0xDC00 ~= high, index + 7 < text.count, text[index + 6] == UInt8(ascii: "\\"),
                text[index + 7] | 32 == UInt8(ascii: "u"), let low = Self.hexadecimal(text, index + 8, 4),
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

    init?(entity text: UnsafeBufferPointer<UInt8>, at index: Int) {
        guard let end = text[index...].prefix(12).firstIndex(of: UInt8(ascii: ";")), end > index + 1 else { return nil }
        let name = String(decoding: text[(index + 1)..<end], as: UTF8.self)
        let length = end - index + 1
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
        for index in start..<(start + count) {
            let byte = text[index]
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
