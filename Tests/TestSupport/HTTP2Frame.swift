/// A frame of HTTP/2 (RFC 9113 §4.1), and the bytes of those that tests send.
public struct HTTP2Frame: Sendable, Equatable {
    /// 0 DATA, 1 HEADERS, 3 RST_STREAM, 4 SETTINGS, 6 PING, 7 GOAWAY, 8 WINDOW_UPDATE, 9 CONTINUATION …
    public var type: UInt8
    /// What they mean depends on the type.
    public var flags: UInt8
    /// 0: the connection.
    public var stream: UInt32
    /// What follows the frame's head.
    public var payload: [UInt8]

    /// A frame of any kind.
    public init(_ type: UInt8, flags: UInt8 = 0, stream: UInt32 = 0, _ payload: [UInt8] = []) {
        self.type = type
        self.flags = flags
        self.stream = stream
        self.payload = payload
    }

    /// What a client sends first (§3.4).
    public static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    /// The frame's bytes.
    public var bytes: [UInt8] {
        let length = payload.count
        return [UInt8(length >> 16 & 255), UInt8(length >> 8 & 255), UInt8(length & 255), type, flags]
            + Self.number(stream) + payload
    }

    /// A number in four bytes.
    public static func number(_ number: UInt32) -> [UInt8] { (0..<4).map { UInt8(number >> (24 - 8 * $0) & 255) } }

    /// Takes the whole frames off the beginning of bytes.
    public static func take(from bytes: inout [UInt8]) -> [HTTP2Frame] {
        var frames: [HTTP2Frame] = []
        var start = 0
        while bytes.count - start >= 9 {
            let head = bytes[start..<(start + 9)].map { UInt32($0) }
            let length = Int(head[0] << 16 | head[1] << 8 | head[2])
            guard bytes.count - start >= 9 + length else { break }
            let stream = (head[5] << 24 | head[6] << 16 | head[7] << 8 | head[8]) & 0x7FFF_FFFF
            frames.append(
                HTTP2Frame(
                    UInt8(head[3]), flags: UInt8(head[4]), stream: stream,
                    Array(bytes[(start + 9)..<(start + 9 + length)])))
            start += 9 + length
        }
        bytes.removeFirst(start)
        return frames
    }

    // MARK: What servers send

    /// A literal field without indexing (RFC 7541 §6.2.2); texts shorter than 127 bytes.
    public static func field(_ name: String, _ value: String) -> [UInt8] {
        [0, UInt8(name.utf8.count)] + Array(name.utf8) + [UInt8(value.utf8.count)] + Array(value.utf8)
    }

    /// SETTINGS with values by their identifiers.
    public static func settings(_ values: [(UInt16, UInt32)] = []) -> HTTP2Frame {
        HTTP2Frame(4, values.flatMap { [UInt8($0.0 >> 8), UInt8($0.0 & 255)] + number($0.1) })
    }

    /// The client's SETTINGS are taken.
    public static let acknowledgement = HTTP2Frame(4, flags: 1)

    /// Fields of an answer, the head unless `fields` says otherwise: `:status: 200`.
    public static func head(_ stream: UInt32, _ fields: [UInt8] = [0x88], ends: Bool = false) -> HTTP2Frame {
        HTTP2Frame(1, flags: ends ? 5 : 4, stream: stream, fields)
    }

    /// A part of a body, the last one where it `ends` the answer.
    public static func data(_ stream: UInt32, _ text: String, ends: Bool = true) -> HTTP2Frame {
        HTTP2Frame(0, flags: ends ? 1 : 0, stream: stream, Array(text.utf8))
    }

    /// Ends a stream with an error code (§7).
    public static func reset(_ stream: UInt32, code: UInt32) -> HTTP2Frame {
        HTTP2Frame(3, stream: stream, number(code))
    }

    /// No stream above `last` was or will be processed.
    public static func goAway(last: UInt32, code: UInt32 = 0) -> HTTP2Frame {
        HTTP2Frame(7, number(last) + number(code))
    }

    /// More may be sent on a stream, or on all (0).
    public static func window(_ stream: UInt32, by: UInt32) -> HTTP2Frame { HTTP2Frame(8, stream: stream, number(by)) }
}
