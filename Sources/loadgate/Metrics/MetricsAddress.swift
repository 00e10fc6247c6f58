import ArgumentParser

/// Where live metrics are served: `127.0.0.1:9464`, `[::1]:0`, `9464`. Without a host it is this machine alone.
struct MetricsAddress: ExpressibleByArgument, Equatable, CustomStringConvertible {
    var host: String
    /// 0: any that is free.
    var port: UInt16

    /// The address of a text; nil where it is none.
    init?(argument: String) {
        let colon = argument.lastIndex(of: ":")
        guard let port = UInt16(colon.map { argument[argument.index(after: $0)...] } ?? argument[...]) else {
            return nil
        }
        self.port = port
        var host = colon.map { argument[..<$0] } ?? ""
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard !host.isEmpty else { return nil }
        } else if host.contains(":") || host.contains("[") || host.contains("]") {
            return nil
        }
        self.host = host.isEmpty ? "127.0.0.1" : String(host)
    }

    init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    var description: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }
}
