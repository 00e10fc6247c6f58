/// Parses JSON (RFC 8259) within bounds into nodes that know their places.
package struct JSONSource {
    /// What is wrong, and where.
    package struct SyntaxError: Error, Equatable {
        package var place: Place
        package var message: String
    }

    private let bytes: [UInt8]
    private let maximumNodes: Int
    private let maximumDepth: Int
    private var index = 0
    private var nodes = 0
    // The place last asked for. Places are asked for in the order of the bytes, so finding them all takes one pass.
    private var known = (index: 0, place: Place(line: 1, column: 1))

    /// Parses a whole text, which is UTF-8.
    ///
    /// - Parameters:
    ///   - nodes: Values at most.
    ///   - depth: Objects and lists inside each other at most.
    package static func parse(_ text: [UInt8], nodes: Int, depth: Int) throws(SyntaxError) -> SourceNode {
        var parser = JSONSource(bytes: text, maximumNodes: nodes, maximumDepth: depth)
        parser.skipSpaces()
        let node = try parser.node(depth: 0)
        parser.skipSpaces()
        guard parser.next == nil else { throw parser.error("expected the end after the value") }
        return node
    }

    private init(bytes: [UInt8], maximumNodes: Int, maximumDepth: Int) {
        self.bytes = bytes
        self.maximumNodes = maximumNodes
        self.maximumDepth = maximumDepth
    }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        index += 1
        return true
    }

    private mutating func skipSpaces() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    private mutating func place() -> Place {
        var (at, place) = known
        while at < index {
            if bytes[at] == UInt8(ascii: "\n") {
                place = Place(line: place.line + 1, column: 1)
            } else if bytes[at] & 0xC0 != 0x80 {
                place.column += 1
            }
            at += 1
        }
        known = (at, place)
        return place
    }

    private mutating func error(_ message: String) -> SyntaxError { SyntaxError(place: place(), message: message) }

    private mutating func unexpected(_ expected: String) -> SyntaxError {
        let found =
            switch next {
            case nil: "the end"
            case let byte? where 0x21..<0x7F ~= byte: "\"\(Character(Unicode.Scalar(byte)))\""
            default: "something else"
            }
        return error("expected \(expected), found \(found)")
    }

    private mutating func node(depth: Int) throws(SyntaxError) -> SourceNode {
        nodes += 1
        guard nodes <= maximumNodes else { throw error("the file holds more than \(maximumNodes) values") }
        guard depth <= maximumDepth else {
            throw error("objects and lists stand more than \(maximumDepth) deep in each other")
        }
        let place = place()
        switch next {
        case UInt8(ascii: "{"): return SourceNode(place: place, content: .mapping(try object(depth: depth)))
        case UInt8(ascii: "["): return SourceNode(place: place, content: .list(try list(depth: depth)))
        case UInt8(ascii: "\""):
            let text = try string()
            return SourceNode(place: place, content: .scalar(.init(text: text, isPlain: false, literal: nil)))
        default:
            let start = index
            while let byte = next, !" \t\r\n,]}:{[\"".utf8.contains(byte) { index += 1 }
            let word = String(decoding: bytes[start..<index], as: UTF8.self)
            guard ["true", "false", "null"].contains(word) || JSONNumber.isNumber(word) else {
                index = start
                throw word.isEmpty ? unexpected("a value") : error("\(quoted(word)) is not a JSON value")
            }
            return SourceNode(place: place, content: .scalar(.init(text: word, isPlain: true, literal: nil)))
        }
    }

    private mutating func object(depth: Int) throws(SyntaxError) -> [SourceNode.Entry] {
        var entries: [SourceNode.Entry] = []
        index += 1
        skipSpaces()
        if take(UInt8(ascii: "}")) { return entries }
        while true {
            skipSpaces()
            guard next == UInt8(ascii: "\"") else { throw unexpected("a key in quotes") }
            let place = place()
            let key = try string()
            skipSpaces()
            guard take(UInt8(ascii: ":")) else { throw unexpected(":") }
            skipSpaces()
            entries.append(SourceNode.Entry(key: key, place: place, value: try node(depth: depth + 1)))
            skipSpaces()
            if take(UInt8(ascii: "}")) { return entries }
            guard take(UInt8(ascii: ",")) else { throw unexpected(", or }") }
        }
    }

    private mutating func list(depth: Int) throws(SyntaxError) -> [SourceNode] {
        var elements: [SourceNode] = []
        index += 1
        skipSpaces()
        if take(UInt8(ascii: "]")) { return elements }
        while true {
            skipSpaces()
            elements.append(try node(depth: depth + 1))
            skipSpaces()
            if take(UInt8(ascii: "]")) { return elements }
            guard take(UInt8(ascii: ",")) else { throw unexpected(", or ]") }
        }
    }

    private mutating func string() throws(SyntaxError) -> String {
        let start = index
        index += 1
        var value: [UInt8] = []
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
            index = start
            throw error("the quote is not closed")
        }
        return String(decoding: value, as: UTF8.self)
    }

    private static let escapes: [UInt8: UInt8] = [
        UInt8(ascii: "\""): UInt8(ascii: "\""), UInt8(ascii: "\\"): UInt8(ascii: "\\"),
        UInt8(ascii: "/"): UInt8(ascii: "/"), UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0C,
        UInt8(ascii: "n"): 0x0A, UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09,
    ]

    private mutating func escape() throws(SyntaxError) -> [UInt8] {
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

    /// The UTF-16 code unit that `\uXXXX` at a place stands for; nil where it isn't one.
    private func codeUnit(at place: Int) -> UInt32? {
        guard bytes[min(place, bytes.count)...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else {
            return nil
        }
        let digits = String(decoding: bytes[(place + 2)...].prefix(4), as: UTF8.self)
        guard digits.utf8.count == 4, digits.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else {
            return nil
        }
        return UInt32(digits, radix: 16)
    }
}
