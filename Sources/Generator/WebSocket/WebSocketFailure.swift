/// Why what a server sends is no WebSocket conversation (RFC 6455, RFC 7692), or one beyond our bounds.
package enum WebSocketFailure: UInt8, Error, CaseIterable {
    case reservedBits
    case reservedOpcode
    case masked
    case length
    case fragmentedControl
    case controlTooLarge
    case unexpectedContinuation
    case unfinishedMessage
    case closePayload
    case closeCode
    case closeReason
    case text
    case messageTooLarge
    case compression
    case emptyFragments

    package var message: String {
        switch self {
        case .reservedBits: "a frame has a reserved bit set that nothing negotiated gives a meaning"
        case .reservedOpcode: "a frame has a reserved opcode"
        case .masked: "the server masked a frame"
        case .length: "a frame's length is not in its shortest form, or beyond 63 bits"
        case .fragmentedControl: "a control frame is fragmented"
        case .controlTooLarge: "a control frame has more than \(WebSocketOpcode.controlBound) bytes of payload"
        case .unexpectedContinuation: "a continuation frame came without a message to continue"
        case .unfinishedMessage: "a message began before the one before it had ended"
        case .closePayload: "a close frame has one byte of payload"
        case .closeCode: "a close frame has a code that must not be sent"
        case .closeReason: "the reason in a close frame is not UTF-8"
        case .text: "a text message is not UTF-8"
        case .messageTooLarge: "a message is larger than the bound"
        case .emptyFragments:
            "a message has more than \(WebSocketFrameReader.emptyFragmentBound) fragments with nothing in them"
        case .compression: "a compressed message does not decompress"
        }
    }

    /// The status code that tells the server (RFC 6455 §7.4.1).
    package var closeCode: UInt16 {
        switch self {
        case .closeReason, .text, .compression: WebSocketCloseCode.invalidData
        case .messageTooLarge: WebSocketCloseCode.messageTooBig
        default: WebSocketCloseCode.protocolError
        }
    }
}
