import CLinux
import Glibc

/// A listening socket whose queue of connections is full and stays so: a further one is neither accepted nor refused.
public struct FullBacklog {
    /// Its port on 127.0.0.1.
    public let port: Int
    private let listener: Int32
    private let fillers: [Int32]

    /// Fills the queue.
    public init() throws {
        let socket = try ListeningSocket(backlog: 0)
        listener = socket.descriptor
        port = socket.port
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(socket.port).bigEndian)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var storage = sockaddr_storage()
        withUnsafeBytes(of: &address) { bytes in withUnsafeMutableBytes(of: &storage) { $0.copyMemory(from: bytes) } }
        var made: [Int32] = []
        for _ in 0..<8 {
            let filler = loadgate_tcp_socket(AF_INET)
            _ = loadgate_connect(filler, &storage, socklen_t(MemoryLayout<sockaddr_in>.size))
            made.append(filler)
        }
        fillers = made
    }

    /// Closes everything.
    public func release() {
        fillers.forEach { close($0) }
        close(listener)
    }
}
