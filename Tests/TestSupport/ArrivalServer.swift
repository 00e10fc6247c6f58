import CLinux
import NIOConcurrencyHelpers

/// A server on loopback that notes when which bytes of its requests come in, and answers each request once its head is
/// whole.
public final class ArrivalServer: Sendable {
    /// Bytes that came in at once.
    public struct Piece: Sendable {
        /// The connection's number, from 0.
        public var connection: Int
        /// When they were read, in nanoseconds of the monotonic clock.
        public var instant: Int64
        /// What they say.
        public var text: String
    }

    private let listener: ThreadedListener
    private let noted: NIOLockedValueBox<[Piece]>
    private let isSecure: Bool

    /// Starts it.
    public init(tls: ServerTLS? = nil) throws {
        let noted = NIOLockedValueBox<[Piece]>([])
        self.noted = noted
        isSecure = tls != nil
        listener = try ThreadedListener { descriptor, number in
            if let channel = ServerChannel(descriptor, tls: tls) { Self.serve(channel, number, noted) }
        }
    }

    /// `http://127.0.0.1:port`, or `https://…`
    public var url: String { "\(isSecure ? "https" : "http")://127.0.0.1:\(listener.port)" }

    /// All pieces so far, in the order in which they came.
    public var pieces: [Piece] { noted.withLockedValue { $0 } }

    /// Closes everything.
    public func stop() { listener.stop() }

    private static func serve(_ channel: ServerChannel, _ connection: Int, _ noted: NIOLockedValueBox<[Piece]>) {
        var head = ""
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = buffer.withUnsafeMutableBufferPointer { channel.receive($0) }
            guard count > 0 else { return }
            let piece = Piece(
                connection: connection, instant: loadgate_monotonic(),
                text: String(decoding: buffer[..<count], as: UTF8.self))
            noted.withLockedValue { $0.append(piece) }
            head += piece.text
            guard head.contains("\r\n\r\n") else { continue }
            head = ""
            guard channel.send(Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8)) else { return }
        }
    }
}
