import NIOCore
import NIOPosix

/// A running secrets manager for trials, on 127.0.0.1: it stands in for AWS Secrets Manager where there is none.
///
/// All calls block until they are done and must not be made on an event loop.
public final class SecretsServer: Sendable {
    /// The port that it listens on.
    public let port: Int

    private let group: MultiThreadedEventLoopGroup
    private let listener: any Channel
    private let connections: Connections

    /// Starts it with made-up values for these names.
    ///
    /// - Parameters:
    ///   - port: 0 has the system choose one.
    ///   - keyID: The id of the one access key that requests may be signed with.
    ///   - secretKey: That key itself.
    /// - Throws: ``PaintboxServer/StartError``.
    public init(port: Int, names: [String], keyID: String, secretKey: String) throws {
        let connections = Connections(limit: 256)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let listener = Listener(
                group: group, connections: connections, encoder: ResponseEncoder(fields: SecurityHeaders.fields),
                idleTimeout: .seconds(75))
            let channel = try listener.listen(
                on: "127.0.0.1", port: port,
                for: SecretsService(names: names, key: RequestSignature.Key(id: keyID, secret: secretKey)))
            self.listener = channel
            self.port = channel.localAddress?.port ?? port
        } catch {
            try? group.syncShutdownGracefully()
            throw error
        }
        self.group = group
        self.connections = connections
    }

    /// Ends it.
    public func stop() {
        try? listener.close().wait()
        connections.quiesce()
        try? group.syncShutdownGracefully()
    }
}
