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
    private let serve: @Sendable (_ descriptor: Int32, _ number: Int) -> Void
    private let state = NIOLockedValueBox(State())

    /// `serve` is given each connection with its number, from 0; when it returns the connection is closed.
    init(_ serve: @escaping @Sendable (_ descriptor: Int32, _ number: Int) -> Void) throws {
        let socket = try ListeningSocket()
        descriptor = socket.descriptor
        port = socket.port
        self.serve = serve
        let thread = Thread { [self] in self.acceptConnections() }
        thread.start()
    }

    deinit { close(descriptor) }

    /// Ends everything. The threads end by themselves.
    func stop() {
        state.withLockedValue { state in
            state.isStopped = true
            // Under the lock: a descriptor that its thread has closed may be another connection's by now.
            for descriptor in state.open { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    private func acceptConnections() {
        while true {
            let connection = accept(descriptor, nil, nil)
            if connection < 0 {
                if errno == EINTR || errno == ECONNABORTED { continue }
                return
            }
            var on: Int32 = 1
            setsockopt(connection, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
            let number: Int? = state.withLockedValue { state in
                if state.isStopped { return nil }
                state.open.insert(connection)
                defer { state.connections += 1 }
                return state.connections
            }
            guard let number else {
                close(connection)
                return
            }
            let thread = Thread { [self] in
                self.serve(connection, number)
                self.state.withLockedValue { state in
                    state.open.remove(connection)
                    close(connection)
                }
            }
            thread.stackSize = 256 * 1024
            thread.start()
        }
    }
}
