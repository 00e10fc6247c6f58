internal import CLinux
internal import Glibc
internal import Scenarios

/// Tries one TCP connection.
struct TCPProbe {
    enum Outcome: Equatable {
        case accepted
        /// With a reset, as the kernel does where nobody listens.
        case refused
        /// Neither within a second.
        case silent
        /// Another error.
        case failed(Int32)
    }

    private static let patience: Int64 = 1_000_000_000

    let host: String
    let port: Int
    let authorised: AuthorisedHosts

    /// Of several addresses the first that accepts counts, else the last.
    func outcome() throws(FaultFailure) -> Outcome {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else { throw FaultFailure("\(host): \(String(cString: gai_strerror(code)))") }
        defer { freeaddrinfo(list) }
        var outcome = Outcome.failed(EADDRNOTAVAIL)
        var next = list
        while let info = next {
            next = info.pointee.ai_next
            guard let address = info.pointee.ai_addr else { continue }
            guard loadgate_is_loopback(address) || authorised.names(host) else {
                throw FaultFailure("\(host) is not this machine, and is not authorised")
            }
            outcome = Self.outcome(address, info.pointee.ai_addrlen)
            if outcome == .accepted { break }
        }
        return outcome
    }

    private static func outcome(_ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Outcome {
        let descriptor = loadgate_tcp_socket(Int32(address.pointee.sa_family))
        guard descriptor >= 0 else { return .failed(-descriptor) }
        defer { close(descriptor) }
        var code = connect(descriptor, address, length) == 0 ? 0 : errno
        if code == EINPROGRESS {
            let deadline = loadgate_monotonic() + patience
            while true {
                let left = deadline - loadgate_monotonic()
                guard left > 0 else { return .silent }
                var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                if poll(&request, 1, Int32(left / 1_000_000) + 1) > 0 { break }
            }
            code = loadgate_socket_error(descriptor)
        }
        switch code {
        // On loopback, a port that nobody listens on may be given to the very socket that connects to it.
        case 0: return loadgate_is_connected_to_itself(descriptor) ? .refused : .accepted
        case ECONNREFUSED: return .refused
        case ETIMEDOUT: return .silent
        default: return .failed(code)
        }
    }
}
