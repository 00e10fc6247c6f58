import CLinux
import Foundation
import Glibc
import NIOConcurrencyHelpers

/// Accepts connections on a port of the kernel's choice on loopback, and serves each on a thread of its own.
final class ThreadedListener: Sendable {
    private struct State {
        var open: Set<Int32> = []
        var connections = 0
        var isStopped = false
    }

    let port: Int
    private let descriptor: Int32
    private let state = NIOLockedValueBox(State())

    /// Listens; connections wait until `start`. `receiveBuffer`: the kernel's buffer for what comes in, in bytes.
    init(ipv6: Bool = false, receiveBuffer: Int32? = nil, last: UInt8 = 1, port wanted: Int = 0) throws {
        let socket = try ListeningSocket(ipv6: ipv6, receiveBuffer: receiveBuffer, last: last, port: wanted)
        descriptor = socket.descriptor
        port = socket.port
    }

    /// Listens and accepts at once.
    convenience init(_ serve: @escaping @Sendable (_ descriptor: Int32, _ number: Int) -> Void) throws {
        try self.init()
        start(serve)
    }

    deinit { close(descriptor) }

    /// The number of connections so far.
    var connectionCount: Int { state.withLockedValue { $0.connections } }

    /// Accepts connections until `stop`. `serve` is given each with its number, from 0; when it returns the connection is
    /// closed, and then what it returned goes to `closed`.
    func start<Result>(
        _ serve: @escaping @Sendable (_ descriptor: Int32, _ number: Int) -> Result,
        closed: @escaping @Sendable (Result) -> Void = { _ in }
    ) {
        let thread = Thread { [self] in
            while let (connection, number) = next() {
                let thread = Thread { [self] in
                    let result = serve(connection, number)
                    state.withLockedValue { state in
                        state.open.remove(connection)
                        close(connection)
                    }
                    closed(result)
                }
                thread.stackSize = 256 * 1024
                thread.start()
            }
        }
        thread.start()
    }

    /// Ends everything. The threads end by themselves.
    func stop() {
        state.withLockedValue { state in
            state.isStopped = true
            // Under the lock: a descriptor that its thread has closed may be another connection's by now.
            for descriptor in state.open { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// The next connection; nil where there will be none.
    private func next() -> (connection: Int32, number: Int)? {
        while true {
            let connection = accept(descriptor, nil, nil)
            if connection < 0 {
                if errno == EINTR || errno == ECONNABORTED { continue }
                return nil
            }
            var on: Int32 = 1
            setsockopt(connection, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
            let number: Int? = state.withLockedValue { state in
                if state.isStopped { return nil }
                state.open.insert(connection)
                defer { state.connections += 1 }
                return state.connections
            }
            if let number { return (connection, number) }
            close(connection)
            return nil
        }
    }
}
