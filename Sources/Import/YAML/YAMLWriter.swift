/// Writes YAML that every reader of versions 1.1 and 1.2 understands alike.
///
/// Texts stand without quotes only where no reader could take them for something else; all others stand in double
/// quotes, with the escapes of YAML 1.2 §5.7.
struct YAMLWriter {
    private(set) var text = ""

    /// The text of a mapping that is a whole document.
    static func document(_ entries: [YAMLNode.Entry], comments: [String]) -> String {
        var writer = YAMLWriter()
        writer.comment(comments, indent: 0)
        for (index, entry) in entries.enumerated() {
            if case .mapping = entry.value, index > 0 { writer.text += "\n" }
            if case .list = entry.value, index > 0 { writer.text += "\n" }
            writer.entry(entry, indent: 0)
        }
        return writer.text
    }

    /// The text of one element of a list.
    static func item(_ item: YAMLNode.Item, indent: Int) -> String {
        var writer = YAMLWriter()
        writer.item(item, indent: indent)
        return writer.text
    }

    // MARK: - Blocks

    private mutating func comment(_ lines: [String], indent: Int) {
        for line in lines {
            text += spaces(indent) + (line.isEmpty ? "#" : "# \(Self.commentLine(line))") + "\n"
        }
    }

    private mutating func entry(_ entry: YAMLNode.Entry, indent: Int) {
        comment(entry.comments, indent: indent)
        text += spaces(indent)
        keyAndValue(entry, indent: indent)
    }

    /// From the key on; what follows in lines of its own is indented.
    private mutating func keyAndValue(_ entry: YAMLNode.Entry, indent: Int) {
        text += Self.scalar(entry.key, isInline: true, isKey: true) + ":"
        value(entry.value, indent: indent)
    }

    private mutating func value(_ value: YAMLNode, indent: Int) {
        if let line = Self.line(value) {
            text += " \(line)\n"
            return
        }
        text += "\n"
        block(value, indent: indent + 2)
    }

    private mutating func block(_ value: YAMLNode, indent: Int) {
        switch value {
        case .list(let items): for item in items { self.item(item, indent: indent) }
        case .mapping(let entries): for entry in entries { self.entry(entry, indent: indent) }
        case .text, .plain, .inline: break
        }
    }

    private mutating func item(_ item: YAMLNode.Item, indent: Int) {
        comment(item.comments, indent: indent)
        text += spaces(indent) + "-"
        switch item.value {
        case .mapping(let entries) where !entries.isEmpty:
            // The first key stands beside the dash.
            text += " "
            keyAndValue(entries[0], indent: indent + 2)
            for entry in entries.dropFirst() { self.entry(entry, indent: indent + 2) }
        default: value(item.value, indent: indent)
        }
    }

    private func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }

    // MARK: - Lines

    /// The value where it fits in a line.
    private static func line(_ value: YAMLNode) -> String? {
        switch value {
        case .text(let text): return scalar(text, isInline: false)
        case .plain(let text): return text
        case .list(let items): return items.isEmpty ? "[]" : nil
        case .mapping(let entries): return entries.isEmpty ? "{}" : nil
        case .inline(let entries):
            let parts = entries.map { entry -> String in
                let value =
                    switch entry.value {
                    case .text(let text): scalar(text, isInline: true)
                    case .plain(let text): text
                    case .list, .mapping, .inline: "null"
                    }
                return "\(scalar(entry.key, isInline: true, isKey: true)): \(value)"
            }
            return "{\(parts.joined(separator: ", "))}"
        }
    }

    /// The text with quotes where it needs them.
    static func scalar(_ text: String, isInline: Bool, isKey: Bool = false) -> String {
        isPlain(text, isInline: isInline, isKey: isKey) ? text : quoted(text)
    }

    private static let words: Set<String> = [
        "null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf",
    ]

    /// True for a text that stands without quotes: conservative, so that dates, `yes` and 12:30 are texts everywhere.
    private static func isPlain(_ text: String, isInline: Bool, isKey: Bool) -> Bool {
        let scalars = Array(text.unicodeScalars)
        guard let first = scalars.first, let last = scalars.last, scalars.count <= 1000 else { return false }
        guard isLetter(first) || first == "/" || first == "$" || first == "_" || isQuantity(text) else { return false }
        if words.contains(text.lowercased()) || last == " " || last == ":" { return false }
        for (index, scalar) in scalars.enumerated() {
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", "/", "$", "?", "=", "&", "%", "+", "*", "@", "!",
                "(", ")", ";", "~", "<", ">", "|", "^":
                continue
            case "{", "}", "[", "]", ",":
                if isInline { return false }
            case " ": if isKey || scalars[index + 1] == "#" { return false }
            // Also refused where a reader of flow style might take it for a key.
            case ":": if isInline || scalars[index + 1] == " " { return false }
            default: return false
            }
        }
        return true
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        "a"..."z" ~= scalar || "A"..."Z" ~= scalar
    }

    /// `10s`, `10/s` and `200..299` are the language's own and no numbers of YAML.
    private static func isQuantity(_ text: String) -> Bool {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let rest = text.dropFirst(digits.count)
        guard !digits.isEmpty else { return false }
        if ["s", "ms", "/s"].contains(String(rest)) { return true }
        return rest.hasPrefix("..") && rest.count > 2 && rest.dropFirst(2).allSatisfy { $0.isASCII && $0.isNumber }
    }

    /// The text in double quotes.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default:
                if isPrintable(scalar) {
                    result.unicodeScalars.append(scalar)
                } else {
                    result += escape(scalar)
                }
            }
        }
        return result + "\""
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        func padded(_ count: Int) -> String { String(repeating: "0", count: count - digits.count) + digits }
        return scalar.value < 0x100
            ? "\\x\(padded(2))" : scalar.value < 0x10000 ? "\\u\(padded(4))" : "\\U\(padded(8))"
    }

    /// YAML 1.2 §5.1, without line breaks and byte order marks, and without what turns the direction of writing: a
    /// reader must see what is there.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E, 0xA0...0x200A, 0x2010...0x2027, 0x2030...0x205F, 0x2070...0xD7FF, 0xE000...0xFDCF,
            0xFDF0...0xFEFE, 0xFF00...0xFFEF, 0x10000...0x10FFFF:
            !scalar.properties.isNoncharacterCodePoint
        default: false
        }
    }

    /// A comment in one line; what can't be printed is left out.
    private static func commentLine(_ line: String) -> String {
        String(String.UnicodeScalarView(line.unicodeScalars.map { isPrintable($0) ? $0 : " " }.prefix(400)))
    }
}
