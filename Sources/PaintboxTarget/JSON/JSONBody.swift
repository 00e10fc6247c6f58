import FoundationEssentials
import NIOCore
import NIOHTTP1

/// Reads JSON that a client sent. The decoder bounds nesting, so hostile depth is an error and not a crash.
enum JSONBody {
    /// Decodes a `Value` from `buffer`.
    ///
    /// - Parameter members: the names that the object may have; any if nil.
    /// - Throws: ``RequestProblem`` with status 400 and a sentence fit for the client.
    static func decode<Value: Decodable>(
        _ type: Value.Type, from buffer: ByteBuffer, members: Set<String>? = nil
    ) throws(RequestProblem) -> Value {
        let bytes = Array(buffer.readableBytesView)
        guard let names = JSONStrictness.members(of: bytes) else {
            throw RequestProblem(.badRequest, "the body is not valid JSON")
        }
        // The name that is too many is not told: it may be anything.
        if let members, !names.isSubset(of: members) {
            throw RequestProblem(.badRequest, "unknown member: known are \(members.sorted().joined(separator: ", "))")
        }
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch let problem as RequestProblem {
            throw problem
        } catch let DecodingError.keyNotFound(key, _) {
            throw RequestProblem(.badRequest, "missing member \"\(key.stringValue)\"")
        } catch let DecodingError.typeMismatch(_, context) {
            throw RequestProblem(.badRequest, "wrong type\(location(context.codingPath))")
        } catch let DecodingError.valueNotFound(_, context) {
            throw RequestProblem(.badRequest, "null is not allowed\(location(context.codingPath))")
        } catch let DecodingError.dataCorrupted(context) where !context.codingPath.isEmpty {
            throw RequestProblem(.badRequest, "value out of range\(location(context.codingPath))")
        } catch {
            throw RequestProblem(.badRequest, "the body is not valid JSON")
        }
    }

    private static func location(_ path: [any CodingKey]) -> String {
        path.last.map { " of member \"\($0.stringValue)\"" } ?? " of the body"
    }
}

/// An identifier of a message: a JSON string or number, given back as it came.
enum JSONScalar: Decodable, Equatable, Sendable {
    case string(String)
    case integer(Int64)
    case number(Double)

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let string = try? container.decode(String.self) {
            self = .string(string)
        } else if let integer = try? container.decode(Int64.self) {
            self = .integer(integer)
        } else {
            self = .number(try container.decode(Double.self))
        }
    }

    /// Appends the value as JSON.
    func write(to buffer: inout ByteBuffer) {
        switch self {
        case .string(let string): buffer.writeJSON(string)
        case .integer(let integer): buffer.writeString(String(integer))
        case .number(let number): buffer.writeString(String(number))
        }
    }
}
