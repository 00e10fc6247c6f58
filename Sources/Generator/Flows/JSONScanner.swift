import Scenarios

/// Finds one value in a JSON document (RFC 8259) without building the document: a check looks at one place of an answer,
/// and pays for reading past the rest only.
struct JSONScanner {
    enum Kind: Equatable {
        case null, boolean, number, text, array, object
    }

    /// A value as it stands in the document.
    struct Slice {
        var kind: Kind
        /// The value's bytes; a text's quotation marks included.
        var bytes: UnsafeBufferPointer<UInt8>
    }

    enum Malformed: Error { case malformed }

    /// What a text is as a whole.
    enum Wholeness {
        case whole
        /// It ends within a value.
        case truncated
        case malformed
    }

    /// Nesting beyond this is refused, so that no document can exhaust the stack.
    static let depthBound = 512

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// The value at a path; nil where it isn't there. Throws where the document is malformed up to that value.
    static func find(_ path: JSONPath, in bytes: UnsafeBufferPointer<UInt8>) throws(Malformed) -> Slice? {
        var scanner = JSONScanner(bytes)
        for element in path.elements {
            scanner.skipBlanks()
            let found =
                switch element {
                case .name(let name): try scanner.enterMember(name)
                case .index(let index): try scanner.enterElement(index)
                }
            if !found { return nil }
        }
        return try scanner.value()
    }

    /// Whether a text is one JSON value as a whole, or several in lines of their own. `find` stops at the value that it
    /// looks for, so it can't tell.
    static func wholeness(of bytes: UnsafeBufferPointer<UInt8>) -> Wholeness {
        var scanner = JSONScanner(bytes)
        repeat {
            do {
                _ = try scanner.value()
            } catch {
                return scanner.position >= bytes.count ? .truncated : .malformed
            }
            let end = scanner.position
            scanner.skipBlanks()
            if scanner.position < bytes.count, !bytes[end..<scanner.position].contains(UInt8(ascii: "\n")) {
                return .malformed
            }
        } while scanner.position < bytes.count
        return .whole
    }

    /// The number of elements of a list, members of an object, or characters of a text; nil for other kinds.
    static func count(of slice: Slice) throws(Malformed) -> Int? {
        switch slice.kind {
        case .text: return text(of: slice).map(\.count)
        case .array, .object:
            var scanner = JSONScanner(slice.bytes)
            var count = 0
            try scanner.children(named: false) { (scanner) throws(Malformed) in
                count += 1
                _ = try scanner.value()
                return true
            }
            return count
        case .null, .boolean, .number: return nil
        }
    }

    /// A text without its marks and escapes; nil where the value is no text, or holds a lone surrogate.
    static func text(of slice: Slice) -> String? {
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
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            unit = unit << 4 | UInt32(digit)
        }
        index += 4
        return unit
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

    /// Goes to the value of a member; false where this is no object or has no such member.
    private mutating func enterMember(_ name: String) throws(Malformed) -> Bool {
        guard try peek() == UInt8(ascii: "{") else { return false }
        var found = false
        try children(named: true) { (scanner) throws(Malformed) in
            if scanner.lastName == name {
                found = true
                return false
            }
            _ = try scanner.value()
            return true
        }
        return found
    }

    /// Goes to an element, from the end where `index` is below 0; false where this is no list or has no such element.
    private mutating func enterElement(_ index: Int) throws(Malformed) -> Bool {
        guard try peek() == UInt8(ascii: "[") else { return false }
        var wanted = index
        if index < 0 {
            var ahead = self
            let slice = try ahead.value()
            wanted = (try Self.count(of: slice) ?? 0) + index
            if wanted < 0 { return false }
        }
        var found = false
        var current = 0
        try children(named: false) { (scanner) throws(Malformed) in
            if current == wanted {
                found = true
                return false
            }
            current += 1
            _ = try scanner.value()
            return true
        }
        return found
    }

    /// The name of the member at hand, decoded; nil in lists.
    private var lastName: String?

    /// Goes through the children of the list or object at hand. `visit` stands before a child's value; it reads past it
    /// and gives true, or leaves it and gives false to end there. `named`: members' names are decoded.
    private mutating func children(
        named: Bool, _ visit: (inout JSONScanner) throws(Malformed) -> Bool
    ) throws(Malformed) {
        let isObject = try peek() == UInt8(ascii: "{")
        let close = UInt8(ascii: isObject ? "}" : "]")
        position += 1
        skipBlanks()
        if try peek() == close {
            position += 1
            return
        }
        while true {
            skipBlanks()
            if isObject {
                let start = position
                try skipText()
                if named {
                    let name = Slice(kind: .text, bytes: UnsafeBufferPointer(rebasing: bytes[start..<position]))
                    lastName = Self.text(of: name)
                }
                skipBlanks()
                try expect(UInt8(ascii: ":"))
                skipBlanks()
            }
            guard try visit(&self) else { return }
            skipBlanks()
            let next = try peek()
            position += 1
            if next == close { return }
            guard next == UInt8(ascii: ",") else { throw .malformed }
        }
    }

    /// Reads past one value.
    private mutating func value() throws(Malformed) -> Slice {
        skipBlanks()
        let start = position
        let kind = try skipValue(depth: 0)
        return Slice(kind: kind, bytes: UnsafeBufferPointer(rebasing: bytes[start..<position]))
    }

    private mutating func skipValue(depth: Int) throws(Malformed) -> Kind {
        guard depth < Self.depthBound else { throw .malformed }
        switch try peek() {
        case UInt8(ascii: "\""):
            try skipText()
            return .text
        case UInt8(ascii: "{"): return try skipContainer(.object, depth: depth)
        case UInt8(ascii: "["): return try skipContainer(.array, depth: depth)
        case UInt8(ascii: "t"): return try skipWord("true", .boolean)
        case UInt8(ascii: "f"): return try skipWord("false", .boolean)
        case UInt8(ascii: "n"): return try skipWord("null", .null)
        default:
            try skipNumber()
            return .number
        }
    }

    private mutating func skipContainer(_ kind: Kind, depth: Int) throws(Malformed) -> Kind {
        try children(named: false) { (scanner) throws(Malformed) in
            _ = try scanner.skipValue(depth: depth + 1)
            return true
        }
        return kind
    }

    private mutating func skipText() throws(Malformed) {
        try expect(UInt8(ascii: "\""))
        while true {
            let byte = try peek()
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return
            case UInt8(ascii: "\\"):
                _ = try peek()
                position += 1
            case 0..<0x20: throw .malformed
            default: break
            }
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
