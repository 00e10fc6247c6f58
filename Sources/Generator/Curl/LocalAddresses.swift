import CLinux
import Glibc

/// Addresses of this machine that connections are made from, in turn.
struct LocalAddresses {
    private struct Ring {
        var addresses: [SocketAddress] = []
        var next = 0
    }

    private var ipv4 = Ring()
    private var ipv6 = Ring()

    /// `IP_BIND_ADDRESS_NO_PORT` (ip(7)): the port is chosen by `connect`, which may use one for several peers.
    private static let withoutPort: Int32 = 24

    /// Throws for what is no numeric address.
    init(_ texts: [String]) throws(CurlProblem) {
        for text in texts {
            var hints = addrinfo()
            hints.ai_flags = AI_NUMERICHOST
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
            var list: UnsafeMutablePointer<addrinfo>?
            let host = text.filter { $0 != "[" && $0 != "]" }
            guard getaddrinfo(host, nil, &hints, &list) == 0, let info = list?.pointee,
                let address = SocketAddress(info)
            else { throw CurlProblem("\(text) is no numeric address") }
            freeaddrinfo(list)
            if address.family == AF_INET6 { ipv6.addresses.append(address) } else { ipv4.addresses.append(address) }
        }
    }

    /// Binds a socket to the next address of its family, where there is one. Returns 0 or errno.
    mutating func bind(_ descriptor: Int32, family: Int32) -> Int32 {
        switch family {
        case AF_INET: return Self.bind(descriptor, to: &ipv4)
        case AF_INET6: return Self.bind(descriptor, to: &ipv6)
        default: return 0
        }
    }

    private static func bind(_ descriptor: Int32, to ring: inout Ring) -> Int32 {
        guard !ring.addresses.isEmpty else { return 0 }
        let address = ring.addresses[ring.next]
        ring.next = (ring.next + 1) % ring.addresses.count
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_IP), withoutPort, &on, socklen_t(MemoryLayout<Int32>.size))
        return withUnsafeBytes(of: address.storage) { bytes in
            guard let base = bytes.baseAddress else { return EINVAL }
            return Glibc.bind(descriptor, base.assumingMemoryBound(to: sockaddr.self), address.length) == 0 ? 0 : errno
        }
    }
}
