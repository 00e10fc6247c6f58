import Testing

@testable import PaintboxTarget

@Suite struct JSONStrictnessTests {
    private func members(_ text: String) -> Set<String>? { JSONStrictness.members(of: Array(text.utf8)) }

    @Test("gives the names of the outermost object")
    func names() {
        #expect(members(#"{"a":1,"b":{"c":[{"d":"e"}],"a":",}"},"f\"\\":null}"#) == ["a", "b", "f\"\\"])
        #expect(members("{}") == [])
        #expect(members(#" [ {"a" : 1 } , {"a":2} ] "#) == [])
        #expect(members("1") == [])
    }

    @Test(
        "refuses what the decoder lets pass",
        arguments: [
            #"{"a":1,}"#, #"{"a":[1,]}"#, "[1 , ]", #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#,
            #"[{"a":{"b":1,"b":1}}]"#,
            "\u{FEFF}{}", "{\u{0}}", #"{"a"#, "]", String(repeating: "[", count: 600),
        ])
    func refusals(text: String) { #expect(members(text) == nil) }

    @Test("refuses what is no UTF-8, and an object of very many members")
    func bytes() {
        #expect(JSONStrictness.members(of: [0x22, 0xFF, 0x22]) == nil)
        let many = (0..<20_000).map { "\"\($0)\":1" }.joined(separator: ",")
        #expect(members("{\(many)}") == nil)
    }
}
