import Glibc
import NIOConcurrencyHelpers

/// A server on loopback that gives the same bytes to every connection, whatever is asked, and closes it.
final class AnswerServer: Sendable {
    let port: Int
    private let descriptor: Int32
    private let pieces = NIOLockedValueBox<[[UInt8]]>([])

    init() {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && listen(descriptor, 64) == 0
                    && getsockname(descriptor, address, &length) == 0
            }
        }
        precondition(status, "no socket to listen on: errno \(errno)")
        self.descriptor = descriptor
        port = Int(UInt16(bigEndian: address.sin_port))
        var thread = pthread_t()
        let server = Unmanaged.passRetained(self).toOpaque()
        pthread_create(
            &thread, nil,
            { server in
                if let server { Unmanaged<AnswerServer>.fromOpaque(server).takeRetainedValue().serve() }
                return nil
            }, server)
        pthread_detach(thread)
    }

    /// What connections are given from now on, in so many pieces.
    func answer(_ bytes: [UInt8], pieces sizes: [Int]) {
        var start = 0
        let cut = sizes.map { size in
            defer { start += size }
            return Array(bytes[start..<(start + size)])
        }
        pieces.withLockedValue { $0 = cut }
    }

    /// Ends it.
    func stop() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    private func serve() {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let connection = accept(descriptor, nil, nil)
            guard connection >= 0 else {
                if errno == EINTR || errno == ECONNABORTED { continue }
                close(descriptor)
                return
            }
            // A client that waits for more than it is given is not waited for.
            var patience = timeval(tv_sec: 0, tv_usec: 200_000)
            setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
            setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
            if recv(connection, &buffer, buffer.count, 0) > 0 {
                for piece in pieces.withLockedValue({ $0 }) {
                    if send(connection, piece, piece.count, Int32(MSG_NOSIGNAL)) < 0 { break }
                }
                shutdown(connection, Int32(SHUT_WR))
                while recv(connection, &buffer, buffer.count, 0) > 0 {}
            }
            close(connection)
        }
    }
}
