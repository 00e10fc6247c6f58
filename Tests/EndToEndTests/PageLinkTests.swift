import Foundation
import TestSupport
import Testing

/// What the pages link to: files and headings of this repository.
@Suite("Links of the pages") struct PageLinkTests {
    private static let pages: [String] = {
        let root = Binary.package.path
        let below = FileManager.default.enumerator(atPath: root + "/docs")?.compactMap { $0 as? String } ?? []
        return ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "reports/sample/README.md"]
            + below.filter { $0.hasSuffix(".md") }.map { "docs/\($0)" }.sorted()
    }()

    private static func text(_ page: String) throws -> String {
        try String(contentsOf: Binary.package.appendingPathComponent(page), encoding: .utf8)
    }

    /// The lines that aren't code.
    private static func prose(_ text: String) -> [String] {
        var isCode = false
        return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).filter { line in
            if line.trimmingCharacters(in: .whitespaces).hasPrefix("```") {
                isCode.toggle()
                return false
            }
            return !isCode
        }
    }

    /// The anchors that a forge makes of headings: lower case, punctuation gone, spaces as hyphens.
    private static func anchors(_ text: String) -> Set<String> {
        Set(
            prose(text).filter { $0.hasPrefix("#") }.map { line in
                let heading = line.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces).lowercased()
                return String(
                    heading.compactMap { character -> Character? in
                        if character == " " { return "-" }
                        return character.isLetter || character.isNumber || "-_".contains(character) ? character : nil
                    })
            })
    }

    @Test("lead to files that exist, and to headings in them", arguments: pages)
    func exist(page: String) throws {
        let text = try Self.text(page)
        let folder = Binary.package.appendingPathComponent(page).deletingLastPathComponent()
        for line in Self.prose(text) {
            let shown = line.replacing(#/`[^`]*`/#, with: "")
            for match in shown.matches(of: #/\]\(<?([^)\s>]+)>?[^)]*\)/#) {
                let link = String(match.output.1)
                if link.contains("://") || link.hasPrefix("mailto:") { continue }
                let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                let file =
                    parts[0].isEmpty
                    ? Binary.package.appendingPathComponent(page) : folder.appendingPathComponent(parts[0])
                #expect(FileManager.default.fileExists(atPath: file.path), "\(page): \(link)")
                guard parts.count == 2, file.path.hasSuffix(".md") else { continue }
                let target = try String(contentsOf: file, encoding: .utf8)
                #expect(Self.anchors(target).contains(parts[1]), "\(page): \(link)")
            }
        }
    }

    @Test("no page has a place that is still to be filled", arguments: pages)
    func filled(page: String) throws {
        for line in Self.prose(try Self.text(page)) {
            #expect(line.wholeMatch(of: #/[A-Z]+(_[A-Z]+)+/#) == nil, "\(page): \(line)")
            #expect(!line.contains("TODO") && !line.contains("FIXME"), "\(page): \(line)")
        }
    }
}
