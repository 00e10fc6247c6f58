/// A client's side of one open WebSocket: frames in, events out, and what has to be answered answered (RFC 6455 §5.5, §7).
///
/// A plain value without I/O and clock: a shell feeds it what it reads and sends what it appends to `output`. Memory is
/// held for an incomplete message only, and for compression with context takeover. Whoever makes one must `release` it.
///
/// Text is checked as it comes. A compressed message is kept as it is until it is complete, then decompressed and checked:
/// so sessions whose messages come in pieces can share one state of decompression.
package struct WebSocketSession: BitwiseCopyable {
    /// What happened. Payloads are valid until the next call that uses the session or its workspace.
    package enum Event {
        case message(WebSocketMessageKind, UnsafeBufferPointer<UInt8>)
        /// A ping, which has been answered.
        case ping(UnsafeBufferPointer<UInt8>)
        case pong(UnsafeBufferPointer<UInt8>)
        /// The server's close frame: it has been answered, or it answers ours. The server closes the connection now.
        case closed(code: UInt16?, reason: UnsafeBufferPointer<UInt8>)
        /// The server broke the rules or a bound; a close frame tells it. The connection is to be closed.
        case failed(WebSocketFailure)
    }

    /// Bounds and habits.
    package struct Settings: BitwiseCopyable, Sendable {
        /// Bytes of a received message at most, after decompression; from 0 to 1 GiB.
        package var messageBound: Int
        /// Bytes of payload of a sent frame at most, above 0: larger messages are sent in fragments.
        package var frameBound: Int

        package init(messageBound: Int = 10 * 1024 * 1024, frameBound: Int = .max) {
            self.messageBound = messageBound
            self.frameBound = frameBound
        }
    }

    private enum State: UInt8 {
        case open
        /// Our close frame is sent, the server's has not come.
        case closing
        case closed
    }

    private let settings: Settings
    private var state = State.open
    private let deflate: DeflateParameters?
    private var reader: WebSocketFrameReader
    /// State of their own have only sessions with context takeover, from their first compressed message on.
    private var inflater: Inflater?
    private var deflater: Deflater?
    /// The payload of the latest ping that has yet to be answered; its memory is kept for the next one.
    private var owed: UnsafeMutablePointer<UInt8>?
    private var owedCount = -1

    /// While more bytes than these wait to be sent, pings are not answered at once.
    package static let pongBacklog = 16 * 1024

    /// `deflate`: what the handshake agreed on.
    package init(deflate: DeflateParameters?, settings: Settings = Settings()) {
        self.deflate = deflate
        self.settings = Settings(
            messageBound: min(max(settings.messageBound, 0), 1 << 30), frameBound: max(settings.frameBound, 1))
        reader = WebSocketFrameReader(messageBound: self.settings.messageBound, allowsCompression: deflate != nil)
    }

    /// True while messages may be sent.
    package var isOpen: Bool { state == .open }
    /// True where nothing more is to be expected: the close frames are exchanged, or the server broke the rules.
    package var isClosed: Bool { state == .closed }

    /// Gives the memory back.
    package mutating func release() {
        reader.release()
        inflater?.release()
        deflater?.release()
        (inflater, deflater) = (nil, nil)
        owed?.deallocate()
        owed = nil
        owedCount = -1
    }

    // MARK: Receiving

    /// Takes bytes from the front up to the end of an event. To be called until it gives nil: then all bytes are taken.
    /// Messages that come after our close frame are ignored (RFC 6455 §5.5.1), and all that comes after the server's.
    ///
    /// `backlog`: bytes besides `output` that wait to be sent. A peer that sends pings and reads nothing has the latest
    /// answered only, which RFC 6455 §5.5.3 allows: call `settle` when what waits has been sent.
    package mutating func receive(
        _ bytes: inout UnsafeBufferPointer<UInt8>, backlog: Int = 0, workspace: inout WebSocketWorkspace,
        output: inout ByteStore
    ) -> Event? {
        do throws(WebSocketFailure) {
            while state != .closed, let event = try reader.next(&bytes) {
                switch event {
                case .message(let kind, let payload, let compressed):
                    if state == .closing { continue }
                    return .message(
                        kind, compressed ? try inflate(payload, kind: kind, workspace: &workspace) : payload)
                case .ping(let payload):
                    if state == .closing { continue }
                    owe(payload)
                    settle(backlog: backlog, workspace: &workspace, output: &output)
                    return .ping(payload)
                case .pong(let payload): return .pong(payload)
                case .close(let code, let reason):
                    if state == .open { appendClose(code, reason: nil, workspace: &workspace, output: &output) }
                    state = .closed
                    return .closed(code: code, reason: reason)
                }
            }
        } catch {
            if state == .open { appendClose(error.closeCode, reason: nil, workspace: &workspace, output: &output) }
            state = .closed
            return .failed(error)
        }
        if state == .closed {
            bytes = UnsafeBufferPointer(start: nil, count: 0)
            reader.release()
        }
        return nil
    }

    /// Answers the latest ping where little waits to be sent.
    package mutating func settle(backlog: Int = 0, workspace: inout WebSocketWorkspace, output: inout ByteStore) {
        guard owedCount >= 0, let owed, state == .open, output.count + backlog <= Self.pongBacklog else { return }
        append(.pong, UnsafeBufferPointer(start: owed, count: owedCount), workspace: &workspace, output: &output)
        owedCount = -1
    }

    private mutating func owe(_ payload: UnsafeBufferPointer<UInt8>) {
        let memory = owed ?? .allocate(capacity: WebSocketOpcode.controlBound)
        owed = memory
        if let base = payload.baseAddress { memory.update(from: base, count: payload.count) }
        owedCount = payload.count
    }

    private mutating func inflate(
        _ payload: UnsafeBufferPointer<UInt8>, kind: WebSocketMessageKind, workspace: inout WebSocketWorkspace
    ) throws(WebSocketFailure) -> UnsafeBufferPointer<UInt8> {
        if inflater == nil, let deflate, !deflate.serverNoContextTakeover {
            inflater = Inflater(windowBits: deflate.serverWindowBits)
        }
        let message = try workspace.inflate(payload, own: inflater, bound: settings.messageBound)
        if kind == .text {
            var utf8 = UTF8Validator()
            guard utf8.consume(message), utf8.isComplete else { throw .text }
        }
        return message
    }

    // MARK: Sending

    /// Appends a message, compressed where that was agreed on; a text must be UTF-8. False, and nothing is appended,
    /// where the session is not open.
    package mutating func send(
        _ kind: WebSocketMessageKind, _ message: UnsafeBufferPointer<UInt8>, workspace: inout WebSocketWorkspace,
        output: inout ByteStore
    ) -> Bool {
        guard state == .open else { return false }
        var payload = message
        var compressed = false
        if let deflate, message.count <= Deflater.payloadBound {
            if deflater == nil, !deflate.clientNoContextTakeover {
                deflater = Deflater(windowBits: deflate.clientWindowBits)
            }
            payload = workspace.deflate(message, own: deflater, windowBits: deflate.clientWindowBits)
            compressed = true
        }
        WebSocketFrameWriter.append(
            message: payload, kind, compressed: compressed, frameBound: settings.frameBound,
            random: &workspace.random, to: &output)
        return true
    }

    /// Appends a ping with up to 125 bytes of payload. False where the payload is larger or the session not open.
    package mutating func ping(
        _ payload: UnsafeBufferPointer<UInt8>, workspace: inout WebSocketWorkspace, output: inout ByteStore
    ) -> Bool {
        guard state == .open, payload.count <= WebSocketOpcode.controlBound else { return false }
        append(.ping, payload, workspace: &workspace, output: &output)
        return true
    }

    /// Begins to close: appends a close frame with a code that may be sent, and up to 123 bytes of reason in UTF-8. False
    /// where code or reason don't fit or the session is not open.
    package mutating func close(
        _ code: UInt16, reason: UnsafeBufferPointer<UInt8>? = nil, workspace: inout WebSocketWorkspace,
        output: inout ByteStore
    ) -> Bool {
        guard state == .open, WebSocketCloseCode.isSendable(code),
            reason.map({ $0.count <= WebSocketOpcode.controlBound - 2 }) ?? true
        else { return false }
        appendClose(code, reason: reason, workspace: &workspace, output: &output)
        state = .closing
        return true
    }

    private func append(
        _ opcode: WebSocketOpcode, _ payload: UnsafeBufferPointer<UInt8>, workspace: inout WebSocketWorkspace,
        output: inout ByteStore
    ) {
        WebSocketFrameWriter.append(opcode, payload: payload, key: workspace.random.nextWord(), to: &output)
    }

    private func appendClose(
        _ code: UInt16?, reason: UnsafeBufferPointer<UInt8>?, workspace: inout WebSocketWorkspace,
        output: inout ByteStore
    ) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: WebSocketOpcode.controlBound) { payload in
            var count = 0
            if let code {
                payload[0] = UInt8(code >> 8)
                payload[1] = UInt8(code & 0xFF)
                count = 2
            }
            for byte in reason ?? UnsafeBufferPointer(start: nil, count: 0) {
                payload[count] = byte
                count += 1
            }
            append(.close, UnsafeBufferPointer(rebasing: payload[..<count]), workspace: &workspace, output: &output)
        }
    }
}
