import Measures
import Scenarios
import Testing

@testable import Generator

@Suite("Text template")
struct TextTemplateTests {
    private func render(
        _ text: Text, _ escape: TextTemplate.Escape, rows: [[String]] = [["v"]], captured: CapturedValue? = nil
    ) -> String? {
        var scenario = Scenario(name: "t", target: Text("http://localhost"), flows: [], load: [])
        scenario.data = [DataTable(name: "d", columns: ["c"], rows: rows)]
        let step = Step(name: "s", url: Text("/"), captures: [Capture(name: "k", source: .cookie("k"))])
        scenario.flows = [Flow(name: "f", actions: [.request(step)])]
        var builder = TextTemplate.Builder(names: VariableNames(scenario))
        builder.append(text, escape: escape)
        return rendered(builder.finish(), RowTables(scenario.data), captured)
    }

    private func render(_ json: JSONTemplate, rows: [[String]], captured: CapturedValue? = nil) -> String? {
        let data = [DataTable(name: "d", columns: ["c"], rows: rows)]
        var scenario = Scenario(name: "t", target: Text("http://localhost"), flows: [], load: [])
        scenario.data = data
        let step = Step(name: "s", url: Text("/"), captures: [Capture(name: "k", source: .cookie("k"))])
        scenario.flows = [Flow(name: "f", actions: [.request(step)])]
        var builder = TextTemplate.Builder(names: VariableNames(scenario))
        builder.append(json)
        return rendered(builder.finish(), RowTables(data), captured)
    }

    private func rendered(_ template: TextTemplate, _ tables: RowTables, _ captured: CapturedValue?) -> String? {
        var row = 0
        var captured = captured
        var output = ByteStore()
        var random = SeededRandom(seed: 1)
        defer {
            output.release()
            template.release()
            tables.release()
        }
        return withUnsafeMutablePointer(to: &row) { row in
            withUnsafeMutablePointer(to: &captured) { captured in
                let context = UserContext(user: 7, iteration: 42, rows: row, captures: captured)
                guard template.render(context, tables: tables, random: &random, to: &output) else { return nil }
                return String(decoding: output.bytes, as: UTF8.self)
            }
        }
    }

    private let cell = Text(pieces: [.literal("<"), .variable(.column(table: "d", column: "c")), .literal(">")])

    @Test("User and iteration are filled in as numbers")
    func numbers() {
        let text = Text(pieces: [.variable(.user), .literal("/"), .variable(.iteration)])
        #expect(render(text, .none) == "7/42")
    }

    @Test("Values are made fit for a request target, a form, a header and a JSON text")
    func escapes() {
        let rows = [["a b&ä\"\r\n\\%41/"]]
        #expect(render(cell, .url, rows: rows) == "%3Ca%20b&%C3%A4%22%0D%0A%5C%41/%3E")
        #expect(render(cell, .component, rows: rows) == "%3Ca%20b%26%C3%A4%22%0D%0A%5C%2541%2F%3E")
        #expect(render(cell, .form, rows: rows) == "%3Ca%20b%26%C3%A4%22%0D%0A%5C%2541%2F%3E")
        #expect(render(cell, .header, rows: rows) == "<a b&ä\"  \\%41/>")
        #expect(render(cell, .json, rows: rows) == #"<a b&ä\"\u000d\u000a\\%41/>"#)
    }

    @Test("A captured value that isn't there yet can't be filled in")
    func missingCapture() {
        #expect(render(Text(pieces: [.variable(.capture("k"))]), .none) == nil)
        #expect(render(Text(pieces: [.variable(.capture("k"))]), .none, captured: CapturedValue(text: [65])) == "A")
    }

    @Test("A JSON value that is one place alone keeps its own type")
    func ownType() {
        let location = JSONTemplate.variable(.column(table: "d", column: "c"))
        for (value, json) in [
            ("12.5", "12.5"), ("true", "true"), ("null", "null"), ("01234", "\"01234\""), ("x", "\"x\""), ("", "\"\""),
            ("[1]", "[1]"), ("1 ", "\"1 \""), ("\"", "\"\\\"\""), ("\"q\"", "\"\\\"q\\\"\""),
        ] {
            #expect(render(location, rows: [[value]]) == json)
        }
        // One row of the column is no number, so none is.
        #expect(render(location, rows: [["10115"], ["02134"]]) == "\"10115\"")
        let capture = JSONTemplate.variable(.capture("k"))
        #expect(render(capture, rows: [["v"]], captured: CapturedValue(text: Array("5".utf8))) == "\"5\"")
        #expect(render(capture, rows: [["v"]], captured: CapturedValue(text: Array("5".utf8), isJSON: true)) == "5")
    }

    @Test(
        "A form that is named is kept to: numbers as JSON writes them, and texts",
        arguments: [
            ("02134", "2134"), ("+5", "5"), ("-007.50", "-7.50"), (".5", "0.5"), ("5.", "5"), ("000", "0"),
            ("1e05", "1e05"), ("-.5e-3", "-0.5e-3"), ("9007199254740993", "9007199254740993"), ("x", nil), ("", nil),
            ("1 ", nil), ("1e", nil), ("0x10", nil), ("nan", nil), (".", nil),
        ])
    func forms(value: String, number: String?) {
        let column = Variable.column(table: "d", column: "c")
        #expect(render(JSONTemplate.variable(.formed(column, .number)), rows: [[value]]) == number)
        #expect(render(JSONTemplate.variable(.formed(column, .text)), rows: [[value]]) == "\"\(value)\"")
        let captured = CapturedValue(text: Array(value.utf8))
        let capture = JSONTemplate.variable(.formed(.capture("k"), .number))
        #expect(render(capture, rows: [["v"]], captured: captured) == number)
    }

    @Test("Objects keep their order, and names are escaped")
    func objects() {
        let json = JSONTemplate.object([
            .init(name: "b\"", value: .array([.raw("1"), .text(Text("x"))])), .init(name: "a", value: .raw("null")),
        ])
        #expect(render(json, rows: [["v"]]) == #"{"b\"":[1,"x"],"a":null}"#)
    }

    @Test("A UUID has the version and variant of RFC 9562")
    func uuid() throws {
        let text = try #require(render(Text(pieces: [.variable(.uuid)]), .none))
        #expect(text.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
    }

    @Test("Random numbers reach both bounds and nothing beyond")
    func randomNumbers() {
        var output = ByteStore()
        defer { output.release() }
        var random = SeededRandom(seed: 9)
        let scenario = Scenario(name: "t", target: Text(""), flows: [], load: [])
        var builder = TextTemplate.Builder(names: VariableNames(scenario))
        builder.append(Text(pieces: [.variable(.randomInt(-1...2)), .literal(" ")]), escape: .none)
        let template = builder.finish()
        let tables = RowTables([])
        for _ in 0..<200 { _ = template.render(UserContext(), tables: tables, random: &random, to: &output) }
        let seen = Set(String(decoding: output.bytes, as: UTF8.self).split(separator: " "))
        #expect(seen == ["-1", "0", "1", "2"])
        template.release()
        tables.release()
    }
}
