/// Status codes of close frames (RFC 6455 §7.4, and the IANA registry of WebSocket close codes).
package enum WebSocketCloseCode {
    package static let normal: UInt16 = 1000
    package static let goingAway: UInt16 = 1001
    /// Stands for a close frame without a code; no frame carries it.
    static let none: UInt16 = 1005
    static let protocolError: UInt16 = 1002
    static let invalidData: UInt16 = 1007
    static let messageTooBig: UInt16 = 1009

    /// True for the codes that a frame may carry: 1004 has no meaning; 1005, 1006 and 1015 stand for frames that never
    /// came (§7.4.1).
    static func isSendable(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}
