/// Takes a server's frames apart and puts messages together (RFC 6455 §5), from pieces of any size.
///
/// Consumes all it is given: what has to wait for more bytes it keeps itself. A frame that lies whole in one piece and is
/// a whole message is handed out where it lies. Memory is held only while a message or a control frame is incomplete.
package struct WebSocketFrameReader: BitwiseCopyable {
    /// What the frames amount to. Payloads are valid until the next call.
    package enum Event {
        /// A whole message. Where it is `compressed`, the payload is as received and not checked yet.
        case message(WebSocketMessageKind, UnsafeBufferPointer<UInt8>, compressed: Bool)
        case ping(UnsafeBufferPointer<UInt8>)
        case pong(UnsafeBufferPointer<UInt8>)
        case close(code: UInt16?, reason: UnsafeBufferPointer<UInt8>)
    }

    private enum Phase: UInt8 {
        case first, second, shortLength, longLength, payload
    }

    private var phase = Phase.first
    private var opcode = WebSocketOpcode.continuation
    private var final = false
    /// Bytes of an extended length that are still to come.
    private var lengthBytes: UInt8 = 0
    /// While the length is read: the length so far; then: bytes of payload that are still to come.
    private var remaining: UInt64 = 0

    /// A message has begun and not ended.
    private var inMessage = false
    private var kind = WebSocketMessageKind.text
    private var compressed = false
    private var utf8 = UTF8Validator()
    private var message = ByteStore()
    private var control = ByteStore()

    /// Fragments of the message at hand that continue it with nothing.
    private var emptyFragments = 0
    /// How many there may be; no server needs any.
    static let emptyFragmentBound = 1_000

    private let allowsCompression: Bool
    private let messageBound: Int

    /// `messageBound`: bytes of a message at most, from 0 to 1 GiB; `allowsCompression`: permessage-deflate was negotiated.
    package init(messageBound: Int, allowsCompression: Bool) {
        self.messageBound = messageBound
        self.allowsCompression = allowsCompression
    }

    /// Bytes of payload that are held at most. Deflate may lengthen what it can't shorten: by an eighth with fixed codes,
    /// by less otherwise.
    private var payloadBound: Int { compressed ? messageBound + messageBound / 4 + 1024 : messageBound }

    /// Takes bytes from the front up to the end of an event; nil where they are all taken and no event is complete.
    /// Not to be called again after it has thrown.
    package mutating func next(_ bytes: inout UnsafeBufferPointer<UInt8>) throws(WebSocketFailure) -> Event? {
        // What was handed out last is done with.
        if phase == .first, control.count > 0 { control.release() }
        if !inMessage, message.count > 0 { message.release() }
        while true {
            if phase == .payload {
                let run = Int(min(remaining, UInt64(bytes.count)))
                let piece = UnsafeBufferPointer(rebasing: bytes[..<run])
                bytes = UnsafeBufferPointer(rebasing: bytes[run...])
                remaining -= UInt64(run)
                if let event = try opcode.isControl ? takeControl(piece) : takeData(piece) { return event }
                if remaining > 0 { return nil }
                phase = .first
            } else {
                guard let byte = bytes.first else { return nil }
                bytes = UnsafeBufferPointer(rebasing: bytes[1...])
                try takeHead(byte)
            }
        }
    }

    /// Bytes that are held of what is incomplete.
    package var heldBytes: Int { message.count + control.count }

    /// Gives the memory back.
    package mutating func release() {
        message.release()
        control.release()
    }

    // MARK: Heads

    private mutating func takeHead(_ byte: UInt8) throws(WebSocketFailure) {
        switch phase {
        case .first:
            try takeFirst(byte)
            phase = .second
        case .second:
            if byte & 0x80 != 0 { throw .masked }
            try takeLength(byte)
        case .shortLength, .longLength:
            remaining = remaining << 8 | UInt64(byte)
            lengthBytes -= 1
            guard lengthBytes == 0 else { return }
            let isShortest = phase == .shortLength ? remaining > 125 : remaining > 0xFFFF && remaining >> 63 == 0
            guard isShortest else { throw .length }
            try payloadBegins()
        case .payload: break
        }
    }

    private mutating func takeFirst(_ byte: UInt8) throws(WebSocketFailure) {
        guard let opcode = WebSocketOpcode(rawValue: byte & 0x0F) else { throw .reservedOpcode }
        self.opcode = opcode
        final = byte & 0x80 != 0
        // RSV1 marks the first frame of a compressed message (RFC 7692 §6); the other two have no meaning.
        let marked = byte & 0x40 != 0
        if byte & 0x30 != 0 || marked && !(allowsCompression && (opcode == .text || opcode == .binary)) {
            throw .reservedBits
        }
        switch opcode {
        case .close, .ping, .pong: if !final { throw .fragmentedControl }
        case .continuation: if !inMessage { throw .unexpectedContinuation }
        case .text, .binary:
            if inMessage { throw .unfinishedMessage }
            inMessage = true
            emptyFragments = 0
            kind = opcode == .text ? .text : .binary
            compressed = marked
            utf8 = UTF8Validator()
        }
    }

    private mutating func takeLength(_ byte: UInt8) throws(WebSocketFailure) {
        if opcode.isControl, byte > WebSocketOpcode.controlBound { throw .controlTooLarge }
        switch byte {
        case 126: (phase, lengthBytes, remaining) = (.shortLength, 2, 0)
        case 127: (phase, lengthBytes, remaining) = (.longLength, 8, 0)
        default:
            remaining = UInt64(byte)
            try payloadBegins()
        }
    }

    private mutating func payloadBegins() throws(WebSocketFailure) {
        if opcode == .close, remaining == 1 { throw .closePayload }
        if !opcode.isControl, remaining > UInt64(payloadBound - message.count) { throw .messageTooLarge }
        if opcode == .continuation, remaining == 0, !final {
            // They cost work, and count against no bound of bytes.
            emptyFragments += 1
            if emptyFragments > Self.emptyFragmentBound { throw .emptyFragments }
        }
        phase = .payload
    }

    // MARK: Payloads

    /// `piece`: the next of the frame's payload, already taken off `remaining`.
    private mutating func takeControl(_ piece: UnsafeBufferPointer<UInt8>) throws(WebSocketFailure) -> Event? {
        var payload = piece
        if remaining > 0 || control.count > 0 {
            control.append(piece)
            guard remaining == 0 else { return nil }
            payload = control.bytes
        }
        phase = .first
        switch opcode {
        case .ping: return .ping(payload)
        case .pong: return .pong(payload)
        default: return try close(payload)
        }
    }

    private func close(_ payload: UnsafeBufferPointer<UInt8>) throws(WebSocketFailure) -> Event {
        guard payload.count >= 2 else { return .close(code: nil, reason: payload) }
        let code = UInt16(payload[0]) << 8 | UInt16(payload[1])
        guard WebSocketCloseCode.isSendable(code) else { throw .closeCode }
        let reason = UnsafeBufferPointer(rebasing: payload[2...])
        var utf8 = UTF8Validator()
        guard utf8.consume(reason), utf8.isComplete else { throw .closeReason }
        return .close(code: code, reason: reason)
    }

    private mutating func takeData(_ piece: UnsafeBufferPointer<UInt8>) throws(WebSocketFailure) -> Event? {
        let isPlainText = kind == .text && !compressed
        if isPlainText, !utf8.consume(piece) { throw .text }
        var payload = piece
        if remaining > 0 || !final || message.count > 0 {
            message.append(piece)
            payload = message.bytes
        }
        guard remaining == 0, final else { return nil }
        if isPlainText, !utf8.isComplete { throw .text }
        phase = .first
        inMessage = false
        return .message(kind, payload, compressed: compressed)
    }
}
