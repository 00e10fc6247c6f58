@testable import Generator

/// A frame as a server writes it, right or wrong.
struct ServerFrame {
    static func bytes(
        _ opcode: UInt8, _ payload: [UInt8] = [], final: Bool = true, reserved: UInt8 = 0, masked: Bool = false
    ) -> [UInt8] {
        var bytes = [(final ? 0x80 : 0) | reserved << 4 | opcode]
        let mask: UInt8 = masked ? 0x80 : 0
        switch payload.count {
        case ...125: bytes.append(mask | UInt8(payload.count))
        case ...0xFFFF: bytes += [mask | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        default:
            bytes.append(mask | 127)
            bytes += (0..<8).reversed().map { UInt8(payload.count >> ($0 * 8) & 0xFF) }
        }
        return masked ? bytes + [0, 0, 0, 0] + payload : bytes + payload
    }

    static func text(_ text: String, final: Bool = true) -> [UInt8] { bytes(1, Array(text.utf8), final: final) }
    static func more(_ text: String, final: Bool = true) -> [UInt8] { bytes(0, Array(text.utf8), final: final) }
    static func ping(_ text: String) -> [UInt8] { bytes(9, Array(text.utf8)) }
    static func pong(_ text: String) -> [UInt8] { bytes(10, Array(text.utf8)) }
    static func close(_ code: UInt16, _ reason: String = "") -> [UInt8] {
        bytes(8, [UInt8(code >> 8), UInt8(code & 0xFF)] + Array(reason.utf8))
    }
    /// RSV1 set: the payload is compressed.
    static func deflated(_ payload: [UInt8], opcode: UInt8 = 1, final: Bool = true) -> [UInt8] {
        bytes(opcode, payload, final: final, reserved: 4)
    }
}

/// A frame of ours, taken apart by other code than the one under test.
struct ClientFrame: Equatable {
    var opcode: UInt8
    var payload: [UInt8]
    var final = true
    var compressed = false

    static func pong(_ text: String) -> ClientFrame { ClientFrame(opcode: 10, payload: Array(text.utf8)) }
    static func close(_ code: UInt16?) -> ClientFrame {
        ClientFrame(opcode: 8, payload: code.map { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } ?? [])
    }

    /// nil where the bytes are no frames as a client must write them: masked, in the shortest form.
    static func frames(in bytes: [UInt8]) -> [ClientFrame]? {
        var frames: [ClientFrame] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            guard rest.count >= 6, let first = rest.popFirst(), let second = rest.popFirst(), second & 0x80 != 0,
                first & 0x30 == 0
            else { return nil }
            var length = Int(second & 0x7F)
            if length > 125 {
                let shortForm = length == 126
                length = rest.prefix(shortForm ? 2 : 8).reduce(0) { $0 << 8 | Int($1) }
                rest = rest.dropFirst(shortForm ? 2 : 8)
                guard length > (shortForm ? 125 : 0xFFFF) else { return nil }
            }
            guard rest.count >= 4 + length else { return nil }
            let key = Array(rest.prefix(4))
            let masked = rest.dropFirst(4).prefix(length)
            frames.append(
                ClientFrame(
                    opcode: first & 0x0F, payload: zip(masked, 0...).map { $0 ^ key[$1 & 3] },
                    final: first & 0x80 != 0, compressed: first & 0x40 != 0))
            rest = rest.dropFirst(4 + length)
        }
        return frames
    }
}

/// What a session makes of a server's bytes.
struct SessionDialogue: Equatable {
    enum Event: Equatable {
        case text(String)
        case binary([UInt8])
        case ping(String)
        case pong(String)
        case closed(UInt16?, String)
        case failed(WebSocketFailure)
    }

    var events: [Event] = []
    /// Our frames; nil where they were malformed.
    var sent: [ClientFrame]?

    /// Feeds a session the pieces. `closing`: our close frame went out before.
    static func hold(
        _ pieces: [[UInt8]], deflate: DeflateParameters? = nil, settings: WebSocketSession.Settings = .init(),
        closing: Bool = false
    ) -> SessionDialogue {
        var session = WebSocketSession(deflate: deflate, settings: settings)
        var workspace = WebSocketWorkspace()
        var output = ByteStore()
        defer {
            session.release()
            workspace.release()
            output.release()
        }
        var conversation = SessionDialogue()
        if closing {
            _ = session.close(1000, workspace: &workspace, output: &output)
            output.removeAll()
        }
        for piece in pieces {
            // A copy that ends with the call, so that the sanitizer sees who keeps a slice of it.
            let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: piece.count)
            defer { copy.deallocate() }
            _ = copy.initialize(from: piece)
            var rest = UnsafeBufferPointer(copy)
            while let event = session.receive(&rest, workspace: &workspace, output: &output) {
                conversation.events.append(Self.event(event))
            }
            precondition(rest.isEmpty, "all bytes are taken")
        }
        conversation.sent = ClientFrame.frames(in: Array(output.bytes))
        return conversation
    }

    private static func event(_ event: WebSocketSession.Event) -> Event {
        switch event {
        case .message(.text, let payload): .text(String(decoding: payload, as: UTF8.self))
        case .message(.binary, let payload): .binary(Array(payload))
        case .ping(let payload): .ping(String(decoding: payload, as: UTF8.self))
        case .pong(let payload): .pong(String(decoding: payload, as: UTF8.self))
        case .closed(let code, let reason): .closed(code, String(decoding: reason, as: UTF8.self))
        case .failed(let failure): .failed(failure)
        }
    }
}
