import Foundation
import Testing

/// The folders of a module are its storeys: their files name types of each other in one direction only. What lies in the module's
/// own folder belongs to none of them.
@Suite("Folders inside a module") struct FolderTests {
    /// Steps of circles that stay, each with its reason.
    private static let allowed = [
        // A declared verification holds its rule, which is a kind's own type, and a kind is read by keys.
        "Scenarios: Values -> Keys",
        // A probe holds its format, which is a kind's own type, and the scenario's kinds name the formats.
        "Scenarios: Values -> ProbeFormats",
    ]

    /// The reference target is left out: it is a fixture of one piece.
    private static let apart: Set<String> = ["PaintboxTarget", "paintbox-target"]

    private struct File {
        var folder: String
        /// Names with a capital letter, as far as they stand in code.
        var names: Set<String> = []
        /// Types that are declared outside of any other, and all that are declared.
        var declared: Set<String> = []
        var nested: Set<String> = []
    }

    @Test("name each other in no circle") func circles() throws {
        var found: Set<String> = []
        for (module, files) in try modules() {
            let edges = Self.edges(files)
            for (folder, others) in edges {
                for other in others where Self.reaches(folder, from: other, edges) {
                    found.insert("\(module): \(folder) -> \(other)")
                }
            }
        }
        // A circle is gone with one of its steps: only those that no allowed step explains are told.
        let left = try modules().flatMap { module, files -> [String] in
            var edges = Self.edges(files)
            for step in Self.allowed where step.hasPrefix("\(module): ") {
                let ends = step.dropFirst("\(module): ".count).components(separatedBy: " -> ")
                edges[ends[0]]?.remove(ends[1])
            }
            return edges.flatMap { folder, others in
                others.filter { Self.reaches(folder, from: $0, edges) }.map { "\(module): \(folder) -> \($0)" }
            }
        }
        #expect(left.sorted() == [])
        // Nothing is allowed that is not there.
        #expect(Set(Self.allowed).subtracting(found) == [])
    }

    /// Which folders name types of which others.
    private static func edges(_ files: [File]) -> [String: Set<String>] {
        var owners: [String: Set<String>] = [:]
        var nested: [String: Set<String>] = [:]
        for file in files {
            for name in file.declared { owners[name, default: []].insert(file.folder) }
            nested[file.folder, default: []].formUnion(file.nested)
        }
        var edges: [String: Set<String>] = [:]
        for file in files where !file.folder.isEmpty {
            // What a folder declares inside its own types is meant there.
            for name in file.names.subtracting(nested[file.folder] ?? []) {
                guard let owner = owners[name], owner.count == 1, let other = owner.first, !other.isEmpty,
                    other != file.folder
                else { continue }
                edges[file.folder, default: []].insert(other)
            }
        }
        return edges
    }

    private static func reaches(_ goal: String, from start: String, _ edges: [String: Set<String>]) -> Bool {
        var seen: Set<String> = []
        var waiting = [start]
        while let next = waiting.popLast() {
            if next == goal { return true }
            guard seen.insert(next).inserted else { continue }
            waiting += edges[next] ?? []
        }
        return false
    }

    /// The files of each module by its folder; the kinds of verification are modules of their own.
    private func modules() throws -> [String: [File]] {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Sources")
        let found = try #require(FileManager.default.enumerator(atPath: sources.path))
        var modules: [String: [File]] = [:]
        for case let path as String in found where path.hasSuffix(".swift") {
            var parts = path.split(separator: "/").map(String.init)
            var module = parts.removeFirst()
            if module == "Verifications" { module += "/\(parts.removeFirst())" }
            guard !Self.apart.contains(module) else { continue }
            var file = File(folder: parts.count > 1 ? parts[0] : "")
            Self.read(Array(try Data(contentsOf: sources.appendingPathComponent(path))), into: &file)
            modules[module, default: []].append(file)
        }
        #expect(modules.count > 20)
        return modules
    }

    /// Goes through the words of a file, without comments and texts.
    private static func read(_ bytes: [UInt8], into file: inout File) {
        let declaring: Set = ["struct", "class", "enum", "protocol", "actor", "typealias"]
        var index = 0
        var depth = 0
        var last = ""
        func skip(past end: [UInt8]) {
            while index < bytes.count, !bytes[index...].starts(with: end) { index += 1 }
            index += end.count
        }
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "/") where index + 1 < bytes.count && bytes[index + 1] == byte:
                while index < bytes.count, bytes[index] != 10 { index += 1 }
            case UInt8(ascii: "#") where bytes[index...].starts(with: Array("#\"".utf8)):
                index += 2
                skip(past: Array("\"#".utf8))
            case UInt8(ascii: "\"") where bytes[index...].starts(with: Array("\"\"\"".utf8)):
                index += 3
                skip(past: Array("\"\"\"".utf8))
            case UInt8(ascii: "\""):
                index += 1
                while index < bytes.count, bytes[index] != byte, bytes[index] != 10 {
                    index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
                }
                index += 1
            case UInt8(ascii: "{"):
                depth += 1
                index += 1
            case UInt8(ascii: "}"):
                depth -= 1
                index += 1
            default:
                let start = index
                while index < bytes.count, isWord(bytes[index]) { index += 1 }
                guard index > start else {
                    index += 1
                    continue
                }
                let word = String(decoding: bytes[start..<index], as: UTF8.self)
                if word.first?.isUppercase ?? false {
                    file.names.insert(word)
                    if declaring.contains(last) {
                        file.nested.insert(word)
                        if depth == 0 { file.declared.insert(word) }
                    }
                }
                last = word
            }
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
