import NIOCore
import NIOHTTP1

/// A request that can't be served: the status it is answered with, and a sentence for whoever sent it.
///
/// The sentence never holds internals (types, paths, stack traces).
struct RequestProblem: Error, Equatable {
    let status: HTTPResponseStatus
    let message: String
    /// Methods to name in `Allow`, for status 405 (RFC 9110 §15.5.6).
    var allowed: [HTTPMethod] = []

    init(_ status: HTTPResponseStatus, _ message: String, allowed: [HTTPMethod] = []) {
        self.status = status
        self.message = message
        self.allowed = allowed
    }

    /// The problem as a JSON answer: `{"error":{"status":404,"message":"…"}}`.
    var response: Response {
        var response = Response.json(status) { buffer in
            buffer.writeStaticString("{\"error\":{\"status\":")
            buffer.writeDecimal(Int(status.code))
            buffer.writeStaticString(",\"message\":")
            buffer.writeJSON(message)
            buffer.writeStaticString("}}")
        }
        if !allowed.isEmpty {
            response.add("Allow", allowed.map(\.rawValue).joined(separator: ", "))
        }
        return response
    }
}
