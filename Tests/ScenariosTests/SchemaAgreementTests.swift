import Foundation
import TestSupport
import Testing

@testable import Scenarios

/// Python's jsonschema, asked about many values at once.
private struct SchemaValidator {
    /// A schema and values that are held against it.
    struct Question {
        var schema: [String: Any]
        var values: [Any]
    }

    /// For each question, whether each value fits.
    static func answers(_ questions: [Question], definitions: Any?) throws -> [[Bool]] {
        let folder = try TemporaryFolder()
        let asked: [String: Any] = [
            "definitions": definitions ?? [String: Any](),
            "questions": questions.map { ["schema": $0.schema, "values": $0.values] as [String: Any] },
        ]
        let file = try folder.write("questions.json", Array(try JSONSerialization.data(withJSONObject: asked)))
        let script = try folder.write(
            "answer.py",
            """
            import json, sys, jsonschema
            asked = json.load(open(sys.argv[1]))
            answers = []
            for question in asked["questions"]:
                validator = jsonschema.Draft202012Validator({"$defs": asked["definitions"], **question["schema"]})
                answers.append([validator.is_valid(value) for value in question["values"]])
            print(json.dumps(answers))
            """)
        let result = try Binary.shell("/usr/bin/python3 '\(script)' '\(file)'")
        #expect(result.code == 0, "\(result.errors)")
        let answers = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[Bool]]
        return try #require(answers)
    }
}

extension SourceNode {
    /// The value as a YAML reader hands it to a validator.
    fileprivate var json: Any {
        switch content {
        case .list(let nodes): return nodes.map(\.json)
        case .mapping(let entries):
            return Dictionary(entries.map { ($0.key, $0.value.json) }, uniquingKeysWith: { $1 }) as [String: Any]
        case .scalar(let scalar):
            guard scalar.isPlain else { return scalar.text }
            if scalar.isNull { return NSNull() }
            if scalar.text == "true" { return true }
            if scalar.text == "false" { return false }
            if let number = Int(scalar.text) { return number }
            if JSONNumber.isNumber(scalar.text), let number = Double(scalar.text) { return number }
            return scalar.text
        }
    }
}

@Suite("The schema and the reader agree") struct SchemaAgreementTests {
    /// Values in YAML, of which each key takes some; a middle dot stands for a space.
    private static let pool: [String] = """
        0 1 5 -1 1.5 0.5 100 200 404 999 1000 5000 20000 005
        "0" "1" "5" "-1" "1.5" "0.5" "100" "200" "404" "999" "1000" "5000" "20000" "005"
        true "true" false "false" yes null "" text [] {} [a] {a:·b} {a:·1} [5s] [200,·404] [200..299] [a,·a]
        [{a:·b},·{a:·c}] {$.a:·0..1} "two·words" 5s 0s 1m30s "5s" 1.5h 5·s 10min 3μs 3µs 5% 0% 100% 101%
        20/s 0/s 20/s·to·200/s 0/s·to·5/s 20/min 20 20/d 200..299 299..200 512B 0B 1KiB 1TiB uniform zipf·0.8 zipf
        auto etag header·X-Cache probe·origin after·20s after·0s after json·$.a header·Server-Timing·app
        http://127.0.0.1:1 localhost:8080 /path HTTP://127.0.0.1 tcp://127.0.0.1:5 127.0.0.1 "::1" "${env:FIVE}"
        "${env:LENGTH}" "${env:FLAG}" "${nothing}" 1.1 "1.1" 2 1.2 1.3 fresh none 2026-12-31 0123456789abcdef
        100ms..200ms 50 "0·to·50" 0·to·0
        """
        .split(whereSeparator: { $0 == " " || $0 == "\n" }).map { $0.replacingOccurrences(of: "·", with: " ") }

    /// What of a shape a schema can say entirely, so that it refuses what the reader refuses.
    private static func isWhole(_ shape: Shape) -> Bool {
        switch shape {
        case .boolean, .integer, .number, .choice, .numeral, .name, .token: true
        case .pattern(let pattern):
            pattern.contains(Quantity.durationPattern) || pattern.contains(Quantity.ratePattern)
        case .oneOf(let shapes): shapes.allSatisfy(isWhole)
        case .text, .exact, .list, .mapping, .step, .verification, .probeFormat, .names, .anything: false
        }
    }

