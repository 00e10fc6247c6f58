import Foundation
import Scenarios
import Testing

@testable import Import

@Suite("Hostile sources")
struct HostileTests {
    @Test("Ten thousand operations make the scenario that fits, and the others are counted")
    func manyOperations() throws {
        var paths = ""
        for number in 0..<10_000 {
            paths += "/things-of-all-kinds/\(number): {get: {responses: {\"200\": {description: x}}}}\n"
        }
        let scenario = try openAPI(document(paths))
        #expect(scenario.text.utf8.count < 1 << 20)
        #expect(scenario.stepCount > 5_000)
        #expect(scenario.leftOut.first?.hasPrefix("\(10_000 - scenario.stepCount) more requests") == true)
    }

    @Test("Schemas that hold each other twice end")
    func explodingSchemas() throws {
        var schemas = ""
        for number in 0..<64 {
            let next = "{$ref: \"#/components/schemas/S\(number + 1)\"}"
            schemas += "S\(number): {type: object, properties: {a: \(next), b: \(next)}, allOf: [\(next), \(next)]}, "
        }
        schemas += "S64: {type: string}, Loop: {$ref: \"#/components/schemas/Loop\"}"
        let scenario = try openAPI(
            document(
                """
                /a: {post: {requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/S0"}}}}, responses: {}}}
                """, components: "{schemas: {\(schemas)}}"))
        #expect(scenario.stepCount == 1)
        let found = problems {
            try openAPI(
                document(
                    """
                    /a: {get: {parameters: [{$ref: "#/components/schemas/Loop"}], responses: {}}}
                    """, components: "{schemas: {\(schemas)}}"))
        }
        #expect(found.first?.hasSuffix("leads back to itself") == true)
    }

