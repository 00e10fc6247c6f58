/// Where live metrics are served: `127.0.0.1:9464`, `[::1]:0`, `9464`. Without a host it is this machine alone.
public struct MetricsAddress: Sendable, Equatable, CustomStringConvertible {
    /// The host's name or numeric address.
    public var host: String
    /// 0: any that is free.
    public var port: UInt16

    /// The address of a text; nil where it is none.
    public init?(_ text: String) {
        let colon = text.lastIndex(of: ":")
        guard let port = UInt16(colon.map { text[text.index(after: $0)...] } ?? text[...]) else {
            return nil
        }
        self.port = port
        var host = colon.map { text[..<$0] } ?? ""
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard !host.isEmpty else { return nil }
        } else if host.contains(":") || host.contains("[") || host.contains("]") {
            return nil
        }
        self.host = host.isEmpty ? "127.0.0.1" : String(host)
    }

    /// Makes an address of its parts.
    public init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// In words, for people.
    public var description: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }
}
