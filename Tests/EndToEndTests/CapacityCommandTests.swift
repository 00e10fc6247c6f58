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
