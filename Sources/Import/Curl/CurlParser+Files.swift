import Foundation
import Scenarios

/// Files that a command sends, and what stands in them.
extension CurlParser {
    /// The largest file whose text becomes part of a scenario.
    private static let maximumBytes = 256 << 10

    /// The path of a file that is there: a scenario is read with its files.
    mutating func file(_ path: String, at position: Int) -> String? {
        guard !ShellVariables.hasVariable(path) else {
            problem("a file whose name is a variable can't be imported: put in its name", at: position)
            return nil
        }
        guard path != "-", !path.isEmpty else {
            problem("standard input can't be imported: name a file", at: position)
            return nil
        }
        guard FileManager.default.isReadableFile(atPath: path) else {
            problem("the file \(quoted(path)) can't be read: a scenario needs it, too", at: position)
            return nil
        }
        return path
    }

    /// The text of a file.
    mutating func content(of path: String, at position: Int) -> String? {
        do throws(SourceFile.Unreadable) {
            if case .success(let text) = SourceFile.text(try SourceFile.read(path, maximumBytes: Self.maximumBytes)) {
                return text
            }
            problem("the file \(quoted(path)) is not text", at: position)
        } catch {
            problem("the file \(quoted(path)) can't be read: \(error.reason)", at: position)
        }
        return nil
    }

    // MARK: - Forms

    /// `name=content`, `name=@file`, `name=<file`, each with `;type=…`, `;filename=…` behind it.
    mutating func form(_ value: String, shown: String, at position: Int) {
        guard let equals = value.firstIndex(of: "="), equals > value.startIndex else {
            problem("\(shown) wants NAME=CONTENT", at: position)
            return
        }
        let name = String(value[..<equals])
        var rest = value[value.index(after: equals)...]
        let sign = rest.first
        if sign == "@" || sign == "<" { rest = rest.dropFirst() }
        let (content, remainder) = Self.quotedPiece(rest)
        var part = ScenarioDraft.Part(name: name, value: TemplateText(content))
        for (attribute, text) in Self.attributes(remainder) {
            switch attribute {
            case "type": part.type = text
            case "filename": part.fileName = text
            default: leave(out: "\(shown): \(attribute) of the field \(StepNames.fit(name, otherwise: "?"))")
            }
        }
        switch sign {
        case "@":
            guard !content.contains(",") || FileManager.default.fileExists(atPath: content) else {
                problem("\(shown): several files in one field can't be imported", at: position)
                return
            }
            guard let path = file(content, at: position) else { return }
            (part.file, part.value) = (path, TemplateText())
        case "<":
            guard let path = file(content, at: position), let text = self.content(of: path, at: position) else {
                return
            }
            part.value = TemplateText(text)
        default: break
        }
        add(part, at: position)
    }

    /// `--form-string name=content`: as it is.
    mutating func formText(_ value: String, at position: Int) {
        guard let equals = value.firstIndex(of: "="), equals > value.startIndex else {
            problem("--form-string wants NAME=CONTENT", at: position)
            return
        }
        let text = String(value[value.index(after: equals)...])
        add(ScenarioDraft.Part(name: String(value[..<equals]), value: TemplateText(text)), at: position)
    }

    /// What stands before `;`, or between quotes, and what follows it.
    private static func quotedPiece(_ text: Substring) -> (String, Substring) {
        guard text.first == "\"" else {
            // Only what looks like an attribute ends a value: a text may hold semicolons.
            var end = text.startIndex
            while end < text.endIndex {
                if text[end] == ";", isAttribute(text[end...].dropFirst()) { break }
                end = text.index(after: end)
            }
            return (String(text[..<end]), text[end...])
        }
        var result = ""
        var index = text.index(after: text.startIndex)
        while index < text.endIndex, text[index] != "\"" {
            if text[index] == "\\", text.index(after: index) < text.endIndex { index = text.index(after: index) }
            result.append(text[index])
            index = text.index(after: index)
        }
        return (result, index < text.endIndex ? text[text.index(after: index)...] : "")
    }

    private static func isAttribute(_ text: Substring) -> Bool {
        let trimmed = text.drop { $0 == " " }
        return ["type=", "filename=", "headers=", "encoder=", "format="].contains { trimmed.hasPrefix($0) }
    }

    /// `;type=text/plain;charset=utf-8;filename="a b"`: a type may have parameters of its own.
    private static func attributes(_ text: Substring) -> [(name: String, value: String)] {
        var result: [(String, String)] = []
        var rest = text
        while rest.first == ";" {
            rest = rest.dropFirst().drop { $0 == " " }
            guard let equals = rest.firstIndex(of: "=") else { break }
            let name = String(rest[..<equals])
            let (value, remainder) = quotedPiece(rest[rest.index(after: equals)...])
            result.append((name, value))
            rest = remainder
        }
        return result
    }

    /// `[+]host:port:address[,address]`
    mutating func resolve(_ value: String, shown: String, at position: Int) {
        let parts = value.drop { $0 == "+" }.split(separator: ":", maxSplits: 2).map(String.init)
        guard parts.count == 3, !value.hasPrefix("-"), parts[0] != "*" else {
            leave(out: "\(shown): only HOST:PORT:ADDRESS can be kept")
            return
        }
        let address = parts[2].split(separator: ",").first.map(String.init) ?? ""
        let plain = address.filter { $0 != "[" && $0 != "]" }
        add(.init(name: "\(parts[0]):\(parts[1])", value: TemplateText(plain)))
    }
}
