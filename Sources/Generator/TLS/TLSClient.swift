import COpenSSL
import Glibc
import Scenarios
import TrustStore

/// What all TLS connections of a reactor have in common: OpenSSL's context, the way its bytes go, and the sessions to
/// resume. Confined to one thread.
struct TLSClient {
    private let context: OpaquePointer
    private let method: OpaquePointer
    private let settings: TLSSettings
    /// The session last given by each origin.
    private let sessions: UnsafeMutableBufferPointer<OpaquePointer?>
    private let hosts: [String]

    /// Makes a client for connections to `endpoints`, numbered by their places. Throws where a certificate, key or file
    /// of authorities can't be used.
    init(_ settings: TLSSettings, endpoints: [Endpoint]) throws(UnusableSetting) {
        guard let context = SSL_CTX_new(TLS_client_method()),
            let method = BIO_meth_new(BIO_TYPE_SOURCE_SINK | BIO_get_new_index(), "loadgate")
        else { throw UnusableSetting(TLSFailure.takeReason(otherwise: "OpenSSL can't be set up")) }
        self.context = context
        self.method = method
        self.settings = settings
        hosts = endpoints.map(\.host)
        sessions = .allocate(capacity: endpoints.count)
        sessions.initialize(repeating: nil)
        BIO_meth_set_write(method) { TLSWire.write($0, $1, $2) }
        BIO_meth_set_read(method) { TLSWire.read($0, $1, $2) }
        BIO_meth_set_ctrl(method) { TLSWire.control($0, $1, $2, $3) }
        do {
            try apply(settings)
        } catch {
            release()
            throw error
        }
    }

    private func apply(_ settings: TLSSettings) throws(UnusableSetting) {
        let versions = settings.versions
        try check(
            loadgate_tls_set_versions(context, versions.lowerBound.number, versions.upperBound.number), "TLS versions")
        // What isn't HTTP/2 is HTTP/1.1 or WebSocket, which begins as that (RFC 7301 §3.1).
        let protocols: [UInt8] = [8] + Array("http/1.1".utf8)
        // Unlike the others, this call returns 0 on success.
        try check(SSL_CTX_set_alpn_protos(context, protocols, UInt32(protocols.count)) == 0 ? 1 : 0, "ALPN")
        if settings.verifies {
            SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
            if let file = settings.authorities {
                try check(SSL_CTX_load_verify_file(context, file), "defaults.tls.ca \(file)")
            } else {
                try check(SystemAuthorities.trust(in: context) ? 1 : 0, "the system's authorities")
            }
        }
        if let certificate = settings.certificate, let key = settings.key {
            try check(
                SSL_CTX_use_certificate_chain_file(context, certificate), "defaults.tls.certificate \(certificate)")
            let passphrase = settings.keyPassphrase.map { strdup($0) } ?? nil
            loadgate_tls_set_passphrase(context, passphrase)
            defer {
                loadgate_tls_set_passphrase(context, nil)
                free(passphrase)
            }
            let status = SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM)
            if status != 1, passphrase != nil {
                let reason = TLSFailure.takeReason(otherwise: "can't be used")
                throw UnusableSetting("defaults.tls.key \(key) can't be opened with key_passphrase: \(reason)")
            }
            try check(status, "defaults.tls.key \(key)")
            try check(SSL_CTX_check_private_key(context), "defaults.tls.key \(key)")
        }
        if settings.resumes {
            loadgate_tls_keep_sessions(context) { TLSWire.keepSession($0, $1) }
        } else {
            loadgate_tls_forget_sessions(context)
        }
    }

    private func check(_ status: Int32, _ what: String) throws(UnusableSetting) {
        guard status != 1 else { return }
        throw UnusableSetting("\(what): \(TLSFailure.takeReason(otherwise: "can't be used"))")
    }

    func release() {
        for case let session? in sessions { SSL_SESSION_free(session) }
        sessions.deallocate()
        SSL_CTX_free(context)
        BIO_meth_free(method)
    }

    /// A connection's TLS, which is to read what it is given and to append what is to be sent to `output`. `isIdle`: the
    /// connection mostly waits, as thousands beside it may, so that it holds no buffers meanwhile; making them again costs
    /// time with each request. `isHTTP2`: HTTP/2 is offered before HTTP/1.1.
    func open(
        origin: Int, isIdle: Bool, isHTTP2: Bool = false, output: UnsafeMutablePointer<ByteStore>
    ) throws(TLSFailure) -> UnsafeMutablePointer<TLSWire> {
        guard let connection = SSL_new(context) else { throw failure() }
        if isIdle { loadgate_tls_release_buffers(connection) }
        if isHTTP2 {
            let protocols: [UInt8] = [2] + Array("h2".utf8) + [8] + Array("http/1.1".utf8)
            guard SSL_set_alpn_protos(connection, protocols, UInt32(protocols.count)) == 0 else {
                SSL_free(connection)
                throw failure()
            }
        }
        guard let bio = BIO_new(method) else {
            SSL_free(connection)
            throw failure()
        }
        let wire = UnsafeMutablePointer<TLSWire>.allocate(capacity: 1)
        wire.initialize(to: TLSWire(connection: connection, output: output))
        BIO_set_data(bio, wire)
        BIO_set_init(bio, 1)
        SSL_set_bio(connection, bio, bio)
        SSL_set_connect_state(connection)
        if let base = sessions.baseAddress { wire.pointee.session = base + origin }
        do {
            try name(connection, settings.serverName ?? hosts[origin])
        } catch {
            TLSWire.close(wire)
            throw error
        }
        if settings.resumes, let session = sessions[origin] { SSL_set_session(connection, session) }
        return wire
    }

    /// Whom to ask for, and whom the certificate must name (RFC 9525): addresses are not asked for, but verified.
    private func name(_ connection: OpaquePointer, _ host: String) throws(TLSFailure) {
        if let address = a2i_IPADDRESS(host) {
            ASN1_OCTET_STRING_free(address)
            guard settings.verifies else { return }
            guard X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), host) == 1 else { throw failure() }
            return
        }
        guard loadgate_tls_set_server_name(connection, host) == 1 else { throw failure() }
        guard settings.verifies else { return }
        guard SSL_set1_host(connection, host) == 1 else { throw failure() }
    }

    private func failure() -> TLSFailure { TLSFailure(reason: TLSFailure.takeReason(otherwise: "out of memory")) }
}

extension TLSSettings.Version {
    fileprivate var number: Int32 {
        switch self {
        case .tls12: TLS1_2_VERSION
        case .tls13: TLS1_3_VERSION
        }
    }
}
