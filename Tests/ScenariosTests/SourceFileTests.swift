import Testing

@testable import Scenarios

@Suite("Paths of files that scenarios name")
struct SourceFileTests {
    @Test(
        "A path for people has no folder that is left again at once",
        arguments: [
            ("../baselines/shop.json", "scenarios", "baselines/shop.json"),
            ("baselines/shop.json", "scenarios", "scenarios/baselines/shop.json"),
            ("../../shop.json", "a", "../shop.json"), ("/b/../shop.json", "a", "/shop.json"),
            ("/../shop.json", "a", "/../shop.json"), ("shop.json", "", "shop.json"),
            ("./../shop.json", "", "./../shop.json"),
        ])
    func shown(_ path: String, _ folder: String, _ expected: String) {
        #expect(SourceFile.shown(path, in: folder) == expected)
    }
}
