/// One request of a verification, with when and over which connection it is to be sent. A plain value: planning sends
/// nothing.
public struct PlannedExchange: Sendable, Equatable {
    /// Which connection carries a request.
    public enum Lane: Sendable, Hashable {
        /// A new connection, closed after the answer.
        case fresh
        /// The kept connection of this number: made at its first use, and again where the peer has closed it. Requests of
        /// one lane are sent one after the other, each when the one before has its answer.
        case kept(Int)
    }

    /// When it is to be sent, from the beginning of its batch; not negative.
    public var offset: Span = .zero
    /// Requests of one group are released together: each has its own connection, on which all but the last byte has gone
    /// out before; at the group's offset the last bytes go out as fast as this machine can send them. nil: by itself.
    public var group: Int?
    /// Which connection carries it.
    public var lane = Lane.fresh
    /// The source address of its connection, numeric; nil: the system's choice.
    public var source: String?
    /// Whether the scheme is https.
    public var isSecure: Bool
    /// The host's name or address, as in the URL, an IPv6 address without brackets.
    public var host: String
    /// The port, 1...65535.
    public var port: Int
    /// The method, e.g. `GET`.
    public var method: String
    /// The request target: path and query.
    public var target: String
    /// Header fields as they are sent, in this order. `Host` and `Content-Length` are added where they are missing.
    public var fields: [HeaderLine]
    /// What the request carries. Empty, and without a field that says otherwise: nothing.
    public var body: [UInt8] = []
    /// How much of the answer's body is kept, in bytes; what follows is read and counted only.
    public var keptBody = 64 * 1024
    /// How long the exchange may take, from the beginning of its sending, connecting included.
    public var timeout = Span(nanoseconds: 10_000_000_000)

    /// Makes a request that goes out at once on a new connection.
    public init(
        isSecure: Bool, host: String, port: Int, method: String = "GET", target: String, fields: [HeaderLine] = []
    ) {
        self.isSecure = isSecure
        self.host = host
        self.port = port
        self.method = method
        self.target = target
        self.fields = fields
    }
}