    /// Values of a shape and beside it, of which some are drawn at random.
    private static func values(_ shape: Shape, _ random: inout SplitMix) -> [String] {
        switch shape {
        case .integer(let range):
            let drawn = Int.random(in: range, using: &random)
            let numbers = [range.lowerBound - 1, range.lowerBound, drawn, range.upperBound, range.upperBound + 1]
            return numbers.flatMap { ["\($0)", "\"\($0)\""] }
        case .number(let range, _):
            let drawn = Double(Int.random(in: 1...999, using: &random)) / 1000
            let least = range.lowerBound == .leastNonzeroMagnitude ? 0.001 : range.lowerBound
            return [drawn, least, min(range.upperBound, 1e9) + 1].flatMap {
                ["\($0)", "\"\($0)\"", "\"\($0)%\""]
            }
        case .choice(let names), .numeral(let names): return names.flatMap { [$0, "\"\($0)\"", $0 + "x"] }
        case .pattern, .exact:
            let number = Int.random(in: 0...300, using: &random)
            return ["ns", "us", "ms", "s", "m", "h", "d", "B", "MiB", "%", "/s", "/min", "/h", ""].map {
                "\(number)\($0)"
            }
        case .list(let element, _): return values(element, &random).map { "[\($0)]" }
        case .names(let value): return values(value, &random).map { "{a: \($0)}" }
        case .oneOf(let shapes): return shapes.flatMap { values($0, &random) }
        case .text, .name, .token, .boolean, .mapping, .step, .verification, .probeFormat, .anything: return []
        }
    }

    @Test(
        "What a key takes, its schema takes; where a schema can say it all, it takes nothing else",
        arguments: [1, 2, 3] as [UInt64])
    func keys(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let schema = try #require(
            try JSONSerialization.jsonObject(with: Data(ScenarioSchema.json(.all).utf8)) as? [String: Any])
        let definitions = try #require(schema["$defs"] as? [String: [String: Any]])
        var questions: [SchemaValidator.Question] = []
        var asked: [(key: String, isWhole: Bool, cases: [(text: String, isRead: Bool)])] = []
        for table in KeyTable.all {
            let properties = try #require(
                (table.name == "scenario" ? schema : definitions[table.name])?["properties"] as? [String: [String: Any]]
            )
            for key in table.keys where !key.isReadByHand && !key.isLater {
                var cases: [(text: String, isRead: Bool)] = []
                var values: [Any] = []
                // All of them with the first seed, then what the others draw.
                for text in (seed == 1 ? Self.pool : []) + Self.values(key.shape, &random) {
                    guard let node = YAMLSource("key: \(text)\n").root, case .mapping(let entries) = node.content
                    else { continue }
                    let reading = Reading(
                        file: "s.yaml", folder: "/", environment: ["FIVE": "5", "LENGTH": "5s", "FLAG": "true"],
                        secretSource: nil)
                    let value = key.decode(reading, entries[0].value, KeyContext())
                    cases.append((text, value != nil && reading.sortedProblems.isEmpty))
                    values.append(entries[0].value.json)
                }
                questions.append(.init(schema: try #require(properties[key.name]), values: values))
                asked.append(("\(table.name).\(key.name)", Self.isWhole(key.shape), cases))
            }
        }
        let answers = try SchemaValidator.answers(questions, definitions: definitions)
        #expect(asked.count > 150)
        for (question, fits) in zip(asked, answers) {
            for (value, fit) in zip(question.cases, fits) where value.isRead != fit {
                // Which value a variable has, the schema doesn't know.
                let isOpen = value.text.contains("${") || !question.isWhole
                #expect(fit && isOpen, "\(question.key): \(value.text) is read: \(value.isRead), fits: \(fit)")
            }
        }
    }

    /// A scenario of which one value is replaced.
    private static let scenario = """
        name: tiny
        target: http://127.0.0.1:1
        defaults: {http: {streams: 5, redirects: 1, compression: false}}
        identities: {count: 5, header: X-User, value: "${user}"}
        flows:
          main:
            weight: 2
            steps:
              - {get: /, expect: 200, timeout: 5s}
              - {pause: 1s}
              - {calculate: /c, answers: {$.a: 1}, tolerance: 0.1%, deterministic: true}
              - {websocket: /ws, send: {a: 1}, messages: 2, every: 1s, closes: 1000}
        load:
          - {arrivals: 20/s, for: 5s, warmup: true}
          - {users: 5, for: 5s}
          - {iterations: 50, users: 2}
        limits: {max_users: 100, graceful_stop: 5s}
        objectives: [{objective: errors < 1%, abort: after 20s}]

        """

