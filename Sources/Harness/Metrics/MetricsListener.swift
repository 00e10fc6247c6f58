import CLinux
import Generator
import Glibc

/// A TCP socket that listens where metrics are served; closed when it goes.
final class MetricsListener: Sendable {
    let descriptor: Int32
    /// Where it listens, with the port that the kernel chose.
    let address: MetricsAddress
    /// True where only this machine reaches it.
    let isLocal: Bool

    /// Listens at an address.
    ///
    /// - Throws: `SystemError`, for example where the port is taken.
    init(_ wanted: MetricsAddress) throws {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(wanted.host, String(wanted.port), &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        guard status == 0, let info = list?.pointee, let socketAddress = info.ai_addr else {
            throw Unresolvable(description: "can't serve metrics on \(wanted): no address is so called")
        }
        let failing = "can't serve metrics on \(wanted)"
        let made = loadgate_tcp_socket(info.ai_family)
        guard made >= 0 else { throw SystemError(code: -made, doing: failing) }
        // Connections of the run before may still be in TIME_WAIT.
        var on: Int32 = 1
        setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        guard bind(made, socketAddress, info.ai_addrlen) == 0, listen(made, 16) == 0 else {
            let code = errno
            close(made)
            throw SystemError(code: code, doing: failing)
        }
        descriptor = made
        isLocal = loadgate_is_loopback(socketAddress)
        address = MetricsAddress(host: wanted.host, port: Self.port(of: made))
    }

    deinit { close(descriptor) }

    /// A host name that stands for no address.
    struct Unresolvable: Error, CustomStringConvertible {
        let description: String
    }

    private static func port(of descriptor: Int32) -> UInt16 {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(descriptor, $0, &length) }
        }
        // The port lies at the same place in the addresses of both families, in network order.
        return withUnsafeBytes(of: address) { UInt16($0[2]) << 8 | UInt16($0[3]) }
    }
}
