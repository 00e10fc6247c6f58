import Scenarios

/// The members of a JSON object in a request. As Go reads it, which Toxiproxy is written in: names regardless of case, the last
/// of several counts, `null` is as good as nothing, and others are passed over.
struct APIBody {
    private let entries: [SourceNode.Entry]

    private static let valueLimit = 10_000
    private static let depthLimit = 32

    /// The object of a request.
    init(_ bytes: [UInt8]) throws(APIError) { try self.init(Self.parse(bytes), "the content") }

    private init(_ node: SourceNode, _ name: String) throws(APIError) {
        switch node.content {
        case .mapping(let entries): self.entries = entries
        case .scalar where node.isNull: entries = []
        default: throw .badBody("\(name) must be an object")
        }
    }

    /// The objects of a list.
    static func list(_ bytes: [UInt8]) throws(APIError) -> [APIBody] {
        let node = try parse(bytes)
        if node.isNull { return [] }
        guard case .list(let elements) = node.content else { throw .badBody("the content must be a list") }
        var bodies: [APIBody] = []
        for element in elements { bodies.append(try APIBody(element, "an element")) }
        return bodies
    }

    private static func parse(_ bytes: [UInt8]) throws(APIError) -> SourceNode {
        guard bytes.contains(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) else { throw .badBody("EOF") }
        guard String(validating: bytes, as: UTF8.self) != nil else { throw .badBody("it is not UTF-8") }
        do throws(JSONSyntaxError) {
            return try JSONSource.parse(bytes, nodes: valueLimit, depth: depthLimit)
        } catch {
            throw .badBody("line \(error.location.line), column \(error.location.column): \(error.message)")
        }
    }

    private func member(_ name: String) -> SourceNode? {
        let value = entries.last { $0.key.lowercased() == name }?.value
        return value?.isNull == true ? nil : value
    }

    /// A text; nil where there is none.
    func text(_ name: String) throws(APIError) -> String? {
        guard let value = member(name) else { return nil }
        guard let scalar = value.scalar, !scalar.isPlain else { throw .badBody("\(name) must be a text") }
        return scalar.text
    }

    /// A truth value; nil where there is none.
    func boolean(_ name: String) throws(APIError) -> Bool? {
        guard let value = member(name) else { return nil }
        guard let scalar = value.scalar, scalar.isPlain, let boolean = Bool(scalar.text) else {
            throw .badBody("\(name) must be true or false")
        }
        return boolean
    }

    /// A whole number; nil where there is none.
    func integer(_ name: String) throws(APIError) -> Int64? {
        guard let value = member(name) else { return nil }
        guard let scalar = value.scalar, scalar.isPlain, let number = Int64(scalar.text) else {
            throw .badBody("\(name) must be a whole number")
        }
        return number
    }

    /// A number; nil where there is none.
    func number(_ name: String) throws(APIError) -> Float? {
        guard let value = member(name) else { return nil }
        guard let scalar = value.scalar, scalar.isPlain, let number = Float(scalar.text), number.isFinite else {
            throw .badBody("\(name) must be a number")
        }
        return number
    }

    /// An object; nil where there is none.
    func object(_ name: String) throws(APIError) -> APIBody? {
        guard let value = member(name) else { return nil }
        return try APIBody(value, name)
    }

    /// An address; nil where there is none, or an empty one.
    func address(_ name: String) throws(APIError) -> HostPort? {
        guard let text = try text(name), !text.isEmpty else { return nil }
        guard let hostPort = HostPort(text) else {
            throw .badBody("\(name) must be HOST:PORT, not \(quoted(text))")
        }
        return hostPort
    }
}
