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
            let step = ScenarioDraft.Step(
                name: names.unique(texts[0]), method: "post", url: TemplateText("/"), body: .json(.object(object)))
            draft.flows = [.init(name: names.unique(texts[1]), actions: [.request(step)])]
            let read = try ImportedScenario(draft, source: "wild").read()
            let members = object.members.map {
                JSONTemplate.Member(name: $0.name, value: .text(Text($0.value.text ?? "")))
            }
            #expect(read.steps.first?.body == .json(.object(members)), "\(texts)")
        }
    }
}
