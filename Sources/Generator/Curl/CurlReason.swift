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
        case .moved: return host
        case .keptConnection:
            return "closed before the answer was complete" + keptHint
        case .head(.headerField) where !host.isEmpty: return "\(ResponseFailure.headerField.message): \(host)"
        case .head(let failure): return failure.message
        case .tooManyInterimResponses: return ResponseFailure.tooManyInterimResponses.message
        case .unexpectedUpgrade: return ResponseFailure.unexpectedUpgrade.message
        case .closedInHead: return "closed before the answer was complete\(hint)"
        case .otherVersion: return FailureText.otherVersion
        case .connectedToItself: return String(cString: strerror(ECONNREFUSED))
        case .noConnection: return "no connection to share"
        case .machine: return String(cString: strerror(transfer.pointee.faultCode))
        case .file: return "the file to send can't be read"
        case .late: return text(of: CURLE_OPERATION_TIMEDOUT, transfer, hint: hint)
        case .interrupted: return "the run ended"
        case .stalled: return "this process was held up"
        case .heldUp:
            let seconds = Span(nanoseconds: CurlWatch.patience).seconds
            return "the connection brought no answer, but bytes to read for \(seconds) s on end, and was cut"
        case .none, .enough: return text(of: transfer.pointee.result, transfer, hint: hint)
        }
    }

    /// True where the connection was made, and TLS was not.
    private static func isInHandshake(_ transfer: UnsafeMutablePointer<CurlTransfer>) -> Bool {
        guard let easy = transfer.pointee.easy, transfer.pointee.template?.pointee.isSecure == true else {
            return false
        }
        // The time of connecting is told only once TLS is there, too; the own port is known as soon as there is a connection.
        return loadgate_curl_long(easy, CURLINFO_LOCAL_PORT) > 0
            && loadgate_curl_size(easy, CURLINFO_APPCONNECT_TIME_T) == 0
    }

    private static func text(
        of result: CURLcode, _ transfer: UnsafeMutablePointer<CurlTransfer>, hint: String
    ) -> String {
        let words = String(cString: transfer.pointee.errorText)
        let secured = transfer.pointee.phase != .waiting
        switch result {
        case CURLE_OPERATION_TIMEDOUT:
            let timeout = Span(nanoseconds: transfer.pointee.timeout)
            guard !secured else { return FailureText.noAnswer(within: timeout) }
            return isInHandshake(transfer)
                ? FailureText.noHandshake(within: timeout) : FailureText.noConnection(within: timeout)
        // So libcurl calls a line of the head that is longer than it takes (100 KB).
        case CURLE_OUT_OF_MEMORY where transfer.pointee.phase != .waiting: return ResponseFailure.headTooLarge.message
        case CURLE_TOO_MANY_REDIRECTS:
            return "more than \(transfer.pointee.template?.pointee.redirects ?? 0) redirects"
        case CURLE_GOT_NOTHING where CurlCompletion.breaksHTTP2(transfer): return FailureText.noHTTP2
        case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE: return "closed before the answer was complete\(hint)"
        case CURLE_COULDNT_CONNECT where transfer.pointee.systemError != 0:
            return String(cString: strerror(transfer.pointee.systemError))
        case CURLE_HTTP2 where words.contains("expected SETTINGS"):
            return "\(FailureText.noHTTP2): \(words)"
        default:
            let words = words.isEmpty ? String(cString: curl_easy_strerror(result)) : words
            return FailureText.tls(ofCurl: words, secured: secured, isHandshake: result == CURLE_SSL_CONNECT_ERROR)
                ?? FailureText.head(ofCurl: words) ?? words
        }
    }
}
