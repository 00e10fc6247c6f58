/// The value of a setting, where it stands in the text.
struct SettingValue {
    /// Where it stands, without its quotes.
    var range: Range<Int>
    var isQuoted: Bool

    /// The value that begins at the offset, behind the `=` or `:`; nil where there is none that stands for itself.
    ///
    /// - Parameter bare: How a value without quotes ends.
    static func read(_ bytes: [UInt8], at start: Int, bare: SourceKind.Bare, separator: UInt8) -> SettingValue? {
        var offset = TextScan.skip(.blank, bytes, from: start)
        // Python's b"…", C#'s @"…", a list's first element.
        if offset + 1 < bytes.count, ByteClass("bBrRfFuUL@[(").contains(bytes[offset]),
            ByteClass.quote.contains(bytes[offset + 1])
        {
            offset += 1
        }
        guard offset < bytes.count else { return nil }
        if let quoted = quoted(bytes, at: offset) { return quoted }
        if bytes[offset] == UInt8(ascii: "{") { return nested(bytes, at: offset) }
        guard bare != .none, offset < bytes.count else { return nil }
        if bare == .line, separator == UInt8(ascii: ":"),
            bytes[offset] == UInt8(ascii: "|") || bytes[offset] == UInt8(ascii: ">")
        {
            return block(bytes, at: offset)
        }
        return unquoted(bytes, at: offset, bare: bare)
    }

    /// A value in quotes, which may be escaped where the whole is a string of a program: `\"…\"`.
    static func quoted(_ bytes: [UInt8], at start: Int) -> SettingValue? {
        var offset = start
        let isEscaped = offset < bytes.count && bytes[offset] == UInt8(ascii: "\\")
        if isEscaped { offset += 1 }
        guard offset < bytes.count, ByteClass.quote.contains(bytes[offset]) else { return nil }
        let mark = bytes[offset]
        let first = offset + 1
        let last = min(bytes.count, first + SecretValue.maximumBytes)
        offset = first
        while offset < last {
            let byte = bytes[offset]
            if ByteClass.lineEnd.contains(byte) { return nil }
            if byte == UInt8(ascii: "\\"), offset + 1 < last {
                if isEscaped, bytes[offset + 1] == mark { return SettingValue(range: first..<offset, isQuoted: true) }
                offset += 2
                continue
            }
            if byte == mark { return SettingValue(range: first..<offset, isQuoted: true) }
            offset += 1
        }
        return offset == first + SecretValue.maximumBytes ? SettingValue(range: first..<offset, isQuoted: true) : nil
    }

    /// The `value` of an object: `{"value": "…", "sensitive": true}`, as Terraform keeps outputs.
    private static func nested(_ bytes: [UInt8], at brace: Int) -> SettingValue? {
        var offset = TextScan.skip(.space, bytes, from: brace + 1)
        if offset < bytes.count, ByteClass.quote.contains(bytes[offset]) { offset += 1 }
        guard TextScan.has("value", bytes, at: offset) else { return nil }
        offset += 5
        if offset < bytes.count, ByteClass.quote.contains(bytes[offset]) { offset += 1 }
        offset = TextScan.skip(.blank, bytes, from: offset)
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: ":") || bytes[offset] == UInt8(ascii: "=") else {
            return nil
        }
        return quoted(bytes, at: TextScan.skip(.blank, bytes, from: offset + 1))
    }

    /// The first line of a YAML block: `password: |-` and a line below it.
    private static func block(_ bytes: [UInt8], at mark: Int) -> SettingValue? {
        let end = TextScan.skip(ByteClass("|>+0-9-"), bytes, from: mark)
        let line = TextScan.skip(.blank, bytes, from: end)
        guard line < bytes.count, ByteClass.lineEnd.contains(bytes[line]) else { return nil }
        return unquoted(bytes, at: TextScan.skip(.space, bytes, from: line, within: 200), bare: .line)
    }

    private static func unquoted(_ bytes: [UInt8], at start: Int, bare: SourceKind.Bare) -> SettingValue? {
        let last = min(bytes.count, start + SecretValue.maximumBytes)
        var end = start
        while end < last, !ByteClass.space.contains(bytes[end]) {
            // In a shell these end a word, in a string of a program an escape does.
            if bare == .word, ByteClass("\"'`;|&<>,)").contains(bytes[end]) || isEscape(bytes, at: end) { break }
            end += 1
        }
        // More words on the line make a sentence, unless a comment follows.
        if bare == .line, end < last {
            let next = TextScan.skip(.blank, bytes, from: end)
            let isLast = next >= bytes.count || ByteClass("\r\n#;").contains(bytes[next]) || isFlow(bytes, start, end)
            guard isLast else { return nil }
        }
        while end > start, ByteClass(",;").contains(bytes[end - 1]) { end -= 1 }
        // The brackets of a YAML mapping on one line.
        if end > start, ByteClass("}]").contains(bytes[end - 1]),
            !bytes[start..<end].contains(where: ByteClass("{[").contains)
        {
            while end > start, ByteClass("}]").contains(bytes[end - 1]) { end -= 1 }
        }
        let value = bytes[start..<end]
        guard let first = value.first, !ByteClass("&*!{[(<").contains(first) else { return nil }
        // A call or an element is an expression.
        let isCall =
            value.firstIndex(where: ByteClass("([").contains).map { ByteClass.word.contains(bytes[$0 - 1]) } ?? false
        return isCall ? nil : SettingValue(range: start..<end, isQuoted: false)
    }

    private static func isEscape(_ bytes: [UInt8], at index: Int) -> Bool {
        bytes[index] == UInt8(ascii: "\\") && index + 1 < bytes.count && ByteClass("nrt\"'").contains(bytes[index + 1])
    }

    /// Whether the value ends with a comma: `{user: paint, password: …, port: 1}`.
    private static func isFlow(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Bool {
        end > start && ByteClass(",;}").contains(bytes[end - 1])
    }
}
