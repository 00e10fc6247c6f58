import CCurl
import Glibc
import Measures

/// Why an exchange failed, in words.
enum CurlReason {
    private static let keptHint = " (a kept connection, as the request was sent)"

    static func text(of transfer: UnsafeMutablePointer<CurlTransfer>, connects: Int32) -> String {
        let hint = connects == 0 ? keptHint : ""
        // A host, or a field of the head.
        let host = transfer.pointee.refused.map { String(cString: $0) } ?? ""
        switch transfer.pointee.fault {
        case .notAuthorised:
            return transfer.pointee.answers > 0
                ? "redirected to \(host), which is not authorised" : "\(host) is not authorised"
        case .keptConnection:
            return "closed before the answer was complete" + keptHint
        case .head(.headerField) where !host.isEmpty: return "\(ResponseFailure.headerField.message): \(host)"
        case .head(let failure): return failure.message
        case .tooManyInterimResponses: return ResponseFailure.tooManyInterimResponses.message
        case .unexpectedUpgrade: return ResponseFailure.unexpectedUpgrade.message
        case .closedInHead: return "closed before the answer was complete\(hint)"
        case .otherVersion: return "the server chose HTTP/1.1, and HTTP/2 is demanded"
        case .connectedToItself: return String(cString: strerror(ECONNREFUSED))
        case .noConnection: return "no connection to share"
        case .machine: return String(cString: strerror(transfer.pointee.faultCode))
        case .file: return "the file to send can't be read"
        case .late: return text(of: CURLE_OPERATION_TIMEDOUT, transfer, hint: hint)
        case .interrupted: return "the run ended"
        case .heldUp:
            let seconds = Span(nanoseconds: CurlWatch.patience).seconds
            return "the connection brought no answer, but bytes to read for \(seconds) s on end, and was cut"
        case .none: return text(of: transfer.pointee.result, transfer, hint: hint)
        }
    }

    /// True where the connection was made, and TLS was not.
    private static func isInHandshake(_ transfer: UnsafeMutablePointer<CurlTransfer>) -> Bool {
        guard let easy = transfer.pointee.easy, transfer.pointee.template?.pointee.isSecure == true else {
            return false
        }
        return loadgate_curl_size(easy, CURLINFO_CONNECT_TIME_T) > 0
            && loadgate_curl_size(easy, CURLINFO_APPCONNECT_TIME_T) == 0
    }

    private static func text(
        of result: CURLcode, _ transfer: UnsafeMutablePointer<CurlTransfer>, hint: String
    ) -> String {
        let words = String(cString: transfer.pointee.errorText)
        switch result {
        case CURLE_OPERATION_TIMEDOUT:
            let seconds = Span(nanoseconds: transfer.pointee.timeout).seconds
            guard transfer.pointee.phase == .waiting else { return "no complete answer within \(seconds) s" }
            return isInHandshake(transfer)
                ? "no end of the TLS handshake within \(seconds) s" : "no connection within \(seconds) s"
        // So libcurl calls a line of the head that is longer than it takes (100 KB).
        case CURLE_OUT_OF_MEMORY where transfer.pointee.phase != .waiting: return ResponseFailure.headTooLarge.message
        case CURLE_TOO_MANY_REDIRECTS:
            return "more than \(transfer.pointee.template?.pointee.redirects ?? 0) redirects"
        case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE: return "closed before the answer was complete\(hint)"
        case CURLE_COULDNT_CONNECT where transfer.pointee.systemError != 0:
            return String(cString: strerror(transfer.pointee.systemError))
        case CURLE_UNSUPPORTED_PROTOCOL where words.contains("HTTP/0.9"):
            return ResponseFailure.statusLine.message + ": its port may be one of TLS (https://) or of HTTP/2"
        case CURLE_SSL_CONNECT_ERROR where TLSFailure.isPlain(words): return TLSFailure.plain
        case CURLE_HTTP2 where words.contains("expected SETTINGS"):
            return "the server doesn't speak HTTP/2: \(words)"
        default: return words.isEmpty ? String(cString: curl_easy_strerror(result)) : words
        }
    }
}
