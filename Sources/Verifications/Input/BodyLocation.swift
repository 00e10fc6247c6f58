import Scenarios

/// A value inside a body: a member of an object or an element of an array.
struct BodyLocation: Sendable, Equatable {
    /// The way to it, each step the number of a member or an element.
    var indices: [Int]
    /// The same way by names.
    var path: [JSONPath.Element]
    /// The type of the valid value.
    var type: InputType
    /// The valid value as it is written, where it is a number or a truth value.
    var literal: String?

    /// Whether it is a member of an object.
    var isMember: Bool { if case .name = path.last { true } else { false } }

    /// The way as people write it: `$.items[0].name`.
    var shown: String {
        path.reduce("$") { text, step in
            switch step {
            case .index(let index): "\(text)[\(index)]"
            case .name(let name):
                (try? JSONPath(parsing: "$.\(name)")) != nil ? "\(text).\(name)" : "\(text)[\(JSONString.quoted(name))]"
            }
        }
    }

    /// Whether a path of the scenario means this place; its indices mean every element.
    func isMeant(by path: JSONPath) -> Bool {
        path.elements.count == self.path.count
            && zip(path.elements, self.path).allSatisfy { wanted, own in
                switch (wanted, own) {
                case (.index, .index): true
                default: wanted == own
                }
            }
    }
}

extension JSONTree {
    /// All values inside, in the order of the text; the whole itself is none of them.
    var places: [BodyLocation] { places(behind: [], []) }

    private func places(behind indices: [Int], _ path: [JSONPath.Element]) -> [BodyLocation] {
        let children: [(JSONPath.Element, JSONTree)] =
            switch self {
            case .array(let elements): elements.enumerated().map { (.index($0.offset), $0.element) }
            case .object(let members): members.map { (.name($0.name), $0.value) }
            case .text, .raw: []
            }
        return children.enumerated().flatMap { index, child in
            let (indices, path) = (indices + [index], path + [child.0])
            var location = BodyLocation(indices: indices, path: path, type: child.1.type)
            if case .raw(let raw) = child.1 { location.literal = String(decoding: raw, as: UTF8.self) }
            return [location] + child.1.places(behind: indices, path)
        }
    }

    /// The ways to all objects, the whole itself included.
    var objects: [(indices: [Int], shown: String)] {
        let whole: [(indices: [Int], shown: String)] = type == .object ? [([], "$")] : []
        return whole + places.filter { $0.type == .object }.map { ($0.indices, $0.shown) }
    }
}
