import FoundationEssentials

/// The form of a JSON answer: names and types, without values.
indirect enum AnswerShape: Decodable, Equatable, Sendable {
    case null, boolean, number, text
    /// An array, by its first element; nil: it is empty.
    case array(AnswerShape?)
    case object([String: AnswerShape])

    private struct Name: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// The form of a whole body; nil where it is no JSON. The decoder bounds nesting.
    init?(_ body: [UInt8]) {
        guard let shape = try? JSONDecoder().decode(AnswerShape.self, from: Data(body)) else { return nil }
        self = shape
    }

    init(from decoder: any Decoder) throws {
        if let members = try? decoder.container(keyedBy: Name.self) {
            self = .object(
                try members.allKeys.reduce(into: [:]) { shapes, name in
                    shapes[name.stringValue] = try members.decode(AnswerShape.self, forKey: name)
                })
            return
        }
        if var elements = try? decoder.unkeyedContainer() {
            self = .array(elements.isAtEnd ? nil : try elements.decode(AnswerShape.self))
            return
        }
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if (try? value.decode(Bool.self)) != nil {
            self = .boolean
        } else {
            self = (try? value.decode(String.self)) != nil ? .text : .number
        }
    }

    /// Whether two answers say the same kind of thing. Null and an empty array agree with anything of their kind: what
    /// they stand for is not known.
    func agrees(with other: AnswerShape) -> Bool {
        switch (self, other) {
        case (.null, _), (_, .null): true
        case (.array(let one), .array(let another)):
            if let one, let another { one.agrees(with: another) } else { true }
        case (.object(let members), .object(let others)):
            members.count == others.count
                && members.allSatisfy { name, shape in others[name].map(shape.agrees) ?? false }
        default: self == other
        }
    }
}
