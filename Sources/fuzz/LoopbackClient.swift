import Glibc

/// Sockets to servers under test on 127.0.0.1, whose patience is bounded.
enum LoopbackClient {
    /// A socket that is connected, or nil. It waits two seconds at most for what is to come.
    static func connected(port: Int, _ kind: __socket_type) -> Int32? {
        let descriptor = socket(AF_INET, Int32(kind.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var patience = timeval(tv_sec: 2, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(truncatingIfNeeded: port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    /// Sends bytes over a connection in pieces, ends that direction, and gives what came back until the other one ended, at most
    /// `limit` bytes; nil where the server didn't end it in time. A connection that the server reset ends with what had come.
    static func exchange(port: Int, _ bytes: [UInt8], pieces: [Int], limit: Int) -> [UInt8]? {
        guard let descriptor = connected(port: port, SOCK_STREAM) else { return nil }
        defer { close(descriptor) }
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        var start = 0
        for size in pieces {
            let piece = Array(bytes[start..<(start + size)])
            // A server that has answered a bad request may be gone.
            guard send(descriptor, piece, size, Int32(MSG_NOSIGNAL)) == size else { break }
            start += size
        }
        shutdown(descriptor, Int32(SHUT_WR))
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while answer.count <= limit {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count == 0 { return answer }
            if count < 0 { return errno == ECONNRESET ? answer : nil }
            answer += buffer[..<count]
        }
        return answer
    }
}
