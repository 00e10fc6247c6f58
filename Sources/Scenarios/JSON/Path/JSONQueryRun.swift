import Foundation

/// Finds what a query selects in a document (RFC 9535 §2).
struct JSONQueryRun {
    /// Steps at most: what a query of several `..` finds grows with a power of the document's depth.
    static let stepBound = 2_000_000

    /// The query takes more steps in this document than are spent on one answer.
    struct TooLong: Error {}

    let document: JSONDocument
    private var steps = 0
    var expressions: [String: NSRegularExpression?] = [:]

    init(_ document: JSONDocument) { self.document = document }

    /// The numbers of the values found, in their order.
    mutating func nodes(_ query: JSONQuery) throws(TooLong) -> [Int] { try select(query.segments, from: 0) }

    private mutating func select(_ segments: [JSONQuery.Segment], from start: Int) throws(TooLong) -> [Int] {
        var found = [start]
        for segment in segments {
            var next: [Int] = []
            for node in found {
                if segment.descends {
                    try selectBelow(node, segment.selectors, into: &next)
                } else {
                    for selector in segment.selectors { try select(selector, of: node, into: &next) }
                }
            }
            found = next
            if found.isEmpty { break }
        }
        return found
    }

    /// Of the value itself, then of each below it, those before their children.
    private mutating func selectBelow(
        _ node: Int, _ selectors: [JSONQuery.Selector], into found: inout [Int]
    ) throws(TooLong) {
        for selector in selectors { try select(selector, of: node, into: &found) }
        for child in document.children(node) { try selectBelow(child, selectors, into: &found) }
    }

    private mutating func step(_ count: Int = 1) throws(TooLong) {
        steps += count
        guard steps <= Self.stepBound else { throw TooLong() }
    }

    private mutating func select(
        _ selector: JSONQuery.Selector, of node: Int, into found: inout [Int]
    ) throws(TooLong) {
        let kind = document.nodes[node].kind
        guard kind == .array || kind == .object else { return try step() }
        let children = document.children(node)
        try step(1 + children.count)
        switch selector {
        case .name(let name):
            guard kind == .object else { return }
            let wanted = Array(name.utf8)
            found += children.filter { document.name($0) == wanted }
        case .wildcard: found += children
        case .index(let index):
            guard kind == .array else { return }
            let position = index < 0 ? children.count + index : index
            if children.indices.contains(position) { found.append(children[position]) }
        case .slice(let start, let end, let step):
            guard kind == .array else { return }
            found += Self.slice(children.count, start, end, step).map { children[$0] }
        case .filter(let condition):
            for child in children where try holds(condition, of: child) { found.append(child) }
        }
    }

    /// The places of a slice (RFC 9535 §2.3.4.2.2).
    private static func slice(_ count: Int, _ start: Int?, _ end: Int?, _ step: Int) -> [Int] {
        func normal(_ index: Int) -> Int { index < 0 ? count + index : index }
        if step > 0 {
            let lower = min(max(normal(start ?? 0), 0), count)
            let upper = min(max(normal(end ?? count), 0), count)
            return Array(stride(from: lower, to: upper, by: step))
        }
        guard step < 0 else { return [] }
        let upper = min(max(start.map(normal) ?? count - 1, -1), count - 1)
        let lower = min(max(end.map(normal) ?? -1, -1), count - 1)
        return Array(stride(from: upper, to: lower, by: step))
    }

    // MARK: Conditions

    private mutating func holds(_ condition: JSONQuery.Condition, of node: Int) throws(TooLong) -> Bool {
        try step()
        switch condition {
        case .or(let parts):
            for part in parts where try holds(part, of: node) { return true }
            return false
        case .and(let parts):
            for part in parts where try !holds(part, of: node) { return false }
            return true
        case .not(let inner): return try !holds(inner, of: node)
        case .finds(let reference): return try !nodes(reference, node).isEmpty
        case .compare(let left, let sign, let right):
            let (one, other) = (try value(left, of: node), try value(right, of: node))
            // What is compared may be large, and for each child again.
            try step(size(of: one) + size(of: other))
            return isTrue(one, sign, other)
        case .matches(let operand, let pattern, let isWhole):
            guard let text = self.text(of: try value(operand, of: node)),
                let pattern = self.text(of: try value(pattern, of: node))
            else { return false }
            return matches(text, pattern, isWhole: isWhole)
        }
    }

    private mutating func nodes(_ reference: JSONQuery.Reference, _ node: Int) throws(TooLong) -> [Int] {
        try select(reference.segments, from: reference.isRelative ? node : 0)
    }

    /// A value that is compared.
    enum Value {
        case node(Int)
        case literal(JSONQuery.Literal)
    }

    /// Nil: nothing is there (RFC 9535 §2.4.1).
    private mutating func value(_ operand: JSONQuery.Operand, of node: Int) throws(TooLong) -> Value? {
        switch operand {
        case .literal(let literal): return .literal(literal)
        case .path(let reference): return try nodes(reference, node).first.map { .node($0) }
        case .count(let reference): return .literal(.number(Double(try nodes(reference, node).count)))
        case .value(let reference):
            let found = try nodes(reference, node)
            return found.count == 1 ? .node(found[0]) : nil
        case .length(let inner): return length(of: try value(inner, of: node)).map { .literal(.number(Double($0))) }
        }
    }

    /// How many values it is made of.
    private func size(of value: Value?) -> Int {
        if case .node(let node)? = value { document.nodes[node].end - node } else { 1 }
    }

    private func length(of value: Value?) -> Int? {
        if let text = text(of: value) { return text.unicodeScalars.count }
        guard case .node(let node)? = value else { return nil }
        switch document.nodes[node].kind {
        case .array, .object: return document.children(node).count
        case .null, .boolean, .number, .text: return nil
        }
    }

    func text(of value: Value?) -> String? {
        switch value {
        case .literal(.text(let text))?: return text
        case .node(let node)? where document.nodes[node].kind == .text:
            return String(decoding: document.text(node), as: UTF8.self)
        default: return nil
        }
    }
}
