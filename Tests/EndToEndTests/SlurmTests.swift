import Foundation
import Glibc
import TestSupport
import Testing

/// Loads that a real Slurm cluster carries: two nodes on this machine.
@Suite("Slurm", .serialized)
struct SlurmTests {
    /// What a test of a job has: a server, a cluster, and a scenario in a folder whose name wants quotes.
    private struct Cluster {
        let server: ScriptedServer
        let cluster: SlurmCluster
        let folder: TemporaryFolder
        let scenario: String

        init(seconds: Int = 3, objective: String = "p50 response_time < 100s") throws {
            server = try ScriptedServer { _ in [.send(ScriptedServer.response("200 OK", "5"))] }
            cluster = try SlurmCluster()
            folder = try TemporaryFolder()
            let name = "it's a \"load\" $HOME"
            try FileManager.default.createDirectory(
                at: folder.url.appendingPathComponent(name), withIntermediateDirectories: true)
            _ = try folder.write(
                "\(name)/rows.csv", "row\n" + (0..<4_000).map { "\($0)\n" }.joined())
            scenario = try folder.write(
                "\(name)/load & more.yaml",
                """
                name: on slurm
                target: \(server.url)
                data: {rows: {file: rows.csv, order: once}}
                flows: {main: {steps: [{get: "/?row=${rows.row}", headers: {X-Given: "${env:GIVEN}"}}]}}
                load: [{arrivals: 100/s, for: \(seconds)s}]
                objectives: [\(objective)]
                """)
        }

        /// `loadgate fleet slurm` with four workers on both nodes.
        func fleet(_ more: [String]) throws -> Binary {
            try Binary(
                "loadgate",
                [
                    "fleet", "slurm", scenario, "--nodes", "2", "--workers", "4", "--max-skew", "10s", "--shared",
                    folder.path + "/all of them",
                ] + more, in: folder.url, environment: cluster.environment.merging(["GIVEN": "given"]) { $1 })
        }

        /// The folder of the only job.
        var job: String {
            let all = folder.path + "/all of them"
            return all + "/" + ((try? FileManager.default.contentsOfDirectory(atPath: all))?.first ?? "none")
        }

        func result() throws -> [String: Any] {
            let data = try Data(contentsOf: URL(fileURLWithPath: job + "/merged/result.json"))
            return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
        }
    }

