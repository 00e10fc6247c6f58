import CCurl
import Glibc
import Measures

/// How a transfer that libcurl gave up is counted.
enum CurlOutcome {
    /// What is known of a failure.
    struct Failure {
        var code: CURLcode
        /// The system's error, 0 where libcurl knows none.
        var system: Int32 = 0
        /// The request was handed to a connection.
        var requested = true
    }

    /// The outcome; nil where this machine is to blame, which says nothing about the target.
    static func outcome(of failure: Failure) -> Outcome? {
        switch failure.code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: return .dns
        case CURLE_COULDNT_CONNECT: return .ofConnect(failure.system)
        // A proxy that lets nobody through: there is no way to the host.
        case CURLE_PROXY: return .refused
        case CURLE_OPERATION_TIMEDOUT: return failure.requested ? .responseTimeout : .connectTimeout
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_SHUTDOWN_FAILED, CURLE_SSL_CRL_BADFILE, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_ENGINE_INITFAILED, CURLE_USE_SSL_FAILED,
            CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT:
            return .tls
        case CURLE_SEND_ERROR, CURLE_RECV_ERROR: return outcome(ofBreak: failure)
        case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE: return .closedEarly
        // So libcurl calls, once an answer has begun, a line that is too long, or a field that is none.
        case CURLE_OUT_OF_MEMORY where failure.requested, CURLE_BAD_FUNCTION_ARGUMENT where failure.requested:
            return .protocolError
        // No memory, no file to send, no local port, and settings that this libcurl lacks.
        case CURLE_OUT_OF_MEMORY, CURLE_READ_ERROR, CURLE_FILE_COULDNT_READ_FILE, CURLE_INTERFACE_FAILED,
            CURLE_FAILED_INIT, CURLE_NOT_BUILT_IN, CURLE_UNKNOWN_OPTION, CURLE_BAD_FUNCTION_ARGUMENT,
            CURLE_SEND_FAIL_REWIND:
            return nil
        // Bytes that are no HTTP, an unknown scheme in a redirect, too many redirects, a coding that can't be undone,
        // a broken HTTP/2 frame or stream, too large a head: all that is left is the peer's break of the protocol.
        default: return .protocolError
        }
    }

    /// True for what libcurl says where a connection ended before its time.
    static func isBrokenConnection(_ code: CURLcode) -> Bool {
        switch code {
        case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_HTTP2,
            CURLE_HTTP2_STREAM:
            true
        default: false
        }
    }

    private static func outcome(ofBreak failure: Failure) -> Outcome {
        switch failure.system {
        case ECONNRESET, EPIPE, ECONNABORTED: .reset
        case ETIMEDOUT: failure.requested ? .responseTimeout : .connectTimeout
        default: .closedEarly
        }
    }

    /// True where TLS broke after the handshake: libcurl calls it a failure to send or receive, and says more in words only.
    /// A connection that was closed without TLS's close_notify is one that was closed.
    static func isBrokenTLS(_ code: CURLcode, _ message: String) -> Bool {
        (code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR) && message.hasPrefix("OpenSSL ")
            && message.contains(" routines:")
            && !message.contains("unexpected eof")
    }

    /// True for a transfer coding that is broken: libcurl calls it a failure to receive, and says more in words only.
    static func isMalformedChunk(_ code: CURLcode, _ message: String) -> Bool {
        code == CURLE_RECV_ERROR && message.hasSuffix("in chunked-encoding")
    }

    /// The errno that OpenSSL's layer of libcurl knows only as a text: `…, errno 104`.
    static func systemError(in message: String) -> Int32 {
        guard let mark = message.ranges(of: "errno ").last else { return 0 }
        return Int32(message[mark.upperBound...].prefix { ("0"..."9").contains($0) }) ?? 0
    }
}
