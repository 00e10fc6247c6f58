internal import HTTPFields

/// Names of header fields.
package enum HeaderName {
    /// Fields that describe the message as it is sent: only the generator knows them.
    static let owned = ["content-length", "transfer-encoding", "connection"]

    /// True for a token (RFC 9110 §5.6.2).
    package static func isToken(_ name: String) -> Bool { FieldToken.isToken(name) }

    /// What is wrong with a name to send, if something is.
    package static func problem(_ name: String) -> String? {
        guard isToken(name) else { return "\(quoted(name)) is not a valid header name" }
        return owned.contains(name.lowercased()) ? "the header field \(name) is set by the generator" : nil
    }
}
