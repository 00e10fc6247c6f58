import Testing

@testable import Scenarios

@Suite struct MessageTests {
    @Test("A long value is cut in its middle of nowhere, and stands in a message as text")
    func long() {
        #expect(quoted(String(repeating: "a", count: 60)) == "\"\(String(repeating: "a", count: 60))\"")
        #expect(quoted(String(repeating: "ä", count: 61)) == "\"\(String(repeating: "ä", count: 57))…\"")
        #expect(quoted("a\nb\u{7F}") == "\"a b \"")
        let found = problems(minimal("baseline: {file: x, runs: \(String(repeating: "x", count: 90))}"))
        #expect(found.count == 1)
        #expect(found[0].hasSuffix("found \"\(String(repeating: "x", count: 57))…\""))
    }

    @Test(
        "A tab in the indentation of YAML is called one",
        arguments: ["a:\n\tb: 1", "a:\n  b: 1\n\tc: 2", "\ta: 1", "a:\n  - b: 1\n\t  c: 2"])
    func tab(text: String) {
        let found = problems(text)
        #expect(
            found.first?.contains("not YAML: the line is indented by a tab: YAML takes spaces only") == true, "\(found)"
        )
    }

    @Test(
        "What users of other tools type leads to what it is called here",
        arguments: [
            (minimal().replacing("users: 1", with: "vus: 1"), "unknown key \"vus\" (did you mean \"users\"?)"),
            (minimal().replacing("users: 1", with: "rate: 1/s"), "unknown key \"rate\" (did you mean \"arrivals\"?)"),
            (minimal().replacing("for: 1s", with: "duration: 1s"), "unknown key \"duration\" (did you mean \"for\"?)"),
            (minimal("thresholds: []"), "unknown key \"thresholds\" (did you mean \"objectives\"?)"),
            (minimal("scenarios: {}"), "unknown key \"scenarios\" (did you mean \"flows\"?)"),
            (minimal("phases: []"), "unknown key \"phases\" (did you mean \"load\"?)"),
            (withStep("sleep: 1"), "unknown key \"sleep\" (did you mean \"pause\"?)"),
            (withStep("wait: 1"), "unknown key \"wait\" (did you mean \"pause\"?)"),
            (withStep("think: 1"), "unknown key \"think\" (did you mean \"pause\"?)"),
            (
                minimal("objectives: [p(95) response_time < 200ms]"),
                "unknown statistic \"p(95)\" (did you mean \"p95\"?)"
            ),
            (
                minimal("objectives: [\"p(99.9) < 200ms\"]"),
                "unknown measure \"p(99.9)\" (did you mean \"p99.9 response_time\"?)"
            ),
            (
                minimal("objectives: [p95 http_req_duration < 200ms]"),
                "unknown measure \"http_req_duration\" (did you mean \"response_time\"?)"
            ),
            (
                minimal("objectives: [http_req_failed < 1%]"),
                "unknown measure \"http_req_failed\" (did you mean \"errors\"?)"
            ),
        ])
    func otherTools(text: String, message: String) {
        #expect(problems(text).contains { $0.hasSuffix(message) }, "\(problems(text))")
    }

    @Test(
        "A CSV of a spreadsheet that separates by semicolons or tabs is read as one",
        arguments: [
            ("name;price\nx;1,5\n\"a;b\";2\n", ["name", "price"], [["x", "1,5"], ["a;b", "2"]]),
            ("name\tprice\nx\t1,5\n", ["name", "price"], [["x", "1,5"]]),
            ("\"a,b\";c\n1;2\n", ["a,b", "c"], [["1", "2"]]),
            ("a;b,c\n1,2\n", ["a;b", "c"], [["1", "2"]]), ("a\nx;y\n", ["a"], [["x;y"]]),
        ])
    func separators(text: String, columns: [String], rows: [[String]]) {
        let csv = CSV(text)
        #expect(csv.columns == columns)
        #expect(csv.rows == rows)
        #expect(csv.problems.map(\.message) == [])
    }
}
