/// Takes a POSIX shell's command line apart (XCU §2.2, §2.6), as far as people write curl commands.
///
/// A variable of the shell (`$TOKEN`, `${TOKEN}`) can't be known here. It is kept, as a mark around its name, and becomes
/// a place of the environment in the scenario.
struct ShellWords {
    /// Bytes of a command at most.
    static let maximumBytes = 1 << 20

    /// The words up to the end of the command.
    private(set) var words: [String] = []
    /// Where what follows the command begins: a pipe, a redirection, another command.
    private(set) var end: Int?

    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var word: String.UnicodeScalarView?

    /// Takes a command line apart, or says what is wrong with it and at which character, counted from 1.
    init(_ line: String) throws(InvalidSource) { try self.init(Array(line.unicodeScalars), from: 0) }

    /// Takes the command that begins at the character apart.
    init(_ scalars: [Unicode.Scalar], from start: Int) throws(InvalidSource) {
        self.scalars = scalars
        index = start
        guard scalars.count <= Self.maximumBytes else {
            throw InvalidSource("curl", "the command is larger than 1 MiB")
        }
        if start > 0 {
            try split()
            return
        }
        if let position = scalars.firstIndex(where: { $0.value == 0 || 0x10FFF0...0x10FFF1 ~= $0.value }) {
            throw Self.error(position, "the command holds a character that no text has")
        }
        try split()
    }

    private static func error(_ index: Int, _ message: String) -> InvalidSource {
        InvalidSource("curl: character \(index + 1)", message)
    }

    private var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private func follows(_ text: String) -> Bool { scalars[index...].starts(with: text.unicodeScalars) }

    private mutating func add(_ scalar: Unicode.Scalar) {
        if word == nil { word = .init() }
        word?.append(scalar)
    }

    private mutating func endWord() {
        if let word { words.append(String(word)) }
        word = nil
    }

    private mutating func split() throws(InvalidSource) {
        while let scalar = next {
            switch scalar {
            case " ", "\t": endWord()
            case "\n", "\r":
                endWord()
                // A line break ends the command, once there is one.
                if !words.isEmpty {
                    end = index
                    return
                }
            case "'": try singleQuotes()
            case "\"": try doubleQuotes()
            case "\\":
                try backslash(isQuoted: false)
                continue
            case "$":
                try dollar(isQuoted: false)
                continue
            case "`": throw Self.error(index, "commands in a command can't be imported: put in what it gives")
            case "|", ";", "&", ">", "<", "(", ")":
                endOfCommand()
                return
            case "#" where word == nil:
                // A comment, to the end of the line.
                while next != nil, next != "\n" { index += 1 }
                continue
            default: add(scalar)
            }
            index += 1
        }
        endWord()
    }

    /// A number before a redirection belongs to it: `2>/dev/null`.
    private mutating func endOfCommand() {
        let isRedirection = next == ">" || next == "<"
        if isRedirection, let word, word.allSatisfy({ "0"..."9" ~= $0 }) { self.word = nil }
        endWord()
        end = index
    }

    private mutating func singleQuotes() throws(InvalidSource) {
        let start = index
        index += 1
        word = word ?? .init()
        while let scalar = next, scalar != "'" {
            add(scalar)
            index += 1
        }
        if next == nil { throw Self.error(start, "a quote ' is not closed") }
    }

    private mutating func doubleQuotes() throws(InvalidSource) {
        let start = index
        index += 1
        word = word ?? .init()
        while let scalar = next, scalar != "\"" {
            switch scalar {
            case "\\": try backslash(isQuoted: true)
            case "$": try dollar(isQuoted: true)
            case "`": throw Self.error(index, "commands in a command can't be imported: put in what it gives")
            default:
                add(scalar)
                index += 1
            }
        }
        if next == nil { throw Self.error(start, "a quote \" is not closed") }
    }

