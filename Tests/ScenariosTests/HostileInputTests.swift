import Measures
import Testing

@testable import Scenarios

@Suite struct HostileInputTests {
    private static let reader = ScenarioReader(
        environment: ["PAINTBOX_URL": "http://127.0.0.1:1"], kinds: .all)

    /// Reads bytes as a file's contents would be; what comes of it doesn't matter, that it ends does.
    private func read(_ bytes: [UInt8]) {
        let text: String
        switch SourceFile.text(bytes) {
        case .success(let valid): text = valid
        case .failure: text = String(decoding: bytes, as: UTF8.self)
        }
        do throws(InvalidScenario) {
            _ = try Self.reader.read(text, file: "s.yaml")
        } catch {
            for problem in error.problems {
                #expect(problem.line >= 1 && problem.column >= 1)
                #expect(!problem.message.contains("\n"))
            }
            #expect(!error.problems.isEmpty)
        }
    }

    @Test("Random bytes neither crash nor hang the reader")
    func randomBytes() {
        var generator = SeededRandom(seed: 1)
        let alphabet = Array("aA0 \n\t:-?[]{},&*!|>'\"%@`#<~.$=_/\u{85}é\r\\".utf8)
        for round in 0..<20_000 {
            let length = Int.random(in: 0...64, using: &generator)
            read(
                (0..<length).map { _ in
                    round.isMultiple(of: 2)
                        ? UInt8.random(in: 0...255, using: &generator)
                        : alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
                })
        }
    }

    @Test("Mutations of a valid file neither crash nor hang the reader")
    func mutations() throws {
        let folder = try TemporaryFolder()
        try FullExample.write(in: folder)
        // Whole lines are cut and repeated too, so that what is left often is YAML.
        let lines = FullExample.signoff.split(separator: "\n").map { Array($0.utf8) }
        var generator = SeededRandom(seed: 2)
        let alphabet = Array(" :-[]{},&*'\"#$}0a./%\n".utf8)
        for _ in 0..<6000 {
            var copy = lines
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let line = Int.random(in: 0..<copy.count, using: &generator)
                switch Int.random(in: 0..<5, using: &generator) {
                case 0: copy.remove(at: line)
                case 1: copy.insert(copy[line], at: Int.random(in: 0...copy.count, using: &generator))
                case 2: copy[line].removeFirst(min(2, copy[line].count))
                default:
                    let index = Int.random(in: 0...copy[line].count, using: &generator)
                    let byte = alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
                    if index < copy[line].count, Bool.random(using: &generator) {
                        copy[line][index] = byte
                    } else {
                        copy[line].insert(byte, at: index)
                    }
                }
            }
            read(Array(copy.joined(separator: [UInt8(ascii: "\n")])))
        }
    }

    @Test("Mutations of objectives, checks, paths, templates and data neither crash nor hang their parsers")
    func grammars() {
        let seeds = [
            "p95 response_time of browse < 200ms in any 10s", "json $.projects[0]['a b'] count within 1..2",
            "header content-type matches /^a(b|c)$/", "a${env:X:-y}${random.int(1,6)}${t.c}$${", "1m30s", "99.9%",
            "{\"a\": [1, \"\\u00e9\"], \"b\": -1.5e3}", "a,\"b \"\"c\"\"\",d\r\n1,2,3\n", "regex /x/", "0/s to 5/min",
            "${role} == admin", "${a.b}<=5${x}", "json $.next optional", "[::1]:80", "fe80::1",
        ]
        var generator = SeededRandom(seed: 3)
        let alphabet = Array("aé0 \n:-[]{}()$.'\"/%=<>!~\\\u{1F40E}".unicodeScalars)
        for _ in 0..<20_000 {
            var scalars = Array(seeds[Int.random(in: 0..<seeds.count, using: &generator)].unicodeScalars)
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let index = Int.random(in: 0..<max(1, scalars.count), using: &generator)
                if Bool.random(using: &generator), index < scalars.count {
                    scalars.remove(at: index)
                } else {
                    scalars.insert(
                        alphabet[Int.random(in: 0..<alphabet.count, using: &generator)], at: min(index, scalars.count))
                }
            }
            let text = String(String.UnicodeScalarView(scalars))
            _ = try? Objective(parsing: text)
            _ = try? Check(parsing: text)
            _ = try? JSONPath(parsing: text)
            _ = try? CaptureParser.capture("name", text)
            _ = try? JSONPath(parsingQuery: text)
            var condition = ConditionParser(text, isNegated: false) { text, _ in Text(text) }
            _ = try? condition.parse()
            _ = NumericAddress.isNumeric(text)
            _ = Reading.hostAndPort(text)
            _ = try? CaptureParser.serverTime(text)
            _ = try? Quantity.duration(text)
            _ = try? Quantity.ratio(text)
            _ = try? Reading.rates(text)
            _ = try? Endpoint(parsing: "http://\(text)")
            _ = CSV(text)
            _ = JSONLines(text)
            let parser = TemplateParser(
                scope: .iteration, environment: { _ in nil },
                file: { _ in .failure(SourceFile.Unreadable(reason: "no such file")) })
            _ = parser.parse(text)
        }
    }

    @Test("Aliases that stand for billions of values are refused, as values and as keys")
    func billionLaughs() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let last = "*a\(level - 1)"
            text += "a\(level): &a\(level) [\(Array(repeating: last, count: 9).joined(separator: ", "))]\n"
        }
        let problem = "s.yaml:1:1: the file and its aliases hold more than 100000 values"
        #expect(problems(text).contains(problem))
        #expect(problems(text + "? *a9\n: x\n") == [problem])
        #expect(problems(text + "*a9 : x\n") == [problem])
        #expect(problems(text + "[*a9]: x\n") == [problem])
        #expect(problems(text + "b: {*a9, x}\n") == [problem])
    }

    @Test("Many aliases that hold no aliases are taken")
    func manyAliases() throws {
        var text = minimal("").replacing("flows: {main: {steps: [{name: home, get: /}]}}\n", with: "")
        text += "flows:\n  main:\n    steps:\n      - &base {name: s0, get: /, headers: {A: b}, timeout: 1s}\n"
        for step in 1..<1000 { text += "      - {<<: *base, name: s\(step)}\n" }
        #expect(try ScenarioReader(environment: [:], kinds: .all).read(text, file: "s.yaml").steps.count == 1000)
    }

    @Test("Of very many problems the first 200 are told, and that there are more")
    func manyProblems() {
        let keys = (0..<5000).map { "key\($0): 1" }.joined(separator: "\n")
        let found = problems(minimal(keys))
        #expect(found.count == 201)
        #expect(found.last == "s.yaml:204:1: more than 200 problems: the others are not shown")
    }

    @Test("Deep nesting is refused", arguments: [100, 900, 5000, 200_000])
    func nesting(depth: Int) {
        for open in ["[", "{a: ", "- ", "? "] { #expect(!problems(String(repeating: open, count: depth)).isEmpty) }
        let closed = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        #expect(!problems("x: " + closed).isEmpty)
    }
}
