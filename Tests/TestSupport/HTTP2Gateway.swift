import Foundation

/// An HAProxy that speaks HTTP/2, by prior knowledge, and hands each request to the HTTP/1.1 server on the port of 127.0.0.1
/// that its field `X-Port` names, without that field.
public final class HTTP2Gateway: @unchecked Sendable {
    private let server: ServerProcess

    /// Starts it. `@unchecked Sendable`: nothing changes after this.
    public init() throws {
        server = try ServerProcess("haproxy", ports: 1) { ports, _ in
            [
                "haproxy.cfg": """
                global
                    maxconn 1000
                    nbthread 1
                    # A head has to fit into half of it.
                    tune.bufsize 131072
                defaults
                    mode http
                    timeout connect 5s
                    timeout client 60s
                    timeout server 60s
                frontend all
                    bind 127.0.0.1:\(ports[0]) proto h2
                    http-request set-dst str(127.0.0.1)
                    http-request set-dst-port req.hdr(X-Port)
                    http-request del-header X-Port
                    default_backend named
                backend named
                    http-reuse never
                    server any 0.0.0.0:0

                """
            ]
        } arguments: { _, folder in
            ["-db", "-f", "\(folder)/haproxy.cfg"]
        }
    }

    /// `127.0.0.1:port`
    public var authority: String { "127.0.0.1:\(server.ports[0])" }
}
