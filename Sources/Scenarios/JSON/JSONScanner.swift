internal import HTTPFields

/// Finds one value in a JSON document (RFC 8259) without building the document: a check looks at one place of an answer,
/// and pays for reading past the rest only. It is the reader of the hot path, of probes' numbers, and of all else that a path
/// leads to; `JSONParser` reads a text as a whole and says what is wrong with it. A test holds both against each other.
package struct JSONScanner {
    /// What a value is.
    package enum Kind: Equatable {
        case null, boolean, number, text, array, object
    }

    /// A value as it stands in the document.
    package struct Slice {
        package var kind: Kind
        /// The value's bytes; a text's quotation marks included.
        package var bytes: UnsafeBufferPointer<UInt8>
    }

    /// The text is no JSON.
    package enum Malformed: Error { case malformed }

    /// What a text is as a whole.
    package enum Wholeness {
        case whole
        /// It ends within a value.
        case truncated
        case malformed
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var depth = 0
    private var stopsAtFirst = false
    /// True once there is nothing more to look for.
    private var isDone = false

    private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// The value at a path, of several the first; nil where there is none. The first value of the text is read to its end, and of members with one
    /// name the last counts, as nearly all readers of JSON have it: so what is found is what a client finds.
    ///
    /// - Parameter stopsThere: Ends with the first value that the path leads to, for messages of which one place is looked at,
    ///   many thousand times a second.
    /// - Throws: Where the text is malformed up to there.
    package static func find(
        _ path: JSONPath, in bytes: UnsafeBufferPointer<UInt8>, stopsThere: Bool = false
    ) throws(Malformed) -> Slice? {
        guard path.query == nil else { return try findAll(path, in: bytes).first }
        var scanner = JSONScanner(bytes)
        scanner.stopsAtFirst = stopsThere
        return try scanner.value(at: path.elements[...])
    }

    /// Whether a text is one JSON value as a whole, or, where they may be, several in lines of their own. `find` stops behind
    /// the first value, so it can't tell.
    package static func wholeness(of bytes: UnsafeBufferPointer<UInt8>, orLines: Bool = true) -> Wholeness {
        var scanner = JSONScanner(bytes)
        repeat {
            do {
                _ = try scanner.value()
            } catch {
                return scanner.position >= bytes.count ? .truncated : .malformed
            }
            let end = scanner.position
            scanner.skipBlanks()
            if scanner.position < bytes.count, !orLines || !bytes[end..<scanner.position].contains(UInt8(ascii: "\n")) {
                return .malformed
            }
        } while scanner.position < bytes.count
        return .whole
    }

    /// The number of elements of a list, members of an object, or characters of a text; nil for other kinds.
    package static func count(of slice: Slice) throws(Malformed) -> Int? {
        switch slice.kind {
        case .text: return text(of: slice).map(\.count)
        case .array, .object:
            var scanner = JSONScanner(slice.bytes)
            var count = 0
            try scanner.children { (scanner, _) throws(Malformed) in
                count += 1
                _ = try scanner.skipValue()
            }
            return count
        case .null, .boolean, .number: return nil
        }
    }

    /// The elements of a list in their order; nil for other kinds.
    package static func elements(of slice: Slice) throws(Malformed) -> [Slice]? {
        guard slice.kind == .array else { return nil }
        var scanner = JSONScanner(slice.bytes)
        var elements: [Slice] = []
        try scanner.children { (scanner, _) throws(Malformed) in elements.append(try scanner.value()) }
        return elements
    }

    /// A text without its marks and escapes; nil where the value is no text, or holds a lone surrogate.
    package static func text(of slice: Slice) -> String? {
        guard slice.kind == .text else { return nil }
        let inner = UnsafeBufferPointer(rebasing: slice.bytes[1..<(slice.bytes.count - 1)])
        guard inner.contains(UInt8(ascii: "\\")) else { return String(validating: inner, as: UTF8.self) }
        var units: [UInt8] = []
        units.reserveCapacity(inner.count)
        var index = 0
        while index < inner.count {
            guard inner[index] == UInt8(ascii: "\\") else {
                units.append(inner[index])
                index += 1
                continue
            }
            guard index + 1 < inner.count else { return nil }
            let escape = inner[index + 1]
            index += 2
            switch escape {
            case UInt8(ascii: "b"): units.append(8)
            case UInt8(ascii: "f"): units.append(12)
            case UInt8(ascii: "n"): units.append(10)
            case UInt8(ascii: "r"): units.append(13)
            case UInt8(ascii: "t"): units.append(9)
            case UInt8(ascii: "u"):
                guard let scalar = unicodeEscape(inner, &index) else { return nil }
                units.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
            default: units.append(escape)
            }
        }
        return String(validating: units, as: UTF8.self)
    }

    /// The scalar of `XXXX` or of a surrogate pair `XXXX\uXXXX` at `index`.
    private static func unicodeEscape(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Unicode.Scalar? {
        guard let first = hexUnit(bytes, &index) else { return nil }
        guard 0xD800..<0xDC00 ~= first else { return Unicode.Scalar(first) }
        guard index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u") else {
            return nil
        }
        index += 2
        guard let second = hexUnit(bytes, &index), 0xDC00..<0xE000 ~= second else { return nil }
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    }

    private static func hexUnit(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> UInt32? {
        guard index + 4 <= bytes.count else { return nil }
        var unit: UInt32 = 0
        for byte in bytes[index..<(index + 4)] {
            guard let digit = PercentEncoding.hexValue(byte) else { return nil }
            unit = unit << 4 | UInt32(digit)
        }
        index += 4
        return unit
    }

    /// Where the first value of a text and all values in it stand, in their order.
    static func nodes(of bytes: UnsafeBufferPointer<UInt8>) throws(Malformed) -> [JSONDocument.Node] {
        var scanner = JSONScanner(bytes)
        var nodes: [JSONDocument.Node] = []
        try scanner.collect(name: nil, into: &nodes)
        return nodes
    }

    private mutating func collect(name: Range<Int>?, into nodes: inout [JSONDocument.Node]) throws(Malformed) {
        skipBlanks()
        let start = position
        let number = nodes.count
        nodes.append(JSONDocument.Node(kind: .null, bytes: start..<start, name: name, end: number))
        let first = try peek()
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            nodes[number].kind = first == UInt8(ascii: "{") ? .object : .array
            try children { (scanner, member) throws(Malformed) in
                let name = member.baseAddress.flatMap { member in
                    scanner.bytes.baseAddress.map { member - $0 }
                }
                try scanner.collect(name: name.map { $0..<($0 + member.count) }, into: &nodes)
            }
        } else {
            nodes[number].kind = try skipValue()
        }
        nodes[number].bytes = start..<position
        nodes[number].end = nodes.count
    }

    // MARK: Reading on

    private mutating func skipBlanks() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    private func peek() throws(Malformed) -> UInt8 {
        guard position < bytes.count else { throw .malformed }
        return bytes[position]
    }

    private mutating func expect(_ byte: UInt8) throws(Malformed) {
        guard try peek() == byte else { throw .malformed }
        position += 1
    }

    /// Reads past the value at hand, and gives what in it a path leads to; nil where it leads nowhere.
    private mutating func value(at path: ArraySlice<JSONPath.Element>) throws(Malformed) -> Slice? {
        skipBlanks()
        let first = try peek()
        switch path.first {
        case nil:
            let found = try value()
            isDone = stopsAtFirst
            return found
        case .name(let name)? where first == UInt8(ascii: "{"):
            var found: Slice?
            try children { (scanner, member) throws(Malformed) in
                if Self.isText(member, name) {
                    found = try scanner.value(at: path.dropFirst())
                } else {
                    _ = try scanner.skipValue()
                }
            }
            return found
        case .index(let index)? where first == UInt8(ascii: "["):
            let wanted = index < 0 ? try count() + index : index
            var found: Slice?
            var current = 0
            try children { (scanner, _) throws(Malformed) in
                if current == wanted {
                    found = try scanner.value(at: path.dropFirst())
                } else {
                    _ = try scanner.skipValue()
                }
                current += 1
            }
            return found
        default:
            _ = try skipValue()
            return nil
        }
    }

    /// The number of elements of the list at hand, which stays at hand.
    private func count() throws(Malformed) -> Int {
        var ahead = self
        return try Self.count(of: try ahead.value()) ?? 0
    }

    /// Whether a text in quotes stands for a name. Most have no escapes, and are compared as they are.
    private static func isText(_ bytes: UnsafeBufferPointer<UInt8>, _ name: String) -> Bool {
        if bytes.count == name.utf8.count + 2, bytes.dropFirst().dropLast().elementsEqual(name.utf8) {
            return !name.utf8.contains(UInt8(ascii: "\\"))
        }
        guard bytes.contains(UInt8(ascii: "\\")) else { return false }
        return text(of: Slice(kind: .text, bytes: bytes))?.utf8.elementsEqual(name.utf8) ?? false
    }

    /// Reads past the list or object at hand. `visit` stands before each child's value, given the member's name as it is
    /// written, in lists nothing, and reads past the value.
    private mutating func children(
        _ visit: (inout JSONScanner, UnsafeBufferPointer<UInt8>) throws(Malformed) -> Void
    ) throws(Malformed) {
        guard depth < JSONParser.depthBound else { throw .malformed }
        depth += 1
        let isObject = try peek() == UInt8(ascii: "{")
        let close = UInt8(ascii: isObject ? "}" : "]")
        position += 1
        skipBlanks()
        if try peek() == close {
            position += 1
            depth -= 1
            return
        }
        while true {
            skipBlanks()
            var name = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
            if isObject {
                let start = position
                try skipText()
                name = UnsafeBufferPointer(rebasing: bytes[start..<position])
                skipBlanks()
                try expect(UInt8(ascii: ":"))
                skipBlanks()
            }
            try visit(&self, name)
            if isDone { return }
            skipBlanks()
            let next = try peek()
            position += 1
            if next == close { break }
            guard next == UInt8(ascii: ",") else { throw .malformed }
        }
        depth -= 1
    }

    /// Reads past one value.
    private mutating func value() throws(Malformed) -> Slice {
        skipBlanks()
        let start = position
        let kind = try skipValue()
        return Slice(kind: kind, bytes: UnsafeBufferPointer(rebasing: bytes[start..<position]))
    }

    private mutating func skipValue() throws(Malformed) -> Kind {
        switch try peek() {
        case UInt8(ascii: "\""):
            try skipText()
            return .text
        case UInt8(ascii: "{"): return try skipContainer(.object)
        case UInt8(ascii: "["): return try skipContainer(.array)
        case UInt8(ascii: "t"): return try skipWord("true", .boolean)
        case UInt8(ascii: "f"): return try skipWord("false", .boolean)
        case UInt8(ascii: "n"): return try skipWord("null", .null)
        default:
            try skipNumber()
            return .number
        }
    }

    private mutating func skipContainer(_ kind: Kind) throws(Malformed) -> Kind {
        try children { (scanner, _) throws(Malformed) in _ = try scanner.skipValue() }
        return kind
    }

    private mutating func skipText() throws(Malformed) {
        try expect(UInt8(ascii: "\""))
        while true {
            let byte = try peek()
            if byte < 0x20 { throw .malformed }
            position += 1
            if byte == UInt8(ascii: "\"") { return }
            if byte == UInt8(ascii: "\\") { try skipEscape() }
        }
    }

    private mutating func skipEscape() throws(Malformed) {
        let letter = try peek()
        guard "\"\\/bfnrtu".utf8.contains(letter) else { throw .malformed }
        position += 1
        guard letter == UInt8(ascii: "u") else { return }
        for _ in 0..<4 {
            guard PercentEncoding.hexValue(try peek()) != nil else { throw .malformed }
            position += 1
        }
    }

    private mutating func skipWord(_ word: StaticString, _ kind: Kind) throws(Malformed) -> Kind {
        for index in 0..<word.utf8CodeUnitCount { try expect(word.utf8Start[index]) }
        return kind
    }

    /// `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`
    private mutating func skipNumber() throws(Malformed) {
        if try peek() == UInt8(ascii: "-") { position += 1 }
        if try peek() == UInt8(ascii: "0") { position += 1 } else { try skipDigits() }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            try skipDigits()
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            let sign = try peek()
            if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
            try skipDigits()
        }
    }

    private mutating func skipDigits() throws(Malformed) {
        let start = position
        while position < bytes.count, bytes[position] &- UInt8(ascii: "0") < 10 { position += 1 }
        if position == start { throw .malformed }
    }
}
