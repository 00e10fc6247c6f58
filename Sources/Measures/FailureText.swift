/// Why an exchange failed, in the words that every transport has for it.
package enum FailureText {
    // MARK: Time

    /// The time was over before there was a connection.
    package static func noConnection(within span: Span) -> String { "no connection within \(span.seconds) s" }
    /// The connection was there, and TLS was not.
    package static func noHandshake(within span: Span) -> String {
        "no end of the TLS handshake within \(span.seconds) s"
    }
    /// The request was out, and the answer was not complete.
    package static func noAnswer(within span: Span) -> String { "no complete answer within \(span.seconds) s" }

    /// A stream of events had begun, and did not end.
    package static func endlessStream(within span: Span, events: Int) -> String {
        "the stream did not end within \(span.seconds) s: \(events == 1 ? "1 event" : "\(events) events") came"
    }

    /// No connection had room for another stream of HTTP/2.
    package static func noStream(within span: Span) -> String {
        "no free stream within \(span.seconds) s: the server allows no more at once"
    }

    // MARK: HTTP

    package static let closedEarly = "closed before the answer was complete"
    package static let statusLine = "the answer does not begin with an HTTP/1.x status line"
    package static let headerField = "a header field of the answer is malformed"
    package static let contentLength = "the answer's Content-Length is not a number, or several differ"

    /// HTTP/2 was spoken to a server that doesn't, or that breaks it.
    package static let noHTTP2 = "the server's answer is not HTTP/2: it has HTTP/1.1 only, or another port for it"

    /// TLS's handshake chose another version.
    package static let otherVersion = "the server chose HTTP/1.1, and HTTP/2 is demanded"

    /// What libcurl says of a head that it refuses by itself; nil where its words are about something else.
    package static func head(ofCurl words: String) -> String? {
        switch words {
        case "Header without colon": "\(headerField): it has no colon"
        case "Nul byte in header": "\(headerField): it holds a NUL"
        // libcurl's words for a line that goes on another one, where there is none.
        case "A libcurl function was given a bad argument": "\(headerField): its first line is a blank one"
        case "Invalid Content-Length: value": contentLength
        case "Unsupported response code in HTTP response": statusLine
        case let words where words.hasPrefix("Unsupported HTTP version"): statusLine
        case let words where words.contains("HTTP/0.9"):
            "\(statusLine): its port may be one of TLS (https://) or of HTTP/2"
        default: nil
        }
    }

    // MARK: TLS

    /// The peer's first bytes were no TLS.
    package static let plain = "the server answers without TLS: http:// is meant, or another port"
    package static let closedInHandshake = "the peer closed the connection in the TLS handshake"
    package static let resetInHandshake = "the peer reset the connection in the TLS handshake"
    package static let closedWithoutNotify = "closed without TLS's close_notify: the answer may be cut"

    /// A certificate that was not accepted, with the verification's own words.
    package static func certificate(_ words: String) -> String { "certificate not accepted: \(words)" }

    /// What OpenSSL's reason means.
    ///
    /// - Parameter secured: The handshake was done before.
    package static func tls(_ reason: String, secured: Bool) -> String {
        let words = reason.lowercased()
        func says(_ parts: String...) -> Bool { parts.contains(where: words.contains) }
        if let alert = alert(words) {
            if alert.contains("certificate required") {
                return "the server demands a client certificate (its alert: \(alert))"
            }
            return secured
                ? "the server ended the TLS connection by an alert: \(alert)"
                : "the server refused the TLS handshake by an alert: \(alert)"
        }
        if says("unexpected eof") { return secured ? "\(closedEarly), without TLS's close_notify" : closedInHandshake }
        if !secured, says("wrong version number", "http request", "packet length too long") { return plain }
        if says("unsafe legacy renegotiation", "renegotiation") {
            return "the TLS connection broke at a renegotiation: \(reason)"
        }
        if says(
            "unsupported protocol", "no protocols available", "wrong ssl version", "version too low", "unknown protocol"
        ) {
            return "no TLS version in common with the server: \(reason)"
        }
        return secured ? "the TLS connection broke: \(reason)" : "the TLS handshake failed: \(reason)"
    }

    /// What libcurl says of TLS, in the same words; nil where it is about something else.
    ///
    /// - Parameters:
    ///   - secured: The handshake was done before.
    ///   - isHandshake: libcurl says that it was the handshake that failed.
    package static func tls(ofCurl words: String, secured: Bool, isHandshake: Bool) -> String? {
        if let range = words.ranges(of: "SSL certificate problem: ").first {
            return certificate(String(words[range.upperBound...]))
        }
        if words.contains("certificate subject name") { return certificate("hostname mismatch") }
        // "error:0A000410:SSL routines::sslv3 alert handshake failure", "…, errno 0".
        if let range = words.ranges(of: " routines:").last {
            let reason = words[range.upperBound...].drop { $0 == ":" }
            return tls(String(reason.prefix { $0 != "," }), secured: secured)
        }
        guard isHandshake else { return nil }
        if words.contains("reset by peer") { return resetInHandshake }
        return words.contains("SSL_ERROR_SYSCALL") ? closedInHandshake : nil
    }

    /// The name of an alert that the peer sent; OpenSSL calls a few of them otherwise.
    private static func alert(_ words: String) -> String? {
        let unnamed = [
            "tlsv1 unrecognized name", "tlsv1 unsupported extension", "tlsv1 certificate unobtainable",
            "tlsv1 bad certificate status response", "tlsv1 bad certificate hash value",
        ]
        if unnamed.contains(words) { return String(words.dropFirst("tlsv1 ".count)) }
        return words.ranges(of: " alert ").last.map { String(words[$0.upperBound...]) }
    }
}
