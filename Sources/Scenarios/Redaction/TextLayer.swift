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
        var index = 0
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: "\\"), UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "+"):
                let start = max(0, index - around)
                let end = min(text.count, index + around)
                if let last = regions.last, start <= last.upperBound {
                    regions[regions.count - 1] = last.lowerBound..<end
                } else {
                    regions.append(start..<end)
                }
            default: break
            }
            index += 1
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
        var index = 0
        bytes.withUnsafeBufferPointer { bytes in
            while index < bytes.count {
                let byte = bytes[index]
                var escape: Escape?
                switch byte {
                case UInt8(ascii: "\\") where codings.contains(.backslash):
                    escape = Escape(backslash: bytes, at: index)
                case UInt8(ascii: "%") where codings.contains(.percent): escape = Escape(percent: bytes, at: index)
                case UInt8(ascii: "&") where codings.contains(.entity): escape = Escape(entity: bytes, at: index)
                case UInt8(ascii: "+") where codings.contains(.plus): escape = Escape(byte: 32, length: 1)
                default: break
                }
                let length = escape?.length ?? 1
                if escape != nil { hasChanged = true }
                let (start, end) = (starts[index], ends[index + length - 1])
                if let escape {
                    for number in 0..<escape.count {
                        result.append(UInt8(truncatingIfNeeded: escape.bytes >> UInt32(8 * number)), start, end)
                    }
                } else {
                    result.append(byte, start, end)
                }
                index += length
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
