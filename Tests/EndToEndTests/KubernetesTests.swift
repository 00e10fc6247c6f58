import Foundation
import Glibc
import TestSupport
import Testing

/// The manifests of a load on Kubernetes, and what its pods run, as processes with the same arguments and environment.
@Suite("Kubernetes", .serialized)
struct KubernetesTests {
    /// The pods of manifests, each a process: the ConfigMap's files and the volume are folders.
    private final class Pods {
        let folder: TemporaryFolder
        private let arguments: [String]
        private let template: [String: Any]
        /// How many pods there are to be.
        let count: Int

        /// Lays out what the manifests say.
        init(_ manifests: String) throws {
            folder = try TemporaryFolder()
            let documents = try KubernetesTests.documents(manifests)
            let job = try #require(documents.first { $0["kind"] as? String == "Job" })
            let spec = try #require(job["spec"] as? [String: Any])
            count = try #require(spec["completions"] as? Int)
            template = try #require((spec["template"] as? [String: Any])?["spec"] as? [String: Any])
            let container = try #require((template["containers"] as? [[String: Any]])?.first)
            #expect(container["command"] as? [String] == ["loadgate"])
            arguments = try #require(container["args"] as? [String])
            if let map = documents.first(where: { $0["kind"] as? String == "ConfigMap" }) { try mount(map) }
            try FileManager.default.createDirectory(atPath: folder.path + "/fleet", withIntermediateDirectories: true)
        }

        private func mount(_ map: [String: Any]) throws {
            let volumes = try #require(template["volumes"] as? [[String: Any]])
            let volume = try #require(volumes.compactMap { $0["configMap"] as? [String: Any] }.first)
            for item in try #require(volume["items"] as? [[String: String]]) {
                let (key, path) = (try #require(item["key"]), try #require(item["path"]))
                let file = folder.url.appendingPathComponent("scenario/" + path)
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                let text = (map["data"] as? [String: String])?[key].map { Data($0.utf8) }
                let bytes = (map["binaryData"] as? [String: String])?[key].flatMap { Data(base64Encoded: $0) }
                try #require(text ?? bytes).write(to: file)
            }
        }

        /// Starts the pod of an index.
        func start(_ index: Int, environment: [String: String] = [:]) throws -> Binary {
            // What the kubelet makes of arguments: `$(NAME)` of the container's environment, and `$$` for `$`.
            let known = ["JOB_COMPLETION_INDEX": "\(index)", "RUN": "3f0c-1"]
            let expanded = arguments.map { argument in
                argument.replacing(#/\$\$|\$\(([A-Z_]+)\)/#) { match in
                    match.1.map { known[String($0)] ?? String(match.0) } ?? "$"
                }
            }
            let here = expanded.map { argument in
                ["/scenario/", "/fleet/"].contains { argument.hasPrefix($0) } ? folder.path + argument : argument
            }
            return try Binary("loadgate", here, environment: environment.merging(known) { $1 })
        }

        func startAll(environment: [String: String] = [:]) throws -> [Binary] {
            try (0..<count).map { try start($0, environment: environment) }
        }
    }

