import CLinux
import Dispatch
import Glibc
import NIOConcurrencyHelpers
public import Scenarios

/// Looks hosts up, off the reactors' threads: `getaddrinfo` blocks.
public enum Resolver {
    /// A host that could not be resolved.
    public struct Unresolvable: Error, Sendable, CustomStringConvertible {
        /// The host.
        public var host: String
        /// The resolver's reason.
        public var reason: String

        /// Host and reason.
        public var description: String { "can't resolve \(host): \(reason)" }
    }

    /// The addresses of an endpoint, in the order in which they are to be tried (RFC 6724). Blocks for `timeout` seconds
    /// at most.
    public static func addresses(of endpoint: Endpoint, timeout: Double = 10) throws(Unresolvable) -> [SocketAddress] {
        let answer = NIOLockedValueBox<Result<[SocketAddress], Unresolvable>?>(nil)
        let done = DispatchSemaphore(value: 0)
        DispatchQueue.global(qos: .userInitiated).async {
            let found = lookUp(endpoint)
            answer.withLockedValue { $0 = found }
            done.signal()
        }
        guard done.wait(timeout: .now() + timeout) == .success, let found = answer.withLockedValue({ $0 }) else {
            throw Unresolvable(host: endpoint.host, reason: "no answer within \(timeout) s")
        }
        return try found.get()
    }

    private static func lookUp(_ endpoint: Endpoint) -> Result<[SocketAddress], Unresolvable> {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(endpoint.host, String(endpoint.port), &hints, &list)
        guard status == 0 else {
            let reason = gai_strerror(status).map { String(cString: $0) } ?? "error \(status)"
            return .failure(Unresolvable(host: endpoint.host, reason: reason))
        }
        defer { freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = list
        while let info = next?.pointee {
            if let address = SocketAddress(info) { addresses.append(address) }
            next = info.ai_next
        }
        guard !addresses.isEmpty else {
            return .failure(Unresolvable(host: endpoint.host, reason: "it has no address"))
        }
        return .success(addresses)
    }
}