    @Test(
        "A whole scenario fits the schema where it is valid",
        arguments: [
            ("max_users: 100", ["\"100\"", "0", "1.5", "a lot", "true"]),
            ("iterations: 50", ["\"50\"", "0", "-1", "50/s"]),
            ("weight: 2", ["\"2\"", "0.5", "\"0.5\"", "0", "heavy"]),
            ("redirects: 1", ["\"1\"", "0", "51", "\"51\"", "-1"]),
            ("streams: 5", ["\"5\"", "1000", "1001", "0"]),
            ("count: 5", ["\"5\"", "0", "many"]),
            ("compression: false", ["\"true\"", "\"false\"", "yes", "1"]),
            ("warmup: true", ["\"true\"", "false", "0"]),
            ("deterministic: true", ["\"false\"", "no"]),
            ("for: 5s", ["10", "\"10\"", "0s", "1m30s", "10 s"]),
            ("arrivals: 20/s", ["100", "\"100\"", "0/s", "20/s to 200/s", "20/d", "0/s to 5/s"]),
            ("users: 5", ["\"5\"", "0", "0 to 50", "1.5", "x"]),
            ("pause: 1s", ["1", "\"1\"", "200ms..800ms", "0s", "1s.."]),
            ("target: http://127.0.0.1:1", ["localhost:8080", "https://127.0.0.1/a", "HTTP://127.0.0.1", "5"]),
            ("timeout: 5s", ["5", "0s", "5min"]),
            ("expect: 200", ["\"200\"", "200..299", "[200, 404]", "[200..299, 404]", "99", "600", "ok", "[]"]),
            ("tolerance: 0.1%", ["0.005", "\"0.005\"", "-1", "x"]),
            ("messages: 2", ["\"2\"", "0", "two"]),
            ("closes: 1000", ["\"1000\"", "[1000, 3000]", "1006", "999", "[]"]),
            ("graceful_stop: 5s", ["0s", "5", "soon"]),
            ("abort: after 20s", ["20s", "after 20", "after"]),
            ("get: /", ["http://127.0.0.1:2/a", "relative", "5"]),
            // Keys beside each other
            ("pause: 1s", ["1s, name: a"]),
            (
                "pause: 1s",
                [
                    "1s}\n      - {repeat: 2, steps: [{get: /a}]",
                    "1s}\n      - {group: g, steps: [{pause: 1s}, {get: /a}]",
                ]
            ),
            (
                "pause: 1s",
                ["1s}\n      - {repeat: 2, group: g, steps: [{get: /a}]", "1s}\n      - {repeat: 2"]
            ),
            ("pause: 1s", ["1s}\n      - {until: status == 200, most: 2, name: n, steps: [{get: /a}]"]),
            ("pause: 1s", ["1s}\n      - {group: g, every: 1s, steps: [{get: /a}]"]),
            ("pause: 1s", ["1s}\n      - {repeat: 2, name: n, steps: [{get: /a}]"]),
            ("get: /", ["/, answers: {$.a: 1}", "/, ping: 1s", "/, post: /", "/, websocket: /"]),
            ("websocket: /ws", ["/ws, body: a", "/ws, redirects: 1"]),
            ("defaults: {", ["{tls: {certificate: /dev/null}, ", "{tls: {key_passphrase: x}, "]),
        ])
    func whole(key: String, values: [String]) throws {
        let word = key.split(separator: " ")[0]
        let valid = try #require(YAMLSource(Self.scenario).root)
        var cases: [(text: String, isValid: Bool)] = [(key, problems(Self.scenario).isEmpty)]
        #expect(problems(Self.scenario) == [])
        var documents: [Any] = [valid.json]
        for value in values {
            let start = try #require(Self.scenario.range(of: key))
            let text = Self.scenario.replacingCharacters(in: start, with: "\(word) \(value)")
            guard let root = YAMLSource(text).root else { continue }
            cases.append((value, problems(text).isEmpty))
            documents.append(root.json)
        }
        let schema = try #require(
            try JSONSerialization.jsonObject(with: Data(ScenarioSchema.json(.all).utf8)) as? [String: Any])
        let answers = try SchemaValidator.answers([.init(schema: schema, values: documents)], definitions: nil)
        for (one, fits) in zip(cases, answers[0]) {
            #expect(one.isValid == fits, "\(word) \(one.text): valid \(one.isValid), fits \(fits)")
        }
    }
}

/// A small generator of random numbers: the same seed, the same numbers (SplitMix64).
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
