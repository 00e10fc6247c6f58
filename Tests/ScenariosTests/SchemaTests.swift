import Foundation
import Testing

@testable import Scenarios

@Suite struct SchemaTests {
    private func schema() throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: Data(ScenarioSchema.json.utf8))
        return try #require(object as? [String: Any])
    }

    @Test("The schema has exactly the keys of the reader's tables, and requires what the reader requires")
    func keys() throws {
        let schema = try schema()
        #expect(schema["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
        let definitions = try #require(schema["$defs"] as? [String: Any])
        #expect(Set(definitions.keys) == Set(KeyTable.all.dropFirst().map(\.name)))
        for table in KeyTable.all {
            let node = table.name == "scenario" ? schema : try #require(definitions[table.name] as? [String: Any])
            let properties = try #require(node["properties"] as? [String: [String: Any]])
            #expect(Set(properties.keys) == Set(table.keys.map(\.name)), "\(table.name)")
            #expect(Set(table.keys.map(\.name)).count == table.keys.count, "\(table.name)")
            #expect(node["additionalProperties"] as? Bool == false)
            let required = Set(node["required"] as? [String] ?? [])
            #expect(required == Set(table.keys.filter(\.isRequired).map(\.name)), "\(table.name)")
            for (name, property) in properties {
                #expect((property["description"] as? String)?.isEmpty == false, "\(table.name).\(name)")
            }
        }
    }

    @Test("Every table is reached from the scenario")
    func references() throws {
        let text = ScenarioSchema.json
        for table in KeyTable.all.dropFirst() { #expect(text.contains("\"#/$defs/\(table.name)\""), "\(table.name)") }
    }

    @Test("A version may stand with and without quotes")
    func numerals() throws {
        let definitions = try #require(try schema()["$defs"] as? [String: [String: Any]])
        let properties = try #require(definitions["http"]?["properties"] as? [String: [String: Any]])
        let values = try #require(properties["version"]?["enum"] as? [Any])
        #expect(values.compactMap { $0 as? String } == ["1.1", "2"])
        #expect(values.compactMap { $0 as? Double } == [1.1, 2])
    }

    @Test("Of the keys that say what a step does, and of the ways of auth, the schema asks for exactly one")
    func choices() throws {
        let definitions = try #require(try schema()["$defs"] as? [String: [String: Any]])
        func choices(_ name: String) -> [String] {
            let choices = definitions[name]?["oneOf"] as? [[String: [String]]] ?? []
            return choices.flatMap { $0["required"] ?? [] }
        }
        #expect(choices("step") == KeyTable.actions)
        #expect(choices("step").contains("websocket"))
        #expect(choices("auth") == ["basic", "digest", "bearer", "aws"])
        #expect(choices("part") == ["value", "file"])
    }

    @Test(
        "The schema's patterns take what the reader takes",
        arguments: [
            ("stage", "arrivals", "20/s to 200/s", true), ("stage", "arrivals", "20", false),
            ("stage", "for", "1m30s", true), ("stage", "for", "10", false), ("stage", "for", "${env:LENGTH}", true),
            ("stage", "users", "0 to 50", true), ("stage", "users", "x", false),
            ("step", "pause", "200ms..800ms", true),
            ("step", "fan_out", "json $.from", true), ("step", "fan_out", "$.from", false),
            ("step", "every", "100ms", true), ("step", "ping", "1", false),
            ("step", "tolerance", "0.1%", true), ("step", "server_time", "json $.a", true),
            ("objective", "abort", "after 20s", true), ("objective", "abort", "20s", false),
        ])
    func patterns(table: String, key: String, value: String, matches: Bool) throws {
        let definitions = try #require(try schema()["$defs"] as? [String: [String: Any]])
        let properties = try #require(definitions[table]?["properties"] as? [String: [String: Any]])
        let pattern = try #require(properties[key]?["pattern"] as? String)
        #expect((value.range(of: pattern, options: .regularExpression) != nil) == matches)
    }
}
