import Foundation
import Testing

@testable import Scenarios

@Suite struct DocumentationTests {
    @Test("Every scenario of the documentation is valid, and every key is told of")
    func examples() throws {
        let page = try documentation("scenario-language.md")
        let folder = try TemporaryFolder()
        let blocks = page.components(separatedBy: "\n```")
        let csv = try #require(blocks.first { $0.hasPrefix("csv\n") })
        try folder.write("estimates.csv", String(csv.dropFirst(4)))
        for name in ["ca.pem", "client.pem", "client.key"] { try folder.write("certs/\(name)", "-") }
        let scenarios = blocks.filter { $0.hasPrefix("yaml\n") }.map { String($0.dropFirst(5)) }
        #expect(scenarios.count >= 20)
        for scenario in scenarios {
            #expect(problems(scenario, file: folder.path + "/s.yaml") == [], "\(scenario)")
        }
        for table in KeyTable.all {
            for key in table.keys {
                let isTold = page.contains("`\(key.name)`") || page.contains("\(key.name): ")
                #expect(isTold, "\(table.name).\(key.name)")
            }
        }
    }
}
