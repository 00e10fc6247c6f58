import Testing

@testable import Credentials

@Suite struct KeywordAutomatonTests {
    /// What a plain search finds: each keyword at each place, by ends.
    private func plain(_ keywords: [String], _ text: [UInt8]) -> [[Int]] {
        let lowered = text.map(TextScan.lowered)
        var found: [[Int]] = []
        for end in 0...text.count {
            for (number, keyword) in keywords.enumerated() {
                let bytes = Array(keyword.utf8)
                if end >= bytes.count, Array(lowered[end - bytes.count..<end]) == bytes { found.append([number, end]) }
            }
        }
        return found.sorted { ($0[1], $0[0]) < ($1[1], $1[0]) }
    }

    private func found(_ keywords: [String], _ text: [UInt8]) -> [[Int]] {
        var found: [[Int]] = []
        KeywordAutomaton(keywords).forEachOccurrence(in: text) { found.append([$0, $1]) }
        return found.sorted { ($0[1], $0[0]) < ($1[1], $1[0]) }
    }

    @Test("It finds what a plain search finds, keywords inside each other and twice the same among them")
    func likePlainSearch() {
        let keywords = ["a", "ab", "bab", "bc", "bca", "c", "caa", "abcab", "ab"]
        var state: UInt64 = 42
        for length in 0..<200 {
            let text = (0..<length).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Array("aAbBcCx".utf8)[Int(state >> 33) % 7]
            }
            #expect(found(keywords, text) == plain(keywords, text))
        }
    }

    @Test("Upper and lower case are the same, other bytes are themselves")
    func cases() {
        #expect(found(["akia", "://"], Array("AKIA akia AkIa ://".utf8)) == [[0, 4], [0, 9], [0, 14], [1, 18]])
        // @ lies 32 below `, as A does below a, and is no letter.
        #expect(found(["`"], Array("@`".utf8)) == [[0, 2]])
        #expect(found(["a"], [0xFF, 0xC3, 0xA4, 0x00, 0x61]) == [[0, 5]])
        #expect(found(["a"], []).isEmpty)
    }
}
