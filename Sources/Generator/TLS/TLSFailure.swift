import COpenSSL

/// Why a connection could not be secured, in OpenSSL's words.
struct TLSFailure: Error {
    var reason: String

    /// The peer's first bytes were no TLS.
    static let plain = "the server answers without TLS: http:// is meant, or another port"

    /// True for OpenSSL's words about bytes that are no record of TLS: it takes the first of them for a version.
    static func isPlain(_ words: String) -> Bool {
        ["wrong version number", "http request", "packet length too long"]
            .contains(where: words.lowercased().contains)
    }

    /// Takes OpenSSL's queue of errors of this thread and empties it; the earliest one is the cause of the others.
    static func takeReason(otherwise: String) -> String {
        let earliest = ERR_get_error()
        ERR_clear_error()
        guard earliest != 0, let words = loadgate_tls_reason(earliest) else { return otherwise }
        return String(cString: words)
    }
}
