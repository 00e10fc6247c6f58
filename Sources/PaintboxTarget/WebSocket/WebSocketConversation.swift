import NIOCore

/// What one side of a WebSocket may say and when (RFC 6455 §5 and §7): takes a frame, returns what to do about it.
/// It does no I/O and knows no clock.
struct WebSocketConversation {
    /// Largest message, and largest frame, in bytes (1 MiB). A larger one ends the conversation with code 1009.
    static let maxMessageBytes = 1 << 20

    /// A frame from the client, unmasked.
    struct Frame {
        var opcode: UInt8
        var isFinal = true
        /// Whether RSV1, RSV2 or RSV3 is set; no extension is ever negotiated.
        var hasReservedBits = false
        var isMasked = true
        var payload = ByteBuffer()
    }

    /// What to do about a frame.
    enum Action: Equatable {
        case nothing
        /// A whole text message arrived.
        case message(String)
        /// Answer a ping with its payload.
        case pong(ByteBuffer)
        /// Send a close frame and wait for the client's.
        case close(CloseCode)
        /// The client closes: send the close frame back (without a code if it had none) and end the connection.
        case finish(UInt16?)
        /// The client answered our close frame: end the connection.
        case end
    }

    /// Reasons that this side closes for (RFC 6455 §7.4.1).
    enum CloseCode: UInt16, Sendable {
        case goingAway = 1001
        case protocolError = 1002
        case unsupportedData = 1003
        case invalidPayload = 1007
        case policyViolation = 1008
        case messageTooBig = 1009
    }

    private var message: ByteBuffer?
    private(set) var isClosing = false

    /// Takes the next frame.
    mutating func receive(_ frame: Frame) -> Action {
        guard frame.isMasked, !frame.hasReservedBits else { return close(.protocolError) }
        if frame.opcode >= 0x8 { return receiveControl(frame) }
        guard !isClosing else { return .nothing }
        switch (frame.opcode, message != nil) {
        case (0x1, false): message = frame.payload
        case (0x0, true):
            var payload = frame.payload
            message?.writeBuffer(&payload)
        case (0x2, false): return close(.unsupportedData)
        default: return close(.protocolError)
        }
        guard let size = message?.readableBytes, size <= Self.maxMessageBytes else { return close(.messageTooBig) }
        guard frame.isFinal, let whole = message else { return .nothing }
        message = nil
        guard let text = String(validating: whole.readableBytesView, as: UTF8.self) else {
            return close(.invalidPayload)
        }
        return .message(text)
    }

    /// Ends the conversation from this side.
    mutating func close(_ code: CloseCode) -> Action {
        guard !isClosing else { return .nothing }
        isClosing = true
        message = nil
        return .close(code)
    }

    private mutating func receiveControl(_ frame: Frame) -> Action {
        guard frame.isFinal, frame.payload.readableBytes <= 125 else { return close(.protocolError) }
        switch frame.opcode {
        case 0x8: return receiveClose(frame.payload)
        case 0x9: return isClosing ? .nothing : .pong(frame.payload)
        case 0xA: return .nothing
        default: return close(.protocolError)
        }
    }

    private mutating func receiveClose(_ payload: ByteBuffer) -> Action {
        guard !isClosing else { return .end }
        var payload = payload
        guard payload.readableBytes > 0 else {
            isClosing = true
            return .finish(nil)
        }
        guard let code = payload.readInteger(as: UInt16.self), Self.mayBeSent(code) else {
            return close(.protocolError)
        }
        guard String(validating: payload.readableBytesView, as: UTF8.self) != nil else { return close(.invalidPayload) }
        isClosing = true
        return .finish(code)
    }

    /// Codes that may stand in a close frame: 1004 to 1006 and 1015 are reserved, 3000 to 4999 are free for use.
    private static func mayBeSent(_ code: UInt16) -> Bool {
        (1000...1003).contains(code) || (1007...1014).contains(code) || (3000...4999).contains(code)
    }
}
