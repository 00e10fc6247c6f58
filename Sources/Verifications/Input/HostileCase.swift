import Measures
import Scenarios
import VerificationKit

/// A hostile request that was derived from the valid one.
struct HostileCase: Sendable {
    /// What the endpoint may do with it, besides refusing it.
    enum Acceptance: Sendable {
        /// Nothing else: it is not valid.
        case refused
        /// It may be accepted by an endpoint that does no harm, so that acceptance is shown and doesn't count.
        case tolerated
        /// Accept it: it is valid, or the scenario says so.
        case free
    }

    /// A header field in place of the request's own; without a value it is left out.
    struct Field: Sendable {
        var name: String
        var value: String?
    }

    var kind: InputKind
    /// How it differs from the valid request: `$.area = 1e400`.
    var change: String
    var acceptance: Acceptance
    var fields: [Field] = []
    /// Whether the body goes out in chunks, without a length.
    var isChunked = false
    /// The hostile body, made of the valid one. It is made when it is sent: together they would fill the memory.
    var body: @Sendable (JSONTree) -> [UInt8]

    /// The hostile request, made of the valid one.
    func exchange(_ valid: PlannedExchange, body tree: JSONTree) -> PlannedExchange {
        var exchange = valid
        for field in fields {
            exchange.fields.removeAll { $0.name.lowercased() == field.name.lowercased() }
            if let value = field.value { exchange.fields.append(HeaderLine(field.name, value)) }
        }
        exchange.body = body(tree)
        if isChunked {
            exchange.body = Self.chunked(exchange.body)
            exchange.set("Transfer-Encoding", "chunked")
        } else {
            // An empty body too is one that was sent.
            exchange.set("Content-Length", String(exchange.body.count))
        }
        return exchange
    }

    /// The bytes in chunks (RFC 9112 §7.1), several also of a short body.
    private static func chunked(_ bytes: [UInt8]) -> [UInt8] {
        let size = min(65_536, max(1, bytes.count / 3))
        var coded: [UInt8] = []
        coded.reserveCapacity(bytes.count + bytes.count / size * 8 + 16)
        for start in stride(from: 0, to: bytes.count, by: size) {
            let chunk = bytes[start..<min(start + size, bytes.count)]
            coded += Array("\(String(chunk.count, radix: 16))\r\n".utf8)
            coded += chunk
            coded += [13, 10]
        }
        return coded + Array("0\r\n\r\n".utf8)
    }
}
