import Foundation

/// A server of AWS's interfaces (moto) on loopback, with nothing in it.
public final class MotoServer {
    private let server: ServerProcess

    /// Starts it.
    public init() throws {
        let python = try Python.path(importing: "moto.server")
        // It reads the definitions of all services first.
        server = try ServerProcess(python, ports: 1, within: 60) { _, _ in
            [:]
        } arguments: { ports, _ in
            ["-m", "moto.server", "-H", "127.0.0.1", "-p", "\(ports[0])"]
        }
    }

    /// `http://127.0.0.1:port`
    public var url: String { "http://127.0.0.1:\(server.ports[0])" }
}
