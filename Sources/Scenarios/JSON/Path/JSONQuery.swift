/// A query for values of a JSON document (RFC 9535): `$.items[*].id`, `$..price`, `$.orders[?@.paid == true].id`.
public struct JSONQuery: Sendable, Hashable {
    /// A step of the way: what it selects of a value's children, or of all that is below it.
    struct Segment: Sendable, Hashable {
        /// True for `..`: the value itself and all below it are looked at.
        var descends: Bool
        var selectors: [Selector]
    }

    /// What a segment selects (RFC 9535 §2.3).
    enum Selector: Sendable, Hashable {
        case name(String)
        case wildcard
        case index(Int)
        case slice(start: Int?, end: Int?, step: Int)
        case filter(Condition)
    }

    /// What a filter asks of a child (RFC 9535 §2.3.5).
    indirect enum Condition: Sendable, Hashable {
        case or([Condition])
        case and([Condition])
        case not(Condition)
        case compare(Operand, Comparison, Operand)
        /// Whether a query finds something.
        case finds(Reference)
        /// `match` or `search`: whether a text is as a regular expression says, as a whole or somewhere.
        case matches(Operand, pattern: Operand, isWhole: Bool)
    }

    /// A comparison's sign.
    enum Comparison: String, Sendable, CaseIterable {
        case equal = "=="
        case notEqual = "!="
        case lessOrEqual = "<="
        case greaterOrEqual = ">="
        case less = "<"
        case greater = ">"
    }

    /// What stands beside a comparison's sign: a value, or nothing.
    indirect enum Operand: Sendable, Hashable {
        case literal(Literal)
        /// The one value that a path leads to.
        case path(Reference)
        case length(Operand)
        case count(Reference)
        /// The one value that a query finds.
        case value(Reference)
    }

    /// A query within a filter: from the child at hand (`@`), or from the root (`$`).
    struct Reference: Sendable, Hashable {
        var isRelative: Bool
        var segments: [Segment]

        /// True where it leads to one value at most (RFC 9535 §2.3.5.1).
        var isSingular: Bool { segments.allSatisfy(\.isSingular) }
    }

    /// A value that stands in the query.
    enum Literal: Sendable, Hashable {
        case text(String)
        case number(Double)
        case boolean(Bool)
        case null
    }

    var segments: [Segment]

    /// The path that it is where it leads to one value at most; nil otherwise.
    var singularPath: [JSONPath.Element]? {
        var elements: [JSONPath.Element] = []
        for segment in segments {
            guard segment.isSingular, let element = segment.selectors.first?.element else { return nil }
            elements.append(element)
        }
        return elements
    }
}

extension JSONQuery.Segment {
    /// True where it leads to one child at most.
    var isSingular: Bool { !descends && selectors.count == 1 && selectors[0].element != nil }
}

extension JSONQuery.Selector {
    /// The step of a path that it is; nil where it may select several.
    var element: JSONPath.Element? {
        switch self {
        case .name(let name): .name(name)
        case .index(let index): .index(index)
        case .wildcard, .slice, .filter: nil
        }
    }
}
