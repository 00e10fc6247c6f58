import Foundation
import Testing

@testable import CacheVerification

@Suite("The page about caches")
struct CacheDocumentationTests {
    @Test("tells of every check, and of no other")
    func checks() throws {
        let page = try Documentation.page("verifications/cache.md")
        let table = try #require(
            page.components(separatedBy: "## Findings").last?.components(separatedBy: "\n\n").first)
        let told: [String] = table.split(separator: "\n").compactMap { line in
            line.hasPrefix("| `") ? line.split(separator: "`").dropFirst().first.map(String.init) : nil
        }
        #expect(told == CacheCheck.allCases.map(\.rawValue))
    }
}
