import Foundation
import Glibc

/// An nginx process of the test's own.
public final class Nginx {
    private let server: ServerProcess
    private let isSecure: Bool

    /// Starts one with a single port. `location` is the body of the server block; `listening` goes on with the `listen`
    /// directive: `ssl http2`; `http` stands beside the server block, and its relative paths begin at a folder of this server.
    public init(
        _ location: String = #"location / { return 200 "hello world\n"; }"#, listening options: String = "",
        http: String = ""
    ) throws {
        isSecure = options.contains("ssl")
        server = try Self.start(ports: 1, http: http) { ports, _ in
            "listen 127.0.0.1:\(ports[0]) \(options) backlog=4096; \(location)"
        }
    }

    /// Starts one that serves the same over HTTP/1.1, HTTP/1.1 with TLS and HTTP/2 with TLS. `locations` stand in its one
    /// server block, `http` beside it; a file `megabyte` of 1,048,576 bytes lies in its root, where relative paths begin too.
    public init(_ certificates: TestCertificates, locations: String, http: String = "") throws {
        isSecure = false
        let keys = "ssl_certificate \(certificates.server); ssl_certificate_key \(certificates.serverKey);"
        let megabyte = String(repeating: "0123456789abcdef", count: 65_536)
        server = try Self.start(ports: 3, http: "\(keys)\n\(http)", files: ["megabyte": megabyte]) { ports, folder in
            """
            listen 127.0.0.1:\(ports[0]); listen 127.0.0.1:\(ports[1]) ssl; listen 127.0.0.1:\(ports[2]) ssl http2;
            root \(folder); default_type text/plain; client_max_body_size 4m;
            \(locations)
            """
        }
    }

    /// `block` is the body of the server block.
    private static func start(
        ports: Int, http: String, files: [String: String] = [:], block: (_ ports: [Int], _ folder: String) -> String
    ) throws -> ServerProcess {
        try ServerProcess("nginx", ports: ports) { ports, folder in
            let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "\($0)_temp_path \(folder);" }
            let configuration = """
                \(getuid() == 0 ? "user root;" : "")
                daemon off; worker_processes 1; pid \(folder)/nginx.pid; error_log stderr crit;
                events { worker_connections 4096; }
                http {
                    access_log off; keepalive_requests 1000000; \(temporary.joined(separator: " "))
                    \(http)
                    server { \(block(ports, folder)) }
                }
                """
            return files.merging(["nginx.conf": configuration]) { $1 }
        } arguments: { _, folder in
            ["-p", folder, "-c", "\(folder)/nginx.conf"]
        }
    }

    /// Its port on 127.0.0.1, the first of several: without TLS.
    public var port: Int { server.ports[0] }
    /// `http://127.0.0.1:port`, or `https://` where its one port has TLS.
    public var url: String { "\(isSecure ? "https" : "http")://127.0.0.1:\(port)" }
    /// `http://127.0.0.1:port`, or `https://…`, of one with three ports.
    public func url(isSecure: Bool) -> String { isSecure ? "https://127.0.0.1:\(server.ports[1])" : url }
    /// `https://127.0.0.1:port`, where HTTP/2 is spoken, of one with three ports.
    public var http2: String { "https://127.0.0.1:\(server.ports[2])" }
}
