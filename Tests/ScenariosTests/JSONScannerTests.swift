import Foundation
import Measures
import Testing

@testable import Scenarios

@Suite("JSON scanner")
struct JSONScannerTests {
    private func path(_ elements: JSONPath.Element...) -> JSONPath { JSONPath(elements: elements, source: "") }

    /// The one value that a text is.
    private static func wholeValue(_ bytes: UnsafeBufferPointer<UInt8>) -> JSONScanner.Slice? {
        guard JSONScanner.wholeness(of: bytes) == .whole else { return nil }
        return try? JSONScanner.find(JSONPath(elements: [], source: "$"), in: bytes)
    }

    @Test(
        "A text that ends within a value is told from one that is no JSON, and lines of JSON are JSON",
        arguments: [
            (#"{"a":1}"#, JSONScanner.Wholeness.whole), (" [1]\r\n", .whole), ("7", .whole),
            ("{}\n{\"a\":2}\n", .whole),
            (#"{"a":1"#, .truncated), (#"{"a":1,"#, .truncated), (#"{"a":"x"#, .truncated), ("[1,2", .truncated),
            ("tru", .truncated), ("", .truncated), ("  ", .truncated), ("{}\n{", .truncated),
            ("{}}", .malformed), ("{} {}", .malformed), ("<html>", .malformed), ("{\"a\" 1}", .malformed),
        ])
    func wholeness(json: String, expected: JSONScanner.Wholeness) {
        #expect(Array(json.utf8).withUnsafeBufferPointer { JSONScanner.wholeness(of: $0) } == expected)
    }

    private func found(_ path: JSONPath, _ json: String) -> String? {
        Array(json.utf8).withUnsafeBufferPointer { bytes in
            (try? JSONScanner.find(path, in: bytes)).map { String(decoding: $0.bytes, as: UTF8.self) }
        }
    }

    private let document = #"""
        { "a": {"b": [1, 2.5e-3, {"c": "x\"y"}], "": null}, "A": true, "list": [[], [[]]], "u\u0041": "\ud83d\ude00é" }
        """#

    @Test("Members and elements are found where they are, and nothing where they are not")
    func finds() {
        #expect(found(path(.name("a"), .name("b"), .index(0)), document) == "1")
        #expect(found(path(.name("a"), .name("b"), .index(1)), document) == "2.5e-3")
        #expect(found(path(.name("a"), .name("b"), .index(-1), .name("c")), document) == #""x\"y""#)
        #expect(found(path(.name("a"), .name("")), document) == "null")
        #expect(found(path(.name("A")), document) == "true")
        #expect(found(path(.name("list"), .index(1), .index(0)), document) == "[]")
        #expect(found(path(.name("uA")), document) == #""\ud83d\ude00é""#)
        #expect(found(path(.name("nothing")), document) == nil)
        #expect(found(path(.name("a"), .name("b"), .index(3)), document) == nil)
        #expect(found(path(.name("a"), .name("b"), .index(-4)), document) == nil)
        #expect(found(path(.name("A"), .name("x")), document) == nil)
        #expect(found(path(.index(0)), document) == nil)
    }

    @Test("Texts lose their escapes")
    func texts() {
        let text = Array(#""\ud83d\ude00\n\/\u00e9""#.utf8).withUnsafeBufferPointer { bytes in
            Self.wholeValue(bytes).flatMap { JSONScanner.text(of: $0) }
        }
        #expect(text == "😀\n/é")
    }

    @Test("Elements, members and characters are counted")
    func counts() throws {
        for (json, count) in [
            ("[1,[2,3],{}]", 3), ("{\"a\":1,\"b\":[]}", 2), ("\"h\\u00e9\"", 2), ("[]", 0), ("7", nil),
        ] {
            let counted = try Array(json.utf8).withUnsafeBufferPointer { bytes in
                try Self.wholeValue(bytes).flatMap { try JSONScanner.count(of: $0) }
            }
            #expect(counted == count, "\(json)")
        }
    }

    @Test("What is a whole value agrees with Foundation's parser on 20,000 mutants")
    func agreesWithFoundation() {
        var random = SeededRandom(seed: 4)
        let seed = Array(#"{"a":[1,-0.5e+7,"x\u00e9\n",true,null,{}],"b":{"c":[[]]}}"#.utf8)
        var valid = 0
        for _ in 0..<20_000 {
            var bytes = seed
            for _ in 0...random.below(2) {
                let index = Int(random.below(UInt64(bytes.count)))
                switch random.below(3) {
                case 0: bytes[index] = Array("{}[]:,\"\\0-1.eE tnu".utf8)[Int(random.below(18))]
                case 1: bytes.remove(at: index)
                default: bytes.insert(bytes[Int(random.below(UInt64(bytes.count)))], at: index)
                }
            }
            let ours = bytes.withUnsafeBufferPointer { Self.wholeValue($0) != nil }
            let theirs = (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)) != nil
            valid += theirs ? 1 : 0
            // The scanner reads past texts and escapes that it is not asked for, so it may take more. It must not take
            // less, but for trailing commas, which Foundation takes and RFC 8259 doesn't know.
            let text = String(decoding: bytes, as: UTF8.self)
            if theirs, !text.contains(/,\s*[\]}]/) { #expect(ours, "\(text)") }
        }
        #expect(valid > 1_000)
    }

    @Test("Of members with one name the last counts, and what stands behind it is read, too")
    func duplicates() {
        #expect(found(path(.name("a")), #"{"a": 1, "b": 2, "a": 3}"#) == "3")
        #expect(found(path(.name("a"), .name("b")), #"{"a": {"b": 1}, "a": {"b": 2, "\u0062": 3}}"#) == "3")
        // The last one leads nowhere.
        #expect(found(path(.name("a"), .name("b")), #"{"a": {"b": 1}, "a": 2}"#) == nil)
        #expect(found(path(.name("a")), #"{"a": 1, "b": }"#) == nil)
        #expect(found(path(.index(0)), "[1, 2") == nil)
        #expect(found(path(.name("a")), "{\"a\": 1}\n{\"a\": 2}") == "1")
        // An id in a message of thousands is taken where it stands first.
        let first = Array(#"{"x": [{"a": 1}], "b": {"a": 2}, "b": {"a": 3"#.utf8).withUnsafeBufferPointer { bytes in
            (try? JSONScanner.find(path(.name("b"), .name("a")), in: bytes, stopsThere: true)).map { Array($0.bytes) }
        }
        #expect(first == [UInt8(ascii: "2")])
    }

    @Test("Names are compared by their characters as they are, escaped or not")
    func names() {
        #expect(found(path(.name("a\\b")), #"{"a\b": 1, "a\\b": 2}"#) == "2")
        #expect(found(path(.name("\u{e9}")), "{\"e\u{301}\": 1}") == nil)
        #expect(found(path(.name("\u{e9}")), #"{"\u00E9": 1}"#) == "1")
    }

    @Test("The scanner and the strict parser agree on what is JSON, on texts, depth and the last of equal names")
    func agreesWithParser() throws {
        func isScanned(_ text: String) -> Bool {
            Array(text.utf8).withUnsafeBufferPointer { JSONScanner.wholeness(of: $0, orLines: false) == .whole }
        }
        func isParsed(_ text: String) -> Bool {
            (try? JSONSource.parse(Array(text.utf8), nodes: 10_000, depth: JSONParser.depthBound)) != nil
        }
        func nested(_ depth: Int, _ inner: String) -> String {
            String(repeating: "[", count: depth) + inner + String(repeating: "]", count: depth)
        }
        let texts = [
            "{}", "[]", "[1,]", "{\"a\":1,}", "01", "-", "1.", "1e5", "1e", "+1", "tru", "true", "nullx", "\"\\q\"",
            "\"\\u12\"", "\"\\u12g4\"", "\"\\u00e9\"", "\"\t\"", "\"a", "{a:1}", "{\"a\" 1}", "{} {}", "{}\n{}",
            "\u{FEFF}{}", "NaN", "'a'", "/**/1", "", " ", "\"\u{7F}\"", nested(512, ""), nested(512, "1"),
            nested(513, ""), nested(100_000, ""),
        ]
        for text in texts { #expect(isScanned(text) == isParsed(text), "\(text.prefix(40))") }
        #expect(isScanned(nested(512, "1")) && !isScanned(nested(513, "")))
        // SecretMember has the strict parser's members.
        let twice = #"{"a": 1, "a": "x\n"}"#
        #expect(try SecretMember.value(of: "a", in: twice) == "x\n")
        #expect(found(path(.name("a")), twice) == #""x\n""#)
    }

    @Test("Members of an object are had by kind, the last of equal names")
    func object() throws {
        let text = #"{"a": "x\u00e9", "n": 1.5, "b": true, "a": "y", "o": {"a": "z"}}"#
        let object = try #require(JSONObject(Array(text.utf8)))
        #expect(object.text("a") == "y")
        #expect(object.number("n") == 1.5)
        #expect(object.boolean("b") == true)
        #expect(object.text("n") == nil && object.number("a") == nil && object.boolean("n") == nil)
        #expect(object.text("o") == nil && object.text("z") == nil)
        for wrong in ["[]", "", "{\"a\": 1,}", "{} x"] { #expect(JSONObject(Array(wrong.utf8)) == nil, "\(wrong)") }
        #expect(JSONObject([UInt8(ascii: "{"), UInt8(ascii: "}"), 0xFF]) == nil)
    }

    @Test("Deep nesting is refused, not followed into the ground")
    func deep() {
        let deep = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
        #expect(deep.withUnsafeBufferPointer { Self.wholeValue($0) == nil })
    }
}
