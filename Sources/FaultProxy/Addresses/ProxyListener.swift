import CLinux
import Glibc
import Scenarios

/// The port of a proxy, which stays its own while it doesn't listen: one socket is bound to it and never listens, so that
/// the kernel refuses connections and gives the port to no other; another one listens, and is closed to refuse.
///
/// `@unchecked Sendable`: its owner uses it under a lock.
final class ProxyListener: @unchecked Sendable {
    /// As it is bound.
    let address: ProxyAddress
    private let reservation: Int32
    /// The socket that listens; nil while connections are refused.
    private(set) var descriptor: Int32?

    /// How often it is tried to listen again before that fails; a millisecond and more lies between.
    private static let tries = 200
    private static let backlog: Int32 = 4096

    /// Takes the port. Throws where it is taken.
    init(_ wanted: ProxyAddress) throws(ProxyError) {
        var storage = wanted.storage
        reservation = loadgate_bound_socket(&storage, wanted.length)
        guard reservation >= 0 else { throw Self.failure(wanted.hostPort, -reservation) }
        guard let bound = ProxyAddress(boundTo: reservation) else {
            close(reservation)
            throw Self.failure(wanted.hostPort, EINVAL)
        }
        address = bound
    }

    deinit {
        refuse()
        if reservation >= 0 { close(reservation) }
    }

    /// Listens where it doesn't yet, and gives the socket. `isPatient`: tries again for some time where the port is taken.
    func listen(isPatient: Bool) throws(ProxyError) -> Int32 {
        if let descriptor { return descriptor }
        var code: Int32 = 0
        for _ in 0..<(isPatient ? Self.tries : 1) {
            var storage = address.storage
            let socket = loadgate_bound_socket(&storage, address.length)
            if socket >= 0, Glibc.listen(socket, Self.backlog) == 0 {
                descriptor = socket
                return socket
            }
            code = socket < 0 ? -socket : errno
            if socket >= 0 { close(socket) }
            if code != EADDRINUSE { break }
            if isPatient { usleep(5_000) }
        }
        throw Self.failure(address.hostPort, code)
    }

    /// Has the kernel refuse connections, and reset those that nobody has accepted yet.
    func refuse() {
        if let descriptor { close(descriptor) }
        descriptor = nil
    }

    private static func failure(_ hostPort: HostPort, _ code: Int32) -> ProxyError {
        ProxyError(.unavailable, "can't listen on \(hostPort): \(String(cString: strerror(code)))")
    }
}
