import Foundation
import Measures
import Testing

@testable import InputVerification
@testable import Scenarios
@testable import VerificationKit

@Suite struct HostileDerivationTests {
    @Test("Members are left out, made null, added and doubled one at a time")
    func members() throws {
        let input = try InputScenario(json: "{area: 10, room: {name: x}}")
        #expect(
            input.bodies(.missingMembers) == [
                #"{"room":{"name":"x"}}"#, #"{"area":10}"#, #"{"area":10,"room":{}}"#,
            ])
        #expect(
            input.bodies(.nullMembers) == [
                #"{"area":null,"room":{"name":"x"}}"#, #"{"area":10,"room":null}"#,
                #"{"area":10,"room":{"name":null}}"#,
            ])
        #expect(input.bodies(.extraMembers).count == 4)
        #expect(input.bodies(.extraMembers)[2] == #"{"area":10,"room":{"name":"x","loadgate_extra":1}}"#)
        #expect(
            input.bodies(.prototypeMembers)[0]
                == #"{"area":10,"room":{"name":"x"},"__proto__":{"loadgate_poisoned":true}}"#)
        #expect(input.bodies(.duplicateKeys)[0] == #"{"area":10,"room":{"name":"x"},"area":10}"#)
        #expect(input.bodies(.duplicateKeys)[1] == #"{"area":10,"room":{"name":"x"},"area":null}"#)
    }

    @Test("Every value is replaced by each other type")
    func types() throws {
        let input = try InputScenario(json: "{area: 10, on: true}")
        let values = ["true", #""loadgate""#, "[]", "{}"].map { #"{"area":\#($0),"on":true}"# }
        let others = ["1", #""loadgate""#, "[]", "{}"].map { #"{"area":10,"on":\#($0)}"# }
        #expect(input.bodies(.wrongTypes) == values + others)
        #expect(input.bodies(.quotedValues) == [#"{"area":"10","on":true}"#, #"{"area":10,"on":"true"}"#])
    }

    @Test("What the scenario calls optional, of another type or within limits is not derived")
    func hints() throws {
        let json = "{area: 10, note: x, items: [{id: 1}, {id: 2}]}"
        let input = try InputScenario(
            json: json, "optional: [$.note]", "types: {\"$.items[0].id\": [string, \"null\"], $: [array]}",
            "limits: {$.area: -5..1e3}".replacingOccurrences(of: "1e3", with: "9007199254740993"))
        #expect(input.bodies(.missingMembers).allSatisfy { $0.contains("note") })
        #expect(!input.bodies(.nullMembers).contains { $0.contains(#""note":null"#) || $0.contains(#""id":null"#) })
        #expect(!input.bodies(.wrongTypes).contains { $0.contains(#""id":"loadgate""#) })
        #expect(!input.bodies(.quotedValues).contains { $0.contains(#""id":""#) })
        #expect(!input.bodies(.wrongRoots).contains { $0.hasPrefix("[") })
        // -1, 0 and 2⁵³ are within; 2⁶³ and 1e308 are not.
        #expect(!input.bodies(.negativeNumbers).contains { $0.contains(#""area":-1,"#) })
        #expect(input.bodies(.negativeNumbers).contains { $0.contains(#""area":-10,"#) })
        #expect(!input.bodies(.zeros).contains { $0.contains(#""area":0"#) })
        #expect(!input.bodies(.hugeNumbers).contains { $0.contains(#""area":9007199254740993,"#) })
        #expect(input.bodies(.hugeNumbers).contains { $0.contains(#""area":9223372036854775808,"#) })
        #expect(input.bodies(.outsideLimits).contains { $0.contains(#""area":-6,"#) })
    }

    @Test("With limits, the numbers just outside are derived, and zero must be refused where it is outside")
    func limits() throws {
        let input = try InputScenario("limits: {$.area: 0.01..100000, $.coats: 1..10}")
        #expect(
            input.bodies(.outsideLimits) == [
                #"{"area":100001,"coats":2}"#, #"{"area":-0.99,"coats":2}"#, #"{"area":10,"coats":11}"#,
                #"{"area":10,"coats":0}"#,
            ])
        #expect(input.cases.filter { $0.kind == .zeros }.allSatisfy { $0.acceptance == .refused })
        // Areas may be fractions: their limit is one.
        #expect(input.bodies(.fractions) == [#"{"area":10,"coats":2.5}"#])
        let without = try InputScenario()
        #expect(without.bodies(.outsideLimits).isEmpty)
        #expect(without.cases.filter { $0.kind == .zeros }.allSatisfy { $0.acceptance == .tolerated })
    }

    @Test("strict leaves nothing to be tolerated, accepts and skip speak of whole kinds")
    func acceptance() throws {
        let strict = try InputScenario("strict: true")
        #expect(!strict.cases.contains { $0.acceptance == .tolerated })
        let lenient = try InputScenario("strict: true", "accepts: [extra_members]", "skip: [large_bodies, zeros]")
        #expect(lenient.cases.filter { $0.kind == .extraMembers }.allSatisfy { $0.acceptance == .free })
        #expect(!lenient.cases.contains { $0.kind == .largeBodies || $0.kind == .zeros })
    }

    @Test("A body of every type has cases of every kind, each with a change of its own")
    func kinds() throws {
        let input = try InputScenario(
            json: "{text: x, number: 1, truth: true, nothing: null, list: [1], object: {a: b}}",
            "limits: {$.number: 0..5}", "bodies: 10000")
        for kind in InputKind.allCases { #expect(input.cases.contains { $0.kind == kind }, "\(kind)") }
        let changes = input.cases.map { "\($0.kind) \($0.change)" }
        #expect(Set(changes).count == changes.count)
        // Every place is in the changes of some kind.
        for location in ["$.text", "$.number", "$.truth", "$.list[0]", "$.object.a"] {
            #expect(
                input.cases.contains { $0.kind == .wrongTypes && $0.change.hasPrefix("\(location) ") }, "\(location)")
        }
    }

    @Test("What must be malformed is, by a JSON parser of another make")
    func malformed() throws {
        let input = try InputScenario(json: "{area: 10, name: x}", "bodies: 10000", "size: 2MiB")
        let tree = JSONTree(input.rule.body, number: 0, user: nil)
        let kinds: Set<InputKind> = [
            .truncated, .trailingData, .malformedJSON, .emptyBodies, .malformedNumbers, .invalidUTF8,
        ]
        for hostile in input.cases where kinds.contains(hostile.kind) {
            let body = hostile.body(tree)
            let isUTF8 = String(validating: body, as: UTF8.self) != nil
            #expect(!isUTF8 || !isJSON(body), "\(hostile.kind): \(hostile.change)")
            #expect(isUTF8 == (hostile.kind != .invalidUTF8), "\(hostile.change)")
            // Python's json takes this half of a pair as it takes an escaped one.
            let isHalf = hostile.change.hasSuffix("a surrogate ED A0 80")
            #expect(hostile.acceptance == (isHalf ? .tolerated : .refused), "\(hostile.change)")
        }
        let whole: Set<InputKind> = [
            .missingMembers, .nullMembers, .extraMembers, .wrongTypes, .injections, .largeBodies,
        ]
        for hostile in input.cases where whole.contains(hostile.kind) && !hostile.isChunked {
            #expect(isJSON(hostile.body(tree)), "\(hostile.change)")
        }
    }

    /// Whether the bytes are a JSON object or array, by the strict parser of data files.
    private func isJSON(_ bytes: [UInt8]) -> Bool {
        var parser = JSONLineParser(Array("{\"body\":".utf8) + bytes + Array("}".utf8))
        return (try? parser.object())?.count == 1
    }

    @Test("Sizes and depths are what they are said to be")
    func sizes() throws {
        let input = try InputScenario("size: 1MiB")
        let tree = JSONTree(input.rule.body, number: 0, user: nil)
        for hostile in input.cases where hostile.kind == .largeBodies {
            #expect(abs(hostile.body(tree).count - (1 << 20)) <= 1, "\(hostile.change)")
        }
        let deep = input.cases.filter { $0.kind == .deepNesting }
        #expect(deep[0].body(tree).count == 200_000)
        #expect(deep[1].body(tree).count == 600_001)
        #expect(deep[2].body(tree).count == 100_000)
        #expect(input.bodies(.truncated).map(\.utf8.count) == [1, 5, 10, 15, 20])
    }

    @Test("A body without texts gets hostile texts at its first value, where they are of the wrong type")
    func textless() throws {
        let input = try InputScenario()
        let texts = input.cases.filter { $0.kind == .longStrings && $0.change.hasPrefix("$.area") }
        #expect(texts.count == 2)
        #expect(input.cases.filter { $0.kind == .injections }.allSatisfy { $0.acceptance == .refused })
        let withText = try InputScenario(json: "{name: x}")
        let payloads = withText.cases.filter { $0.kind == .injections }
        #expect(payloads.filter { $0.acceptance == .free }.count == payloads.count - 1)
        #expect(try InputScenario(json: "{}").cases.contains { $0.kind == .truncated })
    }

    @Test("Requests carry their own length, or chunks and none; content types are replaced or left out")
    func exchanges() throws {
        let input = try InputScenario("headers: {Content-Type: application/problem+json}")
        let tree = JSONTree(input.rule.body, number: 0, user: nil)
        let valid = try #require(RequestMaker(input.scenario).exchange(input.rule.request))
        for hostile in input.cases {
            let exchange = hostile.exchange(valid, body: tree)
            if hostile.isChunked {
                #expect(exchange.fields.values("Content-Length").isEmpty)
                #expect(exchange.fields.values("Transfer-Encoding") == ["chunked"])
                #expect(exchange.body.suffix(5) == Array("0\r\n\r\n".utf8))
            } else {
                #expect(exchange.fields.values("Content-Length") == ["\(exchange.body.count)"])
            }
            let types = exchange.fields.values("Content-Type")
            if hostile.change == "no Content-Type" {
                #expect(types == [])
            } else if hostile.kind == .wrongContentTypes || hostile.kind == .xmlBodies {
                #expect(types.count == 1)
            } else {
                #expect(types == ["application/problem+json"])
            }
        }
    }

    @Test("Of more bodies than are allowed, every kind keeps its share, and the same seed chooses the same")
    func choice() throws {
        let members = (0..<20).map { "m\($0): {a: 1, b: x, c: true}" }.joined(separator: ", ")
        let input = try InputScenario(json: "{\(members)}", "limits: {$.m0.a: 0..5}", "bodies: 200")
        #expect(input.cases.count > 2_000)
        let chosen = CaseChoice.chosen(input.cases, atMost: 200, seed: 1)
        #expect(chosen.count == 200)
        let counts = chosen.reduce(into: [InputKind: Int]()) { $0[$1.kind, default: 0] += 1 }
        let all = input.cases.reduce(into: [InputKind: Int]()) { $0[$1.kind, default: 0] += 1 }
        for (kind, count) in all { #expect(counts[kind, default: 0] >= min(count, 6), "\(kind)") }
        let again = CaseChoice.chosen(input.cases, atMost: 200, seed: 1)
        #expect(chosen.map(\.change) == again.map(\.change))
        #expect(chosen.map(\.change) != CaseChoice.chosen(input.cases, atMost: 200, seed: 2).map(\.change))
        // Not all of one member: the choice is spread.
        let places = Set(chosen.filter { $0.kind == .wrongTypes }.map { $0.change.prefix { $0 != " " } })
        #expect(places.count >= 4)
        #expect(CaseChoice.chosen(input.cases, atMost: 100_000, seed: 1).count == input.cases.count)
    }
}
