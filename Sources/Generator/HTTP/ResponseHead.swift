/// What the head of a response says about the response: status, framing, persistence (RFC 9112).
struct ResponseHead: Equatable {
    /// How the end of the body is found (RFC 9112 §6.3).
    enum Framing: Equatable {
        case none
        case length(Int64)
        case chunked
        case untilClose
    }

    var status: UInt16 = 0
    var framing = Framing.untilClose
    /// True where the connection may carry another request.
    var persistent = false
    /// The bytes of the head, the empty line included.
    var length = 0
}
