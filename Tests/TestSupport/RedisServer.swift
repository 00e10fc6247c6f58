import Foundation
import Glibc

/// A Redis that keeps nothing, or a replica of one.
public final class RedisServer {
    private let server: ServerProcess

    /// Starts it. `master`: the port on 127.0.0.1 of the Redis that it follows.
    public init(replicaOf master: Int? = nil) throws {
        server = try ServerProcess("redis-server", ports: 1, ending: SIGKILL) { _, _ in
            [:]
        } arguments: { ports, folder in
            let own = ["--port", "\(ports[0])", "--bind", "127.0.0.1", "--save", "", "--dir", folder]
            return own + (master.map { ["--replicaof", "127.0.0.1", "\($0)"] } ?? [])
        }
    }

    /// The port on 127.0.0.1.
    public var port: Int { server.ports[0] }
}

/// A Redis Sentinel that watches one master and decides alone.
public final class RedisSentinel {
    private let server: ServerProcess

    /// Starts it. `master`: the port on 127.0.0.1 of the Redis that it calls `name`.
    public init(watching master: Int, name: String) throws {
        server = try ServerProcess("redis-sentinel", ports: 1, ending: SIGKILL) { ports, folder in
            [
                "sentinel.conf": """
                port \(ports[0])
                bind 127.0.0.1
                dir \(folder)
                sentinel monitor \(name) 127.0.0.1 \(master) 1
                sentinel down-after-milliseconds \(name) 500

                """
            ]
        } arguments: { _, folder in
            ["\(folder)/sentinel.conf"]
        }
    }

    /// The port on 127.0.0.1.
    public var port: Int { server.ports[0] }
}
