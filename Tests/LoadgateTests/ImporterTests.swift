import Foundation
import Import
import Loadgate
import TestSupport
import Testing

@Suite("Importers") struct ImporterTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("one from outside is told by what stands in a file, and what it makes runs") func outside() async throws {
        let server = try ScriptedServer { _ in [.send(ScriptedServer.response("200 OK"))] }
        defer { server.stop() }
        let importers = Importers.standard.adding([LinkList.self])
        let source = ImportSource(try folder.write("mine.json", #"{"links": ["/a", "/bc"]}"#), among: importers)
        let importer = try source.importer()
        #expect(importer.option == "links")
        let settings = ImportSettings(command: "test", target: "http://127.0.0.1:\(server.port)")
        let made = try ScenarioImport.scenario(of: source, by: importer, settings)
        #expect(made.text.hasPrefix("# Made by: test\n"))
        #expect(made.stepCount == 2)
        // What it called a secret is a place of the environment.
        #expect(!made.text.contains("Zq81"))
        var run = RunSettings()
        run.out = "\(folder.path)/out"
        var text = made.text.components(separatedBy: "\n").filter { !$0.hasPrefix("objectives") }
        let load = try #require(text.firstIndex { $0.hasPrefix("load:") })
        text.removeSubrange(load...)
        text.append("load: [{iterations: 2, users: 1}]")
        let file = try folder.write("made.yaml", text.joined(separator: "\n"))
        _ = try await Loadgate.run(file, values: ["KEY": "x"], settings: run)
        #expect(Set(server.requests.map(\.path)) == ["/a", "/bc"])
    }

    @Test("a file that is another importer's is told to be") func mistaken() throws {
        let importers = Importers.standard.adding([LinkList.self])
        let file = try folder.write("mine.json", #"{"links": []}"#)
        #expect {
            try ImportSource(file, among: importers).document(.json, for: HARImporter.self)
        } throws: {
            ($0 as? InvalidSource)?.problems.map(\.message) == ["this is a list of links: --links takes it"]
        }
        // Without its registration nobody knows it.
        #expect(throws: InvalidSource.self) { try ImportSource(file).importer() }
    }
}
