import Foundation
import Glibc

/// A PgBouncer before a PostgreSQL: transaction pooling of one database `paintbox`, a console for the user `stats`.
public final class PgBouncerServer {
    private let server: ServerProcess

    /// Starts it before the PostgreSQL on a port of 127.0.0.1, with so many server connections at least and at most.
    public init(postgres: Int, minimum: Int, maximum: Int) throws {
        // SIGTERM: at once, where SIGINT waits for clients (pgbouncer(1)).
        server = try ServerProcess("pgbouncer", ports: 1, user: ServerUser()) { ports, folder in
            [
                "users": "\"paintbox\" \"\"\n\"stats\" \"\"\n",
                "pgbouncer.ini": """
                [databases]
                paintbox = host=127.0.0.1 port=\(postgres) dbname=postgres user=postgres
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = \(ports[0])
                unix_socket_dir =
                auth_type = trust
                auth_file = \(folder)/users
                pool_mode = transaction
                min_pool_size = \(minimum)
                default_pool_size = \(maximum)
                max_client_conn = 200
                stats_users = stats

                """,
            ]
        } arguments: { _, folder in
            ["\(folder)/pgbouncer.ini"]
        }
    }

    /// The port on 127.0.0.1.
    public var port: Int { server.ports[0] }
}

/// A pgbench whose clients run one statement over and over, until it is stopped.
public final class PgBenchLoad {
    private let process = Process()
    private let folder: TemporaryFolder

    /// Starts clients on the database `paintbox` at a port of 127.0.0.1; they end by themselves after `seconds`.
    public init(port: Int, clients: Int, statement: String, seconds: Int) throws {
        folder = try TemporaryFolder()
        let script = try folder.write("script.sql", statement + "\n")
        process.setCommand([
            try ServerProcess.path(of: "pgbench"), "-h", "127.0.0.1", "-p", "\(port)", "-U", "paintbox", "-n", "-c",
            "\(clients)", "-T", "\(seconds)", "-f", script, "paintbox",
        ])
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    /// False once it has ended.
    public var isRunning: Bool { process.isRunning }

    deinit {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
