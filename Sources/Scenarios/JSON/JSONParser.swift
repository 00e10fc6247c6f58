internal import HTTPFields

/// What is wrong with a JSON text, and where.
package struct JSONSyntaxError: Error, Equatable {
    package var location: TextLocation
    package var message: String
}

/// The strict parser of JSON (RFC 8259), for what is read once: it says what is wrong, and where. It builds nothing itself;
/// its callers take from it what they make of a text. (`JSONScanner` finds values in answers, fast and without words.)
struct JSONParser {
    /// What a value is, by its first byte.
    enum Kind {
        case object, list, text
        /// A number, `true`, `false`, `null`, or nothing that JSON knows.
        case word
    }

    /// Objects and lists inside each other at most, in all JSON that others write; files of our own are flatter. Deeper ones
    /// could exhaust the stack.
    static let depthBound = 512

    /// The text, which is UTF-8.
    let bytes: [UInt8]
    /// Where the parser stands.
    private(set) var index = 0
    private let maximumDepth: Int
    private var depth = 0
    // The location last asked for. Locations are asked for in the order of the bytes, so finding them all takes one pass.
    private var known = (index: 0, location: TextLocation(line: 1, column: 1))

    /// `depth`: objects and lists inside each other at most.
    init(_ bytes: [UInt8], depth: Int = JSONParser.depthBound) {
        self.bytes = bytes
        maximumDepth = depth
    }

    /// The location where the parser stands; not before one that was asked for already.
    mutating func location() -> TextLocation {
        var (at, location) = known
        while at < index {
            if bytes[at] == UInt8(ascii: "\n") {
                location = TextLocation(line: location.line + 1, column: 1)
            } else if bytes[at] & 0xC0 != 0x80 {
                location.column += 1
            }
            at += 1
        }
        known = (at, location)
        return location
    }

    mutating func error(_ message: String) -> JSONSyntaxError {
        JSONSyntaxError(location: location(), message: message)
    }

    // MARK: - Values

    /// What the next value is. Blanks before it are skipped.
    mutating func kind() -> Kind {
        skipBlanks()
        return switch next {
        case UInt8(ascii: "{"): .object
        case UInt8(ascii: "["): .list
        case UInt8(ascii: "\""): .text
        default: .word
        }
    }

    /// Reads an object, which must be next. `member` is given each name with its location, and reads the value.
    mutating func object(
        _ member: (inout JSONParser, String, TextLocation) throws(JSONSyntaxError) -> Void
    ) throws(JSONSyntaxError) {
        try children(until: UInt8(ascii: "}")) { (parser) throws(JSONSyntaxError) in
            guard parser.next == UInt8(ascii: "\"") else { throw parser.unexpected("a key in quotes") }
            let location = parser.location()
            let name = try parser.text()
            parser.skipBlanks()
            guard parser.take(UInt8(ascii: ":")) else { throw parser.unexpected(":") }
            parser.skipBlanks()
            try member(&parser, name, location)
        }
    }

    /// Reads a list, which must be next. `element` reads each of its values.
    mutating func list(_ element: (inout JSONParser) throws(JSONSyntaxError) -> Void) throws(JSONSyntaxError) {
        try children(until: UInt8(ascii: "]"), element)
    }

    private mutating func children(
        until close: UInt8, _ child: (inout JSONParser) throws(JSONSyntaxError) -> Void
    ) throws(JSONSyntaxError) {
        guard depth < maximumDepth else {
            throw error("objects and lists stand more than \(maximumDepth) deep in each other")
        }
        depth += 1
        index += 1
        skipBlanks()
        if !take(close) {
            repeat {
                skipBlanks()
                try child(&self)
                skipBlanks()
                if take(close) { break }
                guard take(UInt8(ascii: ",")) else {
                    throw unexpected(", or \(Character(Unicode.Scalar(close)))")
                }
            } while true
        }
        depth -= 1
    }

