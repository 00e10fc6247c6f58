import Measures
import Testing

@testable import Generator

@Suite("WebSocket rules")
struct WebSocketRuleTests {
    @Test("Every rule holds", arguments: WebSocketRule.all.indices)
    func whole(_ index: Int) {
        let rule = WebSocketRule.all[index]
        let conversation = SessionDialogue.hold([rule.bytes], deflate: rule.deflate, settings: rule.settings)
        #expect(conversation == rule.expected, "\(rule.number) \(rule.title)")
    }

    @Test("Every rule holds wherever the bytes are split, and byte by byte", arguments: WebSocketRule.all.indices)
    func everySplit(_ index: Int) {
        let rule = WebSocketRule.all[index]
        guard rule.bytes.count <= 300 else { return }
        for split in 0...rule.bytes.count {
            let pieces = [Array(rule.bytes[..<split]), Array(rule.bytes[split...])]
            let conversation = SessionDialogue.hold(pieces, deflate: rule.deflate, settings: rule.settings)
            #expect(conversation == rule.expected, "\(rule.number) \(rule.title), split at \(split)")
        }
        let conversation = SessionDialogue.hold(rule.bytes.map { [$0] }, deflate: rule.deflate, settings: rule.settings)
        #expect(conversation == rule.expected, "\(rule.number) \(rule.title), byte by byte")
    }

    @Test("Every rule holds in pieces of any size", arguments: WebSocketRule.all.indices)
    func randomSplits(_ index: Int) {
        let rule = WebSocketRule.all[index]
        var random = SeededRandom(seed: UInt64(index))
        for _ in 0..<10 {
            var pieces: [[UInt8]] = []
            var rest = rule.bytes[...]
            let largest = 1 + random.below(UInt64(rest.count))
            while !rest.isEmpty {
                let count = 1 + Int(random.below(largest))
                pieces.append(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            let conversation = SessionDialogue.hold(pieces, deflate: rule.deflate, settings: rule.settings)
            #expect(conversation == rule.expected, "\(rule.number) \(rule.title), pieces \(pieces.map(\.count))")
        }
    }

    @Test("The table has the rules of all sections")
    func sections() {
        let sections = Set(WebSocketRule.all.compactMap { $0.number.split(separator: ".").first.flatMap { Int($0) } })
        #expect(sections == [1, 2, 3, 4, 5, 6, 7, 9, 10, 12, 13])
    }
}
