import Foundation

/// An authority of the test's own, a server's certificate by it for `localhost`, 127.0.0.1 and ::1, and a client's; PEM
/// files in a folder that is removed with the last reference.
public final class TestCertificates: Sendable {
    private let folder: URL

    /// Makes them again, with the system's openssl.
    public init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("loadgate-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let names = "subjectAltName=DNS:localhost,DNS:api.test,DNS:paintbox.test,IP:127.0.0.1,IP:::1"
        try names.write(to: folder.appendingPathComponent("names"), atomically: true, encoding: .utf8)
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
        let made = try Binary.shell(
            """
            set -e
            openssl req -x509 \(key) -keyout ca.key -out ca.pem -days 2 -subj '/CN=Test Authority'
            for name in server client; do
                openssl req \(key) -keyout $name.key -out $name.csr -subj "/CN=$name"
            done
            openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.pem
            openssl x509 -req -in client.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out client.pem
            openssl pkcs8 -topk8 -in client.key -passout pass:\(Self.passphrase) -out client-encrypted.key
            """, in: folder)
        if made.code != 0 { throw TestFailure("openssl can't make certificates: \(made.errors)") }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// The authority's certificate.
    public var authority: String { path("ca.pem") }
    /// The server's certificate and key.
    public var server: String { path("server.pem") }
    /// The server's key.
    public var serverKey: String { path("server.key") }
    /// The client's certificate.
    public var client: String { path("client.pem") }
    /// The client's key.
    public var clientKey: String { path("client.key") }

    /// The client's key, encrypted.
    public var encryptedClientKey: String { path("client-encrypted.key") }
    /// What it is opened with.
    public static let passphrase = "paint-and-brush"

    /// What nginx's server block needs for TLS.
    public var nginx: String { "ssl_certificate \(server); ssl_certificate_key \(serverKey);" }

    private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
}
