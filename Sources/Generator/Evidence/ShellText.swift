import Scenarios

/// Words of a POSIX shell's command. Secrets in them are variables that whoever repeats the command gives values to.
struct ShellText {
    private let secrets: Secrets
    /// What is shown for a secret, and its variable.
    private let names: [(label: String, name: String)]
    /// The variables that were used, in their order.
    private(set) var variables: [String] = []

    init(_ secrets: Secrets) {
        self.secrets = secrets
        var names: [(label: String, name: String)] = []
        // The longest first, so that none is taken for the beginning of another.
        for label in secrets.labels.sorted(by: { $0.utf8.count > $1.utf8.count }) {
            var name = Self.variable(label)
            var number = 2
            while names.contains(where: { $0.name == name }) {
                name = "\(Self.variable(label))_\(number)"
                number += 1
            }
            names.append((label, name))
        }
        self.names = names
    }

    /// A word for a text. What stands for a secret becomes a variable; of one that was sent in another coding, such as
    /// base64, the variable's name says so: its value is what was sent.
    mutating func word(_ text: String) -> String {
        let redacted = secrets.redact(text)
        if ShellWord.isPlain(redacted), !holdsLabel(redacted) { return redacted }
        return parts(of: redacted, from: text).map { part in
            switch part {
            case .text(let text) where text.unicodeScalars.contains(where: Self.acts):
                // What a command prints loses the line breaks at its end, which no field and no URL has.
                "\"$(printf '\(Self.escaped(Array(text.utf8)))')\""
            case .text(let text): ShellWord.inQuotes(text)
            case .variable(let name): "\"$\(name)\""
            }
        }.joined()
    }

    /// A word for a value that is hidden, whatever it is.
    mutating func variable(_ name: String) -> String {
        let name = Self.variable(name)
        if !variables.contains(name) { variables.append(name) }
        return "\"$\(name)\""
    }

    /// Options that send a body, and the command that makes it, where a word can't hold it.
    mutating func body(_ bytes: [UInt8]) -> (maker: String?, options: [String]) {
        let text = String(validating: bytes, as: UTF8.self)
        if let text, !text.unicodeScalars.contains(where: Self.acts) { return (nil, ["--data-raw", word(text)]) }
        let redacted = secrets.redact(bytes)
        var format = ""
        if let text = String(validating: redacted, as: UTF8.self) {
            for part in parts(of: text, from: String(decoding: bytes, as: UTF8.self)) {
                switch part {
                case .text(let text): format += "'\(Self.escaped(Array(text.utf8)))'"
                case .variable(let name): format += "\"$\(name)\""
                }
            }
        } else {
            format = "'\(Self.escaped(redacted))'"
        }
        return ("printf \(format)", ["--data-binary", "@-"])
    }

    // MARK: Secrets

    private enum Part {
        case text(String)
        case variable(String)
    }

    private func holdsLabel(_ text: String) -> Bool { names.contains { text.contains($0.label) } }

    private mutating func parts(of redacted: String, from original: String) -> [Part] {
        var parts: [Part] = []
        var rest = redacted[...]
        func next() -> (range: Range<Substring.Index>, entry: (label: String, name: String))? {
            names.lazy.compactMap { entry in rest.firstRange(of: entry.label).map { ($0, entry) } }
                .min { $0.0.lowerBound < $1.0.lowerBound }
        }
        while let (range, entry) = next() {
            if range.lowerBound > rest.startIndex { parts.append(.text(String(rest[..<range.lowerBound]))) }
            let name = secrets.stands(entry.label, in: original) ? entry.name : entry.name + "_AS_SENT"
            if !variables.contains(name) { variables.append(name) }
            parts.append(.variable(name))
            rest = rest[range.upperBound...]
        }
        if !rest.isEmpty || parts.isEmpty { parts.append(.text(String(rest))) }
        return parts
    }

    /// `${env:TOKEN}` is TOKEN, `${aws-secret:database#password}` DATABASE_PASSWORD.
    private static func variable(_ label: String) -> String {
        var text = label[...]
        if text.hasPrefix("${"), text.hasSuffix("}") {
            text = text.dropFirst(2).dropLast()
            for kind in ["env:", "file:", "aws-secret:"] where text.hasPrefix(kind) {
                text = text.dropFirst(kind.count)
                if let mark = text.firstRange(of: ":-") { text = text[..<mark.lowerBound] }
            }
        }
        let name = String(text.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
        guard name.contains(where: { $0 != "_" }), let first = name.first else { return "SECRET" }
        return first.isNumber ? "_" + name : name
    }

    // MARK: Quoting

    /// True for what a terminal acts on, or what turns a text's direction.
    private static func acts(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7f..<0xa0, 0x200b...0x200f, 0x2028...0x202e, 0x2066...0x2069, 0xfeff: true
        default: false
        }
    }

    /// Bytes as `printf` (POSIX) makes them of its format, within single quotes.
    private static func escaped(_ bytes: [UInt8]) -> String {
        var text = ""
        var decoder = UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        func octal(_ byte: UInt8) {
            let digits = String(byte, radix: 8)
            text += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
        }
        while true {
            switch decoder.parseScalar(from: &iterator) {
            case .valid(let scalar):
                let scalar = UTF8.decode(scalar)
                switch scalar {
                case "%": text += "%%"
                case "\\": text += "\\\\"
                case "'": text += "'\\''"
                case "\n": text += "\\n"
                case "\t": text += "\\t"
                case "\r": text += "\\r"
                case _ where acts(scalar): for byte in String(Character(scalar)).utf8 { octal(byte) }
                default: text.unicodeScalars.append(scalar)
                }
            case .error:
                return bytes.reduce(into: "") { result, byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
                        result.unicodeScalars.append(Unicode.Scalar(byte))
                    default:
                        let digits = String(byte, radix: 8)
                        result += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
                    }
                }
            case .emptyInput: return text
            }
        }
    }
}
