import Foundation
import Glibc
import TestSupport
import Testing

/// Recording, gating and comparing, as a user does it. The figures that decide are so far apart that a busy machine
/// doesn't matter: 400 ms are added where something is to be slower, and 50 ms are allowed for.
@Suite("Comparing runs", .serialized)
struct ComparingTests {
    /// A scenario of one short step with a baseline.
    private static func scenario(_ folder: TemporaryFolder, target: String, load: String = "") throws -> String {
        try folder.write(
            "shop.yaml",
            """
            name: shop
            target: \(target)
            flows: {main: {steps: [{name: health, get: /health}]}}
            load: [\(load.isEmpty ? "{arrivals: 60/s, for: 300ms}" : load)]
            objectives: [errors == 0, max response_time < 100s]
            baseline: {file: kept/shop.json, tolerance: 100%, floor: 50ms, section: Operations, criterion: Held}
            """)
    }

    private static func loadgate(_ folder: TemporaryFolder, _ arguments: String...) throws -> Binary.Result {
        try Binary("loadgate", arguments, in: folder.url).wait()
    }

    private static func delay(_ paintbox: Paintbox, milliseconds: Int) throws {
        let code = """
            import sys, urllib.request
            headers = {"Content-Type": "application/json"}
            urllib.request.urlopen(urllib.request.Request(sys.argv[1], sys.argv[2].encode(), headers), timeout=30)
            """
        let fault = ["\(paintbox.control)/faults", "{\"latency_ms\":\(milliseconds)}"]
        let result = try Binary("/usr/bin/python3", ["-c", code] + fault).wait()
        guard result.code == 0 else { throw TestFailure("no fault: \(result.errors)") }
    }

    @Test("A baseline is recorded, held, broken, shown, added to and refused")
    func baseline() throws {
        let paintbox = try Paintbox("--rate-limit", "off")
        let folder = try TemporaryFolder()
        let file = try Self.scenario(folder, target: paintbox.url)
        let kept = folder.path + "/kept/shop.json"

        // None yet: a gate can't do without, a run only says so.
        let missing = try Self.loadgate(folder, "gate", file)
        #expect(missing.code == 65)
        #expect(missing.errors.contains("loadgate baseline record \(file)"))
        let first = try Self.loadgate(folder, "run", file)
        #expect(first.code == 0, "\(first.output)")
        #expect(first.errors.contains("baseline record"))
        #expect(first.output.contains("Operations  Held       no baseline yet"), "\(first.output)")

        let recorded = try Self.loadgate(
            folder, "baseline", "record", file, "--calibrate-for", "100ms", "--out", "recorded", "--note", "the first")
        #expect(recorded.code == 0, "\(recorded.errors)")
        #expect(recorded.errors.contains("run 10 of 10"))
        #expect(recorded.output.contains("10 runs") && recorded.output.contains("health"))
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/recorded")
        // A run in which the machine had too much else to do is made once more, and kept beside the others.
        #expect(Set(names.filter { !$0.contains("-invalid-") }) == Set((1...10).map { "run-\($0)" }))
        let text = try String(contentsOfFile: kept, encoding: .utf8)
        #expect(text.contains("\"calibration\"") && text.contains("the first"))
        // As with the results below, how fast the machine is just now must not decide a test.
        let calm = text.replacing(/,\s*"calibration": \{[^}]*\}/, with: "")
        #expect(calm != text)
        try calm.write(toFile: kept, atomically: true, encoding: .utf8)

        let same = try Self.loadgate(folder, "gate", file, "--calibrate-for", "100ms", "--out", "same")
        #expect([0, 3].contains(same.code), "\(same.output)\n\(same.errors)")
        let comparison = try #require(try folder.json("same/result.json")["comparison"] as? [String: Any])
        #expect(comparison["candidate_runs"] as? Int == 5)
        #expect(comparison["reference_runs"] as? Int == 10)

        let single = try Self.loadgate(folder, "run", file, "--out", "single")
        #expect(single.code == 0)
        #expect(single.output.contains("one run decides nothing"))

