/// JSON as nodes that know their places, as YAML's are.
package enum JSONSource {
    /// Parses a whole text, which is UTF-8. A key that stands twice is there twice: what it means is for the reader to say.
    ///
    /// - Parameters:
    ///   - nodes: Values at most.
    ///   - depth: Objects and lists inside each other at most.
    package static func parse(_ text: [UInt8], nodes: Int, depth: Int) throws(JSONSyntaxError) -> SourceNode {
        var parser = JSONParser(text, depth: depth)
        var left = nodes
        let node = try node(&parser, &left, of: nodes)
        try parser.end()
        return node
    }

    private static func node(
        _ parser: inout JSONParser, _ left: inout Int, of nodes: Int
    ) throws(JSONSyntaxError) -> SourceNode {
        let kind = parser.kind()
        left -= 1
        guard left >= 0 else { throw parser.error("the file holds more than \(nodes) values") }
        let location = parser.location()
        switch kind {
        case .object:
            var entries: [SourceNode.Entry] = []
            try parser.object { (parser, key, location) throws(JSONSyntaxError) in
                entries.append(
                    SourceNode.Entry(key: key, location: location, value: try node(&parser, &left, of: nodes)))
            }
            return SourceNode(location: location, content: .mapping(entries))
        case .list:
            var elements: [SourceNode] = []
            try parser.list { (parser) throws(JSONSyntaxError) in
                elements.append(try node(&parser, &left, of: nodes))
            }
            return SourceNode(location: location, content: .list(elements))
        case .text:
            return SourceNode(
                location: location, content: .scalar(.init(text: try parser.text(), isPlain: false, literal: nil)))
        case .word:
            return SourceNode(
                location: location, content: .scalar(.init(text: try parser.word(), isPlain: true, literal: nil)))
        }
    }
}
