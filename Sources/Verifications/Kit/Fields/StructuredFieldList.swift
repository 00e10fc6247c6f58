/// A list of structured fields (RFC 9651 §3.1): `"p";q=100;w=60, edge; hit; ttl=30`. Inner lists (§3.1.1) are not taken:
/// no field that is read here has them.
package struct StructuredFieldList: Sendable, Equatable {
    /// A value (§3.3).
    package enum Value: Sendable, Equatable {
        case integer(Int64)
        case decimal(Double)
        case string(String)
        case token(String)
        /// Base64 as it came.
        case bytes(String)
        case boolean(Bool)
        /// Seconds since 1970.
        case date(Int64)
    }

    /// A member with its parameters, the last one of each name (§3.1.2).
    package struct Member: Sendable, Equatable {
        package var value: Value
        package var parameters: [(name: String, value: Value)] = []

        /// The parameter of the name.
        package subscript(name: String) -> Value? { parameters.last { $0.name == name }?.value }

        package static func == (one: Member, other: Member) -> Bool {
            one.value == other.value && one.parameters.count == other.parameters.count
                && zip(one.parameters, other.parameters).allSatisfy { $0.name == $1.name && $0.value == $1.value }
        }
    }

    /// The members in their order.
    package var members: [Member]

    /// Takes a field's value apart, several lines of the field joined by commas. Nil where it breaks the syntax: such a
    /// field is ignored as a whole (§4.2).
    package init?(_ text: String) {
        var scanner = StructuredScanner(text)
        guard let members = scanner.list() else { return nil }
        self.members = members
    }
}

/// Reads structured fields byte by byte.
private struct StructuredScanner {
    private let bytes: [UInt8]
    private var index = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private mutating func skip(tabs: Bool) {
        while next == UInt8(ascii: " ") || tabs && next == UInt8(ascii: "\t") { index += 1 }
    }

    private mutating func text(while holds: (UInt8) -> Bool) -> String {
        let start = index
        while let byte = next, holds(byte) { index += 1 }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    mutating func list() -> [StructuredFieldList.Member]? {
        var members: [StructuredFieldList.Member] = []
        skip(tabs: false)
        guard next != nil else { return members }
        while true {
            guard let member = member() else { return nil }
            members.append(member)
            skip(tabs: true)
            if next == nil { return members }
            // A comma, and something behind it.
            guard take(",") else { return nil }
            skip(tabs: true)
        }
    }

    private mutating func member() -> StructuredFieldList.Member? {
        guard let value = value() else { return nil }
        var member = StructuredFieldList.Member(value: value)
        while take(";") {
            skip(tabs: false)
            guard let first = next, isLower(first) || first == UInt8(ascii: "*") else { return nil }
            let name = text { isLower($0) || isDigit($0) || "_-.*".utf8.contains($0) }
            var parameter = StructuredFieldList.Value.boolean(true)
            if take("=") {
                guard let given = self.value() else { return nil }
                parameter = given
            }
            member.parameters.removeAll { $0.name == name }
            member.parameters.append((name, parameter))
        }
        return member
    }

    private mutating func value() -> StructuredFieldList.Value? {
        guard let first = next else { return nil }
        switch first {
        case UInt8(ascii: "\""): return string()
        case UInt8(ascii: ":"): return byteSequence()
        case UInt8(ascii: "?"):
            index += 1
            if take("1") { return .boolean(true) }
            return take("0") ? .boolean(false) : nil
        case UInt8(ascii: "@"):
            index += 1
            guard case .integer(let seconds)? = number() else { return nil }
            return .date(seconds)
        case UInt8(ascii: "%"): return displayString()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return number()
        case _ where isLetter(first) || first == UInt8(ascii: "*"):
            return .token(text { isTokenByte($0) })
        default: return nil
        }
    }

    private mutating func number() -> StructuredFieldList.Value? {
        let sign: Int64 = take("-") ? -1 : 1
        let whole = text(while: isDigit)
        guard !whole.isEmpty else { return nil }
        guard take(".") else {
            return whole.utf8.count <= 15 ? Int64(whole).map { .integer(sign * $0) } : nil
        }
        let rest = text(while: isDigit)
        guard whole.utf8.count <= 12, (1...3).contains(rest.utf8.count) else { return nil }
        return Double("\(whole).\(rest)").map { .decimal(Double(sign) * $0) }
    }

    private mutating func string() -> StructuredFieldList.Value? {
        index += 1
        var result: [UInt8] = []
        while let byte = next {
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return .string(String(decoding: result, as: UTF8.self))
            case UInt8(ascii: "\\"):
                guard let escaped = next, escaped == UInt8(ascii: "\"") || escaped == UInt8(ascii: "\\") else {
                    return nil
                }
                index += 1
                result.append(escaped)
            case 0x20...0x7E: result.append(byte)
            default: return nil
            }
        }
        return nil
    }

    /// `%"…"`, UTF-8 with %xx in lower case (§3.3.8), taken for a string.
    private mutating func displayString() -> StructuredFieldList.Value? {
        index += 1
        guard take("\"") else { return nil }
        var result: [UInt8] = []
        while let byte = next {
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return String(validating: result, as: UTF8.self).map { .string($0) }
            case UInt8(ascii: "%"):
                let digits = bytes[index...].prefix(2)
                guard digits.count == 2, digits.allSatisfy({ isDigit($0) || (0x61...0x66).contains($0) }),
                    let decoded = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
                else { return nil }
                index += 2
                result.append(decoded)
            case 0x20...0x7E: result.append(byte)
            default: return nil
            }
        }
        return nil
    }

    private mutating func byteSequence() -> StructuredFieldList.Value? {
        index += 1
        let content = text { isLetter($0) || isDigit($0) || "+/=".utf8.contains($0) }
        return take(":") ? .bytes(content) : nil
    }
}

private func isLower(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }

private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

private func isLetter(_ byte: UInt8) -> Bool { isLower(byte | 0x20) && byte & 0x40 != 0 }

private func isTokenByte(_ byte: UInt8) -> Bool {
    isLetter(byte) || isDigit(byte) || "!#$%&'*+-.^_`|~:/".utf8.contains(byte)
}
