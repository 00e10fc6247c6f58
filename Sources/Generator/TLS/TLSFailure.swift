import COpenSSL

/// Why a connection could not be secured, in OpenSSL's words.
struct TLSFailure: Error {
    var reason: String

    /// Takes OpenSSL's queue of errors of this thread and empties it; the earliest one is the cause of the others.
    static func takeReason(otherwise: String) -> String {
        let earliest = ERR_get_error()
        ERR_clear_error()
        guard earliest != 0, let words = loadgate_tls_reason(earliest) else { return otherwise }
        return String(cString: words)
    }
}
