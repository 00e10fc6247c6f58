import Glibc
import NIOCore
import NIOHTTP1

/// Puts responses into bytes, one buffer for head and body, with the fields that every answer carries.
///
/// NIO's own encoder writes a head and a body as two messages and copies each field's two strings; the constant
/// block below is two thirds of a response and is copied at once.
struct ResponseEncoder {
    private let constant: ByteBuffer
    private var date = HTTPDate()

    /// - Parameter fields: the fields put into every answer.
    init(fields: [(name: String, value: String)]) {
        var buffer = ByteBuffer()
        for field in fields {
            Self.write(field.name, field.value, to: &buffer)
        }
        constant = buffer
    }

    /// Appends `response`.
    ///
    /// - Parameters:
    ///   - isHead: the answer to a HEAD request: all fields of the GET, no body (RFC 9110 §9.3.2).
    ///   - keepsAlive: whether the connection stays open after it.
    mutating func encode(_ response: Response, isHead: Bool, keepsAlive: Bool, to buffer: inout ByteBuffer) {
        writeStatusLine(response.status, to: &buffer)
        buffer.writeImmutableBuffer(constant)
        buffer.writeStaticString("Date: ")
        buffer.writeImmutableBuffer(date.now())
        buffer.writeStaticString("\r\n")
        for field in response.fields {
            Self.write(field.name, field.value, to: &buffer)
        }
        // RFC 9110 §8.6: no length on 1xx and 204; a 304 may leave it out, and we do.
        let code = response.status.code
        let hasLength = code >= 200 && code != 204 && code != 304
        if hasLength {
            buffer.writeStaticString("Content-Length: ")
            buffer.writeDecimal(response.body.readableBytes)
            buffer.writeStaticString("\r\n")
        }
        if !keepsAlive {
            buffer.writeStaticString("Connection: close\r\n")
        }
        buffer.writeStaticString("\r\n")
        if hasLength && !isHead {
            buffer.writeImmutableBuffer(response.body)
        }
    }

    private func writeStatusLine(_ status: HTTPResponseStatus, to buffer: inout ByteBuffer) {
        if status == .ok {
            buffer.writeStaticString("HTTP/1.1 200 OK\r\n")
        } else {
            buffer.writeString("HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n")
        }
    }

    private static func write(_ name: String, _ value: String, to buffer: inout ByteBuffer) {
        buffer.writeString(name)
        buffer.writeStaticString(": ")
        buffer.writeString(value)
        buffer.writeStaticString("\r\n")
    }
}

/// The `Date` field (RFC 9110 §6.6.1), formatted at most once a second.
struct HTTPDate {
    private var second: time_t = -1
    private var text = ByteBuffer()

    /// The wall clock's time in IMF-fixdate.
    mutating func now() -> ByteBuffer {
        let second = time(nil)
        if second != self.second {
            self.second = second
            text = ByteBuffer(string: Self.text(second))
        }
        return text
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT` for 784111777.
    static func text(_ second: time_t) -> String {
        var second = second
        var parts = tm()
        gmtime_r(&second, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let day = "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)])"
        return "\(day) \(Int(parts.tm_year) + 1900) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT"
    }
}
