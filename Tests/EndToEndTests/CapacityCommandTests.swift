import Foundation
import Glibc
import TestSupport
import Testing

/// `loadgate capacity` as a user runs it, against a server whose capacity is known.
@Suite("loadgate capacity", .serialized)
struct CapacityCommandTests {
    private func capacity(_ folder: TemporaryFolder) throws -> [String: Any] {
        try #require(try folder.json("out/result.json")["capacity"] as? [String: Any])
    }

    @Test("the shipped scenario: never more than four workers of 10 ms answer, and all reports are there")
    func shipped() throws {
        let workers = try StackServer("workers.py")
        let folder = try TemporaryFolder()
        let out = folder.url.appendingPathComponent("out").path
        let result = try Binary(
            "loadgate",
            ["capacity", "scenarios/capacity.yaml", "--target", workers.url, "--from", "300/s", "--to", "600/s"]
                + ["--for", "3s", "--settle", "1s", "--resolution", "50%", "--no-overload", "--no-live", "--out", out]
        ).wait()
        #expect([0, 1, 3].contains(result.code), "\(result.output)\n\(result.errors)")
        #expect(result.errors.contains("looking for the capacity from 300/s to 600/s"))
        let capacity = try capacity(folder)
        let steps = try #require(capacity["steps"] as? [[String: Any]])
        #expect(!steps.isEmpty)
        // 600/s are half as much again as it can answer: no machine makes them hold, nor more to be the capacity.
        let above = steps.filter { ($0["rate"] as? Double ?? 0) > 599 }
        #expect(above.allSatisfy { $0["verdict"] as? String != "pass" })
        #expect(capacity["rate"] as? Double ?? 0 < 600)
        for file in [
            "report.html", "report.md", "junit.xml", "metrics.prom", "rate-01/result.json", "rate-01/report.html",
        ] {
            #expect(FileManager.default.fileExists(atPath: "\(out)/\(file)"), "\(file)")
        }
        let run = try Binary.run("report", out, "--format", "md")
        #expect(run.output.contains("### Capacity"))
    }

    @Test("a signal ends it with what was found: at least, stopped, 130") func interrupted() throws {
        let workers = try StackServer("workers.py")
        let folder = try TemporaryFolder()
        let out = folder.url.appendingPathComponent("out").path
        let binary = try Binary(
            "loadgate",
            ["capacity", "scenarios/capacity.yaml", "--target", workers.url, "--from", "20/s"]
                + ["--for", "30s", "--settle", "1s", "--no-live", "--out", out])
        // The first rate is over, the second begins.
        #expect(Wait.until(within: 60) { binary.errors.contains("rate 2:") })
        binary.signal(SIGINT)
        let result = try binary.wait(seconds: 60)
        #expect(result.code == 130, "\(result.errors)")
        let whole = try folder.json("out/result.json")
        #expect(whole["partial"] as? Bool == true)
        let capacity = try capacity(folder)
        #expect(capacity["limit"] as? String == "stopped")
        #expect((capacity["steps"] as? [Any])?.count == 1)
        #expect(result.output.contains("Partial: the run was interrupted."))
    }

    @Test("all problems of the file and of the command line are listed at once, and nothing is sent") func problems()
        throws
    {
        let folder = try TemporaryFolder()
        _ = try folder.write("rows.csv", "id\n1\n2\n")
        let file = try folder.write(
            "problems.yaml",
            """
            name: problems
            target: http://127.0.0.1:1
            data: {rows: {file: rows.csv, order: once}}
            flows: {home: {steps: [{get: "/${rows.id}"}]}}
            load: [{arrivals: 10/s, for: 5s}]
            objectives: [p95 response_time < 100ms in any 1m, capacity > 5/s]
            """)
        let result = try Binary.run(
            "capacity", file, "--from", "20/s", "--to", "10/s", "--resolution", "90%", in: folder.url)
        #expect(result.code == 65)
        for problem in [
            "data \"rows\" is used once (order: once)", "--from 20/s is above --to 10/s",
            "--resolution: expected 0.5% to 50%", "which is shorter than this window: say --for",
        ] {
            #expect(result.errors.contains(problem), "\(problem)\n\(result.errors)")
        }
    }

    /// A scenario that breaks as soon as anything is refused: no percentile, so a few requests decide.
    private func plain(_ folder: TemporaryFolder, _ target: String) throws -> String {
        try folder.write(
            "plain.yaml",
            """
            name: plain
            target: \(target)
            baseline: {file: plain.json}
            flows: {work: {steps: [{name: work, get: /}]}}
            load: [{arrivals: 40/s, for: 2s}]
            objectives: [errors == 0]
            """)
    }

    private static let quick = ["--for", "3s", "--settle", "1s", "--resolution", "50%", "--no-overload", "--quiet"]

