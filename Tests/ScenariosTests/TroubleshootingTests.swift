import Foundation
import TestSupport
import Testing

@Suite struct TroubleshootingTests {
    private static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// All sources, texts that are put together of several put together.
    private static func sources() throws -> String {
        let folder = package.appendingPathComponent("Sources")
        let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        let texts = try files.filter { $0.hasSuffix(".swift") }.sorted().map {
            try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8)
        }
        return texts.joined().replacing(/"\s*\+\s*"/, with: "")
    }

    @Test("every text that the page explains is one that the sources have")
    func texts() throws {
        let page = try String(
            contentsOf: Self.package.appendingPathComponent("docs/troubleshooting.md"), encoding: .utf8)
        let sources = try Self.sources()
        let headings = page.split(separator: "\n").filter { $0.hasPrefix("### ") }
        #expect(headings.count >= 40)
        for heading in headings {
            let text = heading.dropFirst(4).trimmingCharacters(in: CharacterSet(charactersIn: "` "))
            // … stands for what differs. What is left between is looked for as it is.
            let parts = text.components(separatedBy: "…").map { $0.trimmingCharacters(in: .whitespaces) }
                .filter { $0.count > 2 }
            #expect(!parts.isEmpty, "\(heading)")
            for part in parts {
                let isThere = sources.contains(part)
                #expect(isThere, "\(heading): \(part)")
            }
        }
    }
}
