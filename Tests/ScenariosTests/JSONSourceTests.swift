import Testing

@testable import Scenarios

@Suite("JSON with places")
struct JSONSourceTests {
    private func parse(_ text: String, nodes: Int = 100, depth: Int = 4) throws(JSONSyntaxError) -> SourceNode {
        try JSONSource.parse(Array(text.utf8), nodes: nodes, depth: depth)
    }

    private func error(_ text: String, nodes: Int = 100, depth: Int = 4) -> String {
        do throws(JSONSyntaxError) {
            _ = try parse(text, nodes: nodes, depth: depth)
            return "none"
        } catch {
            return "\(error.location.line):\(error.location.column): \(error.message)"
        }
    }

    @Test("values stand where they do in the text, columns counted in characters")
    func places() throws {
        let node = try parse("{\"é\": [1,\n  \"a\", {\"b\":null}], \"é\": true}")
        guard case .mapping(let entries) = node.content, case .list(let elements) = entries[0].value.content else {
            Issue.record("no list in an object")
            return
        }
        // A key that stands twice is there twice: what it means is for the reader to say.
        #expect(entries.map(\.key) == ["é", "é"])
        #expect(entries.map(\.location) == [TextLocation(line: 1, column: 2), TextLocation(line: 2, column: 21)])
        #expect(
            elements.map(\.location) == [
                TextLocation(line: 1, column: 8), TextLocation(line: 2, column: 3), TextLocation(line: 2, column: 8),
            ])
        #expect(elements[0].scalar?.isPlain == true && elements[1].scalar?.isPlain == false)
    }

    @Test("escapes are those of JSON")
    func escapes() throws {
        let node = try parse("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD834\\udd1e\"")
        #expect(node.scalar?.text == "\"\\/\u{8}\u{C}\n\r\té𝄞")
        #expect(error("\"\\x\"") == "1:2: unknown escape")
        #expect(error("\"\\u12\"") == "1:2: unknown escape")
        #expect(error("\"\\ud834x\"") == "1:2: half of a surrogate pair")
        #expect(error("\"\\ud834\\u0041\"") == "1:2: half of a surrogate pair")
        #expect(error("\"a\\") == "1:3: unknown escape")
        #expect(error("\"a\\u") == "1:3: unknown escape")
    }

    @Test(
        "what is no JSON is refused where it stops being one",
        arguments: [
            ("", "1:1: expected a value, found the end"), ("{", "1:2: expected a key in quotes, found the end"),
            ("{\"a\" 1}", "1:6: expected :, found \"1\""), ("{\"a\":1,}", "1:8: expected a key in quotes, found \"}\""),
            ("[1 2]", "1:4: expected , or ], found \"2\""), ("[1,]", "1:4: expected a value, found \"]\""),
            ("{\"a\":1]", "1:7: expected , or }, found \"]\""), ("\n 01", "2:2: \"01\" is not a JSON value"),
            ("nul", "1:1: \"nul\" is not a JSON value"), ("\"a", "1:1: the quote is not closed"),
            ("\"a\nb\"", "1:3: a control character in a text must be escaped"),
            ("1 1", "1:3: expected the end after the value"),
            ("{a: 1}", "1:2: expected a key in quotes, found \"a\""), ("# x", "1:1: \"#\" is not a JSON value"),
        ])
    func refused(_ text: String, _ message: String) {
        #expect(error(text) == message)
    }

    @Test("is bounded in values and depth")
    func bounds() {
        #expect(error("[[[[1]]]]") == "none")
        #expect(error("[[[[[1]]]]]") == "1:5: objects and lists stand more than 4 deep in each other")
        #expect(error("[1,1,1]", nodes: 3) == "1:6: the file holds more than 3 values")
        #expect(error(String(repeating: "[", count: 1_000_000)).contains("more than 4 deep"))
    }
}
