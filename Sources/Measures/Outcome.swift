/// How an exchange ended: a bounded label, so that counting by it never grows.
public enum Outcome: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// An expected status and every check held.
    case ok
    /// A 4xx status that was not expected.
    case http4xx
    /// A 5xx status that was not expected.
    case http5xx
    /// A 429 status that was not expected.
    case rateLimited
    /// The exchange completed, but its status, a check, a capture or a calculated answer was wrong.
    case checkFailed
    /// The host's name could not be resolved.
    case dns
    /// The connection was refused, or there was no way to the host.
    case refused
    /// No connection came about within the step's timeout.
    case connectTimeout
    /// The TLS handshake failed.
    case tls
    /// The peer reset the connection.
    case reset
    /// The peer closed the connection before the response was complete.
    case closedEarly
    /// The response was not complete within the step's timeout.
    case responseTimeout
    /// The answer broke the protocol.
    case protocolError
    /// The body kept for checks was larger than its bound.
    case bodyTooLarge
    /// The open WebSocket ended before its time, with a close frame or without.
    case webSocketClosed
    /// The server ended a stream of events before what was to end it had come.
    case streamEnded
    /// The request was not sent: an earlier step captured nothing for it, and its iteration was given up. It has no latency.
    case notSent
    /// The answer was good, but it was the last one that an `until` allows, and what that waits for did not hold.
    case untilUnmet
    /// The end of the run cut it off: how it would have ended is not known, so it is neither good nor bad.
    case unfinished

    /// The name used in results, e.g. `http_4xx`.
    public var label: String {
        switch self {
        case .ok: "ok"
        case .http4xx: "http_4xx"
        case .http5xx: "http_5xx"
        case .rateLimited: "rate_limited"
        case .checkFailed: "check_failed"
        case .dns: "dns"
        case .refused: "refused"
        case .connectTimeout: "connect_timeout"
        case .tls: "tls"
        case .reset: "reset"
        case .closedEarly: "closed_early"
        case .responseTimeout: "response_timeout"
        case .protocolError: "protocol"
        case .bodyTooLarge: "body_too_large"
        case .webSocketClosed: "ws_closed"
        case .streamEnded: "stream_ended"
        case .notSent: "not_sent"
        case .untilUnmet: "until_unmet"
        case .unfinished: "unfinished"
        }
    }
}
