import Foundation
import Glibc
import Measures
import Objectives
import Scenarios
import Testing
import VerificationKit

@testable import Reports

@Suite("Followed logs of a fleet") struct FleetProgressTests {
    private static let skew = Span(nanoseconds: 100_000_000)

    /// A shared folder with the logs of some workers.
    private static func fleet(_ count: Int, seed: UInt64, in folder: String, seconds: Int = 12) throws -> String {
        let shared = folder + "/shared-\(count)-\(seed)"
        try FileManager.default.createDirectory(atPath: shared, withIntermediateDirectories: true)
        let load = RecordedLoad(seed: seed, seconds: seconds, bad: 50)
        for (segment, path) in try load.deal(to: count, in: folder + "/of-\(seed)").enumerated() {
            try FileManager.default.moveItem(atPath: path, toPath: "\(shared)/worker-\(segment)")
        }
        return shared
    }

    private static func workers(_ count: Int, of shared: String) -> [String] {
        (0..<count).map { "\(shared)/worker-\($0)" }
    }

    @Test("the sum of all is what merging them comes to, metric by metric", arguments: [1, 4, 64])
    func same(count: Int) throws {
        try Fixtures.withFolder { folder in
            let shared = try Self.fleet(count, seed: 3, in: folder)
            var progress = FleetProgress(folder: shared, wantsMetrics: true)
            progress.look(at: 0..<count)
            let merged = try RunResult(merging: Self.workers(count, of: shared), allowedSkew: Self.skew)
            let sum = progress.sum(loading: [])
            #expect(sum.exchanges == 1_200)
            #expect(sum.bad == merged.outcomes.reduce(0) { $0 + ($1.key == "ok" ? 0 : $1.value) })
            #expect(progress.foremost.seconds == 12)
            #expect(progress.notes == [])
            let live = try #require(progress.metrics).text.split(separator: "\n")
            let last = Set(PrometheusReport.text(of: merged).split(separator: "\n"))
            // What only a load that goes on has, and what is rounded in a result.
            let own = ["loadgate_users", "loadgate_start_lag_", "loadgate_generator_delay_"]
            let missing = live.filter { line in
                !last.contains(line) && !own.contains { line.hasPrefix($0) || line.contains(" \($0)") }
            }
            #expect(missing == [])
            #expect(live.contains { $0.hasPrefix("loadgate_response_time_seconds_bucket{") })
            #expect(live.contains("loadgate_running 0"))
        }
    }

