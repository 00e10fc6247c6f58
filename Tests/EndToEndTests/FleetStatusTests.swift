import Foundation
import Glibc
import TestSupport
import Testing

/// How the workers of a load stand, while they send it.
@Suite("Status of a fleet", .serialized)
struct FleetStatusTests {
    private static func json(_ text: some StringProtocol) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    private static func states(_ status: [String: Any]) -> [String] {
        (status["workers"] as? [[String: Any]] ?? []).compactMap { $0["state"] as? String }
    }

    @Test("A live fleet is shown, its metrics are served, and a watch ends by itself when a worker was killed")
    func live() throws {
        let fleet = try FleetFixture(seconds: 120, rate: 30)
        let workers = try fleet.start(3)
        #expect(fleet.awaitRequests(100))
        let text = try fleet.status()
        #expect(text.code == 0, "\(text.output)\(text.errors)")
        #expect(text.output.hasPrefix("fleet  3 workers: 3 loading, "), "\(text.output)")
        let status = try Self.json(try fleet.status("--format", "json").output)
        #expect(Self.states(status) == ["loading", "loading", "loading"])
        let sum = try #require(status["sum"] as? [String: Any])
        #expect(sum["asked_per_second"] as? Double ?? 0 > 15)
        #expect(sum["done_per_second"] as? Double ?? 0 > 5)
        #expect(sum["bad"] as? Int == 0)

        // Two at once don't disturb each other.
        let watch = try Binary("loadgate", ["fleet", "status", fleet.shared, "--watch", "--metrics", "127.0.0.1:0"])
        let lines = try Binary("loadgate", ["fleet", "status", fleet.shared, "--watch", "--format", "json"])
        let other = try Binary("loadgate", ["fleet", "status", fleet.shared, "--watch"])
        var page = ""
        #expect(
            Wait.until {
                guard let url = watch.errors.firstMatch(of: #/metrics: (http:\S+)\n/#)?.1 else { return false }
                page = (try? Binary.shell("curl -s \(url)").output) ?? ""
                return page.contains("loadgate_exchanges_total{")
            }, "\(watch.errors)")
        #expect(page.contains("loadgate_running 1\n"))
        let file = try fleet.folder.write("page.prom", page)
        let checked = try Binary.shell("promtool check metrics < \(file)")
        #expect(checked.code == 0, "\(checked.output)\(checked.errors)")

        other.signal(SIGINT)
        #expect(try other.wait(seconds: 20).code == 130)
        #expect(workers.map(\.isRunning) == [true, true, true])
        // One that is held up only is not lost for good: it shows again that it lives. One that is killed is.
        workers[1].signal(SIGKILL)
        let watched = try watch.wait(seconds: 60)
        #expect(watched.code == 3, "\(watched.output)\(watched.errors)")
        #expect(watched.output.contains(" 1/3 "))
        #expect(watched.output.contains("lost since "), "\(watched.output)")
        let last = try #require(try lines.wait(seconds: 60).output.split(separator: "\n").last)
        let ended = try Self.json(last)
        #expect(Self.states(ended) == ["stopped", "lost", "stopped"], "\(last)")
        for worker in workers { _ = try worker.wait() }
    }

    @Test("A worker that is stopped and goes on is lost meanwhile, and then seen to live")
    func heldUp() throws {
        let fleet = try FleetFixture(seconds: 120, rate: 10, aborts: false)
        // Of one worker alone nobody has it end.
        let worker = try fleet.worker(0, of: 1)
        #expect(fleet.awaitRequests(5))
        worker.signal(SIGSTOP)
        let stopped = try fleet.status()
        #expect(stopped.code == 3, "\(stopped.output)")
        #expect(stopped.output.contains("1 lost"), "\(stopped.output)")
        worker.signal(SIGCONT)
        #expect(Wait.until { (try? fleet.status().code) == 0 })
        worker.signal(SIGINT)
        _ = try worker.wait()
    }

    @Test("What is not a fleet's folder is refused")
    func strangers() throws {
        let folder = try TemporaryFolder()
        let nothing = try Binary.run("fleet", "status", folder.path + "/nothing")
        #expect(nothing.code == 65)
        #expect(nothing.errors.contains("there is no folder \(folder.path)/nothing"), "\(nothing.errors)")
        let empty = try Binary.run("fleet", "status", folder.path)
        #expect(empty.code == 65)
        #expect(empty.errors.contains("is not the folder of a fleet"), "\(empty.errors)")
        let file = try Binary.run("fleet", "status", try folder.write("file", ""))
        #expect(file.code == 65, "\(file.errors)")
    }

    @Test("A merge of many workers is fast, and its memory grows with neither the seconds nor the workers' texts")
    func many() throws {
        let fleet = try FleetFixture(seconds: 3, rate: 40)
        let worker = try fleet.worker(0, of: 1, ["--out", fleet.folder.path + "/one"])
        #expect(try worker.wait().code == 0)
        let lines = try String(contentsOfFile: fleet.folder.path + "/one/progress.jsonl", encoding: .utf8)
            .split(separator: "\n")
        let short = try copies(of: lines, count: 40, seconds: 4, in: fleet.folder.path + "/short")
        let long = try copies(of: lines, count: 40, seconds: 120, in: fleet.folder.path + "/long")
        let (before, after) = (try peak(ofMerging: short), try peak(ofMerging: long))
        #expect(after < before + 10_000, "\(before) KiB of 4 s, \(after) KiB of 120 s")
        // Of 40 workers; a thousand may have 200 MB.
        #expect(after < 100_000, "\(after) KiB")
    }

    /// Folders of many workers, made out of the log of one.
    private func copies(of lines: [Substring], count: Int, seconds: Int, in folder: String) throws -> String {
        var header = try Self.json(lines[0])
        var record = header["worker"] as? [String: Any] ?? ["host": "node", "began_us": 1_769_860_800_000_000]
        let body = lines.dropFirst().dropLast().map(String.init)
        let log = (0..<seconds).map { second in
            body[second % body.count].replacing(#/"second":\d+/#, with: "\"second\":\(second)")
        }
        for segment in 0..<count {
            record["segment"] = segment
            record["of"] = count
            header["worker"] = record
            let path = "\(folder)/worker-\(segment)"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            let first = String(decoding: try JSONSerialization.data(withJSONObject: header), as: UTF8.self)
            try ([first] + log + [String(lines[lines.count - 1])]).map { $0 + "\n" }.joined()
                .write(toFile: path + "/progress.jsonl", atomically: false, encoding: .utf8)
        }
        return folder
    }

    /// The most memory that a merge had, in KiB.
    private func peak(ofMerging folder: String) throws -> Int {
        let script = """
            import resource, subprocess, sys
            code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
            print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
            """
        let loadgate = Binary.url(of: "loadgate").path
        let result = try Binary(
            "/usr/bin/python3", ["-c", script, loadgate, "merge", folder, "--out", folder + "-merged"]
        ).wait()
        let words = result.output.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        try #require(words.count == 2, "\(result.output)\(result.errors)")
        #expect([0, 1, 3].contains(words[0]), "\(result.errors)")
        return words[1]
    }
}
