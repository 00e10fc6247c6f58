import FoundationEssentials
import NIOCore
import NIOHTTP1

/// Reads JSON that a client sent. The decoder bounds nesting, so hostile depth is an error and not a crash.
enum JSONBody {
    /// Decodes a `Value` from `buffer`.
    ///
    /// - Throws: ``RequestProblem`` with status 400 and a sentence fit for the client.
    static func decode<Value: Decodable>(_ type: Value.Type, from buffer: ByteBuffer) throws(RequestProblem) -> Value {
        // Foundation's decoder lets it pass (RFC 8259 §4, §5 don't).
        if hasTrailingComma(buffer.readableBytesView) {
            throw RequestProblem(.badRequest, "the body is not valid JSON")
        }
        do {
            return try JSONDecoder().decode(type, from: Data(buffer.readableBytesView))
        } catch let problem as RequestProblem {
            throw problem
        } catch let DecodingError.keyNotFound(key, _) {
            throw RequestProblem(.badRequest, "missing member \"\(key.stringValue)\"")
        } catch let DecodingError.typeMismatch(_, context) {
            throw RequestProblem(.badRequest, "wrong type\(place(context.codingPath))")
        } catch let DecodingError.valueNotFound(_, context) {
            throw RequestProblem(.badRequest, "null is not allowed\(place(context.codingPath))")
        } catch let DecodingError.dataCorrupted(context) where !context.codingPath.isEmpty {
            throw RequestProblem(.badRequest, "value out of range\(place(context.codingPath))")
        } catch {
            throw RequestProblem(.badRequest, "the body is not valid JSON")
        }
    }

    /// True where a comma stands before the end of an object or a list.
    private static func hasTrailingComma(_ bytes: ByteBufferView) -> Bool {
        var isInString = false
        var isEscaped = false
        var last: UInt8 = 0
        for byte in bytes {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                last = UInt8(ascii: "\"")
                continue
            }
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): continue
            case UInt8(ascii: "}"), UInt8(ascii: "]"): if last == UInt8(ascii: ",") { return true }
            case UInt8(ascii: "\""): isInString = true
            default: break
            }
            last = byte
        }
        return false
    }

    private static func place(_ path: [any CodingKey]) -> String {
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
