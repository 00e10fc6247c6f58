import COpenSSL
import Glibc

/// How a test's server does TLS.
public final class ServerTLS: @unchecked Sendable {
    /// Which versions it speaks, and whom it wants to know.
    public struct Options: Sendable {
        /// The lowest and the highest version, as OpenSSL numbers them.
        public var versions: ClosedRange<Int32> = TLS1_2_VERSION...TLS1_3_VERSION
        /// Whether a client certificate is demanded.
        public var demandsClient = false
        /// Whether sessions may be resumed.
        public var resumes = true

        /// Both versions, no client certificate, resumption.
        public init() {}
    }

    private let context: OpaquePointer

    /// Takes the certificates over. `@unchecked Sendable`: the context is not changed after this.
    public init(_ certificates: TestCertificates, _ options: Options = Options()) throws {
        // OpenSSL writes to sockets without MSG_NOSIGNAL, and clients close when they like.
        signal(SIGPIPE, SIG_IGN)
        guard let context = SSL_CTX_new(TLS_server_method()) else { throw TestFailure("no TLS context") }
        self.context = context
        guard SSL_CTX_use_certificate_chain_file(context, certificates.server) == 1,
            SSL_CTX_use_PrivateKey_file(context, certificates.serverKey, SSL_FILETYPE_PEM) == 1,
            loadgate_tls_set_versions(context, options.versions.lowerBound, options.versions.upperBound) == 1,
            SSL_CTX_load_verify_file(context, certificates.authority) == 1
        else { throw TestFailure("the certificates can't be used") }
        if options.demandsClient {
            SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
        }
        let name = Array("loadgate-test".utf8)
        SSL_CTX_set_session_id_context(context, name, UInt32(name.count))
        if !options.resumes {
            loadgate_tls_forget_sessions(context)
            SSL_CTX_set_num_tickets(context, 0)
        }
    }

    deinit { SSL_CTX_free(context) }

    /// Shakes hands on a socket; nil where that fails.
    func accept(_ descriptor: Int32) -> OpaquePointer? {
        guard let connection = SSL_new(context) else { return nil }
        SSL_set_fd(connection, descriptor)
        if SSL_accept(connection) == 1 { return connection }
        SSL_free(connection)
        return nil
    }
}
