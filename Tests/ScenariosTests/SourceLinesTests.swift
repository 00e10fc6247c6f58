import Testing

@testable import Scenarios

@Suite struct SourceLinesTests {
    private static let bounds = YAMLSource.Bounds(bytes: 16 << 20, nodes: 2_000_000, depth: 64)

    @Test("Lines end as libYAML ends them, and places lead back to where they were before insertions")
    func lines() {
        var lines = SourceLines("a\r\nbé\n\rc\u{85}d\u{2028}e")
        let rests = (1...7).map { String(String.UnicodeScalarView(lines.rest(TextLocation(line: $0, column: 1)))) }
        #expect(rests == ["a\r\n", "bé\n", "\r", "c\u{85}", "d\u{2028}", "e", ""])
        #expect(lines.rest(TextLocation(line: 2, column: 2)).first == "é")
        #expect(lines.rest(TextLocation(line: 2, column: 99)).isEmpty)
        lines.insert("xy", at: TextLocation(line: 2, column: 2))
        lines.insert("z", at: TextLocation(line: 4, column: 1))
        #expect(lines.text == "a\r\nbxyé\n\rzc\u{85}d\u{2028}e")
        #expect(lines.original(TextLocation(line: 2, column: 4)) == TextLocation(line: 2, column: 2))
        #expect(lines.original(TextLocation(line: 4, column: 2)) == TextLocation(line: 4, column: 1))
        #expect(lines.rest(TextLocation(line: 5, column: 1)).first == "d")
    }

    /// The shortest of three times for a document.
    private func seconds(_ text: String) -> Double {
        (0..<3).map { _ in
            let duration = ContinuousClock().measure {
                let source = YAMLSource(text, bounds: Self.bounds)
                #expect(source.problems.isEmpty && source.root != nil)
            }
            return Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
        }.min() ?? 0
    }

    @Test(
        "Eight times the file takes about eight times the time, not sixty-four times",
        arguments: [
            "- {name: item, value: \"some text\"}\n", "# a comment of some length, as people write them\n- 1\n",
            "- |\n  a text\n  of lines é\n",
        ])
    func linear(line: String) {
        let small = seconds(String(repeating: line, count: 500))
        let large = seconds(String(repeating: line, count: 4000))
        // Quadratic work would take 64 times as long; a machine that is busy elsewhere may double either.
        #expect(large < small * 32)
    }

    @Test("A long line is no harder than many short ones")
    func longLine() {
        let small = seconds("[" + String(repeating: "abcdefgh, ", count: 500) + "x]\n")
        let large = seconds("[" + String(repeating: "abcdefgh, ", count: 4000) + "x]\n")
        #expect(large < small * 32)
    }
}
