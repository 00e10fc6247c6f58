import NIOCore
import NIOHTTP1

/// An answer before it is put into bytes. Framing, date and security headers are the encoder's business.
struct Response {
    var status: HTTPResponseStatus
    var fields: [(name: String, value: String)] = []
    var body = ByteBuffer()
    /// Whether the connection ends after this answer.
    var closes = false

    init(_ status: HTTPResponseStatus) {
        self.status = status
    }

    mutating func add(_ name: String, _ value: String) {
        fields.append((name, value))
    }

    /// The value of the first field of that name, compared without case.
    func first(_ name: String) -> String? {
        fields.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// A JSON answer that no cache may keep.
    static func json(_ status: HTTPResponseStatus, _ write: (inout ByteBuffer) -> Void) -> Response {
        var response = Response(status)
        response.fields.reserveCapacity(16)
        response.add("Content-Type", "application/json")
        response.add("Cache-Control", "no-store")
        write(&response.body)
        return response
    }
}
