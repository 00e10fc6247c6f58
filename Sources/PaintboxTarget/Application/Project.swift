import NIOCore
import NIOHTTP1

/// A painting job.
struct Project: Sendable {
    let id: Int
    let name: String
    let client: String
    var estimates: [Estimate] = [] { didSet { estimateCount = estimates.count } }
    /// How many estimates there are; a list tells the number without the estimates themselves.
    var estimateCount = 0

    /// Appends the project as JSON.
    func write(to buffer: inout ByteBuffer) {
        buffer.writeStaticString("{\"id\":")
        buffer.writeDecimal(id)
        buffer.writeStaticString(",\"name\":")
        buffer.writeJSON(name)
        buffer.writeStaticString(",\"client\":")
        buffer.writeJSON(client)
        buffer.writeStaticString(",\"estimates\":")
        buffer.writeDecimal(estimateCount)
        buffer.writeStaticString("}")
    }
}

/// A price that was calculated for a project and kept.
struct Estimate: Sendable {
    let id: Int
    let calculation: Calculation

    /// Appends the estimate as JSON.
    func write(to buffer: inout ByteBuffer) {
        buffer.writeStaticString("{\"id\":")
        buffer.writeDecimal(id)
        buffer.writeStaticString(",\"area\":")
        buffer.writeDecimal(calculation.hundredths, decimals: 2)
        buffer.writeStaticString(",\"coats\":")
        buffer.writeDecimal(calculation.coats)
        buffer.writeStaticString(",\"total\":")
        buffer.writeString(calculation.total)
        buffer.writeStaticString("}")
    }
}

/// What a client sends to have a project made.
struct ProjectRequest: Decodable {
    /// Longest name of a project or a client, in characters.
    static let maxLength = 200
    /// The names of its members.
    static let members: Set<String> = ["name", "client"]

    let name: String
    let client: String

    /// - Throws: ``RequestProblem`` 400 if a name is empty, too long, or holds control characters.
    func check() throws(RequestProblem) {
        for (member, value) in [("name", name), ("client", client)] {
            // Scalars are counted first: a single character may be made of a million of them.
            let isShort = value.unicodeScalars.count <= 4 * Self.maxLength && value.count <= Self.maxLength
            guard isShort, !value.trimmed.isEmpty else {
                throw RequestProblem(.badRequest, "\(member) must be 1 to \(Self.maxLength) characters")
            }
            guard !value.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
                throw RequestProblem(.badRequest, "\(member) must not hold control characters")
            }
        }
    }
}
