import COpenSSL

/// Why TLS could not be set up, or a connection not be secured, in OpenSSL's words.
public struct TLSFailure: Error, Sendable, CustomStringConvertible {
    /// What was wrong.
    public var reason: String

    /// What was wrong.
    public var description: String { reason }

    /// Takes OpenSSL's queue of errors of this thread and empties it; the earliest one is the cause of the others.
    static func takeReason(otherwise: String) -> String {
        let earliest = ERR_get_error()
        ERR_clear_error()
        guard earliest != 0, let words = loadgate_tls_reason(earliest) else { return otherwise }
        return String(cString: words)
    }
}