    @Test("Four workers on two nodes: one report, and the exit code of the verdict")
    func passes() throws {
        let position = try Cluster()
        defer { position.server.stop() }
        let ended = try position.fleet(["--submit"]).wait()
        #expect(ended.code == 0, "\(ended.output)\(ended.errors)")
        #expect(ended.output.contains("PASS  on slurm: "), "\(ended.output)")
        #expect(ended.output.contains("Workers  4 workers, begun within "), "\(ended.output)")
        #expect(ended.errors.contains("slurm: job "), "\(ended.errors)")
        #expect(try position.result()["outcomes"] as? [String: Int] == ["ok": 300])
        let rows = position.server.requests.compactMap { request in
            request.path.firstMatch(of: #/row=(\d+)/#).flatMap { Int($0.1) }
        }
        #expect(rows.count == 300)
        #expect(Set(rows).count == 300)
        #expect(position.server.requests.allSatisfy { $0.head.contains("X-Given: given") })
    }

    @Test("A script that is submitted by hand ends with the code of a broken objective")
    func fails() throws {
        let position = try Cluster(objective: "max response_time < 1us")
        defer { position.server.stop() }
        let printed = try position.fleet([]).wait()
        #expect(printed.code == 0, "\(printed.errors)")
        #expect(!printed.output.contains("given"), "a value of the environment stands in the script")
        let script = try position.folder.write("job.sh", printed.output)
        let ended = try position.cluster.result(
            of: ["sbatch", "--wait", "--output=job.out", script], in: position.folder.url,
            environment: ["GIVEN": "given"])
        let output = try String(contentsOfFile: position.folder.path + "/job.out", encoding: .utf8)
        #expect(ended.code == 1, "\(ended.errors)\(output)")
        #expect(output.hasPrefix("FAIL  on slurm: "), "\(output)")
        // Without what the scenario reads there is no load.
        let missing = try position.cluster.result(
            of: ["env", "-u", "GIVEN", "sbatch", "--wait", "--output=missing.out", script], in: position.folder.url)
        #expect(missing.code == 65, "\(missing.errors)")
        let why = try String(contentsOfFile: position.folder.path + "/missing.out", encoding: .utf8)
        #expect(why == "loadgate: export GIVEN before sbatch: the scenario reads it\n")
    }

    @Test("A worker that is killed makes the job's verdict invalid")
    func killed() throws {
        let position = try Cluster(seconds: 60)
        defer { position.server.stop() }
        let job = try position.fleet(["--submit"])
        #expect(Wait.until { position.server.requestCount > 50 })
        let ready = try Data(contentsOf: URL(fileURLWithPath: position.job + "/fleet.2.ready"))
        let worker = try #require(try JSONSerialization.jsonObject(with: ready) as? [String: Any])
        let id = try #require(worker["process"] as? Int32)
        kill(id, SIGKILL)
        let ended = try job.wait()
        #expect(ended.code == 3, "\(ended.output)\(ended.errors)")
        #expect(ended.output.contains("INVALID  on slurm: worker 2/4 on "), "\(ended.output)")
    }

    @Test("Ctrl-C cancels the job; what it has is reported")
    func interrupted() throws {
        let position = try Cluster(seconds: 60)
        defer { position.server.stop() }
        let job = try position.fleet(["--submit"])
        #expect(Wait.until { position.server.requestCount > 50 })
        job.signal(SIGINT)
        let ended = try job.wait()
        #expect(ended.code == 130, "\(ended.output)\(ended.errors)")
        #expect(ended.errors.contains("is cancelled; what it has is reported"), "\(ended.errors)")
        #expect(try position.result()["partial"] as? Bool == true)
    }

    // MARK: - Without a cluster

    @Test("The script is one that bash reads, and says what Slurm has to know")
    func script() throws {
        let folder = try TemporaryFolder()
        let scenario = try folder.scenario(target: "http://127.0.0.1:1", load: "{arrivals: 10/s, for: 90s}")
        let ended = try Binary.run(
            "fleet", "slurm", scenario, "--nodes", "2", "--partition", "short", "--account", "a1",
            "--sbatch=--constraint=fast", "--cpus", "2", "--authorise", "x'y", "--program", "/opt/load gate")
        #expect(ended.code == 0, "\(ended.errors)")
        for line in [
            "#SBATCH --job-name=loadgate-simple-run", "#SBATCH --nodes=2", "#SBATCH --ntasks=2",
            "#SBATCH --cpus-per-task=2", "#SBATCH --partition=short", "#SBATCH --account=a1",
            "#SBATCH --constraint=fast", "#SBATCH --no-requeue", "#SBATCH --time=7", "loadgate='/opt/load gate'",
        ] {
            #expect(ended.output.contains("\n\(line)\n"), "\(line) is not in \(ended.output)")
        }
        #expect(ended.output.contains("'x'\\''y'"))
        let script = try folder.write("job.sh", ended.output)
        #expect(try Binary.shell("bash -n '\(script)'").code == 0)
    }

    @Test(
        "What can't be carried out is said, and nothing printed",
        arguments: [
            (["--nodes", "0"], 64, "--nodes wants 1 to 10000, got 0"),
            (["--workers", "0"], 64, "--workers wants 1 to 10000, got 0"),
            (["--nodes", "3", "--workers", "2"], 64, "--nodes: 2 workers can't be spread over 3 nodes"),
            (["--workers", "9"], 64, "--workers: 9 segments can't share limits.max_users 8"),
            (["--partition", "a b"], 64, "--partition wants a name without blanks and quotes, got 'a b'"),
            (["--sbatch", "now"], 64, "--sbatch wants an option of sbatch"),
            (["--time", "soon"], 64, "--time wants a duration"),
            (["--target", "http://me:word@127.0.0.1:1/"], 65, "a URL holds no user or password here"),
            (["--for", "10"], 65, "--for"),
        ])
    func refused(arguments: [String], code: Int32, message: String) throws {
        let folder = try TemporaryFolder()
        let scenario = try folder.write(
            "few.yaml",
            """
            name: few
            target: http://127.0.0.1:1
            flows: {main: {steps: [{get: /}]}}
            load: [{arrivals: 10/s, for: 2s}]
            limits: {max_users: 8}
            """)
        let ended = try Binary("loadgate", ["fleet", "slurm", scenario] + arguments).wait()
        #expect(ended.code == code, "\(ended.errors)")
        #expect(ended.errors.contains(message), "\(ended.errors)")
        #expect(ended.output.isEmpty, "\(ended.output)")
    }

    @Test("All problems of a scenario are listed, and no script is printed")
    func invalid() throws {
        let folder = try TemporaryFolder()
        let scenario = try folder.write("bad.yaml", "name: bad\ntarget: nowhere\nload: [{arrivals: many, for: 2s}]\n")
        let ended = try Binary.run("fleet", "slurm", scenario, "--nodes", "2")
        #expect(ended.code == 65)
        #expect(ended.errors.split(separator: "\n").count >= 2, "\(ended.errors)")
        #expect(ended.output.isEmpty)
    }

    @Test("A load of iterations alone wants --time; where there is no sbatch, that is said")
    func without() throws {
        let folder = try TemporaryFolder()
        let scenario = try folder.scenario(target: "http://127.0.0.1:1", load: "{iterations: 10, users: 2}")
        let unknown = try Binary.run("fleet", "slurm", scenario, "--nodes", "2")
        #expect(unknown.code == 64)
        #expect(unknown.errors.contains("--time: how long "), "\(unknown.errors)")
        let none = try Binary.run(
            "fleet", "slurm", scenario, "--nodes", "2", "--time", "2m", "--submit",
            environment: ["PATH": folder.path])
        #expect(none.code == 69, "\(none.errors)")
        #expect(none.errors.contains("can't run sbatch: is this a machine of a Slurm cluster?"), "\(none.errors)")
    }
}
