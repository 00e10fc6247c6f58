import Scenarios

/// What carries exchanges: a transport, with TLS or without, under a connection policy.
struct Carrier: Sendable, CustomStringConvertible {
    /// The transports that must agree.
    static let transports: [Defaults.Transport] = [.native, .curl]

    var transport: Defaults.Transport
    var isSecure: Bool
    var connections: Defaults.Connections

    /// Each transport, with TLS and without, under a policy.
    static func all(_ connections: Defaults.Connections) -> [Carrier] {
        transports.flatMap { transport in
            [false, true].map { Carrier(transport: transport, isSecure: $0, connections: connections) }
        }
    }

    var description: String {
        "\(transport.rawValue) over \(isSecure ? "TLS" : "TCP"), connections \(connections.rawValue)"
    }
}
