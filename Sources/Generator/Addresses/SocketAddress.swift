import CLinux
import Glibc

/// The address and port of an endpoint.
public struct SocketAddress: Sendable, CustomStringConvertible {
    let storage: sockaddr_storage
    let length: socklen_t

    /// Takes over what the resolver gave.
    init?(_ info: addrinfo) { self.init(info.ai_addr, length: info.ai_addrlen) }

    /// Takes over an address; nil where there is none, or it is too long for one.
    init?(_ address: UnsafePointer<sockaddr>?, length: socklen_t) {
        guard let address, Int(length) <= MemoryLayout<sockaddr_storage>.size else { return nil }
        var storage = sockaddr_storage()
        memcpy(&storage, address, Int(length))
        self.storage = storage
        self.length = length
    }

    /// A numeric address without a port; nil where it is none.
    init?(numeric text: String) {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICHOST
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(text, nil, &hints, &list) == 0, let info = list?.pointee else { return nil }
        defer { freeaddrinfo(list) }
        self.init(info)
    }

    /// A socket of this machine; nil where the path is too long for one.
    init?(unixSocket path: String) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        var storage = sockaddr_storage()
        memcpy(&storage, &address, MemoryLayout<sockaddr_un>.size)
        self.storage = storage
        length = socklen_t(MemoryLayout<sockaddr_un>.size)
    }

    var family: Int32 { Int32(storage.ss_family) }

    /// True for 127.0.0.0/8 (RFC 1122 §3.2.1.3), ::1 (RFC 4291 §2.5.3), and the former mapped into IPv6.
    public var isLoopback: Bool {
        withUnsafePointer(to: storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { loadgate_is_loopback($0) }
        }
    }

    /// The numeric address with its port, e.g. `127.0.0.1:8080` or `[::1]:8080`.
    public var description: String {
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        var service = [CChar](repeating: 0, count: Int(NI_MAXSERV))
        var storage = storage
        let status = withUnsafePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getnameinfo(
                    $0, length, &host, socklen_t(host.count), &service, socklen_t(service.count),
                    NI_NUMERICHOST | NI_NUMERICSERV)
            }
        }
        guard status == 0 else { return "an address of family \(family)" }
        let name = Self.text(host)
        return (name.contains(":") ? "[\(name)]" : name) + ":" + Self.text(service)
    }

    /// The same with another port; as it is where it has none.
    func at(port: Int) -> SocketAddress {
        var storage = storage
        withUnsafeMutableBytes(of: &storage) { bytes in
            // sin_port and sin6_port lie at the same place.
            guard family == AF_INET || family == AF_INET6 else { return }
            bytes.storeBytes(of: in_port_t(truncatingIfNeeded: port).bigEndian, toByteOffset: 2, as: in_port_t.self)
        }
        return SocketAddress(storage: storage, length: length)
    }

    private init(storage: sockaddr_storage, length: socklen_t) {
        self.storage = storage
        self.length = length
    }

    /// The numeric address without its port, an IPv6 address without brackets.
    var numericHost: String {
        let text = description
        if text.hasPrefix("[") { return String(text.dropFirst().prefix { $0 != "]" }) }
        return String(text.prefix { $0 != ":" })
    }

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
