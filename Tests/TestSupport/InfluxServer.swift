import Foundation

/// An InfluxDB 1 on loopback with an empty database, `loadgate`.
public final class InfluxServer {
    private let server: ServerProcess

    /// Starts it.
    public init() throws {
        server = try ServerProcess("influxd", ports: 2, within: 60) { ports, folder in
            [
                "influx.conf": """
                reporting-disabled = true
                bind-address = "127.0.0.1:\(ports[1])"
                [meta]
                  dir = "\(folder)/meta"
                [data]
                  dir = "\(folder)/data"
                  wal-dir = "\(folder)/wal"
                [http]
                  bind-address = "127.0.0.1:\(ports[0])"
                """
            ]
        } arguments: { _, folder in
            ["-config", "\(folder)/influx.conf"]
        }
        _ = try query("CREATE DATABASE loadgate")
    }

    /// `http://127.0.0.1:port`
    public var url: String { "http://127.0.0.1:\(server.ports[0])" }

    /// The rows of a statement, each as its values by the columns' names, with the tags that it groups by.
    public func query(_ statement: String) throws -> [[String: Any]] {
        let coded = statement.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let answer = try Binary.shell("curl -sS -XPOST '\(url)/query?db=loadgate&epoch=ns&q=\(coded)'")
        let object = try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any]
        let result = (object?["results"] as? [[String: Any]])?.first
        if let error = result?["error"] ?? object?["error"] { throw TestFailure("\(statement): \(error)") }
        return (result?["series"] as? [[String: Any]] ?? []).flatMap { series -> [[String: Any]] in
            let columns = series["columns"] as? [String] ?? []
            let tags = series["tags"] as? [String: Any] ?? [:]
            return (series["values"] as? [[Any]] ?? []).map { values in
                Dictionary(zip(columns, values), uniquingKeysWith: { first, _ in first }).merging(tags) { $1 }
            }
        }
    }
}