    @Test("a baseline keeps a capacity; a gate and a comparison hold later ones against it") func baseline() throws {
        let fast = try ScriptedServer(record: false) { _ in [.send(ScriptedServer.response("200 OK"))] }
        defer { fast.stop() }
        // One worker of 50 ms: 20 a second, and 503 from a second of waiting on.
        let slow = try StackServer("workers.py", "--workers", "1", "--service", "50", "--refuse-after", "1000")
        let folder = try TemporaryFolder()
        let file = try plain(folder, fast.url)
        func run(_ words: String...) throws -> Binary.Result {
            try Binary("loadgate", words + Self.quick, in: folder.url).wait(seconds: 120)
        }
        let none = try run("gate", file, "--capacity", "--up-to", "80/s")
        #expect(none.code == 65)
        #expect(none.errors.contains("plain.json"), "\(none.errors)")
        let recorded = try run(
            "baseline", "record", file, "--capacity", "--up-to", "80/s", "--note", "first", "--out", "first")
        #expect(recorded.code == 0, "\(recorded.output)\(recorded.errors)")
        let kept = try folder.json("plain.json")
        #expect(kept["note"] as? String == "first")
        #expect(kept["runs"] == nil)
        #expect((kept["capacity"] as? [String: Any])?["rate"] as? Double == 80)
        let shown = try Binary.run("baseline", "show", "plain.json", in: folder.url)
        #expect(shown.output.contains("capacity at least 80/s, found "), "\(shown.output)\(shown.errors)")

        let same = try run("gate", file, "--capacity", "--up-to", "80/s", "--out", "same")
        #expect(same.code == 0, "\(same.output)\(same.errors)")
        #expect(same.output.contains("plain.json: pass"), "\(same.output)")
        let worse = try run(
            "gate", file, "--capacity", "--up-to", "80/s", "--rate", "10/s", "--target", slow.url, "--out", "worse")
        #expect(worse.code == 2, "\(worse.output)\(worse.errors)")
        #expect(worse.output.contains("the capacity fell from at least 80/s to "), "\(worse.output)")
        for reference in ["plain.json", "first"] {
            let compared = try Binary.run("compare", reference, "worse", in: folder.url)
            #expect(compared.code == 2, "\(compared.output)\(compared.errors)")
            #expect(compared.output.hasPrefix("REGRESSION: the capacity fell from "), "\(compared.output)")
        }
        // What was agreed to later takes its place; a gate of runs has nothing to go by yet.
        let accepted = try Binary.run("baseline", "accept", "worse", "--to", "plain.json", in: folder.url)
        #expect([0, 3].contains(accepted.code), "\(accepted.errors)")
        let runs = try Binary.run("gate", file, in: folder.url)
        #expect(runs.code == 65)
        #expect(runs.errors.contains("plain.json has a capacity and no runs"), "\(runs.errors)")
        let mixed = try Binary.run("compare", "plain.json", "first,same", in: folder.url)
        #expect(mixed.code == 65)
        #expect(mixed.errors.contains("is a search for a capacity, not a run"), "\(mixed.errors)")
        // Other objectives are another capacity, which is said before anything is sent.
        let text = try String(contentsOfFile: file, encoding: .utf8)
        _ = try folder.write("other.yaml", text.replacing("errors == 0", with: "errors < 1%"))
        let other = try run("gate", "other.yaml", "--capacity", "--out", "other")
        #expect(other.code == 3)
        #expect(other.errors.contains("the load or the objectives were others"), "\(other.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/other"))
        let both = try Binary.run("gate", file, "--capacity", "--runs", "6", in: folder.url)
        #expect(both.code == 64)
    }

    @Test("killed in the middle it leaves the answer so far, and reports can be made of it") func killed() throws {
        let workers = try StackServer("workers.py")
        let folder = try TemporaryFolder()
        let out = folder.url.appendingPathComponent("out").path
        let binary = try Binary(
            "loadgate",
            ["capacity", try plain(folder, workers.url), "--from", "10/s", "--for", "4s", "--settle", "1s"]
                + ["--no-live", "--out", out], in: folder.url)
        #expect(Wait.until(within: 90) { binary.errors.contains("rate 3:") })
        binary.signal(SIGKILL)
        _ = try binary.wait(seconds: 60)
        let whole = try folder.json("out/result.json")
        #expect(whole["partial"] as? Bool == true)
        #expect((try capacity(folder)["steps"] as? [Any])?.count == 2)
        let report = try Binary.run("report", out)
        #expect(report.code == 0, "\(report.output)\(report.errors)")
        #expect(report.output.contains("20/s"), "\(report.output)")
    }

    @Test(
        "on a full disk it tells what it found and what could not be kept",
        .enabled(if: LostOutputTests.mayMount, "no mount namespace can be made here"))
    func fullDisk() throws {
        let workers = try StackServer("workers.py")
        let folder = try TemporaryFolder()
        let program = Binary.url(of: "loadgate").path
        let file = try plain(folder, workers.url)
        // Room for the first rates' own files, and not for all.
        let command = """
            mkdir small && mount -t tmpfs -o size=200k,nr_inodes=60 tmpfs small && '\(program)' capacity '\(file)' --from 10/s \
            --to 160/s \(Self.quick.dropLast().joined(separator: " ")) --no-live --out small/out; code=$?; ls small/out; exit $code
            """
        let result = try Binary("/usr/bin/unshare", ["-m", "bash", "-c", command], in: folder.url).wait(seconds: 120)
        #expect([0, 3].contains(result.code), "\(result.output)\(result.errors)")
        #expect(result.output.contains("capacity at least "), "\(result.output)\(result.errors)")
        #expect(result.errors.contains("No space left on device"), "\(result.errors)")
        #expect(!result.output.contains(".part"), "\(result.output)")
    }

    @Test("a run leaves objectives on the capacity out, and says so") func run() throws {
        let workers = try StackServer("workers.py", "--service", "1")
        let folder = try TemporaryFolder()
        let out = folder.url.appendingPathComponent("out").path
        let result = try Binary.run(
            "run", "scenarios/capacity.yaml", "--target", workers.url, "--rate", "20/s", "--for", "1s", "--no-live",
            "--out",
            out)
        #expect(result.errors.contains("capacity > 300/s is judged by loadgate capacity, not by a run"))
        let objectives = try #require(try folder.json("out/result.json")["objectives"] as? [[String: Any]])
        #expect(objectives.count == 2)
    }
}
