/// Where the values of a JSON document stand: all of them in a list, in the order of the text. It holds no copy of the text.
struct JSONDocument {
    /// A value.
    struct Node {
        var kind: JSONScanner.Kind
        /// Its bytes; a text's quotation marks included.
        var bytes: Range<Int>
        /// Its member's name in an object, as it is written, with its quotation marks.
        var name: Range<Int>?
        /// The number of the first value behind it that is not below it.
        var end: Int
    }

    let bytes: UnsafeBufferPointer<UInt8>
    private(set) var nodes: [Node] = []

    /// - Throws: Where it is malformed up to the end of its first value.
    init(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONScanner.Malformed) {
        self.bytes = bytes
        nodes = try JSONScanner.nodes(of: bytes)
    }

    /// The numbers of a value's children; of members with one name only the last, as nearly all readers of JSON have it.
    func children(_ parent: Int) -> [Int] {
        var children: [Int] = []
        var child = parent + 1
        while child < nodes[parent].end {
            children.append(child)
            child = nodes[child].end
        }
        guard nodes[parent].kind == .object else { return children }
        var last: [[UInt8]: Int] = [:]
        let names = children.map { name($0) }
        for (name, child) in zip(names, children) { last[name] = child }
        return last.count == children.count
            ? children : zip(names, children).filter { last[$0] == $1 }.map { $1 }
    }

    /// The UTF-8 of a member's name.
    func name(_ node: Int) -> [UInt8] { nodes[node].name.map(utf8) ?? [] }

    /// The UTF-8 of a text: what its escapes stand for. As it is written where that is no Unicode.
    func text(_ node: Int) -> [UInt8] { utf8(nodes[node].bytes) }

    private func utf8(_ range: Range<Int>) -> [UInt8] {
        let inner = bytes[(range.lowerBound + 1)..<(range.upperBound - 1)]
        guard inner.contains(UInt8(ascii: "\\")) else { return Array(inner) }
        return JSONScanner.text(of: JSONScanner.Slice(kind: .text, bytes: UnsafeBufferPointer(rebasing: bytes[range])))
            .map { Array($0.utf8) } ?? Array(inner)
    }

    /// The number; nil for what is none.
    func number(_ node: Int) -> Double? {
        guard nodes[node].kind == .number else { return nil }
        return Double(String(decoding: bytes[nodes[node].bytes], as: UTF8.self))
    }

    func slice(_ node: Int) -> JSONScanner.Slice {
        JSONScanner.Slice(kind: nodes[node].kind, bytes: UnsafeBufferPointer(rebasing: bytes[nodes[node].bytes]))
    }
}