        try Self.delay(paintbox, milliseconds: 400)
        let slower = try Self.loadgate(folder, "gate", file, "--calibrate-for", "100ms", "--out", "slower")
        #expect(slower.code == 2, "\(slower.output)\n\(slower.errors)")
        #expect(slower.output.hasPrefix("REGRESSION  shop: health p95: "))
        #expect(slower.output.contains("FAIL     Operations  Held       health p95: "), "\(slower.output)")
        let result = try folder.json("slower/result.json")
        #expect(result["verdict"] as? String == "fail")
        let runs = try #require(result["runs"] as? [[String: Any]])
        #expect(runs.map { $0["folder"] as? String } == (1...5).map { "run-\($0)" })
        #expect(runs.count { $0["shown"] as? Bool == true } == 1)
        try Self.checkSchema(folder, ["same", "slower", "single", "slower/run-1"])
        // One run of the slower ones lies above all of the baseline's, and still decides nothing.
        let above = try Self.loadgate(folder, "run", file, "--out", "above")
        #expect(above.code == 0)
        #expect(above.output.contains(#/above the range of the baseline.s runs:\s+health p95/#))

        try compared(folder)
        try accepted(folder, file, kept)
        try refused(folder, file, kept)
    }

    /// How fast the machine is just now must not decide a test.
    private func forgetCalibrations(_ folder: TemporaryFolder) throws {
        let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        for path in paths where path.hasSuffix("/result.json") {
            var result = try folder.json(path)
            guard var environment = result["environment"] as? [String: Any] else { continue }
            environment["calibration"] = nil
            result["environment"] = environment
            try JSONSerialization.data(withJSONObject: result).write(to: URL(fileURLWithPath: "\(folder.path)/\(path)"))
        }
    }

    /// What was measured once can be compared again.
    private func compared(_ folder: TemporaryFolder) throws {
        try forgetCalibrations(folder)
        for reference in ["kept/shop.json", "recorded"] {
            let result = try Self.loadgate(folder, "compare", reference, "slower")
            #expect(result.code == 2, "\(reference): \(result.output)\n\(result.errors)")
            #expect(result.output.hasPrefix("REGRESSION"))
        }
        // Faster is no regression, and five runs are no baseline.
        let faster = try Self.loadgate(folder, "compare", "slower", "same")
        #expect(faster.code == 3, "\(faster.output)\n\(faster.errors)")
        #expect(faster.output.contains("at least 10 are needed"))
        let twice = try Self.loadgate(folder, "compare", "recorded/run-1,recorded", "same")
        #expect(twice.code == 65)
        #expect(twice.errors.contains("given more than once"))
        let few = try Self.loadgate(folder, "compare", "kept/shop.json", "slower/run-1")
        #expect(few.code == 3)
        #expect(few.output.contains("1 new run, and at least 5 are needed"))
        let none = try Self.loadgate(folder, "compare", "kept/shop.json", "kept")
        #expect(none.code == 65)
        #expect(none.errors.contains("holds no result.json"))
    }

    private func accepted(_ folder: TemporaryFolder, _ file: String, _ kept: String) throws {
        let few = try Self.loadgate(folder, "baseline", "accept", "slower")
        #expect(few.code == 65)
        #expect(few.errors.contains("10 to 100 runs, and these are 5"))
        let added = try Self.loadgate(folder, "baseline", "accept", "slower", "--add", "--note", "meant to be slower")
        #expect(added.code == 0, "\(added.errors)")
        #expect(added.output.contains("15 runs") && added.output.contains("p95 before"))
        let again = try Self.loadgate(folder, "baseline", "accept", "slower", "--add")
        #expect(again.code == 65)
        #expect(again.errors.contains("has all of these runs already"))

        // The same requests at another rate are another load.
        let other = try Self.loadgate(
            folder, "baseline", "record", file, "--for", "200ms", "--calibrate-for", "100ms", "--to", "other.json",
            "-q",
            "--out", "other")
        #expect(other.code == 0, "\(other.errors)")
        let refused = try Self.loadgate(folder, "baseline", "accept", "other")
        #expect(refused.code == 65)
        #expect(refused.errors.contains("another load") && refused.errors.contains("--new-load"))
        #expect(try String(contentsOfFile: kept, encoding: .utf8).contains("meant to be slower"))
        #expect(try Self.loadgate(folder, "baseline", "accept", "other", "--new-load").code == 0)

        let shown = try Self.loadgate(folder, "baseline", "show", file)
        #expect(shown.code == 0)
        #expect(shown.output.contains("less than a day ago") && shown.output.contains("health"))
    }

    private func refused(_ folder: TemporaryFolder, _ file: String, _ kept: String) throws {
        // Another load than the baseline's now, so nothing is sent, and nothing is compared.
        let load = try Self.loadgate(folder, "gate", file)
        #expect(load.code == 3)
        #expect(load.errors.contains("--against") && load.errors.contains("the load was"))

        let text = try String(contentsOfFile: folder.path + "/other.json", encoding: .utf8)
        let machine = text.replacing(/"cpu": "[^"]*"/, with: "\"cpu\": \"Another One\"")
        try machine.write(toFile: kept, atomically: true, encoding: .utf8)
        let elsewhere = try Self.loadgate(folder, "gate", file, "--for", "200ms")
        #expect(elsewhere.code == 3)
        #expect(elsewhere.errors.contains("Another One") && elsewhere.errors.contains("--against"))
        #expect(elsewhere.output.isEmpty)
        let single = try Self.loadgate(folder, "run", file, "--for", "200ms")
        #expect(single.code == 0)
        #expect(single.output.contains("not comparable: the CPU model was \"Another One\""))

        // A broken file: every problem with its line, before anything is sent.
        let broken = machine.replacing("\"cores\": ", with: "\"cores\": -").replacing(
            "\"build\": ", with: "\"built\": ")
        try broken.write(toFile: kept, atomically: true, encoding: .utf8)
        for command in ["gate", "run"] {
            let result = try Self.loadgate(folder, command, file)
            #expect(result.code == 65)
            let lines = result.errors.split(separator: "\n")
            #expect(lines.count >= 2 && lines.allSatisfy { $0.contains(#/shop\.json:[0-9]+:[0-9]+: /#) }, "\(lines)")
        }
        #expect(try Self.loadgate(folder, "baseline", "show", "kept/shop.json").code == 65)
    }

    @Test("A file that is sent belongs to the load")
    func files() throws {
        let paintbox = try Paintbox("--rate-limit", "off")
        let folder = try TemporaryFolder()
        _ = try folder.write("sent.json", #"{"area": 45.5, "coats": 2}"#)
        let file = try folder.write(
            "price.yaml",
            """
            name: price
            target: \(paintbox.url)
            flows:
              main:
                steps:
                  - post: /api/v1/calculate
                    upload: sent.json
                    headers: {Content-Type: application/json}
            load: [{arrivals: 60/s, for: 100ms}]
            objectives: [errors == 0, max response_time < 100s]
            baseline: {file: price.json}
            """)
        let recorded = try Self.loadgate(folder, "baseline", "record", file, "--calibrate-for", "100ms", "-q")
        #expect(recorded.code == 0, "\(recorded.errors)")
        _ = try folder.write("sent.json", #"{"area": 45.5, "coats": 3}"#)
        let gate = try Self.loadgate(folder, "gate", file)
        #expect(gate.code == 3)
        #expect(gate.errors.contains("the load was"), "\(gate.errors)")
    }

    @Test("Two targets in turns: the slower one is a regression, the faster one passes")
    func against() throws {
        let (one, other) = (try Paintbox("--rate-limit", "off"), try Paintbox("--rate-limit", "off"))
        try Self.delay(other, milliseconds: 400)
        let folder = try TemporaryFolder()
        let file = try Self.scenario(folder, target: "http://127.0.0.1:1")
        let slower = try Self.loadgate(
            folder, "gate", file, "--target", other.url, "--against", one.url, "--out", "slower")
        #expect(slower.code == 2, "\(slower.output)\n\(slower.errors)")
        let runs = try #require(try folder.json("slower/result.json")["runs"] as? [[String: Any]])
        let order = runs.compactMap { ($0["role"] as? String)?.first }
        #expect(String(order) == "rccrrccrrccr")
        #expect(slower.output.contains("6 pairs of runs, in turns with \(one.url)"))
        let faster = try Self.loadgate(
            folder, "gate", file, "--target", one.url, "--against", other.url, "--out", "faster")
        #expect(faster.code == 0, "\(faster.output)\n\(faster.errors)")

        let few = try Self.loadgate(folder, "gate", file, "--target", one.url, "--against", other.url, "--runs", "5")
        #expect(few.code == 64)
        #expect(few.errors.contains("at least 6 are needed"))
        #expect(try Self.loadgate(folder, "gate", file, "--against", "nowhere").code == 64)
        #expect(try Self.loadgate(folder, "gate", file, "--against", one.url, "--baseline", "b.json").code == 64)
    }

    @Test("Ctrl-C ends a recording: nothing is written, and nothing goes on")
    func interrupted() throws {
        let paintbox = try Paintbox("--rate-limit", "off")
        let folder = try TemporaryFolder()
        let file = try Self.scenario(folder, target: paintbox.url, load: "{arrivals: 20/s, for: 60s}")
        let kept = try folder.write("kept.json", "as it was")
        let binary = try Binary(
            "loadgate", ["baseline", "record", file, "--to", kept, "--out", "runs", "--calibrate-for", "100ms"],
            in: folder.url)
        let progress = folder.path + "/runs/run-1/progress.jsonl"
        #expect(Wait.until { FileManager.default.fileExists(atPath: progress) }, "\(binary.errors)")
        binary.signal(SIGINT)
        let result = try binary.wait(seconds: 30)
        #expect(result.code == 130, "\(result.errors)")
        #expect(try String(contentsOfFile: kept, encoding: .utf8) == "as it was")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(Set(files) == ["shop.yaml", "kept.json", "runs"])
        let processes = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { Int($0) != nil }
        for process in processes {
            let command = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
            #expect(!String(decoding: command, as: UTF8.self).contains(folder.path), "\(process) goes on")
        }
    }

    @Test("A recording whose objective fails is refused, with the objective")
    func failing() throws {
        let server = try ScriptedServer(always: ScriptedServer.response("500 Oops"))
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let file = try Self.scenario(folder, target: server.url, load: "{iterations: 5, users: 1}")
        let result = try Self.loadgate(folder, "baseline", "record", file, "--calibrate-for", "100ms")
        #expect(result.code == 1)
        #expect(result.errors.contains("run 1 of 10 failed: errors == 0 (observed 5)"), "\(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/kept/shop.json"))
        let unreachable = try Self.loadgate(
            folder, "baseline", "record", file, "--target", "http://127.0.0.1:1", "--calibrate-for", "100ms")
        #expect(unreachable.code == 69, "\(unreachable.errors)")
        for arguments in [["--runs", "9"], ["--calibrate-for", "soon"], ["--out", folder.path]] {
            let wrong = try Binary("loadgate", ["baseline", "record", file] + arguments, in: folder.url).wait()
            #expect(wrong.code == 64, "\(arguments)")
        }
        let nowhere = try Self.loadgate(folder, "baseline", "record", file, "--to", "/proc/none/b.json")
        #expect(nowhere.code == 70)
    }

    private static func checkSchema(_ folder: TemporaryFolder, _ names: [String]) throws {
        let schema = try folder.write("schema.json", try Binary.run("schema", "result").output)
        let script = try folder.write(
            "check.py",
            """
            import json, sys, jsonschema
            schema = json.load(open(sys.argv[1]))
            for name in sys.argv[2:]: jsonschema.Draft202012Validator(schema).validate(json.load(open(f"{name}/result.json")))
            """)
        let paths = names.map { "'\(folder.path)/\($0)'" }.joined(separator: " ")
        let result = try Binary.shell("/usr/bin/python3 '\(script)' '\(schema)' \(paths)")
        #expect(result.code == 0, "\(result.errors)")
    }
}
