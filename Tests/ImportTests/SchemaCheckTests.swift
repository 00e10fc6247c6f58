import Testing

@testable import Import

/// What holds imported scenarios against the JSON Schema refuses what the schema refuses.
@Suite("The schema's check")
struct SchemaCheckTests {
    private static func scenario(_ step: String, _ more: String = "") -> String {
        "name: a\ntarget: http://127.0.0.1:1\nflows: {f: {steps: [{\(step)}]}}\nload: [{users: 1, for: 1s}]\n\(more)"
    }

    @Test("A scenario that fits passes")
    func fits() throws {
        let text = Self.scenario("get: /, expect: [200, 201..204], capture: {id: json $.id optional}")
        #expect(try SchemaCheck().problems(text) == [])
    }

    @Test(
        "An unknown key, a wrong type, a text of another form, a missing key and a key without what it depends on don't",
        arguments: [
            scenario("get: /, gte: /"), scenario("get: [/]"), scenario("get: /, timeout: soon"),
            scenario("get: /", "limits: []"),
            "name: a\ntarget: http://127.0.0.1:1\nflows: {f: {steps: [{get: /}]}}\n", "target: http://127.0.0.1:1\n",
        ])
    func unfit(text: String) throws {
        #expect(try !SchemaCheck().problems(text).isEmpty)
    }
}
