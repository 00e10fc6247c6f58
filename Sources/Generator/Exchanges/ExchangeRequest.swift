import Measures
import Scenarios

/// The bytes of a planned request.
struct ExchangeRequest {
    let bytes: [UInt8]
    /// So many bytes can lie with the server without its being able to decide anything: all of the head but its last
    /// byte. A body does not count, since many servers decide at the head.
    let harmless: Int
    /// False where the fields frame the body in a way of their own, so that what follows on the connection may be taken
    /// for a part of it.
    let leavesConnectionUsable: Bool

    /// Names and values go out as they are given, but for CR and LF, which could begin another field or request: each is
    /// sent as a blank, in the target percent-encoded, as are blanks there (RFC 9112 §3.2).
    ///
    /// `Host` is added in front where it is missing, `User-Agent` likewise behind. So is `Content-Length`, unless there
    /// is a transfer coding, where there is a body or one is to be expected of the method (RFC 9110 §8.6).
    init(_ planned: PlannedExchange, to endpoint: Endpoint, userAgent: String) {
        var head: [UInt8] = []
        head.append(line: planned.method)
        head.append(UInt8(ascii: " "))
        head.append(target: planned.target)
        head += Array(" HTTP/1.1\r\n".utf8)
        if planned.fields.values("Host").isEmpty {
            var endpoint = endpoint
            endpoint.isSecure = planned.isSecure
            head.append(field: HeaderLine("Host", endpoint.authority))
        }
        planned.fields.forEach { head.append(field: $0) }
        if planned.fields.values("User-Agent").isEmpty { head.append(field: HeaderLine("User-Agent", userAgent)) }
        let lengths = planned.fields.values("Content-Length")
        let hasCoding = !planned.fields.values("Transfer-Encoding").isEmpty
        let length = String(planned.body.count)
        if lengths.isEmpty, !hasCoding, !planned.body.isEmpty || Self.methodsWithBody.contains(planned.method) {
            head.append(field: HeaderLine("Content-Length", length))
        }
        head += Array("\r\n".utf8)
        harmless = head.count - 1
        bytes = head + planned.body
        leavesConnectionUsable =
            !hasCoding && lengths.allSatisfy { $0 == length } && (planned.body.isEmpty || lengths.count < 2)
    }

    private static let methodsWithBody = ["POST", "PUT", "PATCH"]
}

extension [UInt8] {
    fileprivate mutating func append(field: HeaderLine) {
        append(line: field.name)
        self += Array(": ".utf8)
        append(line: field.value)
        self += Array("\r\n".utf8)
    }

    /// Text that must stay on its line.
    fileprivate mutating func append(line text: String) {
        for byte in text.utf8 {
            append(byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n") ? UInt8(ascii: " ") : byte)
        }
    }

    /// Text that must stay a word.
    fileprivate mutating func append(target text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: " "): self += Array("%20".utf8)
            case UInt8(ascii: "\r"): self += Array("%0D".utf8)
            case UInt8(ascii: "\n"): self += Array("%0A".utf8)
            default: append(byte)
            }
        }
    }
}
