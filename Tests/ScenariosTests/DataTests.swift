import Testing

@testable import Scenarios

@Suite struct DataTests {
    @Test(
        "CSV is read as RFC 4180 has it",
        arguments: [
            ("a,b\n1,2\n", ["a", "b"], [["1", "2"]]),
            ("a,b\r\n1,2\r\n3,4", ["a", "b"], [["1", "2"], ["3", "4"]]),
            ("a\r1\r2\r", ["a"], [["1"], ["2"]]),
            ("a,b\n\"x,y\",\"say \"\"hi\"\"\"\n", ["a", "b"], [["x,y", "say \"hi\""]]),
            ("a,b\n\"line 1\r\nline 2\",2\n", ["a", "b"], [["line 1\r\nline 2", "2"]]),
            ("a,b\n,\n", ["a", "b"], [["", ""]]),
            ("a\n\"\"\n", ["a"], [[""]]),
            ("a,b\n\n1,2\n\n", ["a", "b"], [["1", "2"]]),
            ("\"a b\",ü\n é ,\"\u{1F40E}\"\n", ["a b", "ü"], [[" é ", "\u{1F40E}"]]),
            ("a,b\n1,\n", ["a", "b"], [["1", ""]]),
        ])
    func csv(text: String, columns: [String], rows: [[String]]) {
        let csv = CSV(text)
        #expect(csv.columns == columns)
        #expect(csv.rows == rows)
        #expect(csv.problems.map(\.message) == [])
    }

    @Test(
        "Wrong CSV says what is wrong and where",
        arguments: [
            ("", ["1:1 the file is empty: expected a line with the columns' names"]),
            ("\n\n", ["1:1 the file is empty: expected a line with the columns' names"]),
            ("a,b\n", ["2:1 the file has no rows"]),
            (
                "a,b\n1\n1,2,3\n",
                ["2:1 the row has 1 field, the header 2 fields", "3:1 the row has 3 fields, the header 2 fields"]
            ),
            ("a,a,\n1,2,3\n", ["1:3 the column \"a\" occurs more than once", "1:5 column 3 has no name"]),
            ("a,b\n1,\"x\n2,3\n", ["2:3 the quote is not closed"]),
            ("ü,b\né,x\"y\n", ["2:4 a quote inside a field: the field must stand in quotes, and the quote be doubled"]),
            ("a,b\n\"x\"y,2\n", ["2:4 expected a comma or the end of the line after the closing quote"]),
            ("a,b\n\"1\n2\",3\n4\n", ["4:1 the row has 1 field, the header 2 fields"]),
        ])
    func wrongCSV(text: String, problems: [String]) {
        #expect(CSV(text).problems.map { "\($0.location.line):\($0.location.column) \($0.message)" } == problems)
    }

    @Test("Of many problems the first are shown and the others counted")
    func manyProblems() {
        let csv = CSV("a,b\n" + String(repeating: "1\n", count: 50))
        #expect(csv.problems.count == 20)
        #expect(csv.furtherProblems == 30)
    }

    @Test("JSON lines give texts as they are and other values as JSON, in the order of the first line")
    func jsonLines() {
        let lines = JSONLines(
            """
            {"name": "A \\u00e9\\ud83d\\ude00\\n", "price": 1.50, "tags": ["x", {"y": null}], "ok": true}

            {"ok": false, "tags": [], "price": -2e3, "name": ""}
            """)
        #expect(lines.problems.map(\.message) == [])
        #expect(lines.columns == ["name", "price", "tags", "ok"])
        #expect(
            lines.rows == [
                ["A é\u{1F600}\n", "1.50", "[\"x\", {\"y\": null}]", "true"], ["", "-2e3", "[]", "false"],
            ])
    }

    @Test(
        "Wrong JSON lines say what is wrong and where",
        arguments: [
            ("", ["1:1 the file has no rows"]),
            ("[1]", ["1:1 expected a JSON object"]),
            (
                "{\"a\": 1}\n{\"b\": 1}\n{}",
                ["2:2 the member \"b\" isn't in the first row", "3:1 the member \"a\" of the first row is missing"]
            ),
            ("{\"a\": 1, \"a\": 2}", ["1:10 the member \"a\" occurs more than once"]),
            ("{\"a\": 01}", ["1:7 \"01\" is not a JSON value"]),
            ("{\"a\": nul}", ["1:7 \"nul\" is not a JSON value"]),
            ("{\"a\": }", ["1:7 expected a value, found \"}\""]),
            ("{\"a\": \"x}", ["1:7 the quote is not closed"]),
            ("{\"a\": 1} x", ["1:10 expected the end after the value"]),
            ("{\"a\": 1", ["1:8 expected , or }, found the end"]),
            ("{\"é\" 1}", ["1:6 expected :, found \"1\""]),
            ("{\"a\": \"\\ud800\"}", ["1:8 half of a surrogate pair"]),
            ("{\"a\": \"\\x\"}", ["1:8 unknown escape"]),
            ("{}", ["1:1 the object has no members"]),
        ])
    func wrongJSONLines(text: String, problems: [String]) {
        #expect(JSONLines(text).problems.map { "\($0.location.line):\($0.location.column) \($0.message)" } == problems)
    }

    @Test("Tables are found beside the scenario; their columns are known to its places")
    func tables() throws {
        let folder = try TemporaryFolder()
        try folder.write("data/rows.csv", Array("\u{FEFF}area,coats\r\n10,2\r\n20,3\r\n".utf8))
        try folder.write("data/more.jsonl", "{\"id\": 7}\n")
        let text = """
            name: tiny
            target: http://127.0.0.1:8080
            data: {rows: {file: data/rows.csv, order: once}, more: {file: data/more.jsonl}}
            flows: {main: {steps: [{get: "/${rows.area}/${more.id}"}]}}
            load: [{users: 1, for: 1s}]
            """
        let scenario = try read(text, file: folder.path + "/s.yaml")
        #expect(scenario.data.map(\.name) == ["rows", "more"])
        #expect(scenario.data.map(\.order) == [.once, .sequential])
        #expect(scenario.data[0].columns == ["area", "coats"])
        #expect(scenario.data[0].rows == [["10", "2"], ["20", "3"]])
        #expect(
            scenario.steps[0].url.variables == [
                .column(table: "rows", column: "area"), .column(table: "more", column: "id"),
            ])
    }

    @Test("Problems of data files follow those of the scenario, each with its own file")
    func problemsOfFiles() throws {
        let folder = try TemporaryFolder()
        try folder.write("rows.csv", "area,coats\n10\n")
        try folder.write("latin.csv", [0x61, 0x0A, 0x62, 0xE9, 0x0A])
        let text = minimal(
            "data: {rows: {file: rows.csv}, latin: {file: latin.csv}, none: {file: none.csv, order: never}}")
        #expect(
            problems(text, file: folder.path + "/s.yaml").map { $0.replacing(folder.path, with: "…") } == [
                "…/s.yaml:5:71: the file \"none.csv\" can't be read: no such file",
                "…/s.yaml:5:88: expected sequential or random or once, found \"never\"",
                "…/rows.csv:2:1: the row has 1 field, the header 2 fields", "…/latin.csv:2:2: the file is not UTF-8",
            ])
    }
}
