import CLinux
import Foundation
import Glibc
import NIOConcurrencyHelpers

/// A proxy that makes tunnels, by CONNECT (RFC 9110 §9.3.6) or SOCKS5 (RFC 1928), and notes where it was asked to go.
/// It goes to 127.0.0.1 only. Two threads per tunnel; port of the kernel's choice on loopback.
public final class TunnelProxy: Sendable {
    /// How tunnels are asked for.
    public enum Kind: Sendable {
        case connect
        case socks5
    }

    /// The port it listens on.
    public let port: Int
    private let listener: Int32
    private let kind: Kind
    private let asked = NIOLockedValueBox<[String]>([])
    private let open = NIOLockedValueBox<Set<Int32>>([])

    /// Starts a proxy.
    public init(_ kind: Kind) throws {
        let socket = try ListeningSocket()
        listener = socket.descriptor
        port = socket.port
        self.kind = kind
        Thread { [self] in self.acceptConnections() }.start()
    }

    /// The targets so far, as `host:port`.
    public var targets: [String] { asked.withLockedValue { $0 } }

    /// Closes everything. The threads end by themselves.
    public func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        for descriptor in open.withLockedValue({ $0 }) { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }

    deinit { close(listener) }

    private func acceptConnections() {
        while true {
            let client = accept(listener, nil, nil)
            if client < 0 { return }
            open.withLockedValue { _ = $0.insert(client) }
            Thread { [self] in self.serve(client) }.start()
        }
    }

    private func serve(_ client: Int32) {
        defer {
            open.withLockedValue { _ = $0.remove(client) }
            close(client)
        }
        guard let target = kind == .connect ? readConnect(client) : readSOCKS(client) else { return }
        asked.withLockedValue { $0.append(target) }
        guard let port = target.split(separator: ":").last.flatMap({ UInt16($0) }) else { return }
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(server) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port.bigEndian)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { return }
        send(client, kind == .connect ? Array("HTTP/1.1 200 OK\r\n\r\n".utf8) : [5, 0, 0, 1, 0, 0, 0, 0, 0, 0])
        relay(client, server)
    }

    /// Passes bytes on in both directions until one side closes.
    private func relay(_ client: Int32, _ server: Int32) {
        var ends = [
            pollfd(fd: client, events: Int16(POLLIN), revents: 0),
            pollfd(fd: server, events: Int16(POLLIN), revents: 0),
        ]
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while poll(&ends, 2, 30_000) > 0 {
            for (index, end) in ends.enumerated() where end.revents != 0 {
                let count = recv(end.fd, &buffer, buffer.count, 0)
                guard count > 0, send(ends[1 - index].fd, Array(buffer[..<count])) else { return }
            }
        }
    }

    private func readConnect(_ client: Int32) -> String? {
        var head: [UInt8] = []
        while !head.ends(with: "\r\n\r\n".utf8) {
            guard head.count < 8192, let byte = read(client, 1) else { return nil }
            head += byte
        }
        let words = String(decoding: head, as: UTF8.self).split(separator: " ")
        return words.first == "CONNECT" && words.count > 1 ? String(words[1]) : nil
    }

    private func readSOCKS(_ client: Int32) -> String? {
        guard let greeting = read(client, 2), read(client, Int(greeting[1])) != nil, send(client, [5, 0]),
            let request = read(client, 4)
        else { return nil }
        let host: String
        switch request[3] {
        case 1:
            guard let address = read(client, 4) else { return nil }
            host = address.map(String.init).joined(separator: ".")
        case 3:
            guard let length = read(client, 1), let name = read(client, Int(length[0])) else { return nil }
            host = String(decoding: name, as: UTF8.self)
        default: return nil
        }
        return read(client, 2).map { "\(host):\(Int($0[0]) << 8 | Int($0[1]))" }
    }

    private func read(_ descriptor: Int32, _ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return recv(descriptor, &bytes, count, Int32(MSG_WAITALL)) == count ? bytes : nil
    }

    @discardableResult
    private func send(_ descriptor: Int32, _ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { loadgate_send(descriptor, $0.baseAddress, $0.count) }
            if count <= 0 { return false }
            sent += Int(count)
        }
        return true
    }
}

extension Array where Element == UInt8 {
    fileprivate func ends(with suffix: String.UTF8View) -> Bool { self.suffix(suffix.count).elementsEqual(suffix) }
}
