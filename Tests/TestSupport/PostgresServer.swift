import Foundation
import Glibc

/// A PostgreSQL of its own, with a new cluster: no password, nothing kept. Its superuser is `postgres`.
public final class PostgresServer {
    private let server: ServerProcess
    private let cluster: TemporaryFolder

    /// Makes the cluster, starts the server and waits until it answers. `settings` are those of `postgresql.conf`.
    public init(settings: [String: String] = [:]) throws {
        let programs = try Self.programs
        let user = ServerUser()
        let cluster = try TemporaryFolder()
        self.cluster = cluster
        try user?.own(cluster.path)
        _ = try SystemCommand.run(
            [
                "\(programs)/initdb", "-D", "\(cluster.path)/data", "-A", "trust", "-U", "postgres", "--no-sync", "-E",
                "UTF8", "--locale=C",
            ], as: user)
        // SIGINT: fast shutdown, which waits for no client.
        server = try ServerProcess("\(programs)/postgres", ports: 1, ending: SIGINT, user: user) { _, _ in
            [:]
        } arguments: { ports, folder in
            let own = [
                "listen_addresses": "127.0.0.1", "port": "\(ports[0])", "unix_socket_directories": folder,
                "fsync": "off", "max_connections": "100",
            ]
            let all = own.merging(settings) { $1 }.sorted { $0.key < $1.key }
            return ["-D", "\(cluster.path)/data"] + all.flatMap { ["-c", "\($0.key)=\($0.value)"] }
        }
        // It takes connections before it has started up.
        var last: (any Error)?
        let isUp = Wait.until {
            do {
                _ = try query("SELECT 1")
                return true
            } catch {
                last = error
                return false
            }
        }
        guard isUp else { throw TestFailure("PostgreSQL doesn't answer: \(last.map { "\($0)" } ?? "")") }
    }

    /// The port on 127.0.0.1.
    public var port: Int { server.ports[0] }

    /// What psql prints of a query: rows of CSV without a header.
    public func query(_ sql: String, database: String = "postgres") throws -> String {
        try SystemCommand.run([
            "psql", "-X", "-h", "127.0.0.1", "-p", "\(port)", "-U", "postgres", "-d", database, "--csv", "-t", "-c",
            sql,
        ])
    }

    /// The folder of the server's programs, of the newest version: Debian keeps them off the path.
    static var programs: String {
        get throws {
            let root = "/usr/lib/postgresql"
            let versions = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).compactMap(Int.init)
            for version in versions.sorted(by: >) where access("\(root)/\(version)/bin/initdb", X_OK) == 0 {
                return "\(root)/\(version)/bin"
            }
            throw TestFailure("PostgreSQL is not installed: make setup")
        }
    }
}
