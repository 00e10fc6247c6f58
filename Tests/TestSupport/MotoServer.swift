import Foundation

/// A server of AWS's interfaces (moto) on loopback, with nothing in it.
public final class MotoServer {
    private let server: ServerProcess

    /// Starts it.
    public init() throws {
        let python = try Self.python()
        // It reads the definitions of all services first.
        server = try ServerProcess(python, ports: 1, within: 60) { _, _ in
            [:]
        } arguments: { ports, _ in
            ["-m", "moto.server", "-H", "127.0.0.1", "-p", "\(ports[0])"]
        }
    }

    /// `http://127.0.0.1:port`
    public var url: String { "http://127.0.0.1:\(server.ports[0])" }

    /// The Python that has moto: the one that `scripts/setup test` made, or the one on the path.
    private static func python() throws -> String {
        let own = Binary.package.appendingPathComponent(".build-tools/moto/bin/python3").path
        for python in [own, "python3"] {
            if try Binary.shell("'\(python)' -c 'import moto.server' 2>/dev/null").code == 0 { return python }
        }
        throw TestFailure("moto is not installed: make setup")
    }
}
