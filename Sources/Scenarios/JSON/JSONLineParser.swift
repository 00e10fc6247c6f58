/// Parses one line of JSON lines, an object, and keeps its members as they are written.
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

    private var parser: JSONParser

    init(_ bytes: [UInt8]) { parser = JSONParser(bytes) }

    /// The object, which must be all there is.
    mutating func object() throws(GrammarError) -> [Member] {
        do throws(JSONSyntaxError) {
            guard parser.kind() == .object else { throw parser.error("expected a JSON object") }
            var members: [Member] = []
            try parser.object { (parser, name, location) throws(JSONSyntaxError) in
                let isText = parser.kind() == .text
                members.append(
                    Member(name: name, value: try Self.value(&parser), offset: location.column - 1, isText: isText))
            }
            try parser.end()
            return members
        } catch {
            throw GrammarError(offset: error.location.column - 1, message: error.message)
        }
    }

    /// The one value that the bytes are.
    mutating func wholeValue() throws(GrammarError) -> String {
        do throws(JSONSyntaxError) {
            let value = try Self.value(&parser)
            try parser.end()
            return value
        } catch {
            throw GrammarError(offset: error.location.column - 1, message: error.message)
        }
    }

    private static func value(_ parser: inout JSONParser) throws(JSONSyntaxError) -> String {
        if parser.kind() == .text { return try parser.text() }
        let start = parser.index
        try parser.skip()
        return String(decoding: parser.bytes[start..<parser.index], as: UTF8.self)
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