    @Test("Depth, aliases, NUL and what is no UTF-8 are told")
    func malformed() throws {
        let deep = String(repeating: "[", count: 100_000)
        #expect(
            problems { try openAPI(deep, file: "a.json") }.first?.hasSuffix("more than 200 deep in each other") == true)
        #expect(problems { try openAPI("a: \(deep)") }.count == 1)
        var laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for number in 1..<12 {
            laughs +=
                "a\(number): &a\(number) [\(Array(repeating: "*a\(number - 1)", count: 10).joined(separator: ", "))]\n"
        }
        #expect(
            problems { try openAPI(laughs) } == ["api.yaml:1:1: the file and its aliases hold more than 2000000 values"]
        )
        #expect(!problems { try openAPI("openapi: \"3.0\0\"") }.isEmpty)
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("import-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("x.har").path
        try Data([0x7B, 0x0A, 0xFF]).write(to: URL(fileURLWithPath: file))
        #expect(throws: InvalidSource("\(file):2:1", "the file is not UTF-8")) {
            try DocumentFile.read(file, format: .json)
        }
        #expect(throws: InvalidSource("\(folder.path)", "the file can't be read: it is a folder")) {
            try DocumentFile.read(folder.path, format: .json)
        }
    }

    @Test(
        "Damaged sources are imported or refused, and nothing else",
        arguments: ["paintbox-openapi.yaml", "session.har"])
    func damaged(name: String) throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("scenarios/import")
        let root = try DocumentFile.read(folder.appendingPathComponent(name).path, format: .yamlOrJSON)
        var random = SystemRandomNumberGenerator()
        var importedCount = 0
        for _ in 0..<400 {
            var damaged = root
            for _ in 0...Int.random(in: 0...2, using: &random) { damaged = Self.damage(damaged, &random) }
            do {
                var secrets = SecretKeeper()
                let draft: ScenarioDraft
                if name.hasSuffix(".har") {
                    draft = try HARImport(damaged, file: name, allHosts: true).draft(
                        target: "http://127.0.0.1:1", name: nil, secrets: &secrets)
                } else {
                    var importing = OpenAPIImport(try OpenAPIDocument(damaged, file: name))
                    draft = try importing.draft(target: nil, name: nil)
                }
                let made = try ImportedScenario(draft, source: name, secrets: secrets)
                if importedCount % 8 == 0 { _ = try checked(made) }
                importedCount += 1
            } catch is InvalidSource {
                continue
            } catch {
                Issue.record("\(error)\n\(JSONText.text(damaged))")
                return
            }
        }
        #expect(importedCount > 0)
    }

    /// A collection with something of everything.
    private static let collection = """
        {"info": {"name": "C"}, "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{token}}"}]},
         "variable": [{"key": "host", "value": "http://127.0.0.1:1"}, {"key": "id", "value": 7}],
         "item": [{"name": "f", "item": [
            {"name": "a", "request": {"method": "POST", "url": {"raw": "{{host}}/:x?a={{id}}", "query": [{"key": "a", "value": "{{id}}"}],
              "variable": [{"key": "x", "value": "1"}]}, "header": [{"key": "X", "value": "{{id}}"}],
              "auth": {"type": "basic", "basic": [{"key": "username", "value": "u"}, {"key": "password", "value": "pp"}]},
              "body": {"mode": "raw", "raw": "{\\"a\\": \\"{{id}}\\"}", "options": {"raw": {"language": "json"}}}},
             "event": [{"listen": "test", "script": {"exec": ["pm.environment.set('id', pm.response.json().a);"]}}]}]},
          {"name": "b", "request": {"method": "PUT", "url": "{{host}}/b/{{id}}", "body": {"mode": "formdata", "formdata": [
             {"key": "t", "value": "x", "type": "text"}, {"key": "f", "type": "file", "src": "a.png"}]}}},
          {"name": "c", "request": {"method": "POST", "url": "{{host}}/c", "body": {"mode": "urlencoded", "urlencoded": [
             {"key": "t", "value": "x"}, {"key": "t", "value": "{{id}}"}]}}},
          {"name": "d", "request": {"method": "POST", "url": "{{host}}/d", "body": {"mode": "graphql", "graphql":
             {"query": "{a}", "variables": "{\\"v\\": \\"{{id}}\\"}"}}}}]}
        """

    @Test("Damaged collections are imported or refused, and nothing else")
    func damagedCollections() throws {
        let root = try #require(DocumentFile.value(ofJSON: Self.collection))
        var random = SystemRandomNumberGenerator()
        var importedCount = 0
        for _ in 0..<200 {
            var damaged = root
            for _ in 0...Int.random(in: 0...2, using: &random) { damaged = Self.damage(damaged, &random) }
            do {
                var secrets = SecretKeeper()
                let importing = try PostmanImport(damaged, file: "c.json", allHosts: true)
                let draft = try importing.draft(target: nil, name: nil, secrets: &secrets)
                let made = try ImportedScenario(draft, source: "c.json", secrets: secrets)
                if importedCount % 8 == 0 { _ = try checked(made) }
                importedCount += 1
            } catch is InvalidSource {
                continue
            } catch {
                Issue.record("\(error)\n\(JSONText.text(damaged))")
                return
            }
        }
        #expect(importedCount > 0)
    }

    /// The document with one value replaced by something else, or moved.
    private static func damage(_ value: DocumentValue, _ random: inout SystemRandomNumberGenerator) -> DocumentValue {
        let others: [DocumentValue] = [
            .null, .bool(true), .number("-1e400"), .number("0"), .text(""), .text("${x}\n#"), .text("{"), .list([]),
            .list([.null]), .object(DocumentObject()), .object(DocumentObject([("$ref", .text("#"))])),
            .object(DocumentObject([("$ref", .text("#/components/schemas/Work"))])), .text("\u{0}\u{FEFF}"),
            .text("https://u:p@h/?q"), .number("99999999999999999999"),
        ]
        if Int.random(in: 0..<8, using: &random) == 0 { return others.randomElement(using: &random) ?? .null }
        switch value {
        case .list(var values) where !values.isEmpty:
            let index = values.indices.randomElement(using: &random) ?? 0
            values[index] = damage(values[index], &random)
            return .list(values)
        case .object(let object) where !object.isEmpty:
            let index = object.members.indices.randomElement(using: &random) ?? 0
            var members = object.members.map { ($0.name, $0.value) }
            members[index].1 = damage(members[index].1, &random)
            if Int.random(in: 0..<20, using: &random) == 0 { members[index].0 = "{x}/ ${y}:" }
            return .object(DocumentObject(members))
        default: return others.randomElement(using: &random) ?? .null
        }
    }

    @Test("Any text of a recording comes back as it was")
    func wildTexts() throws {
        var random = SystemRandomNumberGenerator()
        let alphabet: [Unicode.Scalar] = [
            "a", " ", "$", "\u{301}", "\u{200D}", "{", "}", ":", "#", "-", "\"", "'", "\\", "\n", "\r", "\t", "\0",
            "\u{1B}", "\u{7F}",
            "\u{85}",
            "\u{A0}", "\u{2028}", "\u{FFFE}", "\u{202E}", "é", "😀", "~", "<", "1", ".", "%", "&", "*", "!",
            "|",
            "\u{10FFFF}", "[", ",",
        ]
        for _ in 0..<300 {
            var texts: [String] = []
            for _ in 0..<8 {
                let count = Int.random(in: 0...12, using: &random)
                texts.append(
                    String(
                        String.UnicodeScalarView((0..<count).map { _ in alphabet.randomElement(using: &random) ?? "a" })
                    ))
            }
            var object = DocumentObject()
            for (index, text) in texts.enumerated() { object[index % 2 == 0 ? "k\(index)" : text] = .text(text) }
            var draft = ScenarioDraft(name: "wild", target: TemplateText("http://127.0.0.1"))
            draft.leftOut = texts
            var names = StepNames()
            var step = ScenarioDraft.Step(name: names.unique(texts[0]), method: "post", url: TemplateText("/"))
            step.body = .json(.object(object))
            draft.flows = [.init(name: names.unique(texts[1]), actions: [.request(step)])]
            let read = try checked(ImportedScenario(draft, source: "wild", secrets: .ofDocument)).read()
            let members = object.members.map {
                JSONTemplate.Member(name: $0.name, value: .text(Text($0.value.text ?? "")))
            }
            #expect(read.steps.first?.body == .json(.object(members)), "\(texts)")
        }
    }
}
