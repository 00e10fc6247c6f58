package import CCurl
internal import COpenSSL
internal import Glibc

/// The system's authorities, read once for this process, and shared by all that verifies a server: the native transport,
/// libcurl's, and requests beside the load.
///
/// Each of libcurl's handles would read them for each handshake of its own: its cache of them is off where it has a folder of
/// them besides the file, as Debian's has, which took 50 ms of processor time a handshake.
///
/// They are OpenSSL's (`SSL_CERT_FILE` and `SSL_CERT_DIR` of the environment, else its own file and folder). Where the
/// environment names neither, those that libcurl was built with are among them, so that a server is trusted or not whatever
/// carries a request.
package enum SystemAuthorities {
    /// `@unchecked Sendable`: not changed after it is made; OpenSSL looks into it under a lock of its own.
    private struct Store: @unchecked Sendable {
        let pointer: OpaquePointer?
    }

    private static let store = Store(pointer: make())

    /// Reads them, unless that was done: before there is any hurry.
    package static func load() { _ = store }

    /// Has an OpenSSL context (`SSL_CTX`) trust them. False where there is no memory for it.
    package static func trust(in context: OpaquePointer) -> Bool {
        guard let pointer = store.pointer else { return false }
        SSL_CTX_set1_cert_store(context, pointer)
        return true
    }

    /// Has one of libcurl's handles trust them, with its hosts and with a proxy, and read none by itself. A libcurl that isn't
    /// built on OpenSSL keeps its own.
    package static func trust(in easy: UnsafeMutableRawPointer) -> CURLcode {
        guard loadgate_curl_on_tls(easy, given) == CURLE_OK else { return CURLE_OK }
        return loadgate_curl_forget_authorities(easy)
    }

    private static let given: curl_ssl_ctx_callback = { _, context, _ in
        guard let context, trust(in: OpaquePointer(context)) else { return CURLE_OUT_OF_MEMORY }
        return CURLE_OK
    }

    private static func make() -> OpaquePointer? {
        guard let made = X509_STORE_new() else { return nil }
        // What can't be read is no authority: a server of one that is missing is not accepted, which is told.
        X509_STORE_set_default_paths(made)
        let isNamed = getenv("SSL_CERT_FILE") != nil || getenv("SSL_CERT_DIR") != nil
        if !isNamed {
            if let file = loadgate_curl_authorities_file() { X509_STORE_load_file(made, file) }
            if let folder = loadgate_curl_authorities_folder() { X509_STORE_load_path(made, folder) }
        }
        ERR_clear_error()
        return made
    }
}
