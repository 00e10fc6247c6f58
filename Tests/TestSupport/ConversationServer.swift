import Foundation

/// A server of `scenarios/conversations` on loopback: strawberry-graphql or python-socketio, on uvicorn.
public final class ConversationServer {
    private let server: ServerProcess

    /// Starts the application of a module, `subscriptions` or `rooms`, which needs the `import` of a package from PyPI.
    public init(_ module: String, importing package: String) throws {
        let python = try Python.path(importing: "uvicorn, \(package)")
        let folder = Binary.package.appendingPathComponent("scenarios/conversations").path
        server = try ServerProcess(python, ports: 1, within: 60) { _, _ in
            [:]
        } arguments: { ports, _ in
            [
                "-m", "uvicorn", "--app-dir", folder, "--host", "127.0.0.1", "--port", "\(ports[0])", "--log-level",
                "warning", "\(module):app",
            ]
        }
    }

    /// `http://127.0.0.1:port`
    public var url: String { "http://127.0.0.1:\(server.ports[0])" }
}
