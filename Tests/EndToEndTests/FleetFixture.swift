import Foundation
import TestSupport

/// A server of known delays and the workers that share a load on it.
final class FleetFixture {
    let server: ScriptedServer
    let folder: TemporaryFolder
    /// The folder that the workers share.
    let shared: String
    private(set) var scenario = ""

    /// A server that says, and takes, as long as each request asks for: `ms` in its address.
    ///
    /// - Parameters:
    ///   - rate: Arrivals a second of all workers together.
    ///   - aborts: True where an objective may end the load.
    ///   - more: Further keys of the scenario.
    init(seconds: Int = 3, rate: Int = 200, aborts: Bool = true, more: String = "") throws {
        server = try ScriptedServer { request in
            let milliseconds = request.path.split(separator: "=").last.flatMap { Double($0) } ?? 0
            return [
                .wait(seconds: milliseconds / 1_000),
                .send(
                    ScriptedServer.response(
                        "200 OK", "{\"n\":5}", headers: ["Server-Timing: calc;dur=\(milliseconds)"])),
            ]
        }
        folder = try TemporaryFolder()
        shared = folder.path + "/shared"
        var rows = "row,ms\n"
        for row in 0..<2_000 { rows += "\(row),\(Self.milliseconds(ofRow: row))\n" }
        _ = try folder.write("rows.csv", rows)
        scenario = try folder.write(
            "fleet.yaml",
            """
            name: fleet
            target: \(server.url)
            data: {rows: {file: rows.csv, order: once}}
            flows:
              main:
                steps:
                  - calculate: "/delay?row=${rows.row}&ms=${rows.ms}"
                    name: delayed
                    server_time: header Server-Timing calc
                    deterministic: false
            load: [{arrivals: \(rate)/s, for: \(seconds)s}]
            objectives:
              - p50 response_time < 2s
              - availability > 99%
              - {objective: throughput > 5/s\(aborts ? ", abort: after 1s" : "")}
            \(more)
            """)
    }

    deinit { server.stop() }

    /// How long the answer to a row takes: 1 to 80 ms, a tenth of them much longer than the rest.
    static func milliseconds(ofRow row: Int) -> Double {
        let scattered = Double(row * 7_919 % 1_997) / 1_997
        return ((row % 10 == 0 ? 40 + 40 * scattered : 1 + 20 * scattered) * 1_000).rounded() / 1_000
    }

    /// The times that the server took, by its own account, shortest first.
    var serverTimes: [Double] {
        server.requests.compactMap { $0.path.split(separator: "=").last.flatMap { Double($0) } }.sorted()
    }

    /// The rows that came in, in their order.
    var rows: [Int] {
        server.requests.compactMap { $0.path.firstMatch(of: #/row=(\d+)/#).flatMap { Int($0.1) } }
    }

    /// Starts one of the workers.
    func worker(
        _ segment: Int, of count: Int, _ more: [String] = [], scenario other: String? = nil, in elsewhere: String? = nil
    ) throws -> Binary {
        try Binary(
            "loadgate",
            [
                "run", other ?? scenario, "--segment", "\(segment)/\(count)", "--fleet", elsewhere ?? shared,
                "--reactors",
                "1",
            ]
                + more)
    }

    /// Starts all of them.
    func start(_ count: Int, _ more: [String] = []) throws -> [Binary] {
        try (0..<count).map { try worker($0, of: count, more) }
    }

    /// Makes one result of what they left.
    func merge(_ more: String...) throws -> Binary.Result {
        try Binary("loadgate", ["merge", shared, "--out", folder.path + "/merged", "--max-skew", "10s"] + more).wait()
    }

    /// The merged result.
    var result: [String: Any] { get throws { try folder.json("merged/result.json") } }

    /// How the workers stand.
    func status(_ more: String...) throws -> Binary.Result {
        try Binary("loadgate", ["fleet", "status", shared] + more).wait()
    }

    /// Waits until so many requests have come in.
    func awaitRequests(_ count: Int = 50) -> Bool { Wait.until { self.server.requestCount > count } }
}
