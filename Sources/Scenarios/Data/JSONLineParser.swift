/// Parses one line of JSON lines, an object (RFC 8259), and keeps its members as they are written. Slow and strict: what
/// is wrong is said with its place. (The generator finds values in answers in another way, fast and without words.)
struct JSONLineParser {
    /// A member of the object.
    struct Member: Equatable {
        var name: String
        /// A text without its quotes and escapes; any other value as JSON.
        var value: String
        /// Where the name stands, in Unicode scalars.
        var offset: Int
        /// True for a text, which its value alone doesn't tell: `"true"` isn't true.
        var isText = false

        /// True for the value null.
        var isNull: Bool { !isText && value == "null" }
    }

    private static let maximumDepth = 64
    private let bytes: [UInt8]
    private var index = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The object, which must be all there is.
    mutating func object() throws(GrammarError) -> [Member] {
        skipSpaces()
        guard next == UInt8(ascii: "{") else { throw error("expected a JSON object") }
        let members = try members(depth: 0)
        skipSpaces()
        guard next == nil else { throw error("expected the end of the line after the JSON object") }
        return members
    }

    /// The one value that the bytes are.
    mutating func wholeValue() throws(GrammarError) -> String {
        skipSpaces()
        let value = try value(depth: 0)
        skipSpaces()
        guard next == nil else { throw error("expected the end after the JSON value") }
        return value
    }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private func error(_ message: String) -> GrammarError { GrammarError(offset: offset(of: index), message: message) }

    private func offset(of index: Int) -> Int {
        bytes[..<index].reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
    }

    private mutating func skipSpaces() {
        while let byte = next, byte == 32 || byte == 9 || byte == 13 || byte == 10 { index += 1 }
    }

    private mutating func members(depth: Int) throws(GrammarError) -> [Member] {
        var members: [Member] = []
        index += 1
        skipSpaces()
        if next == UInt8(ascii: "}") {
            index += 1
            return []
        }
        while true {
            skipSpaces()
            let start = index
            guard next == UInt8(ascii: "\"") else { throw error("expected a member's name in quotes") }
            let name = try string()
            skipSpaces()
            guard next == UInt8(ascii: ":") else { throw error("expected : after the member's name") }
            index += 1
            skipSpaces()
            let isText = next == UInt8(ascii: "\"")
            let value = try value(depth: depth + 1)
            members.append(
                Member(name: name, value: value, offset: depth == 0 ? offset(of: start) : 0, isText: isText))
            skipSpaces()
            let separator = next
            index += 1
            if separator == UInt8(ascii: "}") { return members }
            guard separator == UInt8(ascii: ",") else {
                index -= 1
                throw error("expected , or } after the member")
            }
        }
    }

    private mutating func value(depth: Int) throws(GrammarError) -> String {
        guard depth <= Self.maximumDepth else { throw error("values stand more than \(Self.maximumDepth) deep") }
        let start = index
        switch next {
        case UInt8(ascii: "\""): return try string()
        case UInt8(ascii: "{"): _ = try members(depth: depth)
        case UInt8(ascii: "["): try list(depth: depth)
        default:
            while let byte = next, !" \t\r\n,]}:{[\"".utf8.contains(byte) { index += 1 }
            let word = String(decoding: bytes[start..<index], as: UTF8.self)
            guard ["true", "false", "null"].contains(word) || JSONNumber.isNumber(word) else {
                index = start
                throw error(word.isEmpty ? "expected a JSON value" : "\(quoted(word)) is not a JSON value")
            }
        }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private mutating func list(depth: Int) throws(GrammarError) {
        index += 1
        skipSpaces()
        if next == UInt8(ascii: "]") {
            index += 1
            return
        }
        while true {
            skipSpaces()
            _ = try value(depth: depth + 1)
            skipSpaces()
            let separator = next
            guard separator == UInt8(ascii: "]") || separator == UInt8(ascii: ",") else {
                throw error("expected , or ] after the element")
            }
            index += 1
            if separator == UInt8(ascii: "]") { return }
        }
    }

    private mutating func string() throws(GrammarError) -> String {
        let start = index
        index += 1
        var value: [UInt8] = []
        while let byte = next, byte != UInt8(ascii: "\"") {
            guard byte >= 32 else { throw error("a control character in a JSON text must be escaped") }
            index += 1
            if byte == UInt8(ascii: "\\") {
                value += try escape()
            } else {
                value.append(byte)
            }
        }
        guard next != nil else {
            index = start
            throw error("the quote is not closed")
        }
        index += 1
        return String(decoding: value, as: UTF8.self)
    }

    private mutating func escape() throws(GrammarError) -> [UInt8] {
        let byte = next
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte ?? 0]
        case UInt8(ascii: "b"): return [8]
        case UInt8(ascii: "f"): return [12]
        case UInt8(ascii: "n"): return [10]
        case UInt8(ascii: "r"): return [13]
        case UInt8(ascii: "t"): return [9]
        case UInt8(ascii: "u"):
            var unit = try codeUnit()
            if 0xD800...0xDBFF ~= unit, bytes[index...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) {
                index += 2
                let low = try codeUnit()
                guard 0xDC00...0xDFFF ~= low else { throw error("half of a surrogate pair in a JSON text") }
                unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(unit) else { throw error("half of a surrogate pair in a JSON text") }
            return Array(String(Character(scalar)).utf8)
        default:
            index = min(index, bytes.count) - 1
            throw error("unknown escape in a JSON text")
        }
    }

    private mutating func codeUnit() throws(GrammarError) -> UInt32 {
        let digits = String(decoding: bytes[index...].prefix(4), as: UTF8.self)
        guard digits.utf8.count == 4, digits.allSatisfy(\.isHexDigit), let unit = UInt32(digits, radix: 16) else {
            throw error("expected four hexadecimal digits after \\u")
        }
        index += 4
        return unit
    }
}

/// Numbers as JSON writes them (RFC 8259 §6).
package enum JSONNumber {
    /// True for a whole text that is a number.
    package static func isNumber(_ text: String) -> Bool {
        var rest = Array(text.utf8)[...]
        func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let whole = rest.prefix(while: isDigit)
        guard let first = whole.first, whole.count == 1 || first != UInt8(ascii: "0") else { return false }
        rest = rest.dropFirst(whole.count)
        if rest.first == UInt8(ascii: ".") {
            let fraction = rest.dropFirst().prefix(while: isDigit)
            guard !fraction.isEmpty else { return false }
            rest = rest.dropFirst(1 + fraction.count)
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
            let exponent = rest.prefix(while: isDigit)
            guard !exponent.isEmpty else { return false }
            rest = rest.dropFirst(exponent.count)
        }
        return rest.isEmpty
    }

    /// True for a number that loses nothing in a program that reads it as a number (RFC 8259 §6): no exponent, which would
    /// come back as other digits, and no more digits than a `Double` holds. Zeros at the end of a fraction are how prices
    /// are written.
    package static func isCanonical(_ text: String) -> Bool {
        guard isNumber(text), text != "-0", !text.utf8.contains(where: { $0 | 0x20 == UInt8(ascii: "e") }) else {
            return false
        }
        let isFraction = text.utf8.contains(UInt8(ascii: "."))
        // 15 digits always come back (DBL_DIG of C).
        if text.utf8.count <= 15 { return true }
        guard let value = Double(text) else { return false }
        return isFraction ? "\(value)" == text : value.magnitude <= 9_007_199_254_740_992 && Int(text) == Int(value)
    }
}
