import Scenarios

/// Parses JSON (RFC 8259) within bounds.
struct JSONDocument {
    /// What is wrong, and where: lines and columns count from 1, columns in bytes.
    struct SyntaxError: Error, Equatable {
        var line: Int
        var column: Int
        var message: String
    }

    /// Values at most.
    static let maximumValues = 4_000_000
    /// Objects and lists inside each other at most.
    static let maximumDepth = 200

    private let bytes: [UInt8]
    private var index = 0
    private var count = 0

    /// Parses a whole text, which is UTF-8.
    static func parse(_ bytes: [UInt8]) throws(SyntaxError) -> DocumentValue {
        var parser = JSONDocument(bytes: bytes)
        parser.skipSpaces()
        let value = try parser.value(depth: 0)
        parser.skipSpaces()
        guard parser.index == bytes.count else { throw parser.error("expected the end after the document") }
        return value
    }

    /// The value of a text, or nil where it isn't JSON.
    static func value(of text: String) -> DocumentValue? { try? parse(Array(text.utf8)) }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpaces() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    private func error(_ message: String) -> SyntaxError {
        let before = bytes[..<min(index, bytes.count)]
        let line = before.count { $0 == UInt8(ascii: "\n") }
        let column = before.count - ((before.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1)
        return SyntaxError(line: line + 1, column: column + 1, message: message)
    }

    private var found: String {
        guard let next else { return "the end" }
        return 0x21..<0x7F ~= next ? "\"\(Character(Unicode.Scalar(next)))\"" : "something else"
    }

    private mutating func value(depth: Int) throws(SyntaxError) -> DocumentValue {
        count += 1
        guard count <= Self.maximumValues else { throw error("the file holds more than \(Self.maximumValues) values") }
        guard depth <= Self.maximumDepth else {
            throw error("objects and lists stand more than \(Self.maximumDepth) deep in each other")
        }
        switch next {
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .list(try list(depth: depth))
        case UInt8(ascii: "\""): return .text(try string())
        default: return try word()
        }
    }

    private mutating func object(depth: Int) throws(SyntaxError) -> DocumentObject {
        index += 1
        var object = DocumentObject()
        skipSpaces()
        if next == UInt8(ascii: "}") {
            index += 1
            return object
        }
        while true {
            skipSpaces()
            guard next == UInt8(ascii: "\"") else { throw error("expected a name in quotes, found \(found)") }
            let start = index
            let name = try string()
            guard object[name] == nil else {
                index = start
                throw error("the name occurs more than once in its object")
            }
            skipSpaces()
            guard next == UInt8(ascii: ":") else { throw error("expected : after a name, found \(found)") }
            index += 1
            skipSpaces()
            object[name] = try value(depth: depth + 1)
            skipSpaces()
            let end = next
            guard end == UInt8(ascii: ",") || end == UInt8(ascii: "}") else {
                throw error("expected , or } in an object, found \(found)")
            }
            index += 1
            if end == UInt8(ascii: "}") { return object }
        }
    }

    private mutating func list(depth: Int) throws(SyntaxError) -> [DocumentValue] {
        index += 1
        var values: [DocumentValue] = []
        skipSpaces()
        if next == UInt8(ascii: "]") {
            index += 1
            return values
        }
        while true {
            skipSpaces()
            values.append(try value(depth: depth + 1))
            skipSpaces()
            let end = next
            guard end == UInt8(ascii: ",") || end == UInt8(ascii: "]") else {
                throw error("expected , or ] in a list, found \(found)")
            }
            index += 1
            if end == UInt8(ascii: "]") { return values }
        }
    }

    /// `true`, `false`, `null` or a number.
    private mutating func word() throws(SyntaxError) -> DocumentValue {
        let start = index
        while let byte = next, Self.isWord(byte) { index += 1 }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        switch text {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "null": return .null
        default: break
        }
        if JSONNumber.isNumber(text) { return .number(text) }
        index = start
        throw error("expected a JSON value, found \(found)")
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    // MARK: - Strings

    private mutating func string() throws(SyntaxError) -> String {
        index += 1
        let start = index
        // Most strings have no escapes, and are taken in one piece.
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { index += 1 }
        if next == UInt8(ascii: "\"") {
            defer { index += 1 }
            return String(decoding: bytes[start..<index], as: UTF8.self)
        }
        var text = Array(bytes[start..<index])
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                index += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                index += 1
                text += try Array(String(Character(escaped())).utf8)
            case ..<0x20: throw error("a control character in a text must be escaped")
            default:
                text.append(byte)
                index += 1
            }
        }
        throw error("a text is not closed by a quote")
    }

    private mutating func escaped() throws(SyntaxError) -> Unicode.Scalar {
        let escapes: [UInt8: Unicode.Scalar] = [
            UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/", UInt8(ascii: "b"): "\u{8}",
            UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "n"): "\n", UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
        ]
        if let next, let scalar = escapes[next] {
            index += 1
            return scalar
        }
        guard next == UInt8(ascii: "u") else { throw error("unknown escape in a text") }
        index += 1
        let unit = try hexadecimal()
        if 0xDC00...0xDFFF ~= unit { throw error("half of a surrogate pair in a text") }
        guard 0xD800...0xDBFF ~= unit else { return Unicode.Scalar(unit) ?? "\u{FFFD}" }
        guard next == UInt8(ascii: "\\"), index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "u") else {
            throw error("half of a surrogate pair in a text")
        }
        index += 2
        let low = try hexadecimal()
        guard 0xDC00...0xDFFF ~= low else { throw error("half of a surrogate pair in a text") }
        return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
    }

    private mutating func hexadecimal() throws(SyntaxError) -> UInt32 {
        let digits = bytes[index..<min(index + 4, bytes.count)]
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let unit = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw error("expected four hexadecimal digits after \\u") }
        index += 4
        return unit
    }
}
