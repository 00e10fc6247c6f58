import Foundation
import Testing

@testable import Scenarios

@Suite struct DocumentationTests {
    /// The pages that explain keys.
    private static let pages =
        ["scenario-language.md", "probes.md"]
        + ["README", "rate-limit", "cache", "headers", "cors", "input", "credentials", "secrets"].map {
            "verifications/\($0).md"
        }

    @Test("Every scenario of the documentation is valid", arguments: pages)
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
}
