import Foundation
import Glibc

/// nghttpd, nghttp2's own HTTP/2 server: with TLS, and without by prior knowledge.
public final class NghttpdServer {
    private let secure: ServerProcess
    private let plain: ServerProcess

    /// Starts both. A file `megabyte` of 1,048,576 bytes lies in their roots; a POST is answered with its body.
    public init(_ certificates: TestCertificates) throws {
        func start(_ options: [String], _ certificate: [String]) throws -> ServerProcess {
            // It has no handler for SIGTERM, which a thread of ours may block, and with it the processes that it starts.
            try ServerProcess("nghttpd", ports: 1, ending: SIGKILL) { _, _ in
                ["megabyte": String(repeating: "0123456789abcdef", count: 65_536)]
            } arguments: { ports, folder in
                options + ["--address=127.0.0.1", "--echo-upload", "--htdocs=\(folder)", "\(ports[0])"] + certificate
            }
        }
        secure = try start([], [certificates.serverKey, certificates.server])
        plain = try start(["--no-tls"], [])
    }

    /// `http://127.0.0.1:port`, or `https://…`
    public func url(isSecure: Bool) -> String {
        isSecure ? "https://127.0.0.1:\(secure.ports[0])" : "http://127.0.0.1:\(plain.ports[0])"
    }
}