    @Test("percentiles are those of all samples of the last seconds together, and no average")
    func percentiles() throws {
        try Fixtures.withFolder { folder in
            let shared = try Self.fleet(3, seed: 5, in: folder)
            var progress = FleetProgress(folder: shared, wantsMetrics: false)
            progress.look(at: 0..<3)
            var all = LatencyHistogram()
            for path in Self.workers(3, of: shared) {
                for line in try ProgressLog.read(path + "/progress.jsonl").lines.suffix(5) {
                    for step in line.steps { all.add(try #require(step.latencies["response_time"]).histogram) }
                }
            }
            let sum = progress.sum(loading: [0, 1, 2])
            #expect(sum.p50 == all.percentile(50).map(Rounding.milliseconds))
            #expect(sum.p95 == all.percentile(95).map(Rounding.milliseconds))
            #expect(sum.done == Double(all.count) / 5)
            #expect(sum.asked == sum.done)
        }
    }

    @Test("a log that grows by pieces of any size is read as one that is whole", arguments: [1 as UInt64, 2, 3])
    func pieces(seed: UInt64) throws {
        try Fixtures.withFolder { folder in
            let shared = try Self.fleet(2, seed: seed, in: folder)
            var whole = FleetProgress(folder: shared, wantsMetrics: true)
            whole.look(at: 0..<2)
            let growing = folder + "/growing"
            var random = SeededRandom(seed: seed)
            var progress = FleetProgress(folder: growing, wantsMetrics: true)
            for segment in 0..<2 {
                let path = "\(growing)/worker-\(segment)"
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
                var rest = try Data(contentsOf: URL(filePath: "\(shared)/worker-\(segment)/progress.jsonl"))[...]
                progress.look(at: 0..<2)
                _ = FileManager.default.createFile(atPath: path + "/progress.jsonl", contents: nil)
                let file = try FileHandle(forWritingTo: URL(filePath: path + "/progress.jsonl"))
                while !rest.isEmpty {
                    let length = min(rest.count, 1 + Int(random.below(1_500)))
                    try file.write(contentsOf: rest.prefix(length))
                    rest = rest.dropFirst(length)
                    progress.look(at: 0..<2)
                }
                try file.close()
            }
            #expect(progress.metrics?.text == whole.metrics?.text)
            #expect(progress.sum(loading: [0, 1]) == whole.sum(loading: [0, 1]))
            #expect(progress.end(of: 1)?.ending == .completed)
            #expect(progress.notes == [])
        }
    }

    @Test("of a long log only the end is read where nothing else is wanted, and it says the same")
    func tail() throws {
        try Fixtures.withFolder { folder in
            let shared = try Self.fleet(1, seed: 8, in: folder)
            let path = shared + "/worker-0/progress.jsonl"
            let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
            let body = lines.dropFirst().dropLast()
            var long = [String(lines[0])]
            for second in 0..<3_000 {
                long.append(
                    String(body[1 + second % body.count]).replacing(#/"second":\d+/#, with: "\"second\":\(second)"))
            }
            try (long.joined(separator: "\n") + "\n").write(toFile: path, atomically: false, encoding: .utf8)
            let began = Date()
            var tail = FollowedLog(path)
            #expect(tail.readHeader() == .same)
            var read = 0
            #expect(tail.look(all: false) { _ in read += 1 } == .same)
            #expect(tail.file.size > 2_000_000)
            #expect(read < 1_000)
            #expect(Date().timeIntervalSince(began) < 20)
            #expect(tail.last?.second == 2_999)
            #expect(tail.recent.map(\.number) == Array(2_994...2_999))
            #expect(tail.fault == nil)
            // A whole line more is read alone.
            let file = try #require(FileHandle(forWritingAtPath: path))
            _ = try file.seekToEnd()
            try file.write(contentsOf: Data((lines[lines.count - 1] + "\n").utf8))
            try file.close()
            #expect(tail.look(all: false) { _ in read += 1_000_000 } == .same)
            #expect(tail.end?.ending == .completed)
        }
    }

    @Test("lines that are none are told and passed over; no bytes end the reading")
    func hostile() throws {
        try Fixtures.withFolder { folder in
            let shared = try Self.fleet(2, seed: 9, in: folder)
            let path = shared + "/worker-1/progress.jsonl"
            var bytes = try Data(contentsOf: URL(filePath: path))
            var random = SeededRandom(seed: 4)
            let garbage = Data((0..<400).map { _ in UInt8(truncatingIfNeeded: random.below(256)) })
            let breaks = bytes.indices.filter { bytes[$0] == 10 }
            bytes.insert(
                contentsOf: garbage + Data("\n{\"second\":-9223372036854775808}\n[[[[\n\n".utf8), at: breaks[4] + 1)
            try bytes.write(to: URL(filePath: path))
            var progress = FleetProgress(folder: shared, wantsMetrics: true)
            progress.look(at: 0..<2)
            #expect(progress.sum(loading: []).exchanges == 1_200)
            #expect(progress.notes.count == 1)
            #expect(progress.notes[0].contains("of it can't be read"), "\(progress.notes)")
            #expect(progress.notes[0].contains("loadgate merge will refuse"))
        }
    }

    @Test("what is not this fleet's log is left out, with the reason")
    func strangers() throws {
        try Fixtures.withFolder { folder in
            let shared = try Self.fleet(4, seed: 10, in: folder)
            let other = try Self.fleet(3, seed: 11, in: folder)
            func path(_ segment: Int) -> String { "\(shared)/worker-\(segment)/progress.jsonl" }
            func replace(_ segment: Int, _ make: (String) throws -> Void) throws {
                try FileManager.default.removeItem(atPath: path(segment))
                try make(path(segment))
            }
            // Another worker's, another run's, and a pipe that nobody writes to.
            try replace(1) { try FileManager.default.copyItem(atPath: path(2), toPath: $0) }
            try replace(2) { try FileManager.default.copyItem(atPath: other + "/worker-2/progress.jsonl", toPath: $0) }
            try replace(3) { #expect(mkfifo($0, 0o600) == 0) }
            var progress = FleetProgress(folder: shared, wantsMetrics: true)
            progress.look(at: 0..<4)
            #expect(progress.notes.count == 3, "\(progress.notes)")
            #expect(progress.notes[0].contains("says that it is of segment 2/4"))
            #expect(progress.notes[1].contains("the load was dealt to 3 instead of 4 segments"))
            #expect(progress.notes[2].contains("can't read"))
            var alone = FleetProgress(folder: shared, wantsMetrics: true)
            alone.look(at: [0])
            #expect(progress.metrics?.text == alone.metrics?.text)
        }
    }

    @Test("a log that was begun again, or is gone, is left out of figures and metrics")
    func replaced() throws {
        try Fixtures.withFolder { folder in
            let shared = try Self.fleet(3, seed: 12, in: folder)
            var progress = FleetProgress(folder: shared, wantsMetrics: true)
            progress.look(at: 0..<3)
            let path = shared + "/worker-1/progress.jsonl"
            try FileManager.default.removeItem(atPath: shared + "/worker-2")
            let text = try String(contentsOfFile: path, encoding: .utf8)
            // In its place, so that nothing but its length tells.
            #expect(truncate(path, 0) == 0)
            try text.prefix(3_000).write(toFile: path, atomically: false, encoding: .utf8)
            repeat { progress.look(at: 0..<3) } while progress.isBehind
            #expect(progress.notes.count == 2)
            #expect(progress.notes[0].contains("was begun again"))
            #expect(progress.notes[1].contains("is gone"))
            var alone = FleetProgress(folder: shared, wantsMetrics: true)
            alone.look(at: [0])
            #expect(progress.metrics?.text == alone.metrics?.text)
            #expect(progress.sum(loading: []) == alone.sum(loading: []))
        }
    }

    @Test("the table has a line a worker, those with something wrong first where there is no room for all")
    func table() throws {
        var status = FleetStatus(folder: "shared")
        status.segments = 30
        status.name = "shop"
        status.seconds = 75
        status.workers = (0..<30).map {
            var worker = FleetStatus.Worker(segment: $0, host: "node\($0)\u{1b}[2J", state: $0 == 17 ? .lost : .loading)
            worker.figures = .init()
            return worker
        }
        status.workers[17].since = "2026-01-31T12:00:00Z"
        status.notes = ["worker 17/30 shows no more that it lives\u{7}"]
        let text = FleetStatusText(status, style: .plain)
        #expect(text.lines(width: 140).count == 34)
        let few = text.lines(width: 100, rows: 10)
        #expect(few.count <= 10)
        #expect(few[0] == "shop  30 workers: 29 loading, 1 lost, 75s")
        #expect(few.contains { $0.contains("17/30") && $0.contains("lost since 2026-01-31T12:00:00Z") }, "\(few)")
        #expect(few.contains { $0.hasSuffix("more workers") })
        for line in few { #expect(!line.unicodeScalars.contains { $0.value < 32 }) }
        #expect(text.lines(width: 40, rows: 3).count == 3)
        #expect(!status.isOver)
    }
}
