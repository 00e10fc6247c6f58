/// Where a Redis server listens.
public struct RedisAddress: Equatable, Sendable, CustomStringConvertible {
    /// A name or a numeric address.
    public var host: String
    /// The port, 1...65535.
    public var port: Int

    /// Takes `host:port` apart; nil where it is something else.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            1...65_535 ~= port, colon > text.startIndex
        else { return nil }
        host = String(text[..<colon])
        self.port = port
    }

    /// `host:port`
    public var description: String { "\(host):\(port)" }
}
