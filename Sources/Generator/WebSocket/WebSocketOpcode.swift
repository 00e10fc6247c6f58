/// What a frame is for (RFC 6455 §5.2). All other values are reserved.
enum WebSocketOpcode: UInt8 {
    case continuation = 0x0
    case text = 0x1
    case binary = 0x2
    case close = 0x8
    case ping = 0x9
    case pong = 0xA

    /// Bytes of payload that a control frame may have (§5.5).
    static let controlBound = 125

    var isControl: Bool { rawValue & 0x8 != 0 }
}

/// What a message holds.
package enum WebSocketMessageKind: UInt8, BitwiseCopyable, Sendable {
    /// UTF-8.
    case text = 0x1
    case binary = 0x2
}
