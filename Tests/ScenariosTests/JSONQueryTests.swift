import Foundation
import Testing

@testable import Scenarios

/// Values of JSON, for comparison.
private indirect enum Value: Decodable, Equatable {
    case null, boolean(Bool), number(Double), text([UInt8]), list([Value]), object([String: Value])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let truth = try? container.decode(Bool.self) {
            self = .boolean(truth)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(Array(text.utf8))
        } else if let list = try? container.decode([Value].self) {
            self = .list(list)
        } else {
            self = .object(try container.decode([String: Value].self))
        }
    }
}

private struct Case: Decodable, CustomTestStringConvertible {
    var name: String
    var selector: String
    var isInvalid: Bool?
    var results: [Value]
    var testDescription: String { name }
    /// The document's text.
    var document: [UInt8] = []

    enum CodingKeys: String, CodingKey {
        case name, selector, result, results
        case isInvalid = "invalid_selector"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        selector = try container.decode(String.self, forKey: .selector)
        isInvalid = try container.decodeIfPresent(Bool.self, forKey: .isInvalid)
        let one = try container.decodeIfPresent(Value.self, forKey: .result)
        results = try container.decodeIfPresent([Value].self, forKey: .results) ?? one.map { [$0] } ?? []
    }
}

@Suite("Queries of JSON documents: RFC 9535") struct JSONQueryTests {
    private static func suite() throws -> [Case] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let bytes = Array(try Data(contentsOf: root.appendingPathComponent("../shared/data/jsonpath/cts.json")))
        struct Suite: Decodable { var tests: [Case] }
        var cases = try JSONDecoder().decode(Suite.self, from: Data(bytes)).tests
        // The documents as they are written: what a reader would make of them is what is tested.
        try bytes.withUnsafeBufferPointer { bytes in
            for index in cases.indices {
                let path = JSONPath(
                    elements: [.name("tests"), .index(index), .name("document")], source: "$")
                cases[index].document = try JSONScanner.find(path, in: bytes).map { Array($0.bytes) } ?? []
            }
        }
        return cases
    }

    private static func found(_ query: JSONQuery, in text: [UInt8]) throws -> Value {
        try text.withUnsafeBufferPointer { bytes in
            let document = try JSONDocument(bytes)
            var run = JSONQueryRun(document)
            let values = try run.nodes(query).map { node in
                String(decoding: document.slice(node).bytes, as: UTF8.self)
            }
            let list = "[" + values.joined(separator: ",") + "]"
            return try JSONDecoder().decode(Value.self, from: Data(list.utf8))
        }
    }

    @Test("The compliance suite of its authors: each query is refused or finds what it must")
    func compliance() throws {
        let cases = try Self.suite()
        #expect(cases.count == 703)
        for test in cases {
            var parser = JSONQueryParser(Cursor(test.selector), takesBlanks: true)
            let query: JSONQuery? = (try? parser.query()).flatMap { parser.cursor.isAtEnd ? $0 : nil }
            if test.isInvalid == true {
                #expect(query == nil, "\(test.name): \(test.selector)")
                continue
            }
            guard let query else {
                Issue.record("\(test.name): \(test.selector) is refused")
                continue
            }
            let found = try Self.found(query, in: test.document)
            #expect(test.results.contains(found), "\(test.name): \(test.selector) found \(found)")
        }
    }

    @Test("What a query would take too long for is not found, and nothing hangs")
    func bounds() throws {
        // Each .. multiplies by the depth: 200 lists within each other have 200^4 / 24 ways of four steps.
        let deep = Array((String(repeating: "[", count: 200) + String(repeating: "]", count: 200)).utf8)
        let path = try JSONPath(parsingQuery: "$..[*]..[*]..[*]..[*]")
        #expect(throws: JSONScanner.Malformed.self) {
            try deep.withUnsafeBufferPointer { try JSONScanner.findAll(path, in: $0).count }
        }
        // 2,000 elements, each compared with a list of 2,000.
        let list = "[" + Array(repeating: "1", count: 2_000).joined(separator: ",") + "]"
        let wide = Array("{\"few\": \(list), \"many\": \(list)}".utf8)
        let compared = try JSONPath(parsingQuery: "$.few[?@ == $.many]")
        #expect(throws: JSONScanner.Malformed.self) {
            try wide.withUnsafeBufferPointer { try JSONScanner.findAll(compared, in: $0).count }
        }
        let parentheses =
            "$[?" + String(repeating: "(", count: 100_000) + "@" + String(repeating: ")", count: 100_000) + "]"
        #expect(throws: Problem.self) { try JSONPath(parsingQuery: parentheses) }
        let filters = String(repeating: "$[?", count: 1_000)
        #expect(throws: Problem.self) { try JSONPath(parsingQuery: filters) }
    }

    @Test("A path of names and indices is read without a document, and as one with it")
    func singular() throws {
        let text = Array(#"{"a": [{"b c": 1, "b c": 2}, 3], "": null}"#.utf8)
        try text.withUnsafeBufferPointer { bytes in
            for (source, found) in [
                ("$.a[0]['b c']", "2"), ("$.a[-1]", "3"), ("$['']", "null"), ("$.a[2]", nil), ("$.a.b", nil),
                ("$.a[0:1]['b c']", "2"), ("$..['b c']", "2"),
            ] as [(String, String?)] {
                let path = try JSONPath(parsingQuery: source)
                let slices = try JSONScanner.findAll(path, in: bytes)
                #expect(slices.first.map { String(decoding: $0.bytes, as: UTF8.self) } == found, "\(source)")
                #expect(slices.count == (found == nil ? 0 : 1))
            }
        }
    }
}
