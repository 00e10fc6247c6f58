import Foundation
import Glibc
import TestSupport
import Testing

/// What a run pushes, held against its result.
@Suite("Pushed figures", .serialized)
struct PushTests {
    /// Put together here, so that no file holds a password of a URL.
    private static let password = ["hunter", "22"].joined()

    private static func target() throws -> ScriptedServer {
        try ScriptedServer(record: false) { request in
            // Every seventh answer is an error.
            let status = request.number % 7 == 6 ? "500 Internal Server Error" : "200 OK"
            return [.send(ScriptedServer.response(status, "hello"))]
        }
    }

    /// A scenario whose names are hostile, with two steps.
    private static func scenario(_ target: String, in folder: TemporaryFolder) throws -> String {
        try folder.write(
            "push.yaml",
            """
            name: "push, = \\"all\\""
            target: \(target)
            flows:
              main:
                steps:
                  - {name: 'a b,c=d "q"', get: /a}
                  - {name: "line\\nbreak ü漢🔑", get: /b}
            load: [{users: 4, for: 3s}]
            objectives: [errors < 50%, max response_time < 100s]
            """)
    }

    private static func outcomes(_ result: [String: Any]) -> [String: [String: Int]] {
        (result["steps"] as? [String: [String: Any]] ?? [:]).mapValues { $0["outcomes"] as? [String: Int] ?? [:] }
    }

    private static func pushed(_ result: [String: Any]) throws -> [String: Any] {
        try #require((result["push"] as? [[String: Any]])?.first)
    }

