import Foundation
import Glibc

/// An nginx that serves the same over HTTP/1.1, HTTP/1.1 with TLS and HTTP/2 with TLS.
public final class NginxServer {
    private let server: ServerProcess

    /// Starts it. `locations` stand in its one server block, `http` beside it; a file `megabyte` of 1,048,576 bytes lies
    /// in its root, where relative paths begin too.
    public init(_ certificates: TestCertificates, locations: String, http: String = "") throws {
        server = try ServerProcess("nginx", ports: 3) { ports, folder in
            let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "\($0)_temp_path \(folder);" }
            return [
                "megabyte": String(repeating: "0123456789abcdef", count: 65_536),
                "nginx.conf": """
                \(getuid() == 0 ? "user root;" : "")
                daemon off; worker_processes 1; pid \(folder)/nginx.pid; error_log stderr crit;
                events { worker_connections 1024; }
                http {
                    access_log off; \(temporary.joined(separator: " "))
                    ssl_certificate \(certificates.server); ssl_certificate_key \(certificates.serverKey);
                    \(http)
                    server {
                        listen 127.0.0.1:\(ports[0]); listen 127.0.0.1:\(ports[1]) ssl;
                        listen 127.0.0.1:\(ports[2]) ssl http2;
                        root \(folder); default_type text/plain; client_max_body_size 4m;
                        \(locations)
                    }
                }
                """,
            ]
        } arguments: { _, folder in
            ["-p", folder, "-c", "\(folder)/nginx.conf"]
        }
    }

    /// The port without TLS.
    public var port: Int { server.ports[0] }
    /// `http://127.0.0.1:port`, or `https://…`
    public func url(isSecure: Bool) -> String {
        isSecure ? "https://127.0.0.1:\(server.ports[1])" : "http://127.0.0.1:\(port)"
    }
    /// `https://127.0.0.1:port`, where HTTP/2 is spoken.
    public var http2: String { "https://127.0.0.1:\(server.ports[2])" }
}
