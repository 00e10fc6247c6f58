import CLinux
import Glibc

/// A TCP socket that listens on loopback, on a port of the kernel's choice unless one is given.
struct ListeningSocket {
    let descriptor: Int32
    let port: Int

    /// `last`: the last number of its IPv4 address, 127.0.0.1 and so on.
    init(
        ipv6: Bool = false, backlog: Int32 = 4096, receiveBuffer: Int32? = nil, last: UInt8 = 1, port wanted: Int = 0
    ) throws {
        let family = ipv6 ? AF_INET6 : AF_INET
        descriptor = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw TestFailure("socket: errno \(errno)") }
        // Connections take the size over from the listening socket.
        if var receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
        }
        if wanted > 0 {
            var on: Int32 = 1
            setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        }
        let bound = ipv6 ? Self.bindV6(descriptor) : Self.bindV4(descriptor, last, wanted)
        guard bound == 0, listen(descriptor, backlog) == 0 else { throw TestFailure("bind or listen: errno \(errno)") }
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let descriptor = descriptor
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(descriptor, $0, &length) }
        }
        // The port lies at the same place in both families' addresses, in network order.
        port = withUnsafeBytes(of: address) { Int($0[2]) << 8 | Int($0[3]) }
    }

    private static func bindV4(_ descriptor: Int32, _ last: UInt8, _ port: Int) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = (UInt32(0x7F00_0000) + UInt32(last)).bigEndian
        address.sin_port = in_port_t(port).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private static func bindV6(_ descriptor: Int32) -> Int32 {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_addr = in6addr_loopback
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
            }
        }
    }
}

/// Something that a test needs and can't have.
public struct TestFailure: Error, CustomStringConvertible {
    /// What is missing.
    public let description: String

    /// Makes a failure.
    public init(_ description: String) { self.description = description }
}
