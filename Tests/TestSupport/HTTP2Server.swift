import CLinux
import COpenSSL
import Foundation
import Glibc

/// An HTTP/2 server by prior knowledge whose every frame a test decides. A thread per connection; port of the kernel's choice
/// on loopback. Its settings, and that it has seen the client's, it sends by itself.
public final class HTTP2Server: Sendable {
    /// What the server does, in order.
    public enum Action: Sendable {
        case send(HTTP2Frame)
        case bytes([UInt8])
        /// Closes.
        case close
        /// Closes with a reset.
        case reset
    }

    private let listener: ThreadedListener

    /// Starts a server. `script` is given what came in one piece: the frames, of the connection with a number from 0.
    public init(
        settings: [(UInt16, UInt32)] = [], script: @escaping @Sendable (Int, [HTTP2Frame]) -> [Action]
    ) throws {
        let opening = HTTP2Frame.settings(settings).bytes + HTTP2Frame.acknowledgement.bytes
        listener = try ThreadedListener { descriptor, number in
            guard let channel = ServerChannel(descriptor, tls: nil), channel.send(opening) else { return }
            Self.serve(channel, number, script)
        }
    }

    /// Answers each request at once with `:status: 200` and a body.
    public static func answer(_ frames: [HTTP2Frame], body: String = "ok") -> [Action] {
        frames.filter { $0.type == 1 }
            .flatMap { [.send(.head($0.stream)), .send(.data($0.stream, body))] as [Action] }
    }

    /// `http://127.0.0.1:port`
    public var url: String { "http://127.0.0.1:\(listener.port)" }
    /// The number of connections so far.
    public var connectionCount: Int { listener.connectionCount }
    /// Ends everything. The threads end by themselves.
    public func stop() { listener.stop() }

    private static func serve(_ channel: ServerChannel, _ number: Int, _ script: (Int, [HTTP2Frame]) -> [Action]) {
        let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 256 * 1024)
        defer { buffer.deallocate() }
        var bytes: [UInt8] = []
        var hasPreface = false
        while true {
            let count = channel.receive(buffer)
            guard count > 0 else { return }
            bytes += buffer[..<count]
            if !hasPreface {
                guard bytes.count >= HTTP2Frame.preface.count else { continue }
                guard bytes.starts(with: HTTP2Frame.preface) else { return }
                bytes.removeFirst(HTTP2Frame.preface.count)
                hasPreface = true
            }
            let frames = HTTP2Frame.take(from: &bytes)
            if frames.isEmpty { continue }
            for action in script(number, frames) {
                switch action {
                case .send(let frame): guard channel.send(frame.bytes) else { return }
                case .bytes(let bytes): guard channel.send(bytes) else { return }
                case .close:
                    // Bytes that nobody read would make a reset of it, which may overtake what was sent.
                    shutdown(channel.descriptor, Int32(SHUT_WR))
                    channel.drain()
                    return
                case .reset:
                    var option = linger(l_onoff: 1, l_linger: 0)
                    setsockopt(
                        channel.descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
                    return
                }
            }
        }
    }
}
