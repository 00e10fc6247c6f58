import Dispatch
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// A running Paintbox: the edge with its regions on one port, the control on another.
///
/// All calls block until they are done and must not be made on an event loop.
public final class PaintboxServer: Sendable {
    /// Why a server could not start.
    public enum StartError: Error, CustomStringConvertible, Sendable {
        /// The settings can't be used; one sentence for each problem.
        case settings([String])
        /// A port can't be listened on.
        case listen(host: String, port: Int, reason: String)
        /// Redis doesn't answer.
        case redis(address: String)
        /// The database can't be used.
        case database(reason: String)

        /// What is wrong, in words for a person.
        public var description: String {
            switch self {
            case .settings(let problems): problems.joined(separator: "; ")
            case .listen(let host, let port, let reason): "can't listen on \(host):\(port): \(reason)"
            case .redis(let address): "Redis at \(address) doesn't answer"
            case .database(let reason): "can't use the database: \(reason)"
            }
        }
    }

    /// The port that clients use.
    public let port: Int
    /// The control port on 127.0.0.1.
    public let controlPort: Int

    private let group: MultiThreadedEventLoopGroup
    private let listeners: [any Channel]
    private let connections: [Connections]
    private let pools: [any Stoppable]

    /// Starts a server; both ports accept connections when this returns.
    ///
    /// - Throws: ``StartError``.
    public init(_ settings: PaintboxSettings) throws {
        guard settings.problems.isEmpty else { throw StartError.settings(settings.problems) }
        let edge = try Edge(settings, orders: OrderDesk(settings.orders)) { store in
            try settings.database.map { try SessionPool($0, store) }
        }
        if let redis = edge.sharedLimiter, !redis.answers {
            edge.pools.forEach { $0.stop() }
            throw StartError.redis(address: redis.address.description)
        }
        let connections = Connections(limit: settings.maxConnections, bodyBytes: settings.maxBodyBytes)
        let control = Control(edge: edge, connections: connections)
        // Of its own, so that the faults can be ended however full the main port is.
        let controlConnections = Connections(limit: 256)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: settings.threads)
        let fields = SecurityHeaders.fields + [("X-Paintbox-Version", settings.appVersion)]
        let idleTimeout = TimeAmount.seconds(Int64(settings.idleTimeoutSeconds))
        do {
            var listener = Listener(
                group: group, connections: connections, encoder: ResponseEncoder(fields: fields),
                idleTimeout: idleTimeout)
            let main = try listener.listen(on: settings.host, port: settings.port, for: edge)
            listener.connections = controlConnections
            let side = try listener.listen(on: "127.0.0.1", port: settings.controlPort, for: control)
            listeners = [main, side]
            port = main.localAddress?.port ?? settings.port
            controlPort = side.localAddress?.port ?? settings.controlPort
        } catch {
            try? group.syncShutdownGracefully()
            edge.pools.forEach { $0.stop() }
            throw error
        }
        pools = edge.pools
        self.group = group
        self.connections = [connections, controlConnections]
        if settings.healthIntervalMilliseconds > 0 {
            let interval = TimeAmount.milliseconds(Int64(settings.healthIntervalMilliseconds))
            group.next().scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in edge.regions.check() }
        }
    }

    /// Bytes of requests' bodies that wait just now on the main port.
    var bodyBytesTaken: Int { connections[0].bodies.bytes }
    /// The same on the control port.
    var controlBodyBytesTaken: Int { connections[1].bodies.bytes }

    /// Ends the server: no new connections, answers that are due within `grace` are still sent, then all is closed.
    ///
    /// - Parameter grace: longest time to wait for connections to end, in milliseconds.
    public func stop(grace: Int = 500) {
        for listener in listeners {
            try? listener.close().wait()
        }
        connections.forEach { $0.quiesce() }
        let limit = DispatchTime.now() + .milliseconds(grace)
        while connections.contains(where: { $0.count > 0 }) && DispatchTime.now() < limit {
            usleep(5000)
        }
        try? group.syncShutdownGracefully()
        pools.forEach { $0.stop() }
    }
}
