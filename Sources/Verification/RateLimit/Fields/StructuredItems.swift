/// A member of a structured field's list: a name and its parameters, as rate-limit fields have them.
struct StructuredItem: Equatable {
    /// What a parameter is.
    enum Value: Equatable {
        case integer(Int)
        /// A decimal, string, token, byte sequence or truth value, as it stands.
        case other(String)
    }

    /// The string or token.
    var name: String
    /// The parameters in their order; the last of a name counts.
    var parameters: [(name: String, value: Value)]

    static func == (left: StructuredItem, right: StructuredItem) -> Bool {
        left.name == right.name
            && left.parameters.elementsEqual(right.parameters) { $0.name == $1.name && $0.value == $1.value }
    }

    /// The parameter's whole number; nil where there is none, or something else.
    func integer(_ name: String) -> Int? {
        guard case .integer(let value)? = parameters.last(where: { $0.name == name })?.value else { return nil }
        return value
    }

    /// True where the parameter is there, whatever it is.
    func has(_ name: String) -> Bool { parameters.contains { $0.name == name } }
}

/// Reads lists of strings and tokens with parameters (RFC 9651 §3.1, §4.2): `"default";q=100;w=60, "daily";q=5000`.
struct StructuredList {
    private var rest: Substring.UTF8View

    /// The members; nil where the text is no such list.
    static func parse(_ text: String) -> [StructuredItem]? {
        guard text.utf8.allSatisfy({ $0 < 128 }) else { return nil }
        var list = StructuredList(rest: Substring(text).utf8)
        return list.members()
    }

    private mutating func members() -> [StructuredItem]? {
        var items: [StructuredItem] = []
        skip(" ")
        while !rest.isEmpty {
            guard let item = item() else { return nil }
            items.append(item)
            skip(" \t")
            guard !rest.isEmpty else { return items }
            guard take(",") else { return nil }
            skip(" \t")
            // A comma at the end is an error (§4.2.1).
            guard !rest.isEmpty else { return nil }
        }
        return items.isEmpty ? nil : items
    }

    private mutating func item() -> StructuredItem? {
        let name: String
        if rest.first == UInt8(ascii: "\"") {
            guard let string = string() else { return nil }
            name = string
        } else {
            guard let token = token() else { return nil }
            name = token
        }
        var parameters: [(name: String, value: StructuredItem.Value)] = []
        while take(";") {
            skip(" ")
            guard let key = key() else { return nil }
            guard take("=") else {
                parameters.append((key, .other("?1")))
                continue
            }
            guard let value = value() else { return nil }
            parameters.append((key, value))
        }
        return StructuredItem(name: name, parameters: parameters)
    }

    private mutating func value() -> StructuredItem.Value? {
        guard let first = rest.first else { return nil }
        switch first {
        case UInt8(ascii: "\""): return string().map { .other($0) }
        case UInt8(ascii: ":"):
            let bytes = rest.dropFirst()
            guard let end = bytes.firstIndex(of: UInt8(ascii: ":")) else { return nil }
            let text = String(Substring(bytes[..<end]))
            rest = bytes[bytes.index(after: end)...]
            return .other(text)
        case UInt8(ascii: "?"):
            let text = String(Substring(rest.prefix(2)))
            rest = rest.dropFirst(2)
            return text == "?0" || text == "?1" ? .other(text) : nil
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let digits = rest.prefix { "-.0123456789".utf8.contains($0) }
            rest = rest[digits.endIndex...]
            let text = String(Substring(digits))
            if let integer = Int(text), text.utf8.count <= 16 { return .integer(integer) }
            return Double(text) == nil ? nil : .other(text)
        default: return token().map { .other($0) }
        }
    }

    private mutating func string() -> String? {
        guard take("\"") else { return nil }
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: bytes, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let next = rest.popFirst(), "\"\\".utf8.contains(next) else { return nil }
                bytes.append(next)
            case 0x20...0x7E: bytes.append(byte)
            default: return nil
            }
        }
        return nil
    }

    private mutating func token() -> String? {
        guard let first = rest.first, Self.isLetter(first) || first == UInt8(ascii: "*") else { return nil }
        return run { Self.isLetter($0) || Self.isDigit($0) || "!#$%&'*+-.^_`|~:/".utf8.contains($0) }
    }

    private mutating func key() -> String? {
        guard let first = rest.first, UInt8(ascii: "a")...UInt8(ascii: "z") ~= first || first == UInt8(ascii: "*")
        else { return nil }
        return run {
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || Self.isDigit($0) || "_-.*".utf8.contains($0)
        }
    }

    private mutating func run(_ belongs: (UInt8) -> Bool) -> String {
        let taken = rest.prefix(while: belongs)
        rest = rest[taken.endIndex...]
        return String(Substring(taken))
    }

    private mutating func take(_ character: Character) -> Bool {
        guard let byte = character.asciiValue, rest.first == byte else { return false }
        rest = rest.dropFirst()
        return true
    }

    private mutating func skip(_ characters: String) { rest = rest.drop { characters.utf8.contains($0) } }

    private static func isLetter(_ byte: UInt8) -> Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
    }

    private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
}