    @Test("OpenTelemetry's own messages take the JSON, and the sums are those of result.json")
    func otlp() throws {
        let python = try Python.path(importing: "opentelemetry.proto.collector.metrics.v1.metrics_service_pb2")
        let (target, folder) = (try Self.target(), try TemporaryFolder())
        defer { target.stop() }
        let receiver = try ScriptedServer(always: ScriptedServer.response("200 OK", "{}"))
        defer { receiver.stop() }
        let file = try Self.scenario(target.url, in: folder)
        let out = folder.path + "/out"
        let run = try Binary.run("run", file, "--out", out, "--no-live", "--push", "otlp=\(receiver.url)")
        #expect(run.code == 0, "\(run.errors)")
        let bodies = receiver.requests.map(\.body)
        #expect(bodies.count >= 4)
        let pushed = try Self.pushed(try folder.json("out/result.json"))
        #expect(pushed["sent"] as? Int == bodies.count - 1)
        #expect(pushed["complete"] as? Bool == true)
        #expect(
            run.output.contains("Pushed to otlp \(receiver.url)/v1/metrics: \(bodies.count - 1) messages and the end"))
        for (number, body) in bodies.enumerated() { _ = try folder.write("message-\(number).json", body) }
        // Unknown members are errors; then all that was taken is written as JSON again.
        _ = try folder.write(
            "read.py",
            """
            import json, sys
            from google.protobuf import json_format
            from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest as Request
            before = {}
            for number in range(\(bodies.count)):
                text = open(f"message-{number}.json").read()
                request = json_format.Parse(text, Request(), ignore_unknown_fields=False)
                assert json.loads(json_format.MessageToJson(request)) is not None
                totals = {}
                for metric in request.resource_metrics[0].scope_metrics[0].metrics:
                    kind = metric.WhichOneof("data")
                    for point in getattr(metric, kind).data_points:
                        labels = {a.key: a.value.string_value for a in point.attributes}
                        key = (metric.name,) + tuple(sorted(labels.items()))
                        assert key not in totals, key
                        if kind == "histogram":
                            assert sum(point.bucket_counts) == point.count, key
                            assert len(point.bucket_counts) == len(point.explicit_bounds) + 1
                            assert list(point.explicit_bounds) == sorted(set(point.explicit_bounds))
                            assert 0 < point.start_time_unix_nano < point.time_unix_nano
                            assert point.min <= point.sum / point.count <= point.max
                            totals[key] = point.count
                        elif kind == "sum":
                            assert metric.sum.is_monotonic and metric.sum.aggregation_temporality == 2
                            assert 0 < point.start_time_unix_nano < point.time_unix_nano
                            totals[key] = point.as_int
                        else:
                            totals[key] = point.as_int if point.WhichOneof("value") == "as_int" else point.as_double
                for key, value in before.items():
                    if key[0] in ("loadgate.exchanges", "loadgate.response_time", "loadgate.received"):
                        assert totals[key] >= value, (number, key)
                before = totals
            steps = {}
            for key, value in totals.items():
                labels = dict(key[1:])
                if key[0] == "loadgate.exchanges" and value:
                    steps.setdefault(labels["step"], {})[labels["outcome"]] = value
                if key[0] == "loadgate.verdict" and value: steps["verdict"] = labels["verdict"]
                if key[0] == "loadgate.response_time": steps.setdefault("counts", {})[labels["step"]] = value
            json.dump(steps, open("read.json", "w"))
            """)
        let read = try Binary.shell("'\(python)' read.py", in: folder.url)
        #expect(read.code == 0, "\(read.errors)")
        var totals = try folder.json("read.json")
        let result = try folder.json("out/result.json")
        #expect(totals.removeValue(forKey: "verdict") as? String == result["verdict"] as? String)
        let counts = totals.removeValue(forKey: "counts") as? [String: Int]
        #expect(totals as? [String: [String: Int]] == Self.outcomes(result))
        for (name, step) in result["steps"] as? [String: [String: Any]] ?? [:] {
            let distribution =
                (step["distributions"] as? [String: [String: Any]])?["response_time"]?["counts"] as? String
            let numbers = (distribution ?? "").split(separator: " ").compactMap { Int($0) }
            let sum = stride(from: 1, to: numbers.count, by: 2).reduce(0) { $0 + numbers[$1] }
            #expect(sum > 0)
            #expect(counts?[name] == sum)
        }
    }

    @Test("InfluxDB stores what was measured, exactly")
    func influx() throws {
        let (target, folder, influx) = (try Self.target(), try TemporaryFolder(), try InfluxServer())
        defer { target.stop() }
        let file = try Self.scenario(target.url, in: folder)
        let run = try Binary.run(
            "run", file, "--out", folder.path + "/out", "--no-live", "--push", "influx=\(influx.url)/write?db=loadgate")
        #expect(run.code == 0, "\(run.errors)")
        let result = try folder.json("out/result.json")
        let pushed = try Self.pushed(result)
        #expect(pushed["complete"] as? Bool == true, "\(pushed)")
        #expect(pushed["dropped"] as? Int == 0)
        #expect(pushed["refused"] as? Int == 0)
        // A line break can't be in a tag.
        let expected = Dictionary(
            uniqueKeysWithValues: Self.outcomes(result).map { ($0.replacing("\n", with: "\u{240A}"), $1) })
        // The seconds together, and the totals at the end.
        for (measurement, field) in [("loadgate_exchanges", "sum"), ("loadgate_exchanges_total", "last")] {
            let rows = try influx.query("SELECT \(field)(value) AS n FROM \(measurement) GROUP BY step, outcome")
            var stored: [String: [String: Int]] = [:]
            for row in rows {
                let (step, outcome) = (row["step"] as? String ?? "", row["outcome"] as? String ?? "")
                if let count = row["n"] as? Int, count > 0 { stored[step, default: [:]][outcome] = count }
            }
            #expect(stored == expected, "\(measurement)")
        }
        let received = try influx.query("SELECT sum(value) AS n FROM loadgate_received GROUP BY step")
        for row in received {
            let name = (row["step"] as? String ?? "").replacing("\u{240A}", with: "\n")
            let step = (result["steps"] as? [String: [String: Any]])?[name]
            #expect(row["n"] as? Int == (step?["bytes"] as? [String: Int])?["received"])
        }
        #expect(received.count == 2)
        let tags = try influx.query("SELECT last(value) AS n FROM loadgate_verdict GROUP BY scenario, run_id, verdict")
        let own = try #require(tags.first { $0["n"] as? Double == 1 })
        #expect(own["scenario"] as? String == "push, = \"all\"")
        #expect(own["run_id"] as? String == pushed["run_id"] as? String)
        #expect(own["verdict"] as? String == result["verdict"] as? String)
        // A database that isn't there.
        let other = try Binary.run(
            target.url, "--iterations", "20", "--out", folder.path + "/other", "--no-live", "--push",
            "influx=\(influx.url)/write?db=nowhere")
        #expect(other.errors.contains("status 404: database not found: \"nowhere\": the run goes on"))
    }

    @Test("A receiver that is slow, or not there, changes neither the load nor the verdict")
    func slow() throws {
        let slow = try ScriptedServer { _ in [.hang] }
        defer { slow.stop() }
        let gone = try ScriptedServer(always: "")
        gone.stop()
        for receiver in [slow, gone] {
            let target = try ScriptedServer(always: ScriptedServer.response("200 OK", "hello"))
            defer { target.stop() }
            let folder = try TemporaryFolder()
            let run = try Binary.run(
                target.url, "--iterations", "300", "--users", "3", "--out", folder.path, "--no-live", "--push",
                "otlp=\(receiver.url)")
            #expect(run.code == 0, "\(run.errors)")
            #expect(target.requestCount == 300)
            let result = try folder.json("result.json")
            #expect(result["verdict"] as? String == "pass")
            #expect(result["outcomes"] as? [String: Int] == ["ok": 300])
            let pushed = try Self.pushed(result)
            #expect(pushed["complete"] as? Bool == false)
            #expect(pushed["sent"] as? Int == 0)
            #expect(pushed["dropped"] as? Int ?? 0 > 0)
            #expect((pushed["reason"] as? String)?.isEmpty == false)
            let line = "push to otlp \(receiver.url)/v1/metrics: "
            #expect(run.errors.components(separatedBy: line).count == 2, "\(run.errors)")
            #expect(run.output.contains("Pushed to otlp \(receiver.url)/v1/metrics: 0 messages and not the end taken,"))
            for report in ["report.html", "report.md"] {
                let text = try String(contentsOfFile: folder.path + "/" + report, encoding: .utf8)
                #expect(text.contains("0 messages and not the end taken"), "\(report)")
            }
        }
    }

    @Test("A receiver that answers a byte each tenth of a second holds up nobody beyond the bound")
    func dripping() throws {
        // A whole answer would take a minute and more.
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 600\r\n\r\n" + String(repeating: " ", count: 600)
        let receiver = try ScriptedServer { _ in [.trickle(answer, seconds: 0.1)] }
        defer { receiver.stop() }
        let target = try ScriptedServer(always: ScriptedServer.response("200 OK", "hello"))
        defer { target.stop() }
        let folder = try TemporaryFolder()
        let begin = Date()
        let run = try Binary.run(
            target.url, "--rate", "50/s", "--for", "2s", "--out", folder.path, "--no-live", "--push",
            "otlp=\(receiver.url)", "--push", "influx=\(receiver.url)/write?db=x")
        // 2 s of load, and 5 s for the end; the rest is for slow machines.
        #expect(Date().timeIntervalSince(begin) < 30)
        #expect(run.code == 0, "\(run.errors)")
        let result = try folder.json("result.json")
        #expect(result["outcomes"] as? [String: Int] == ["ok": 100])
        let pushed = try #require(result["push"] as? [[String: Any]])
        #expect(pushed.count == 2)
        for receiver in pushed {
            #expect(receiver["complete"] as? Bool == false)
            #expect(receiver["reason"] as? String == "no answer by the run's end", "\(receiver)")
        }
    }

    @Test("A gate and a recording push each of their runs, and tell of all together")
    func gate() throws {
        let target = try ScriptedServer(record: false) { _ in [.send(ScriptedServer.response("200 OK", "hello"))] }
        defer { target.stop() }
        let receiver = try ScriptedServer(always: ScriptedServer.response("204 No Content"))
        defer { receiver.stop() }
        let folder = try TemporaryFolder()
        let file = try folder.scenario(target: target.url, load: "{arrivals: 20/s, for: 1s}")
        let push = "influx=${env:WHERE}/write?db=x"
        let run = try Binary(
            "loadgate",
            [
                "gate", file, "--target", target.url, "--against", target.url, "--runs", "6", "--out",
                folder.path + "/gate",
            ]
                + ["--set", "WHERE=\(receiver.url)", "--push", push, "--quiet"]
        ).wait(seconds: 120)
        #expect([0, 2, 3].contains(run.code), "\(run.output)\(run.errors)")
        // Twelve runs, each with an id of its own.
        let ends = receiver.requests.map(\.body).filter { $0.contains("loadgate_verdict,") }
        #expect(ends.count == 12)
        let ids = Set(ends.compactMap { $0.split(separator: "run_id=").dropFirst().first?.prefix(32) })
        #expect(ids.count == 12)
        let result = try folder.json("gate/result.json")
        let pushed = try Self.pushed(result)
        #expect(pushed["complete"] as? Bool == true)
        // The messages of all of them, without their ends.
        #expect(pushed["sent"] as? Int == receiver.requests.count - 12)
        let wrong = try Binary.run("gate", file, "--against", target.url, "--target", target.url, "--push", "otpl")
        #expect(wrong.code == 64)
        #expect(wrong.errors.contains("otlp"), "\(wrong.errors)")
    }

    @Test("A run that is interrupted pushes its end")
    func interrupted() throws {
        let target = try Self.target()
        defer { target.stop() }
        let receiver = try ScriptedServer(always: ScriptedServer.response("204 No Content"))
        defer { receiver.stop() }
        let folder = try TemporaryFolder()
        let binary = try Binary(
            "loadgate",
            [
                target.url, "--rate", "50/s", "--for", "5m", "--out", folder.path, "--no-live", "--push",
                "influx=\(receiver.url)/write?db=x",
            ])
        #expect(Wait.until { receiver.requestCount >= 2 })
        binary.signal(SIGINT)
        let run = try binary.wait(seconds: 60)
        #expect(run.code == 130)
        let result = try folder.json("result.json")
        #expect(try Self.pushed(result)["complete"] as? Bool == true)
        let verdict = try #require(result["verdict"] as? String)
        let last = try #require(receiver.requests.last)
        #expect(last.body.contains("loadgate_verdict,") && last.body.contains("verdict=\(verdict) value=1.0"))
        #expect(try #require(receiver.requests.dropLast().last).body.contains("loadgate_running,"))
    }

    @Test("Tokens, users and passwords appear nowhere, whatever the receiver says")
    func secrets() throws {
        let target = try ScriptedServer(always: ScriptedServer.response("200 OK", "hello"))
        defer { target.stop() }
        let secrets = Dictionary(
            uniqueKeysWithValues: [("token", 81), ("password", 92), ("place", 63)].map { name, number in
                (name, ["Zx\(number)mQ4w", "Kd\(number)vBn7"].joined(separator: "-"))
            })
        let said = #"{"error":"no: \#(secrets.values.joined(separator: " "))"}"#
        let receiver = try ScriptedServer(always: ScriptedServer.response("401 Unauthorized", said))
        defer { receiver.stop() }
        let folder = try TemporaryFolder()
        let url = "\(receiver.authority)/write?db=x&p=${env:PUSH_PLACE}"
        let run = try Binary.run(
            target.url, "--iterations", "20", "--out", folder.path, "--no-live", "--push", "influx=http://\(url)",
            "--push", "influx=http://eva:${env:PUSH_PASSWORD}@\(url)",
            environment: [
                "INFLUX_TOKEN": secrets["token"] ?? "", "PUSH_PASSWORD": secrets["password"] ?? "",
                "PUSH_PLACE": secrets["place"] ?? "",
            ])
        #expect(run.code == 0, "\(run.errors)")
        let token = "Token " + (secrets["token"] ?? "")
        #expect(receiver.requests.contains { $0.header("Authorization") == token })
        #expect(receiver.requests.contains { $0.header("Authorization")?.hasPrefix("Basic ") == true })
        #expect(run.errors.contains("status 401: no: "))
        let search = SecretSearch(secrets)
        #expect(search.findings(in: Array(run.output.utf8)) == [])
        #expect(search.findings(in: Array(run.errors.utf8)) == [])
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            let bytes = try Data(contentsOf: folder.url.appendingPathComponent(name))
            #expect(search.findings(in: Array(bytes)) == [], "\(name)")
        }
    }

    @Test("What can't be pushed to is said before anything is sent")
    func unusable() throws {
        let target = try ScriptedServer(always: ScriptedServer.response("200 OK"))
        defer { target.stop() }
        let folder = try TemporaryFolder()
        let file = try folder.scenario(target: target.url, load: "{users: 1, iterations: 1}")
        for command in [["run", file], [target.url, "--iterations", "1"], ["capacity", file]] {
            let run = try Binary(
                "loadgate", command + ["--out", folder.path + "/out", "--push", "influx=http://eva:\(Self.password)@h"]
            ).wait()
            #expect(run.code == 64)
            #expect(
                run.errors.contains(
                    "Error: --push influx: the URL wants a path: /api/v2/write?org=ORG&bucket=BUCKET, or /write?db=DB of "
                        + "InfluxDB 1"), "\(run.errors)")
            #expect(!run.errors.contains(Self.password))
        }
        #expect(target.requestCount == 0)
        let k6 = try Binary.run(target.url, "--out", "influxdb=http://eva:\(Self.password)@127.0.0.1:8086/k6")
        #expect(k6.code == 64)
        #expect(
            k6.errors.contains(
                "Error: --out wants a folder, got a URL: --push KIND=URL sends figures to a receiver"))
        #expect(target.requestCount == 0)
        // A value of --set counts as the environment's.
        let set = try Binary.run(
            "run", file, "--out", folder.path + "/out", "--no-live", "--set", "WHERE=\(target.url)", "--push",
            "influx=${env:WHERE}/write?db=x")
        #expect(set.code == 0, "\(set.errors)")
        #expect(target.requests.contains { $0.path == "/write?db=x" })
    }
}
