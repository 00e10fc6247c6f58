import Foundation
import Measures
import Scenarios
import TestSupport
import Testing

@testable import Baselines

@Suite("The baseline's file")
struct BaselineFileTests {
    /// Two runs of two steps, one of them a WebSocket that one run didn't come to.
    private static var baseline: Baseline {
        func step(_ name: String, _ microseconds: [UInt64], _ measure: RecordedMeasure) -> StepRecord {
            var histogram = LatencyHistogram()
            for latency in microseconds { histogram.record(Span(nanoseconds: Int64(latency) * 1_000)) }
            let count = UInt64(microseconds.count)
            return StepRecord(
                name: name, measure: measure, histogram: SparseHistogram(histogram), exchanges: count + 1,
                completed: count, good: count, seconds: 2)
        }
        let failed = StepRecord(
            name: "chat", measure: .roundTrip, histogram: nil, exchanges: 1, completed: 0, good: 0, seconds: 2)
        return Baseline(
            scenario: "sign-off", accepted: "2026-02-01T08:00:00Z", note: "after the \"new\" index",
            environment: Records.environment,
            runs: [
                RunRecord(
                    started: "2026-01-31T12:00:00Z", seconds: 2,
                    steps: [step("show", [310, 310, 1_200], .responseTime), step("chat", [90], .roundTrip)]),
                RunRecord(
                    started: "2026-01-31T12:00:05Z", seconds: 2.002,
                    steps: [step("show", [305], .responseTime), failed]),
            ])
    }

    private static let text = """
        {
          "version": 1,
          "scenario": "sign-off",
          "accepted": "2026-02-01T08:00:00Z",
          "note": "after the \\"new\\" index",
          "environment": {
            "cpu": "Example CPU",
            "cores": 4,
            "memory_gib": 8,
            "kernel": "6.1.0-31-amd64",
            "swift": "6.3",
            "libcurl": "7.88.1",
            "openssl": "3.0.15",
            "loadgate": "0.4.0",
            "build": "release",
            "scenario_sha256": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            "target": "service",
            "calibration": {
              "per_second": [9800, 10000, 10400],
              "cpu_us": [19.5, 20, 21]
            }
          },
          "runs": [
            {"started": "2026-01-31T12:00:00Z", "seconds": 2},
            {"started": "2026-01-31T12:00:05Z", "seconds": 2.002}
          ],
          "steps": [
            {"name": "show", "runs": [
              {"run": 1, "p50_ms": 0.31, "p95_ms": 1.2, "p99_ms": 1.2, "per_second": 1.5, "error_ratio": 0.25, \
        "of": "response_time", "samples": 3, "min_ns": 310000, "max_ns": 1200000, "sum_ns": 1820000, \
        "counts_us": "310 2 1200 1"},
              {"run": 2, "p50_ms": 0.305, "p95_ms": 0.305, "p99_ms": 0.305, "per_second": 0.5, "error_ratio": 0.5, \
        "of": "response_time", "samples": 1, "min_ns": 305000, "max_ns": 305000, "sum_ns": 305000, "counts_us": "305 1"}
            ]},
            {"name": "chat", "runs": [
              {"run": 1, "p50_ms": 0.09, "p95_ms": 0.09, "p99_ms": 0.09, "per_second": 0.5, "error_ratio": 0.5, \
        "of": "round_trip", "samples": 1, "min_ns": 90000, "max_ns": 90000, "sum_ns": 90000, "counts_us": "90 1"},
              {"run": 2, "per_second": 0, "error_ratio": 1, "of": "round_trip", "samples": 0}
            ]}
          ]
        }

        """