    /// Reads a text, which must be next, without its quotes and escapes.
    mutating func text() throws(JSONSyntaxError) -> String {
        let quote = index
        index += 1
        let start = index
        // Most texts have no escapes, and are taken in one piece.
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { index += 1 }
        if next == UInt8(ascii: "\"") {
            defer { index += 1 }
            return String(decoding: bytes[start..<index], as: UTF8.self)
        }
        var value = Array(bytes[start..<index])
        while let byte = next, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw error("a control character in a text must be escaped") }
            if byte == UInt8(ascii: "\\") {
                value += try escape()
            } else {
                value.append(byte)
                index += 1
            }
        }
        guard take(UInt8(ascii: "\"")) else {
            index = quote
            throw error("the quote is not closed")
        }
        return String(decoding: value, as: UTF8.self)
    }

    /// Reads `true`, `false`, `null` or a number, as it is written.
    mutating func word() throws(JSONSyntaxError) -> String {
        let start = index
        while let byte = next, !" \t\r\n,]}:{[\"".utf8.contains(byte) { index += 1 }
        let word = String(decoding: bytes[start..<index], as: UTF8.self)
        guard ["true", "false", "null"].contains(word) || JSONNumber.isNumber(word) else {
            index = start
            throw word.isEmpty ? unexpected("a value") : error("\(quoted(word)) is not a JSON value")
        }
        return word
    }

    /// Reads past a value of any kind.
    mutating func skip() throws(JSONSyntaxError) {
        switch kind() {
        case .object: try object { (parser, _, _) throws(JSONSyntaxError) in try parser.skip() }
        case .list: try list { (parser) throws(JSONSyntaxError) in try parser.skip() }
        case .text: _ = try text()
        case .word: _ = try word()
        }
    }

    /// Demands that there is nothing more but blanks.
    mutating func end() throws(JSONSyntaxError) {
        skipBlanks()
        guard next == nil else { throw error("expected the end after the value") }
    }

    // MARK: - Bytes

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        index += 1
        return true
    }

    private mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    /// The error that something else stands here than is expected.
    mutating func unexpected(_ expected: String) -> JSONSyntaxError {
        let found =
            switch next {
            case nil: "the end"
            case let byte? where 0x21..<0x7F ~= byte: "\"\(Character(Unicode.Scalar(byte)))\""
            default: "something else"
            }
        return error("expected \(expected), found \(found)")
    }

    private static let escapes: [UInt8: UInt8] = [
        UInt8(ascii: "\""): UInt8(ascii: "\""), UInt8(ascii: "\\"): UInt8(ascii: "\\"),
        UInt8(ascii: "/"): UInt8(ascii: "/"), UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0C,
        UInt8(ascii: "n"): 0x0A, UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09,
    ]

    private mutating func escape() throws(JSONSyntaxError) -> [UInt8] {
        let letter = index + 1 < bytes.count ? bytes[index + 1] : 0
        if let byte = Self.escapes[letter] {
            index += 2
            return [byte]
        }
        guard letter == UInt8(ascii: "u"), var unit = codeUnit(at: index) else { throw error("unknown escape") }
        var length = 6
        if 0xD800...0xDBFF ~= unit, let low = codeUnit(at: index + 6), 0xDC00...0xDFFF ~= low {
            unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
            length = 12
        }
        guard let scalar = Unicode.Scalar(unit) else { throw error("half of a surrogate pair") }
        index += length
        return Array(String(Character(scalar)).utf8)
    }

    /// The UTF-16 code unit that `\uXXXX` at a location stands for; nil where it isn't one.
    private func codeUnit(at position: Int) -> UInt32? {
        guard bytes[min(position, bytes.count)...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else {
            return nil
        }
        let digits = bytes[(position + 2)...].prefix(4).compactMap(PercentEncoding.hexValue)
        return digits.count == 4 ? digits.reduce(0) { $0 << 4 | UInt32($1) } : nil
    }
}
