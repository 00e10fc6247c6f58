import Scenarios
import Testing

@testable import InputVerification

@Suite struct JSONTreeTests {
    private func tree(_ json: String) throws -> JSONTree {
        JSONTree(try InputScenario(json: json).rule.body, number: 7, user: 3)
    }

    @Test("A body is written in the order of the scenario, its places filled in")
    func writing() throws {
        let tree = try tree(#"{name: "A \"b\" ${n}", n: "${n}", list: [1, true, null, {}], "a b": ü}"#)
        #expect(
            String(decoding: tree.bytes, as: UTF8.self)
                == #"{"name":"A \"b\" 7","n":7,"list":[1,true,null,{}],"a b":"ü"}"#)
    }

    @Test("Places are named as paths that can be read again, with their types")
    func places() throws {
        let places = try tree(#"{items: [{name: x, price: 1.5}], "a b": [], on: false, "n": null}"#).places
        let expected: [(String, InputType)] = [
            ("$.items", .array), ("$.items[0]", .object), ("$.items[0].name", .string), ("$.items[0].price", .number),
            (#"$["a b"]"#, .array), ("$.on", .boolean), ("$.n", .null),
        ]
        #expect(places.map(\.shown) == expected.map(\.0))
        #expect(places.map(\.type) == expected.map(\.1))
        for location in places { #expect(try JSONPath(parsing: location.shown).elements == location.path) }
        #expect(places[3].literal == "1.5")
    }

    @Test("What is changed at one place leaves all others as they are")
    func changing() throws {
        let tree = try tree("{items: [{name: x, price: 1}, {name: y}], note: z}")
        let price = try #require(tree.places.first { $0.shown == "$.items[0].price" })
        let changed = tree.changed(at: price.indices) { _ in .raw("1e400") }
        #expect(
            String(decoding: changed.bytes, as: UTF8.self)
                == #"{"items":[{"name":"x","price":1e400},{"name":"y"}],"note":"z"}"#)
        let removed = tree.withMembers(at: price.indices.dropLast()) { $0.removeLast() }
        #expect(
            String(decoding: removed.bytes, as: UTF8.self) == #"{"items":[{"name":"x"},{"name":"y"}],"note":"z"}"#)
        // A place that isn't there changes nothing.
        #expect(tree.changed(at: [9, 9]) { _ in .raw("1") } == tree)
    }

    @Test("A path of the scenario means every element, whatever its index")
    func meaning() throws {
        let places = try tree("{items: [{name: x}, {name: y}], name: z}").places
        let path = try JSONPath(parsing: "$.items[0].name")
        #expect(places.filter { $0.isMeant(by: path) }.map(\.shown) == ["$.items[0].name", "$.items[1].name"])
    }
}
