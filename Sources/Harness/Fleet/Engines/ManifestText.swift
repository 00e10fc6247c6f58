import Scenarios

/// A value of a manifest.
indirect enum ManifestValue {
    case text(String)
    case number(Int)
    case truth(Bool)
    case list([ManifestValue])
    case mapping([(String, ManifestValue)])

    /// Nothing where the text is nil.
    static func members(_ members: (String, ManifestValue?)...) -> ManifestValue {
        .mapping(members.compactMap { name, value in value.map { (name, $0) } })
    }
}

/// Writes manifests in YAML that every reader understands alike: texts stand in double quotes as in JSON, which YAML 1.2 takes
/// as they are (§1.3), or, where they have lines and nothing odd, as literal blocks (§8.1.2), which people can read.
enum ManifestText {
    /// The documents, each behind its mark.
    static func text(_ documents: [ManifestValue]) -> String {
        documents.map { "---\n" + block($0, indent: 0) }.joined()
    }

    private static func block(_ value: ManifestValue, indent: Int) -> String {
        let space = String(repeating: " ", count: indent)
        switch value {
        case .mapping(let members):
            return members.map { name, value in "\(space)\(key(name)):\(behind(value, indent: indent))" }.joined()
        case .list(let values):
            return values.map { value in
                if case .mapping(let members) = value, !members.isEmpty {
                    // The first key stands beside the dash.
                    return "\(space)- " + block(value, indent: indent + 2).dropFirst(indent + 2)
                }
                return "\(space)-\(behind(value, indent: indent))"
            }.joined()
        default: return space + scalar(value) + "\n"
        }
    }

    /// What stands behind a colon or a dash.
    private static func behind(_ value: ManifestValue, indent: Int) -> String {
        switch value {
        case .mapping(let members): members.isEmpty ? " {}\n" : "\n" + block(value, indent: indent + 2)
        case .list(let values): values.isEmpty ? " []\n" : "\n" + block(value, indent: indent + 2)
        case .text(let text) where isLines(text): literal(text, indent: indent + 2)
        default: " \(scalar(value))\n"
        }
    }

    private static func scalar(_ value: ManifestValue) -> String {
        switch value {
        case .text(let text): isPlain(text) ? text : JSONString.quoted(text)
        case .number(let number): "\(number)"
        case .truth(let truth): "\(truth)"
        case .list, .mapping: ""
        }
    }

    private static func key(_ name: String) -> String {
        isPlain(name) || name.contains("/") ? name : JSONString.quoted(name)
    }

    /// Names of Kubernetes' own, which no reader takes for anything but a text.
    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.first, first.isASCII, first.isLetter else { return false }
        let words = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
        return text.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
        } && !words.contains(text.lowercased())
    }

    /// Whether a text may stand as a literal block: some lines of printable characters, the last of them ended.
    private static func isLines(_ text: String) -> Bool {
        guard text.hasSuffix("\n"), !text.hasSuffix("\n\n"), text.first != " ", text.first != "\n" else { return false }
        return isPrintable(text) && !text.utf8.contains { $0 == 9 || $0 == 13 }
    }

    /// Whether YAML takes all characters of a text as they are (§5.1), and shows them.
    static func isPrintable(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            case 0x09, 0x0A, 0x0D, 0x20..<0x7F, 0xA0..<0x2028, 0x202F..<0x2066, 0x206A..<0xFEFF, 0xFF00..<0xFFFE,
                0x1_0000...0x10_FFFF:
                true
            default: false
            }
        }
    }

    private static func literal(_ text: String, indent: Int) -> String {
        let space = String(repeating: " ", count: indent)
        let lines = text.dropLast().split(separator: "\n", omittingEmptySubsequences: false)
        return " |\n" + lines.map { $0.isEmpty ? "\n" : "\(space)\($0)\n" }.joined()
    }
}
