import CLinux
import COpenSSL
import Foundation
import Glibc
import NIOConcurrencyHelpers

/// A real WebSocket server whose every frame and close a test decides. A thread per connection; port of the kernel's
/// choice on loopback. Messages are unfragmented and uncompressed.
public final class WebSocketServer: Sendable {
    /// What the server does, in order.
    public enum Action: Sendable {
        /// Sends a text message.
        case text(String)
        /// Sends a frame's bytes as they are.
        case bytes([UInt8])
        /// Sends a close frame and closes.
        case close(UInt16, String)
        /// Closes without a close frame.
        case cut
        /// Closes with a reset.
        case reset
        /// Waits; a server that is slow by so much.
        case wait(seconds: Double)
    }

    /// Where in a conversation the server is asked what to do.
    public enum Event: Sendable {
        /// A connection was opened, by its number from 0.
        case opened(connection: Int)
        /// A message came: the connection, the message's number on it from 0, and its text.
        case message(connection: Int, number: Int, text: String)
    }

    private struct State {
        var closeCodes: [UInt16] = []
        var heads: [String] = []
    }

    /// The port it listens on.
    public var port: Int { listener.port }

    private let listener: ThreadedListener
    private let tls: ServerTLS?
    private let accept: @Sendable (String) -> String?
    private let script: @Sendable (Event) -> [Action]
    private let state = NIOLockedValueBox(State())

    /// Starts a server. `answer` may replace the answer to the opening handshake whose head it is given.
    public init(
        tls: ServerTLS? = nil, answer: @escaping @Sendable (String) -> String? = { _ in nil },
        script: @escaping @Sendable (Event) -> [Action]
    ) throws {
        listener = try ThreadedListener()
        self.tls = tls
        accept = answer
        self.script = script
        listener.start { [self] descriptor, number in
            if let channel = ServerChannel(descriptor, tls: self.tls) { serve(channel, number) }
        }
    }

    /// A server that sends each text message back.
    public static func echo(tls: ServerTLS? = nil) throws -> WebSocketServer {
        try WebSocketServer(tls: tls) { event in
            if case .message(_, _, let text) = event { [.text(text)] } else { [] }
        }
    }

    /// `http://127.0.0.1:port`, or `https://…`
    public var url: String { "\(tls == nil ? "http" : "https")://127.0.0.1:\(port)" }

    /// The number of connections so far.
    public var connectionCount: Int { listener.connectionCount }
    /// The codes of the close frames that clients sent.
    public var closeCodes: [UInt16] { state.withLockedValue { $0.closeCodes } }
    /// The heads of the opening handshakes.
    public var heads: [String] { state.withLockedValue { $0.heads } }

    /// Closes everything. The threads end by themselves.
    public func stop() { listener.stop() }

    private func serve(_ channel: ServerChannel, _ connection: Int) {
        var input: [UInt8] = []
        guard let head = readHead(channel, &input) else { return }
        state.withLockedValue { $0.heads.append(head) }
        let answer = accept(head) ?? Self.answer(to: head)
        guard channel.send(Array(answer.utf8)), perform(script(.opened(connection: connection)), channel) else {
            return
        }
        var number = 0
        while let frame = readFrame(channel, &input) {
            switch frame.opcode {
            case 8:
                let code = frame.payload.count >= 2 ? UInt16(frame.payload[0]) << 8 | UInt16(frame.payload[1]) : 1005
                state.withLockedValue { $0.closeCodes.append(code) }
                _ = channel.send([0x88, UInt8(frame.payload.count)] + frame.payload)
                return
            case 9: if !channel.send([0x8A, UInt8(frame.payload.count)] + frame.payload) { return }
            case 10: break
            default:
                let text = String(decoding: frame.payload, as: UTF8.self)
                let event = Event.message(connection: connection, number: number, text: text)
                if !perform(script(event), channel) { return }
                number += 1
            }
        }
    }

    /// False where the connection is over.
    private func perform(_ actions: [Action], _ channel: ServerChannel) -> Bool {
        for action in actions {
            switch action {
            case .text(let text): if !channel.send(Self.frame(opcode: 1, Array(text.utf8))) { return false }
            case .bytes(let bytes): if !channel.send(bytes) { return false }
            case .wait(let seconds): Thread.sleep(forTimeInterval: seconds)
            case .close(let code, let reason):
                _ = channel.send(Self.frame(opcode: 8, [UInt8(code >> 8), UInt8(code & 255)] + Array(reason.utf8)))
                return false
            case .cut: return false
            case .reset:
                var hard = linger(l_onoff: 1, l_linger: 0)
                setsockopt(
                    channel.descriptor, SOL_SOCKET, SO_LINGER, &hard, socklen_t(MemoryLayout<linger>.size))
                return false
            }
        }
        return true
    }

    /// A whole frame of a server.
    public static func frame(opcode: UInt8, _ payload: [UInt8]) -> [UInt8] {
        var length: [UInt8]
        switch payload.count {
        case ..<126: length = [UInt8(payload.count)]
        case ..<65536: length = [126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
        default: length = [127] + (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - 8 * $0)) }
        }
        return [0x80 | opcode] + length + payload
    }

    private static func answer(to head: String) -> String {
        let key =
            head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("sec-websocket-key:") }
            .map { $0.dropFirst("sec-websocket-key:".count).trimmingCharacters(in: .whitespaces) } ?? ""
        let text = Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)
        var digest = [UInt8](repeating: 0, count: Int(SHA_DIGEST_LENGTH))
        _ = SHA1(text, text.count, &digest)
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: \(Data(digest).base64EncodedString())\r\n\r\n"
    }

    private func readHead(_ channel: ServerChannel, _ input: inout [UInt8]) -> String? {
        while true {
            if let end = Data(input).firstRange(of: Data("\r\n\r\n".utf8)) {
                let head = String(decoding: input[..<end.lowerBound], as: UTF8.self)
                input.removeFirst(end.upperBound)
                return head
            }
            if !receive(channel, &input) { return nil }
        }
    }

    private func readFrame(_ channel: ServerChannel, _ input: inout [UInt8]) -> (opcode: UInt8, payload: [UInt8])? {
        while true {
            if let frame = Self.takeFrame(&input) { return frame }
            if !receive(channel, &input) { return nil }
        }
    }

    private static func takeFrame(_ input: inout [UInt8]) -> (opcode: UInt8, payload: [UInt8])? {
        guard input.count >= 2 else { return nil }
        let short = Int(input[1] & 0x7F)
        let extra = short == 126 ? 2 : short == 127 ? 8 : 0
        guard input.count >= 2 + extra + 4 else { return nil }
        let length = extra == 0 ? short : input[2..<(2 + extra)].reduce(0) { $0 << 8 | Int($1) }
        let start = 2 + extra + 4
        guard input.count >= start + length else { return nil }
        let key = Array(input[(2 + extra)..<start])
        let payload = input[start..<(start + length)].enumerated().map { $1 ^ key[$0 & 3] }
        let opcode = input[0] & 0x0F
        input.removeFirst(start + length)
        return (opcode, payload)
    }

    private func receive(_ channel: ServerChannel, _ input: inout [UInt8]) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = buffer.withUnsafeMutableBufferPointer { channel.receive($0) }
        if count > 0 { input += buffer[..<count] }
        return count > 0
    }
}
