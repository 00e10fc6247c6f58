import Testing

@testable import Scenarios

@Suite struct ColumnFormTests {
    @Test(
        "A CSV column is numeric, boolean or null only where every row of it is, as it would come back",
        arguments: [
            (["10115", "20095"], true), (["10115", "02134"], false), (["1", "+2"], false), (["1", ""], false),
            (["1.5", "-0.25"], true), (["1.50", "2"], true), (["1e3", "2"], false), (["-0"], false), ([".5"], false),
            // 2^53 is the last whole number of a row that a Double holds.
            (["9007199254740992"], true), (["9007199254740993"], false), (["0.1234567890123456789"], false),
            (["true", "false"], true), (["true", "1"], false), (["True"], false), (["null", "null"], true),
            (["null", "1"], false), (["{}", "[1]"], true), (["{}", "x"], false), (["{"], false), (["x"], false),
            ([], false),
        ])
    func csv(values: [String], isJSON: Bool) {
        #expect(ColumnForm(ofValues: values) == (isJSON ? .json : .text))
    }

    @Test("JSON lines keep their own types, row by row where they differ")
    func jsonLines() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            "t.jsonl",
            """
            {"id": "12345678", "flag": "true", "n": 1.50, "mixed": 1, "none": null, "list": [1]}
            {"id": "x", "flag": "false", "n": 2, "mixed": "1", "none": null, "list": []}
            """)
        let scenario = try read(
            minimal("data: {t: {file: t.jsonl}}"), file: folder.path + "/s.yaml")
        let table = scenario.data[0]
        #expect(table.columns == ["id", "flag", "n", "mixed", "none", "list"])
        #expect(table.forms == [.text, .text, .json, .ofRows([true, false]), .json, .json])
        #expect(table.forms[3].isJSON(row: 0) && !table.forms[3].isJSON(row: 1) && !table.forms[3].isJSON(row: 2))
    }

    private func table(_ csv: String, _ json: String) throws -> (Scenario?, [String]) {
        let folder = try TemporaryFolder()
        try folder.write("t.csv", csv)
        let text = withStep("post: /", "json: \(json)", before: "data: {t: {file: t.csv}}")
        let found = problems(text, file: folder.path + "/s.yaml").map { $0.replacing(folder.path + "/", with: "") }
        return (found.isEmpty ? try read(text, file: folder.path + "/s.yaml") : nil, found)
    }

    @Test("A form that is named forces it, and one that isn't there is refused with a suggestion")
    func forms() throws {
        let (scenario, _) = try table(
            "zip,n\n10115,x1\n", #"{a: "${t.zip|text}", b: "${t.zip | number}", c: "${user|text}"}"#)
        let zip = Variable.column(table: "t", column: "zip")
        #expect(
            scenario?.steps[0].body
                == .json(
                    .object([
                        .init(name: "a", value: .variable(.formed(zip, .text))),
                        .init(name: "b", value: .variable(.formed(zip, .number))),
                        .init(name: "c", value: .variable(.formed(.user, .text))),
                    ])))
        #expect(
            scenario?.steps[0].body.map { body in
                if case .json(let template) = body { return "\(template)".contains("zip") }
                return false
            } == true)
        #expect(
            try table("n\n1\nx1\n", #"{a: "${t.n|nubmer}", b: "${t.n|number}", c: "${uuid|number}"}"#).1 == [
                "s.yaml:10:20: unknown form \"nubmer\" in ${…|…} (did you mean \"number\"?)",
                "s.yaml:10:40: \"t.n\" is not a column of numbers: row 2 has \"x1\"",
                "s.yaml:10:60: ${uuid} is not a number",
            ])
    }

    @Test("A column of numbers that would not come back as they are written is sent as texts, with a warning")
    func warns() throws {
        let (scenario, _) = try table("price\n9.99\n1e5\n", #"{price: "${t.price}"}"#)
        #expect(
            scenario?.warnings.map(\.message) == [
                "${t.price} is sent as a text: \"1e5\" would come back as another text from a number; "
                    + "${t.price|number} sends numbers, |text says that texts are meant"
            ])
        // Nobody takes postal codes for numbers.
        #expect(try table("zip\n02134\n10115\n", #"{zip: "${t.zip}"}"#).0?.warnings.isEmpty == true)
        #expect(try table("price\n9.99\n1e5\n", #"{price: "${t.price|number}"}"#).0?.warnings.isEmpty == true)
    }

    @Test("A text where an object was meant is warned of")
    func jsonText() throws {
        let warned = try read(withStep("post: /", #"json: '{"a": 1}'"#)).warnings
        #expect(warned.map(\.line) == [10])
        #expect(warned.first?.message.hasPrefix("json is a text here, and is sent as one, in quotes") == true)
        #expect(try read(withStep("post: /", "json: {a: 1}")).warnings.isEmpty)
        #expect(try read(withStep("post: /", "json: plain words")).warnings.isEmpty)
    }
}
