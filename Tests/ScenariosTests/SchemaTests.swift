import Foundation
import Testing

@testable import Scenarios

@Suite struct SchemaTests {
    private func schema() throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: Data(ScenarioSchema.json(.all).utf8))
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
        let text = ScenarioSchema.json(.all)
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
        #expect(choices("step") == StepKeys().actions.flatMap(\.names))
        #expect(choices("step").contains("websocket"))
        #expect(choices("auth") == ["basic", "digest", "bearer", "aws"])
        #expect(choices("part") == ["value", "file"])
    }

    @Test(
        "Whole numbers of a range are described digit by digit",
        arguments: [0...0, 0...50, 1...1, 1...9, 8...250, 100...599, 300...599, 1000...4999, 17...10_000, 99...101])
    func digits(range: ClosedRange<Int>) throws {
        let pattern = try Regex(DigitPattern.pattern(range))
        let ends = [range.lowerBound, range.upperBound].flatMap { [$0 - 1, $0, $0 + 1] }
        for number in Array(0...120) + stride(from: 130, to: 12_000, by: 97) + ends.filter({ $0 >= 0 }) {
            #expect((String(number).wholeMatch(of: pattern) != nil) == range.contains(number), "\(number)")
        }
        #expect("00\(range.upperBound)".wholeMatch(of: pattern) != nil)
    }
}
