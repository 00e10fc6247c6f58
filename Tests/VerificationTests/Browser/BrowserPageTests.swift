import Foundation
import Scenarios
import Testing

@testable import BrowserVerification

/// The pages `docs/verifications/headers.md` and `cors.md` say what the tables say.
@Suite("Pages of headers and cors")
struct BrowserPageTests {
    private func page(_ name: String) throws -> String {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        return try String(contentsOf: root.appendingPathComponent("docs/verifications/\(name).md"), encoding: .utf8)
    }

    /// The rows of the tables whose first cell is a check's label.
    private func rows(_ page: String) -> [String] {
        let section = page.components(separatedBy: "## The checks").last ?? ""
        return section.split(separator: "\n").map(String.init).filter { $0.hasPrefix("| `") }
    }

    @Test("Every check of headers has its row, and every row its check")
    func headers() throws {
        let expected = HeaderCheck.all.map { check in
            "| `\(check.name.rawValue)` | \(check.expected) | \(check.owasp?.rawValue ?? "–") | "
                + "\(check.observatory?.rawValue ?? "–") | \(check.advice) | \(check.source) |"
        }
        let rows = rows(try page("headers"))
        #expect(rows == expected)
    }

    @Test("Every check of cors has its row, and every row its check")
    func cors() throws {
        let expected = CORSCheck.all.map { check in
            "| `\(check.name.rawValue)` | \(check.expected) | \(check.advice) | \(check.source) |"
        }
        let rows = rows(try page("cors"))
        #expect(rows == expected)
    }

    @Test("Every example of the pages is a valid scenario, and every key is told of", arguments: ["headers", "cors"])
    func examples(_ name: String) throws {
        let page = try page(name)
        let examples = page.components(separatedBy: "\n```").filter { $0.hasPrefix("yaml\n") }
        #expect(examples.count >= 4)
        for example in examples {
            let text = String(example.dropFirst(5))
            let scenario = try ScenarioReader(environment: [:], kinds: .of(HeaderRule.self, CORSRule.self)).read(
                text, file: "page.yaml")
            #expect(scenario.verifications.contains { $0.kind == name }, "\(text)")
        }
        let schema =
            try JSONSerialization.jsonObject(with: Data(ScenarioSchema.json(.of(HeaderRule.self, CORSRule.self)).utf8))
            as? [String: Any]
        let definitions = try #require(schema?["$defs"] as? [String: [String: Any]])
        let keys = try #require(definitions[name]?["properties"] as? [String: Any]).keys
        for key in keys { #expect(page.contains("`\(key)`"), "\(key)") }
    }
}
