import Testing

@testable import VerificationKit

@Suite("A list of structured fields")
struct StructuredFieldListTests {
    @Test("has members of every type, with parameters")
    func types() throws {
        let text = #""a\"b\\";q=100;  w=-1.5;t , tok/en:x;a=?0;b=:aGk=:, 12, @1659578233,  %"f%c3%bc",?1"#
        let list = try #require(StructuredFieldList(text))
        #expect(
            list.members.map(\.value) == [
                .string(#"a"b\"#), .token("tok/en:x"), .integer(12), .date(1_659_578_233), .string("fü"),
                .boolean(true),
            ])
        #expect(list.members[0]["q"] == .integer(100))
        #expect(list.members[0]["w"] == .decimal(-1.5))
        #expect(list.members[0]["t"] == .boolean(true))
        #expect(list.members[0]["x"] == nil)
        #expect(list.members[1]["a"] == .boolean(false))
        #expect(list.members[1]["b"] == .bytes("aGk="))
    }

    @Test("without members is one too")
    func empty() {
        #expect(StructuredFieldList("")?.members == [])
        #expect(StructuredFieldList("  ")?.members == [])
    }

    @Test("keeps the last parameter of a name")
    func repeated() throws {
        let member = try #require(StructuredFieldList("a;q=1;r=2;q=3")?.members.first)
        #expect(member["q"] == .integer(3))
        #expect(member.parameters.map(\.name) == ["r", "q"])
    }

    @Test(
        "that breaks the syntax anywhere is none",
        arguments: [
            ",", "a,", "a,,b", "a b", "a;", "a;Q=1", "a;q=", "a;q =1", "a;;q", "a ;q=1", "\"a", "\"a\\n\"", "\"é\"",
            "é",
            "(a b)",
            "1234567890123456", "1.", "1.2345", "1234567890123.1", "-", "--1", "?", "?2", "?01", ":a", ":é:", "@1.5",
            "@",
            "%\"%C3%BC\"", "%\"%c3\"", "%\"%zz\"", "%x", "a\u{0}", "a;q=\u{1F4A3}", "=", "a=1", "\t",
        ])
    func broken(_ text: String) { #expect(StructuredFieldList(text) == nil) }

    @Test("survives every cut and every changed byte")
    func hostile() {
        let bytes = Array(#"edge-1; hit; ttl=30;key="a\"b", "c d";fwd=stale; fwd-status=304 , %"%c3%bc";a=:aa:"#.utf8)
        for length in 0...bytes.count {
            _ = StructuredFieldList(String(decoding: bytes[..<length], as: UTF8.self))
            for byte: UInt8 in [0, 0x22, 0x25, 0x2C, 0x3B, 0x3D, 0x5C, 0x80, 0xFF] where length < bytes.count {
                var changed = bytes
                changed[length] = byte
                _ = StructuredFieldList(String(decoding: changed, as: UTF8.self))
            }
        }
        let many = String(repeating: "a;q=1, ", count: 20_000) + "b"
        #expect(StructuredFieldList(many)?.members.count == 20_001)
    }
}
