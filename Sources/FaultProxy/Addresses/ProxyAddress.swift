import CLinux
import Glibc
import Scenarios

/// The address and port of one end of a proxy.
struct ProxyAddress: Sendable {
    var storage: sockaddr_storage
    let length: socklen_t

    var family: Int32 { Int32(storage.ss_family) }

    /// True for 127.0.0.0/8, ::1, and the former mapped into IPv6.
    var isLoopback: Bool {
        withUnsafePointer(to: storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { loadgate_is_loopback($0) }
        }
    }

    /// The port, which lies at the same place in the addresses of both families, in network order.
    var port: Int {
        get { withUnsafeBytes(of: storage) { Int($0[2]) << 8 | Int($0[3]) } }
        set {
            withUnsafeMutableBytes(of: &storage) {
                $0[2] = UInt8(truncatingIfNeeded: newValue >> 8)
                $0[3] = UInt8(truncatingIfNeeded: newValue)
            }
        }
    }

    /// The numeric address and the port.
    var hostPort: HostPort {
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let status = withUnsafePointer(to: storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getnameinfo($0, length, &host, socklen_t(host.count), nil, 0, NI_NUMERICHOST)
            }
        }
        let bytes = host.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
        return HostPort(host: status == 0 ? String(decoding: bytes, as: UTF8.self) : "?", port: port)
    }

    /// What a socket is bound to; nil where the kernel doesn't tell.
    init?(boundTo descriptor: Int32) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let status = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard status == 0 else { return nil }
        self.storage = storage
        self.length = length
    }

    private init?(_ info: addrinfo) {
        guard let address = info.ai_addr, Int(info.ai_addrlen) <= MemoryLayout<sockaddr_storage>.size else {
            return nil
        }
        var storage = sockaddr_storage()
        memcpy(&storage, address, Int(info.ai_addrlen))
        self.storage = storage
        length = info.ai_addrlen
    }

    /// Where a proxy may listen: an address of loopback. A host that is left out is 127.0.0.1.
    static func toListen(on hostPort: HostPort) throws(ProxyError) -> ProxyAddress {
        let host = hostPort.host.isEmpty ? "127.0.0.1" : hostPort.host
        let found = try lookUp(HostPort(host: host, port: hostPort.port), fromPort: 0)
        guard let address = found.first(where: { $0.family == AF_INET }) ?? found.first, found.allSatisfy(\.isLoopback)
        else {
            throw ProxyError(
                .invalid,
                "can't listen on \(hostPort): proxies and their API listen on loopback only, such as 127.0.0.1")
        }
        return address
    }

    /// Where a proxy may connect to: loopback, or an authorised host. In the order in which they are to be tried.
    static func upstreams(
        of hostPort: HostPort, authorised: AuthorisedHosts
    ) throws(ProxyError) -> [ProxyAddress] {
        let found = try lookUp(hostPort, fromPort: 1)
        guard found.allSatisfy(\.isLoopback) || authorised.names(hostPort.host) else {
            throw ProxyError(
                .invalid,
                "the upstream \(hostPort) is neither on this machine nor authorised: load must not leave by a proxy")
        }
        return found
    }

    private static func lookUp(_ hostPort: HostPort, fromPort lowest: Int) throws(ProxyError) -> [ProxyAddress] {
        guard lowest...65535 ~= hostPort.port else {
            throw ProxyError(.invalid, "\(hostPort): the port must be \(lowest) to 65535")
        }
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(hostPort.host, String(hostPort.port), &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        var addresses: [ProxyAddress] = []
        var next = status == 0 ? list : nil
        while let info = next?.pointee {
            if let address = ProxyAddress(info) { addresses.append(address) }
            next = info.ai_next
        }
        guard !addresses.isEmpty else {
            let reason = gai_strerror(status).map { String(cString: $0) } ?? "error \(status)"
            throw ProxyError(
                .invalid, "can't resolve \(quoted(hostPort.host)): \(status == 0 ? "it has no address" : reason)")
        }
        return addresses
    }
}

extension HostPort {
    /// Reads `host:port`, `[::1]:port` and `:port`; nil where it is none.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]"), host.count > 2 {
            host = host.dropFirst().dropLast()
        } else if host.contains(where: { ":[]".contains($0) }) {
            return nil
        }
        self.init(host: String(host), port: Int(port))
    }
}
