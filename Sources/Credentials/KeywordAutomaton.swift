/// Finds all occurrences of many keywords in one pass, whatever their number (Aho and Corasick, Efficient string matching,
/// CACM 18(6), 1975). Upper and lower case of ASCII letters are the same.
struct KeywordAutomaton: Sendable {
    /// The column of a byte in the table: bytes that no keyword holds share column 0.
    private let columns: [UInt8]
    /// The state that follows, by state and column; states are numbered so that those where a keyword ends come last.
    private let following: [UInt16]
    private let width: Int
    private let firstEnding: Int
    /// The keywords that end in a state, from `firstEnding` on.
    private let endings: [[Int]]

    /// An automaton for keywords in lower case, none of them empty; their total length is below 65,536.
    init(_ keywords: [String]) {
        var columns = [UInt8](repeating: 0, count: 256)
        var used = 0
        for byte in Set(keywords.flatMap { Array($0.utf8) }).sorted() {
            used += 1
            columns[Int(byte)] = UInt8(used)
            if UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte { columns[Int(byte) - 32] = UInt8(used) }
        }
        let width = used + 1

        // The trie; -1: no edge.
        var edges = [Int](repeating: -1, count: width)
        var found: [[Int]] = [[]]
        for (number, keyword) in keywords.enumerated() {
            var state = 0
            for byte in keyword.utf8 {
                let offset = state * width + Int(columns[Int(byte)])
                if edges[offset] < 0 {
                    edges[offset] = found.count
                    found.append([])
                    edges += [Int](repeating: -1, count: width)
                }
                state = edges[offset]
            }
            found[state].append(number)
        }
        let ranked = Self.complete(&edges, &found, width: width)

        self.columns = columns
        self.width = width
        let silent = ranked.filter { found[$0].isEmpty }
        let ending = ranked.filter { !found[$0].isEmpty }
        var number = [Int](repeating: 0, count: found.count)
        for (new, old) in (silent + ending).enumerated() { number[old] = new }
        following = (silent + ending).flatMap { old in
            (0..<width).map { UInt16(number[edges[old * width + $0]]) }
        }
        firstEnding = silent.count
        endings = ending.map { found[$0] }
    }

    /// Gives every state an edge for every column, by way of its longest proper suffix that is a state too. Returns the
    /// states in the order of their depth.
    private static func complete(_ edges: inout [Int], _ found: inout [[Int]], width: Int) -> [Int] {
        var suffix = [Int](repeating: 0, count: found.count)
        var queue = [0]
        var next = 0
        while next < queue.count {
            let state = queue[next]
            next += 1
            for column in 0..<width {
                let offset = state * width + column
                let fallback = state == 0 ? 0 : edges[suffix[state] * width + column]
                let child = edges[offset]
                if child < 0 {
                    edges[offset] = fallback
                } else {
                    suffix[child] = fallback
                    // The suffix is less deep, so all that ends there is known already.
                    found[child] += found[fallback]
                    queue.append(child)
                }
            }
        }
        return queue
    }

    /// Calls `body` with the number of each keyword found and the offset behind its last byte, in the order of ends.
    func forEachOccurrence(in bytes: [UInt8], _ body: (_ keyword: Int, _ end: Int) -> Void) {
        bytes.withUnsafeBufferPointer { bytes in
            columns.withUnsafeBufferPointer { columns in
                following.withUnsafeBufferPointer { following in
                    var state = 0
                    for index in 0..<bytes.count {
                        state = Int(following[state * width + Int(columns[Int(bytes[index])])])
                        guard state >= firstEnding else { continue }
                        for keyword in endings[state - firstEnding] { body(keyword, index + 1) }
                    }
                }
            }
        }
    }

    /// Whether any keyword occurs.
    func occurs(in bytes: ArraySlice<UInt8>) -> Bool {
        var state = 0
        for byte in bytes {
            state = Int(following[state * width + Int(columns[Int(byte)])])
            if state >= firstEnding { return true }
        }
        return false
    }
}
