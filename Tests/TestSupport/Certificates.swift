import Foundation

/// An authority of the test's own, a server's certificate for 127.0.0.1, localhost and a name, and a client's.
public final class Certificates {
    private let folder: TemporaryFolder

    /// Makes them by `openssl`.
    public init(name: String = "api.test") throws {
        let folder = try TemporaryFolder()
        let made = try Binary.shell(
            """
            set -e
            cd \(folder.path)
            key() { openssl ecparam -name prime256v1 -genkey -noout -out $1.key; }
            key ca
            openssl req -x509 -new -key ca.key -days 2 -subj '/CN=test authority' -out ca.pem
            key server
            openssl req -new -key server.key -subj '/CN=\(name)' -out server.csr
            printf 'subjectAltName=DNS:\(name),DNS:localhost,IP:127.0.0.1' >server.ext
            openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile server.ext \
                -out server.pem
            key client
            openssl req -new -key client.key -subj '/CN=client' -out client.csr
            openssl x509 -req -in client.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out client.pem
            """)
        guard made.code == 0 else { throw TestFailure("openssl: \(made.errors)") }
        self.folder = folder
    }

    /// The path of `ca.pem`, `server.pem`, `server.key`, `client.pem` or `client.key`.
    public func path(_ name: String) -> String { folder.url.appendingPathComponent(name).path }

    /// What nginx's server block needs for TLS.
    public var nginx: String {
        "ssl_certificate \(path("server.pem")); ssl_certificate_key \(path("server.key"));"
    }
}
