import Foundation
import TestSupport
import Testing

@testable import Scenarios

@Suite struct DocumentationTests {
    /// The pages that explain keys.
    static let pages =
        ["scenario-language.md", "probes.md"]
        + ["README", "rate-limit", "cache", "headers", "cors", "input", "credentials", "secrets"].map {
            "verifications/\($0).md"
        }

    @Test("Every scenario of the documentation is valid", arguments: pages + ["tutorial.md"])
    func examples(name: String) throws {
        let page = try documentation(name)
        let folder = try TemporaryFolder()
        let blocks = page.components(separatedBy: "\n```")
        if let csv = blocks.first(where: { $0.hasPrefix("csv\n") }) {
            try folder.write("estimates.csv", String(csv.dropFirst(4)))
        }
        for name in ["ca.pem", "client.pem", "client.key"] { try folder.write("certs/\(name)", "-") }
        // Other pages show parts of scenarios, too.
        let scenarios = blocks.filter { $0.hasPrefix("yaml\nname: ") }.map { String($0.dropFirst(5)) }
        #expect(scenarios.count >= (name == "scenario-language.md" ? 20 : 1))
        for scenario in scenarios {
            #expect(problems(scenario, file: folder.path + "/s.yaml") == [], "\(scenario)")
        }
    }

    @Test("Every key that a table tells of is there", arguments: pages)
    func tables(name: String) throws {
        let known = Set(KeyTable.all.flatMap { $0.keys.map(\.name) })
        var isKeys = false
        var told = 0
        for line in try documentation(name).components(separatedBy: "\n") {
            guard line.hasPrefix("|") else {
                isKeys = false
                continue
            }
            let cell = line.split(separator: "|", omittingEmptySubsequences: false)[1].trimmingCharacters(
                in: .whitespaces)
            if cell == "key" { isKeys = true }
            guard isKeys else { continue }
            for key in cell.matches(of: /`([^`]+)`/).map({ String($0.1) }) {
                #expect(known.contains(key), "\(line)")
                told += 1
            }
        }
        #expect(told > 0 || name == "verifications/README.md")
    }

    @Test("Every section of the language shows a whole scenario")
    func sections() throws {
        let sections = try documentation("scenario-language.md").components(separatedBy: "\n## ").dropFirst()
        // These tell of others, or of what is not in a file.
        let without = ["The file's keys", "verify", "Without a file"]
        #expect(sections.count > 25)
        for section in sections {
            let title = String(section.prefix { $0 != "\n" })
            #expect(section.contains("\n```yaml\nname: ") || without.contains(title), "\(title)")
        }
    }

    @Test("Every key is told of")
    func keys() throws {
        let pages = try Self.pages.map(documentation).joined()
        for table in KeyTable.all {
            for key in table.keys {
                let isTold = pages.contains("`\(key.name)`") || pages.contains("\(key.name): ")
                #expect(isTold, "\(table.name).\(key.name)")
            }
        }
    }

    @Test("docs/keys.md is what the declarations of the keys say (make docs)")
    func keyPage() throws {
        let folder = try TemporaryFolder()
        let schema = try folder.write("schema.json", ScenarioSchema.json(.all))
        let made = try Binary.shell("scripts/key-page < '\(schema)'")
        #expect(made.code == 0, "\(made.errors)")
        let page = try documentation("keys.md")
        // Line by line, so that a difference can be read.
        let (old, new) = (page.split(separator: "\n"), made.output.split(separator: "\n"))
        for line in new where !old.contains(line) { Issue.record("missing in docs/keys.md: \(line)") }
        for line in old where !new.contains(line) { Issue.record("no longer true in docs/keys.md: \(line)") }
        #expect(page == made.output)
    }
}
