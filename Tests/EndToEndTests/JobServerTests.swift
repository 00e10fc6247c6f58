import Foundation
import Glibc
import TestSupport
import Testing

/// Jobs of a real service (Flask on Werkzeug, with worker threads): the time to done beside what the service itself noted.
@Suite("Jobs that are polled until they are done", .serialized)
struct JobServerTests {
    private static let script = """
        import queue, random, sys, threading, time
        import flask
        from werkzeug.serving import WSGIRequestHandler, make_server

        WSGIRequestHandler.protocol_version = "HTTP/1.1"
        WSGIRequestHandler.log_request = lambda *_: None
        app, lock, work, jobs = flask.Flask("jobs"), threading.Lock(), queue.Queue(), {}
        log = open(sys.argv[1], "w")
        random.seed(1)

        def worker():
            while True:
                job, submitted, length = work.get()
                time.sleep(length)
                with lock:
                    print(job, time.monotonic() - submitted, file=log, flush=True)
                    jobs[job] = "done"

        @app.post("/jobs")
        def submit():
            submitted = time.monotonic()
            with lock:
                job = len(jobs) + 1
                jobs[job] = "running"
                work.put((job, submitted, random.uniform(0.05, 0.5)))
            return {"job": job}, 202, {"Location": f"/jobs/{job}"}

        @app.get("/jobs/<int:job>")
        def state(job):
            with lock:
                return {"state": jobs[job]}

        for _ in range(8):
            threading.Thread(target=worker, daemon=True).start()
        server = make_server("127.0.0.1", 0, app, threaded=True)
        print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
        server.serve_forever()
        """

    private static let every = 0.1

    private static func scenario(_ url: String, most: Int) -> String {
        """
        name: jobs
        target: \(url)
        flows:
          convert:
            steps:
              - group: conversion
                steps:
                  - {name: submit, post: /jobs, expect: 202, capture: {job: header Location}}
                  - until: json $.state == done
                    most: \(most)
                    every: 100ms
                    steps: [{name: job, get: "${job}"}]
        load: [{arrivals: 8/s, for: 3s}]
        limits: {graceful_stop: 30s}
        objectives: [errors == 0, p50 group_time of conversion < 10s]
        """
    }

    private func run(most: Int) throws -> (code: Int32, output: String, folder: TemporaryFolder, times: [Double]) {
        let folder = try TemporaryFolder()
        let script = try folder.write("jobs.py", Self.script)
        let log = folder.path + "/jobs.log"
        let server = try Binary(try Python.path(importing: "flask").asProgram, [script, log])
        defer { server.signal(SIGKILL) }
        let isUp = Wait.until(within: 60) { server.output.contains("listening on http") }
        let url = server.output.split(whereSeparator: \.isWhitespace).last.map(String.init)
        guard isUp, let url else { throw TestFailure("the server does not start: \(server.errors)") }
        let file = try folder.write("jobs.yaml", Self.scenario(url, most: most))
        let result = try Binary.run("run", file, "--no-live", "--out", folder.path + "/out")
        let times = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").compactMap {
            $0.split(separator: " ").last.flatMap { Double($0) }
        }
        return (result.code, result.output + result.errors, folder, times.sorted())
    }

    private func figures(_ folder: TemporaryFolder, _ part: String, _ name: String, _ key: String) throws -> [String:
        Double]
    {
        let all = try #require(try folder.json("out/result.json")[part] as? [String: [String: Any]])
        return try #require(all[name]?[key] as? [String: Double])
    }

    @Test("The time to done is the service's own, and no more later than a poll can see it")
    func timeToDone() throws {
        let (code, output, folder, times) = try run(most: 500)
        #expect([0, 3].contains(code), "\(output)")
        let groups = try #require(try folder.json("out/result.json")["groups"] as? [String: [String: Any]])
        #expect(groups["conversion"]?["completed"] as? Int == 24 && groups["job"]?["failed"] as? Int == 0)
        #expect(times.count == 24)
        let ours = try figures(folder, "groups", "conversion", "time_ms")
        let polls = try figures(folder, "steps", "job", "response_time_ms")
        let submits = try figures(folder, "steps", "submit", "response_time_ms")
        // A poll that sees a job running began before its end. The next one begins an interval later, or when that one is
        // over, and ends with its answer; and the service counts from within the submission.
        let late =
            try #require(submits["max"]) + max(Self.every * 1_000, try #require(polls["max"]))
            + (try #require(polls["max"]))
        // Each of 24 lies so beside its own, and so each in order does: the 12th is the median.
        for (key, theirs) in [("min", times[0]), ("p50", times[11]), ("max", times[23])] {
            let own = try #require(ours[key])
            let difference = own - theirs * 1_000
            // Rounded to microseconds.
            #expect(
                difference >= -0.01 && difference <= late + 0.01,
                "\(key): \(own) ms, the service's \(theirs) s, late \(late) ms")
        }
    }

    @Test("Jobs that are not done within the rounds fail the run, and it is said what was seen last")
    func inVain() throws {
        let (code, output, folder, _) = try run(most: 1)
        #expect(code == 1, "\(output)")
        let steps = try #require(try folder.json("out/result.json")["steps"] as? [String: [String: Any]])
        let outcomes = try #require(steps["job"]?["outcomes"] as? [String: Int])
        // None is done within 50 ms of its submission, unless the machine stands still.
        #expect(outcomes["until_unmet"] ?? 0 > 0)
        #expect(output.contains("until json $.state == done did not hold within 1 round, at last: got running"))
        let page = try String(contentsOfFile: folder.path + "/out/report.html", encoding: .utf8)
        #expect(page.contains("until_unmet"))
        let kept = try String(contentsOfFile: folder.path + "/out/failures.jsonl", encoding: .utf8)
        #expect(kept.contains("\"outcome\":\"until_unmet\"") && kept.contains("{\\\"state\\\":\\\"running\\\"}"))
    }
}

extension String {
    /// The path of a program that may be named without its folder.
    fileprivate var asProgram: String {
        get throws {
            if hasPrefix("/") { return self }
            return try Binary.shell("command -v '\(self)'").output.trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }
}
