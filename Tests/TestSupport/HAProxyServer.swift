import Foundation

/// An HAProxy before another server, with and without TLS.
public final class HAProxyServer {
    private let server: ServerProcess

    /// Starts it before the server at `backend`, a port on 127.0.0.1. `rules` stand in both frontends, `sections` after
    /// them.
    public init(_ certificates: TestCertificates, backend: Int, rules: String = "", sections: String = "") throws {
        let pem = [certificates.server, certificates.serverKey].compactMap {
            try? String(contentsOfFile: $0, encoding: .utf8)
        }
        server = try ServerProcess("haproxy", ports: 3) { ports, folder in
            [
                "server.pem": pem.joined(),
                "haproxy.cfg": """
                global
                    maxconn 1000
                    nbthread 1
                defaults
                    mode http
                    timeout connect 5s
                    timeout client 60s
                    timeout server 60s
                frontend both
                    bind 127.0.0.1:\(ports[0])
                    bind 127.0.0.1:\(ports[1]) ssl crt \(folder)/server.pem alpn http/1.1
                    \(rules)
                    default_backend kept
                frontend closing
                    bind 127.0.0.1:\(ports[2])
                    option httpclose
                    default_backend kept
                backend kept
                    http-reuse always
                    server one 127.0.0.1:\(backend)
                \(sections)

                """,
            ]
        } arguments: { _, folder in
            ["-db", "-f", "\(folder)/haproxy.cfg"]
        }
    }

    /// `http://127.0.0.1:port`, or `https://…`
    public func url(isSecure: Bool) -> String {
        isSecure ? "https://127.0.0.1:\(server.ports[1])" : "http://127.0.0.1:\(server.ports[0])"
    }
    /// `http://127.0.0.1:port`, where every connection carries one exchange.
    public var closing: String { "http://127.0.0.1:\(server.ports[2])" }
}
