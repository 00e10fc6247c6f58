import Foundation
import Scenarios
import Testing

@testable import Import

@Suite("References to other files")
struct ReferenceTests {
    /// A folder with files, removed in the end.
    private final class Folder {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("references-\(UUID().uuidString)")

        func write(_ name: String, _ text: String) throws {
            let file = url.appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }

        deinit { try? FileManager.default.removeItem(at: url) }
    }

    private func imported(_ folder: Folder, _ file: String = "api/openapi.yaml", root: String? = nil) throws
        -> ImportedScenario
    {
        var settings = ImportSettings(command: "test")
        settings.folder = root.map { folder.url.appendingPathComponent($0).path }
        return try checked(
            ScenarioImport.scenario(
                of: ImportSource(folder.url.appendingPathComponent(file).path), by: OpenAPIImporter.self, settings))
    }

    private static func main(_ path: String, _ schema: String) -> String {
        """
        openapi: 3.0.3
        servers: [{url: "http://127.0.0.1:8080"}]
        components: {schemas: {Own: {type: string, example: own}}}
        paths:
          /a: {$ref: "\(path)"}
          /b: {post: {operationId: b, requestBody: {content: {application/json: {schema: {$ref: "\(schema)"}}}}, responses: {}}}
        """
    }

    @Test("Files beside the document are followed, from where each reference stands, back to the document, and round")
    func followed() throws {
        let folder = Folder()
        try folder.write("api/openapi.yaml", Self.main("paths/a.yaml", "./schemas/pet.json#/Pet"))
        try folder.write(
            "api/paths/a.yaml",
            """
            get:
              operationId: a
              parameters: [{$ref: "../schemas/pet.json#/Page"}]
              responses: {}
            """)
        try folder.write(
            "api/schemas/pet.json",
            """
            {"Page": {"name": "page", "in": "query", "required": true, "schema": {"type": "integer", "minimum": 4}},
             "Pet": {"type": "object", "required": ["tag", "own", "kind"], "properties": {
                "tag": {"$ref": "#/Tag"}, "own": {"$ref": "../openapi.yaml#/components/schemas/Own"},
                "kind": {"$ref": "kinds/kind.yaml"}, "next": {"$ref": "pet.json#/Pet"}}},
             "Tag": {"type": "string", "enum": ["x"]}}
            """)
        try folder.write(
            "api/schemas/kinds/kind.yaml",
            """
            oneOf: [{$ref: "cat.yaml"}]
            discriminator: {propertyName: kind, mapping: {puss: "cat.yaml"}}
            """)
        try folder.write(
            "api/schemas/kinds/cat.yaml",
            "{type: object, required: [kind, back], properties: {kind: {type: string}, back: {$ref: '../pet.json#/Tag'}}}"
        )
        let read = try imported(folder).read()
        #expect(read.step("a")?.url.constant == "/a?page=4")
        guard case .json(.object(let members))? = read.step("b")?.body else {
            Issue.record("no body")
            return
        }
        #expect(members.map(\.name) == ["tag", "own", "kind"])
        #expect(members[0].value == .text(Text("x")))
        #expect(members[1].value == .text(Text("own")))
        #expect(
            members[2].value
                == .object([
                    JSONTemplate.Member(name: "kind", value: .text(Text("puss"))),
                    JSONTemplate.Member(name: "back", value: .text(Text("x"))),
                ]))
    }

    @Test("Nothing outside of the document's folder is read unless a wider folder is named, by links neither")
    func outside() throws {
        let folder = Folder()
        try folder.write("api/openapi.yaml", Self.main("../common/a.yaml", "#/components/schemas/Own"))
        try folder.write("common/a.yaml", "get: {operationId: a, responses: {}}")
        let file = folder.url.appendingPathComponent("api/openapi.yaml").path
        #expect(
            problems { try imported(folder) } == [
                "\(file)#/paths/~1a: the reference \"../common/a.yaml\" can't be followed: it leads out of the folder of the "
                    + "document: --root names a folder that holds both"
            ])
        #expect(try imported(folder, root: ".").read().steps.map(\.name) == ["a", "b"])
        try FileManager.default.createSymbolicLink(
            atPath: folder.url.appendingPathComponent("api/link.yaml").path, withDestinationPath: "../common/a.yaml")
        try folder.write("api/openapi.yaml", Self.main("link.yaml", "#/components/schemas/Own"))
        #expect(
            problems { try imported(folder) }.first?.hasSuffix(
                "it is a link that leads out of the folder of the document")
                == true)
        try folder.write("api/openapi.yaml", Self.main("/etc/hostname", "#/components/schemas/Own"))
        #expect(problems { try imported(folder) }.first?.contains("it leads out of the folder of the document") == true)
        #expect(
            problems { try imported(folder, root: "common") }.first?.contains("the document is not in the folder")
                == true)
    }

    @Test("What can't be read is told where it is needed, and only there")
    func unreadable() throws {
        let folder = Folder()
        try folder.write("api/openapi.yaml", Self.main("none.yaml", "bad.json#/A"))
        try folder.write("api/bad.json", "{")
        let found = problems { try imported(folder) }
        #expect(found.count == 1)
        #expect(found.first?.hasSuffix("\"none.yaml\" can't be followed: the file can't be read: no such file") == true)
        try folder.write("api/none.yaml", "{get: {operationId: a, responses: {\"404\": {$ref: 'nowhere.yaml'}}}}")
        #expect(problems { try imported(folder) }.contains { $0.contains("\"nowhere.yaml\"") })
        try folder.write("api/openapi.yaml", Self.main("https://specs.example/a.yaml", "#/components/schemas/Own"))
        #expect(problems { try imported(folder) }.first?.contains("\"https://specs.example/a.yaml\"") == true)
    }

    @Test("Files that lead round to each other end")
    func rounds() throws {
        let folder = Folder()
        try folder.write("api/openapi.yaml", Self.main("a.yaml", "#/components/schemas/Own"))
        try folder.write("api/a.yaml", "{$ref: 'b.yaml'}")
        try folder.write("api/b.yaml", "{$ref: 'a.yaml'}")
        #expect(problems { try imported(folder) }.first?.hasSuffix("leads back to itself") == true)
    }
}