    /// Inside double quotes a backslash stands for itself before most characters (XCU §2.2.3).
    private mutating func backslash(isQuoted: Bool) throws(InvalidSource) {
        let start = index
        index += 1
        guard let scalar = next else { throw Self.error(start, "a backslash at the end of the command") }
        if scalar == "\r", index + 1 < scalars.count, scalars[index + 1] == "\n" {
            index += 2
            return
        }
        index += 1
        if scalar == "\n" { return }
        if isQuoted, !["$", "`", "\"", "\\"].contains(scalar) { add("\\") }
        add(scalar)
    }

    // MARK: - Dollar

    private mutating func dollar(isQuoted: Bool) throws(InvalidSource) {
        let start = index
        if follows("$(") {
            throw Self.error(start, "commands in a command can't be imported: put in what it gives")
        }
        if follows("$'"), !isQuoted {
            index += 2
            try ansiQuotes(start)
            return
        }
        if follows("$\""), !isQuoted {
            // A translated text; the shell of most people leaves it as it is.
            index += 1
            return
        }
        let isBraced = follows("${")
        index += isBraced ? 2 : 1
        var name = ""
        while let scalar = next, Self.isName(scalar, isFirst: name.isEmpty) {
            name.unicodeScalars.append(scalar)
            index += 1
        }
        if isBraced {
            guard !name.isEmpty, next == "}" else {
                throw Self.error(start, "of the shell's variables only $NAME and ${NAME} can be imported")
            }
            index += 1
        }
        guard !name.isEmpty else {
            // A lone dollar is a character.
            add("$")
            return
        }
        add(ShellMark.start)
        for scalar in name.unicodeScalars { add(scalar) }
        add(ShellMark.end)
    }

    private static func isName(_ scalar: Unicode.Scalar, isFirst: Bool) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "_": true
        case "0"..."9": !isFirst
        default: false
        }
    }

    /// `$'…'` with the escapes of C (XCU §2.2.4).
    private mutating func ansiQuotes(_ start: Int) throws(InvalidSource) {
        word = word ?? .init()
        var bytes: [UInt8] = []
        func number(_ digits: Int, radix: Int) -> UInt32? {
            var text = ""
            while text.count < digits, let scalar = next, Character(scalar).hexDigitValue.map({ $0 < radix }) ?? false {
                text.unicodeScalars.append(scalar)
                index += 1
            }
            return UInt32(text, radix: radix)
        }
        while let scalar = next, scalar != "'" {
            index += 1
            guard scalar == "\\" else {
                bytes += Array(String(scalar).utf8)
                continue
            }
            guard let escape = next else { break }
            let escapes: [Unicode.Scalar: UInt8] = [
                "a": 7, "b": 8, "e": 27, "E": 27, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 92, "'": 39,
                "\"": 34, "?": 63,
            ]
            if let byte = escapes[escape] {
                bytes.append(byte)
                index += 1
            } else if "0"..."7" ~= escape {
                bytes.append(UInt8(truncatingIfNeeded: number(3, radix: 8) ?? 0))
            } else if escape == "x" || escape == "u" || escape == "U" {
                index += 1
                let value = number(escape == "x" ? 2 : escape == "u" ? 4 : 8, radix: 16)
                guard let value else { throw Self.error(index - 1, "expected hexadecimal digits after \\\(escape)") }
                if escape == "x" {
                    bytes.append(UInt8(truncatingIfNeeded: value))
                } else {
                    guard let scalar = Unicode.Scalar(value) else {
                        throw Self.error(index - 1, "there is no such character")
                    }
                    bytes += Array(String(scalar).utf8)
                }
            } else {
                bytes += [92] + Array(String(escape).utf8)
                index += 1
            }
        }
        guard next == "'" else { throw Self.error(start, "a quote $' is not closed") }
        index += 1
        guard let text = String(validating: bytes, as: UTF8.self),
            !text.unicodeScalars.contains(where: { $0.value == 0 || 0x10FFF0...0x10FFF1 ~= $0.value })
        else { throw Self.error(start, "what stands in $'…' is not text") }
        for scalar in text.unicodeScalars { add(scalar) }
    }
}