    private func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("baseline-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    /// The problems of the text, without the file's name.
    private func problems(_ text: String) -> [String] {
        do throws(BaselineFile.Invalid) {
            _ = try BaselineFile.parse(text, file: "b.json")
            return []
        } catch {
            return error.problems.map { $0.description.replacing("b.json:", with: "") }
        }
    }

    private func replacing(_ part: String, with other: String) -> String {
        precondition(Self.text.contains(part), part)
        return Self.text.replacing(part, with: other)
    }

    @Test("has a line for each step and run, figures first, and is the same each time")
    func writing() {
        #expect(BaselineFile.text(of: Self.baseline) == Self.text)
    }

    @Test("is read as it was written")
    func reading() throws {
        #expect(try BaselineFile.parse(Self.text, file: "b.json") == Self.baseline)
        // However it is laid out: any JSON tool may have had it.
        let object = try JSONSerialization.jsonObject(with: Data(Self.text.utf8))
        let compact = try JSONSerialization.data(withJSONObject: object)
        #expect(try BaselineFile.parse(String(decoding: compact, as: UTF8.self), file: "b.json") == Self.baseline)
    }

    @Test("keeps a capacity, beside runs or alone")
    func capacity() throws {
        var baseline = Self.baseline
        let environment = baseline.environment
        let capacity = CapacityRecord(
            started: "2026-02-01T07:00:00Z", rate: 412.5, low: 405, high: 418.25, limitedBy: "p95 < \"x\"",
            environment: environment)
        for found in [
            capacity,
            CapacityRecord(
                started: capacity.started, rate: 10, low: 10, high: nil, limitedBy: nil, environment: environment),
        ] {
            baseline.capacity = found
            #expect(try BaselineFile.parse(BaselineFile.text(of: baseline), file: "b.json") == baseline)
            var alone = baseline
            alone.runs = []
            #expect(try BaselineFile.parse(BaselineFile.text(of: alone), file: "b.json") == alone)
        }
        // The runs' lines are those of a file without one.
        #expect(BaselineFile.text(of: baseline).hasSuffix(Self.text.split(separator: "  \"environment\"")[1]))
    }

    @Test("names what is wrong with a capacity, with its place")
    func wrongCapacity() {
        let environment =
            Self.text.split(separator: "\n").drop { !$0.contains("\"environment\"") }
            .prefix { !$0.contains("\"calibration\"") }.joined(separator: "\n").dropLast() + "\n}"
        func file(_ capacity: String, _ rest: String = "") -> String {
            "{\"version\": 1, \"scenario\": \"s\", \"accepted\": \"2026-02-01T08:00:00Z\", \"capacity\": \(capacity)\(rest)}"
        }
        func capacity(_ figures: String) -> String {
            "{\"started\": \"2026-02-01T07:00:00Z\", \(figures), \(environment)}"
        }
        #expect(problems(file(capacity("\"rate\": 5, \"low\": 4, \"high\": 6"))).isEmpty)
        #expect(
            problems(file(capacity("\"rate\": 5, \"low\": 6"))).first?.contains(
                "expected low ≤ rate ≤ high, found 6.0, 5.0") == true)
        #expect(problems(file(capacity("\"rate\": 0, \"low\": 0"))).count == 2)
        #expect(
            problems(file(capacity("\"rate\": 5, \"low\": 4, \"hihg\": 6"))).first?.contains("did you mean \"high\"?")
                == true)
        #expect(problems(file("7")).first?.contains("expected an object with started, rate, low, environment") == true)
        // Runs are there whole or not at all.
        let half = problems(file(capacity("\"rate\": 5, \"low\": 4"), ", \"runs\": []"))
        #expect(half.contains { $0.contains("missing key \"environment\"") })
        #expect(half.contains { $0.contains("missing key \"steps\"") })
        #expect(problems("{}").contains { $0.contains("missing key \"runs\"") })
    }

    @Test("is written whole or not at all, and read back")
    func disk() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("b.json").path
        try BaselineFile.write(Self.baseline, to: path)
        #expect(try BaselineFile.read(path) == Self.baseline)
        // Others may read it, as any file of a repository.
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
        #expect((mode?.intValue ?? 0) & 0o444 == 0o444)
        var other = Self.baseline
        other.note = nil
        try BaselineFile.write(other, to: path)
        #expect(try BaselineFile.read(path) == other)
        // What could not be read again is not written, and nothing is left beside the file.
        other.runs = []
        #expect(throws: BaselineFile.Unwritable.self) { try BaselineFile.write(other, to: path) }
        other = Self.baseline
        other.runs[0].steps[0].throughput = .nan
        #expect(throws: BaselineFile.Unwritable.self) { try BaselineFile.write(other, to: path) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["b.json"])
        #expect(try BaselineFile.read(path).note == nil)
    }

    @Test("that can't be reached gives the reason")
    func unreachable() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let missing = folder.appendingPathComponent("missing/b.json").path
        #expect(throws: BaselineFile.Unreadable(path: missing, reason: "no such file")) {
            try BaselineFile.read(missing)
        }
        #expect(throws: BaselineFile.Unwritable(path: missing, reason: "No such file or directory")) {
            try BaselineFile.write(Self.baseline, to: missing)
        }
        #expect(throws: BaselineFile.Unreadable(path: folder.path, reason: "it is a folder")) {
            try BaselineFile.read(folder.path)
        }
        let file = folder.appendingPathComponent("latin1.json")
        try Data([0x7B, 0x0A, 0x22, 0xE9]).write(to: file)
        let error = #expect(throws: BaselineFile.Invalid.self) { try BaselineFile.read(file.path) }
        #expect(error?.problems.map(\.message) == ["the file is not UTF-8"])
        #expect(error?.problems.map(\.line) == [2])
    }

    @Test("of another version is refused, with nothing else said")
    func version() {
        #expect(
            problems(replacing("\"version\": 1", with: "\"version\": 2, \"colour\": 3"))
                == ["2:14: the file's version is \"2\", this Loadgate reads version 1"])
        #expect(problems("{}").first == "1:1: missing key \"version\"")
    }

    @Test("with several mistakes has them all named at their places")
    func allProblems() {
        let text = replacing("\"cores\": 4", with: "\"cores\": -4, \"hostname\": \"x\"")
            .replacing("\"target\": \"service\"", with: "\"target\": \"servic\"")
            .replacing("\"seconds\": 2}", with: "\"seconds\": \"2\"}")
            .replacing("\"started\": \"2026-01-31T12:00:05Z\"", with: "\"startd\": \"2026-01-31T12:00:05Z\"")
        #expect(
            problems(text) == [
                "8:14: expected a whole number from 1 to 65536, found \"-4\"",
                "8:18: unknown key \"hostname\"",
                "17:15: expected service or loopback or remote, found \"servic\" (did you mean \"service\"?)",
                "24:52: expected a number from 0.001 to 1000000000, found \"2\"",
                "25:5: missing key \"started\"",
                "25:6: unknown key \"startd\" (did you mean \"started\"?)",
            ])
    }

    @Test(
        "that contradicts itself is refused",
        arguments: [
            ("\"p95_ms\": 1.2", "\"p95_ms\": 1.1", "but the latencies of this run give 1.2"),
            ("\"samples\": 3", "\"samples\": 4", "the counts add up to 3, but \"samples\" is 4"),
            ("\"counts_us\": \"310 2 1200 1\"", "\"counts_us\": \"1200 1 310 2\"", "the latencies ascending"),
            ("\"counts_us\": \"310 2 1200 1\"", "\"counts_us\": \"310 2 1200\"", "expected pairs"),
            ("\"counts_us\": \"310 2 1200 1\"", "\"counts_us\": \"310 2 1200 99999999999\"", "expected pairs"),
            ("\"counts_us\": \"310 2 1200 1\"", "\"counts_us\": \"310 2 99999999999 1\"", "expected pairs"),
            ("\"sum_ns\": 1820000", "\"sum_ns\": 9223372036854775807", "contradict each other"),
            ("\"sum_ns\": 1820000", "\"sum_ns\": 9223372036854775808", "expected a whole number"),
            ("\"min_ns\": 310000", "\"min_ns\": 1310000", "contradict each other"),
            ("\"run\": 2, \"p50_ms\"", "\"run\": 1, \"p50_ms\"", "each run once and in order"),
            ("\"run\": 2, \"p50_ms\"", "\"run\": 3, \"p50_ms\"", "there is no run 3: the file has 2 runs"),
            ("\"name\": \"chat\"", "\"name\": \"show\"", "the step \"show\" occurs more than once"),
            ("\"samples\": 0", "\"samples\": 0, \"min_ns\": 1", "\"min_ns\" can't stand beside 0 samples"),
            ("\"error_ratio\": 1,", "\"error_ratio\": 1.5,", "expected a number from 0 to 1,"),
            ("\"error_ratio\": 1,", "\"error_ratio\": NaN,", "not JSON: \"NaN\" is not a JSON value"),
            ("\"per_second\": 0,", "\"per_second\": 1e999,", "expected a number from 0 to"),
            ("\"cpu_us\": [19.5, 20, 21]", "\"cpu_us\": [0]", "expected a number from 0.001"),
            ("\"cpu_us\": [19.5, 20, 21]", "\"cpu_us\": []", "expected a list of 1 to 100 numbers"),
            (
                "\"of\": \"round_trip\", \"samples\": 0", "\"of\": \"dns\", \"samples\": 0",
                "response_time or round_trip"
            ),
            ("\"cores\": 4", "\"cores\": 4, \"cores\": 5", "the key \"cores\" occurs more than once"),
            ("12:00:05Z", "12:61:05Z", "expected a time in UTC"),
            ("0123456789abcdef\"", "xyz\"", "expected a SHA-256"),
        ])
    func contradictions(_ part: String, _ other: String, _ message: String) {
        let problems = problems(replacing(part, with: other))
        #expect(problems.contains { $0.contains(message) }, "\(problems)")
    }

    @Test("with a run without any step is refused")
    func emptyRun() {
        var baseline = Self.baseline
        baseline.runs.append(RunRecord(started: "2026-01-31T12:00:10Z", seconds: 2, steps: []))
        #expect(problems(BaselineFile.text(of: baseline)) == ["23:11: run 3 has no step"])
    }

    @Test("cut off anywhere, or with a byte changed, gives problems and no crash")
    func hostile() {
        let bytes = Array(Self.text.utf8)
        for length in stride(from: 0, to: bytes.count - 2, by: 7) {
            #expect(!problems(String(decoding: bytes[..<length], as: UTF8.self)).isEmpty)
        }
        var random = SeededRandom(seed: 3)
        for _ in 0..<500 {
            var changed = bytes
            changed[Int(random.below(UInt64(bytes.count)))] = UInt8(truncatingIfNeeded: random.next())
            // It may still be a baseline, of another name for example.
            _ = problems(String(decoding: changed, as: UTF8.self))
        }
        #expect(problems(String(repeating: "[", count: 100_000)).first?.contains("more than 8 deep") == true)
        let many = problems(
            Self.text.replacing("\"cores\": 4", with: (0..<200).map { "\"\($0)\": 0" }.joined(separator: ", ")))
        #expect(many.count == 101)
        #expect(many.last?.hasSuffix("more than 100 problems: the others are not shown") == true)
        #expect(problems(Self.text + "{}").first?.contains("expected the end") == true)
    }

    @Test("named by hostile names is written and read the same")
    func names() throws {
        var baseline = Self.baseline
        baseline.note = "tab\t, line\nbreak, \u{7}, \u{2028}, 𝄞 and \\u0041 \" \\"
        baseline.scenario = "\u{FEFF}\u{7F}"
        #expect(try BaselineFile.parse(BaselineFile.text(of: baseline), file: "b.json") == baseline)
    }
}
