import CCurl
import Glibc
import Measures

/// A transfer that has ended, as plain numbers.
struct CurlCompletion {
    enum End: Equatable {
        /// An answer was read to its end; what it is worth is for the judge.
        case answered
        case failed(Outcome)
        /// It was cut off where this process was held up: how it would have ended is not known.
        case unfinished
        /// This machine could not carry it: that says nothing about the target.
        case exhausted
    }

    /// Lengths of time in nanoseconds; 0: the exchange had no such phase. Where redirects or a challenge led to further
    /// requests, look-up, connection and TLS are those of the first, and the first byte is that of the last answer.
    struct Phases: BitwiseCopyable, Equatable {
        var lookUp: Int64 = 0
        var connect: Int64 = 0
        /// The handshake; through a proxy, the way through the proxy included.
        var tls: Int64 = 0
        /// From the exchange's start to the beginning of the answer.
        var firstByte: Int64 = 0
    }

    /// The place that `begin` gave. It stays taken until it is released.
    var index: Int32
    var end: End
    /// The answer's status; 0 where none came.
    var status: Int32
    var isHTTP2: Bool
    var redirects: Int32
    /// Connections that were made for the exchange.
    var connects: Int32
    /// Bytes of the last answer's body, after decoding.
    var bodyBytes: UInt64
    /// Bytes of requests and answers, those of redirects included, as libcurl counts them: heads of HTTP/2 as text,
    /// without TLS and framing.
    var sent: UInt64
    var received: UInt64
    /// The number of the address that carried it, or was to; -1: not told.
    var address: Int32
    var started: Instant
    var finished: Instant
    var phases: Phases
    var kept: UnsafeMutablePointer<KeptAnswer>?
}

extension CurlCompletion {
    /// Of a transfer that libcurl has done with, or that was never given to it.
    init(of transfer: UnsafeMutablePointer<CurlTransfer>, isHTTP2Demanded: Bool, finished: Instant) {
        let easy = transfer.pointee.easy
        transfer.pointee.isHTTP2Demanded = isHTTP2Demanded
        func number(_ info: CURLINFO) -> Int { easy.map { loadgate_curl_long($0, info) } ?? 0 }
        func size(_ info: CURLINFO) -> UInt64 { UInt64(max(0, easy.map { loadgate_curl_size($0, info) } ?? 0)) }
        let isHTTP2 = number(CURLINFO_HTTP_VERSION) == Int(CURL_HTTP_VERSION_2_0)
        if transfer.pointee.result == CURLE_OK {
            // An address that was refused, where another one was not, did no harm.
            transfer.pointee.fault =
                transfer.pointee.inHead || transfer.pointee.answers == 0
                ? .closedInHead : isHTTP2Demanded && !isHTTP2 ? .otherVersion : .none
        } else if transfer.pointee.fault == .enough, isHTTP2Demanded, !isHTTP2 {
            transfer.pointee.fault = .otherVersion
        } else if transfer.pointee.phase == .waiting, transfer.pointee.opened, transfer.pointee.answers == 0 {
            CurlTransport.takePhases(transfer)
        }
        index = transfer.pointee.index
        end = Self.end(of: transfer)
        status = transfer.pointee.answers > 0 ? transfer.pointee.status : 0
        self.isHTTP2 = isHTTP2
        redirects = Int32(truncatingIfNeeded: number(CURLINFO_REDIRECT_COUNT))
        connects = Int32(truncatingIfNeeded: number(CURLINFO_NUM_CONNECTS))
        bodyBytes = transfer.pointee.bodyBytes
        sent = UInt64(max(0, number(CURLINFO_REQUEST_SIZE)))
        let uploaded = size(CURLINFO_SIZE_UPLOAD_T)
        if !CurlLibrary.requestSizeHasBody, !Self.wentWithHead(uploaded, of: transfer, isHTTP2: isHTTP2) {
            sent += uploaded
        }
        received = UInt64(max(0, number(CURLINFO_HEADER_SIZE))) + size(CURLINFO_SIZE_DOWNLOAD_T)
        address = transfer.pointee.address
        started = transfer.pointee.started
        self.finished = finished
        phases = transfer.pointee.phases
        kept = transfer.pointee.kept
    }

    /// True where libcurl sent the body in one piece with the head, and counted it as such.
    private static func wentWithHead(
        _ uploaded: UInt64, of transfer: UnsafeMutablePointer<CurlTransfer>, isHTTP2: Bool
    ) -> Bool {
        guard case .text = transfer.pointee.template?.pointee.payload else { return false }
        // MAX_INITIAL_POST_SIZE of libcurl's http.h.
        return !isHTTP2 && uploaded < 64 * 1024
    }

    /// True where bytes came that are no HTTP/2, which libcurl calls no answer; a connection that is closed it calls broken.
    static func breaksHTTP2(_ transfer: UnsafeMutablePointer<CurlTransfer>) -> Bool {
        transfer.pointee.result == CURLE_GOT_NOTHING && transfer.pointee.isHTTP2Demanded
            && transfer.pointee.answers == 0 && transfer.pointee.fault == .none
    }

    private static func end(of transfer: UnsafeMutablePointer<CurlTransfer>) -> End {
        let result = transfer.pointee.result
        if result != CURLE_OK, let easy = transfer.pointee.easy {
            transfer.pointee.systemError = Int32(truncatingIfNeeded: loadgate_curl_long(easy, CURLINFO_OS_ERRNO))
            if transfer.pointee.systemError == 0 {
                transfer.pointee.systemError = CurlOutcome.systemError(
                    in: String(cString: transfer.pointee.errorText))
            }
        }
        var failure = CurlOutcome.Failure(
            code: result, system: transfer.pointee.systemError, requested: transfer.pointee.phase != .waiting)
        // Told from a connection that broke by the answer to CONNECT alone.
        if transfer.pointee.phase == .waiting, let easy = transfer.pointee.easy,
            loadgate_curl_long(easy, CURLINFO_HTTP_CONNECTCODE) / 100 > 2
        {
            failure.code = CURLE_PROXY
        }
        if breaksHTTP2(transfer) { failure.code = CURLE_HTTP2 }
        if CurlOutcome.isBrokenTLS(result, String(cString: transfer.pointee.errorText)) {
            failure.code = CURLE_SSL_CONNECT_ERROR
        }
        if CurlOutcome.isMalformedChunk(result, String(cString: transfer.pointee.errorText)) {
            failure.code = CURLE_BAD_CONTENT_ENCODING
        }
        switch transfer.pointee.fault {
        case .none where result == CURLE_OK: return .answered
        case .enough: return .answered
        case .none: break
        case .notAuthorised, .head, .tooManyInterimResponses, .unexpectedUpgrade, .otherVersion, .heldUp:
            return .failed(.protocolError)
        case .moved: return .failed(.dns)
        // As the connection broke, not as we ended what libcurl would have done next.
        case .keptConnection: failure.code = CURLE_RECV_ERROR
        case .closedInHead: return .failed(.closedEarly)
        case .connectedToItself: return .failed(.refused)
        case .late: return .failed(.responseTimeout)
        case .stalled: return .unfinished
        case .machine, .file, .noConnection, .interrupted: return .exhausted
        }
        return CurlOutcome.outcome(of: failure).map { .failed($0) } ?? .exhausted
    }
}
