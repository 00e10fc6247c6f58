import CLinux
import Foundation
import Glibc
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

    private struct State {
        var pieces: [Piece] = []
        var open: Set<Int32> = []
        var connections = 0
        var isStopped = false
    }

    /// The port it listens on.
    public let port: Int
    private let listener: Int32
    private let tls: ServerTLS?
    private let state = NIOLockedValueBox(State())

    /// Starts it.
    public init(tls: ServerTLS? = nil) throws {
        let socket = try ListeningSocket()
        listener = socket.descriptor
        port = socket.port
        self.tls = tls
        let thread = Thread { [self] in self.acceptConnections() }
        thread.start()
    }

    deinit { close(listener) }

    /// `http://127.0.0.1:port`, or `https://…`
    public var url: String { "\(tls == nil ? "http" : "https")://127.0.0.1:\(port)" }

    /// All pieces so far, in the order in which they came.
    public var pieces: [Piece] { state.withLockedValue { $0.pieces } }

    /// Closes everything. The threads end by themselves.
    public func stop() {
        state.withLockedValue { state in
            state.isStopped = true
            for descriptor in state.open { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private func acceptConnections() {
        while true {
            let descriptor = accept(listener, nil, nil)
            if descriptor < 0 {
                if errno == EINTR || errno == ECONNABORTED { continue }
                return
            }
            let number: Int? = state.withLockedValue { state in
                if state.isStopped { return nil }
                state.open.insert(descriptor)
                defer { state.connections += 1 }
                return state.connections
            }
            guard let number else {
                close(descriptor)
                return
            }
            let thread = Thread { [self] in self.serve(descriptor, number) }
            thread.stackSize = 256 * 1024
            thread.start()
        }
    }

    private func serve(_ descriptor: Int32, _ connection: Int) {
        if let channel = ServerChannel(descriptor, tls: tls) {
            var head = ""
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = buffer.withUnsafeMutableBufferPointer { channel.receive($0) }
                guard count > 0 else { break }
                let piece = Piece(
                    connection: connection, instant: loadgate_monotonic(),
                    text: String(decoding: buffer[..<count], as: UTF8.self))
                state.withLockedValue { $0.pieces.append(piece) }
                head += piece.text
                guard head.contains("\r\n\r\n") else { continue }
                head = ""
                guard channel.send(Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8)) else { break }
            }
        }
        state.withLockedValue { state in
            state.open.remove(descriptor)
            close(descriptor)
        }
    }
}