    private static func documents(_ text: String) throws -> [[String: Any]] {
        let folder = try TemporaryFolder()
        let file = try folder.write("all.yaml", text)
        let json = try Binary(
            "/usr/bin/python3",
            ["-c", "import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(open(sys.argv[1])))))", file]
        ).wait()
        return try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]] ?? []
    }

    private static func server() throws -> ScriptedServer {
        try ScriptedServer { _ in [.send(ScriptedServer.response("200 OK", "5"))] }
    }

    private static func scenario(
        _ folder: TemporaryFolder, _ target: String, seconds: Int = 3, objective: String = "p50 response_time < 100s"
    ) throws -> String {
        try FileManager.default.createDirectory(
            at: folder.url.appendingPathComponent("load & $(HOME)"), withIntermediateDirectories: true)
        _ = try folder.write("rows.csv", "row\n" + (0..<4_000).map { "\($0)\n" }.joined())
        _ = try folder.write("\"odd\".txt", "\u{7}  a: b\r\n")
        return try folder.write(
            "load & $(HOME)/it's.yaml",
            """
            name: On Kubernetes!
            target: \(target)
            data: {rows: {file: ../rows.csv, order: once}}
            flows: {main: {steps: [{post: "/?row=${rows.row}", upload: '../"odd".txt'}]}}
            load: [{arrivals: 100/s, for: \(seconds)s}]
            objectives: [\(objective)]

            """)
    }

    private static func manifests(_ scenario: String, _ more: [String] = []) throws -> String {
        let ended = try Binary(
            "loadgate",
            ["fleet", "kubernetes", scenario, "--workers", "3", "--claim", "shared", "--max-skew", "10s"] + more
        ).wait()
        #expect(ended.code == 0, "\(ended.errors)")
        return ended.output
    }

    @Test("The manifests are valid, strictly, for every version that the validator knows")
    func valid() throws {
        let folder = try TemporaryFolder()
        let scenario = try Self.scenario(folder, "http://127.0.0.1:1")
        let python = try Python.path(importing: "kubernetes_validate")
        let plain = try folder.write("plain.yaml", try Self.manifests(scenario))
        let full = try folder.write(
            "full.yaml",
            try Self.manifests(
                scenario,
                [
                    "--secret", "one", "--secret", "two", "--namespace", "load", "--name", "a1", "--cpus", "2",
                    "--mounted", "/fleet/scenarios/", "--image", "registry.example/loadgate:1", "--time", "1h",
                ]))
        let program = """
            import sys, yaml, kubernetes_validate as kv
            root = kv.__path__[0] + "/kubernetes-json-schema"
            import os
            versions = sorted({name[1:].split("-")[0] for name in os.listdir(root) if name.endswith("-strict")})
            for file in sys.argv[1:]:
                for document in yaml.safe_load_all(open(file)):
                    for version in versions:
                        kv.validate(document, version, strict=True)
            print(*versions)
            """
        let ended = try Binary(
            python.hasPrefix("/") ? python : "/usr/bin/env",
            (python.hasPrefix("/") ? [] : [python]) + ["-c", program, plain, full]
        ).wait()
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(ended.output.split(separator: " ").count >= 5, "\(ended.output)")
        let documents = try Self.documents(try String(contentsOfFile: full, encoding: .utf8))
        #expect(documents.compactMap { $0["kind"] as? String } == ["Job"])
    }

    @Test("Three pods send exactly the load; the one with index 0 ends with the verdict")
    func passes() throws {
        let server = try Self.server()
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let pods = try Pods(try Self.manifests(try Self.scenario(folder, server.url)))
        let running = try pods.startAll()
        let ended = try running.map { try $0.wait() }
        #expect(ended.map(\.code) == [0, 0, 0], "\(ended.map(\.errors))")
        #expect(ended[0].output.hasPrefix("PASS  On Kubernetes!: "), "\(ended[0].output)")
        let rows = server.requests.compactMap { request in
            request.path.firstMatch(of: #/row=(\d+)/#).flatMap { Int($0.1) }
        }
        #expect(Set(rows).count == 300)
        #expect(rows.count == 300)
        // Files come as they are, whatever is in them.
        #expect(server.requests.allSatisfy { $0.body == "\u{7}  a: b\r\n" })
        let merged = pods.folder.path + "/fleet/loadgate-on-kubernetes/3f0c-1/merged/report.html"
        #expect(FileManager.default.fileExists(atPath: merged))
    }

    @Test("A broken objective fails the pod with index 0, and no other")
    func fails() throws {
        let server = try Self.server()
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let scenario = try Self.scenario(folder, server.url, objective: "max response_time < 1us")
        let pods = try Pods(try Self.manifests(scenario))
        let running = try pods.startAll()
        let ended = try running.map { try $0.wait() }
        #expect(ended.map(\.code) == [1, 0, 0], "\(ended.map(\.errors))")
        #expect(FileManager.default.fileExists(atPath: pods.folder.path + "/fleet"))
    }

    @Test("A pod that is killed makes the verdict invalid")
    func killed() throws {
        let server = try Self.server()
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let pods = try Pods(try Self.manifests(try Self.scenario(folder, server.url, seconds: 60)))
        let running = try pods.startAll()
        #expect(Wait.until { server.requestCount > 50 })
        running[1].signal(SIGKILL)
        let ended = try running.map { try $0.wait() }
        #expect(ended.map(\.code) == [3, 137, 0], "\(ended.map(\.errors))")
        #expect(ended[0].output.hasPrefix("INVALID  On Kubernetes!: worker 1/3 "), "\(ended[0].output)")
    }

    @Test("SIGTERM, as of a deleted Job, ends all in order; the pod with index 0 reports what there is")
    func deleted() throws {
        let server = try Self.server()
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let pods = try Pods(try Self.manifests(try Self.scenario(folder, server.url, seconds: 60)))
        let running = try pods.startAll()
        #expect(Wait.until { server.requestCount > 50 })
        for pod in running { pod.signal(SIGTERM) }
        let ended = try running.map { try $0.wait() }
        #expect(ended.map(\.code) == [130, 0, 0], "\(ended.map(\.errors))")
    }

    @Test("Pods that are started twice take no part, and end as the first ones do")
    func twice() throws {
        let server = try Self.server()
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let pods = try Pods(try Self.manifests(try Self.scenario(folder, server.url)))
        let first = try pods.startAll()
        #expect(Wait.until { server.requestCount > 0 })
        let second = try pods.startAll()
        #expect(try first.map { try $0.wait().code } == [0, 0, 0])
        let ended = try second.map { try $0.wait() }
        #expect(ended.map(\.code) == [0, 0, 0], "\(ended.map(\.errors))")
        #expect(ended.allSatisfy { $0.errors.contains("is carried by another process already") })
        #expect(ended[0].output.hasPrefix("PASS  On Kubernetes!: "), "\(ended[0].output)")
        #expect(server.requestCount == 300)
    }

    @Test("A second pod of index 0 reports what there is where the first one was lost")
    func lost() throws {
        let server = try Self.server()
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let pods = try Pods(try Self.manifests(try Self.scenario(folder, server.url, seconds: 60)))
        let running = try pods.startAll()
        #expect(Wait.until { server.requestCount > 50 })
        let second = try pods.start(0)
        #expect(Wait.until { second.errors.contains("is carried by another process already") })
        running[0].signal(SIGKILL)
        let ended = try second.wait()
        #expect(ended.code == 3, "\(ended.output)\(ended.errors)")
        #expect(ended.output.hasPrefix("INVALID  On Kubernetes!: worker 0/3 "), "\(ended.output)")
        for pod in running { _ = try pod.wait() }
    }

    @Test("What a ConfigMap can't take is refused, with the way out; values come from Secrets alone")
    func refused() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("rows.csv", "row\n" + String(repeating: "0123456789\n", count: 100_000))
        let scenario = try folder.write(
            "large.yaml",
            """
            name: large
            target: http://127.0.0.1:1
            data: {rows: {file: rows.csv}}
            flows: {main: {steps: [{get: "/${rows.row}", headers: {X-Key: "${env:PLACE}"}}]}}
            load: [{arrivals: 10/s, for: 2s}]
            """)
        func run(_ more: String...) throws -> Binary.Result {
            try Binary(
                "loadgate", ["fleet", "kubernetes", scenario, "--workers", "2", "--claim", "shared"] + more,
                environment: ["PLACE": "somewhere-private"]
            ).wait()
        }
        let bare = try run()
        #expect(bare.code == 64)
        #expect(bare.errors.contains("--secret: the scenario reads PLACE of the environment"), "\(bare.errors)")
        let large = try run("--secret", "keys")
        #expect(large.code == 64)
        #expect(large.errors.contains("a ConfigMap takes 1048576: put them on the volume"), "\(large.errors)")
        #expect(bare.output + large.output == "")
        let mounted = try run("--secret", "keys", "--mounted", "/fleet/in")
        #expect(mounted.code == 0, "\(mounted.errors)")
        #expect(mounted.output.contains("/fleet/in/large.yaml"))
        #expect(!mounted.output.contains("somewhere-private"))
        for (arguments, message) in [
            (["--claim", "A b"], "--claim wants a name"), (["--name", "a_b"], "--name wants at most 57"),
            (["--memory", "lots"], "--memory wants a quantity"), (["--image", "a b"], "--image wants an image"),
            (["--mounted", "here"], "--mounted wants a path"),
        ] {
            let ended = try Binary(
                "loadgate", ["fleet", "kubernetes", scenario, "--workers", "2", "--claim", "x"] + arguments
            ).wait()
            #expect(ended.code == 64)
            #expect(ended.errors.contains(message), "\(ended.errors)")
        }
        let none = try Binary(
            "loadgate",
            [
                "fleet", "kubernetes", scenario, "--workers", "2", "--claim", "x", "--secret", "keys", "--mounted",
                "/in",
                "--submit",
            ], environment: ["PATH": folder.path, "PLACE": "x"]
        ).wait()
        #expect(none.code == 69, "\(none.errors)")
        #expect(none.errors.contains("can't run kubectl"), "\(none.errors)")
    }
}
