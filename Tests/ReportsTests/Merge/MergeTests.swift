import Foundation
import Measures
import Objectives
import Scenarios
import Testing
import VerificationKit

@testable import Reports

@Suite("Merged workers") struct MergeTests {
    private static let skew = Span(nanoseconds: 100_000_000)

    private static func merged(_ folders: [String], skew: Span = skew) throws -> RunResult {
        try RunResult(merging: folders, allowedSkew: skew)
    }

    /// A result without what says how many processes there were.
    private static func bare(_ result: RunResult) -> RunResult {
        var result = result
        result.fleet = nil
        result.generator.reactors = 1
        result.generator.saturation = nil
        return result
    }

    @Test("any split of the samples merges into the same result", arguments: [2, 7, 64])
    func exact(count: Int) throws {
        try Fixtures.withFolder { folder in
            for seed in UInt64(1)...2 {
                let load = RecordedLoad(seed: seed, bad: 100)
                let whole = try Self.merged(load.deal(to: 1, in: folder))
                var folders = try load.deal(to: count, in: folder, seed: seed)
                // In whatever order they are named.
                folders.reverse()
                let result = try Self.merged(folders)
                #expect(Self.bare(result) == Self.bare(whole))
                #expect(result.outcomes.values.reduce(0, +) == 1_200)
                #expect(result.objectives.count == 4)
                #expect(result.objectives[3].note?.hasPrefix("worst window: ") == true)
                #expect(result.generator.saturation?.count == count)
                let fleet = try #require(result.fleet)
                #expect(fleet.workers.map(\.segment) == Array(0..<count))
                #expect(fleet.workers.reduce(0) { $0 + $1.exchanges } == 1_200)
                #expect(try SchemaCheck(ResultSchema.json).faults(of: ResultFile.json(of: result)) == [])
            }
        }
    }

    @Test("one worker alone merges into what its own process would have found")
    func alone() throws {
        try Fixtures.withFolder { folder in
            let load = RecordedLoad(seed: 4)
            let folders = try load.deal(to: 1, in: folder)
            let result = try Self.merged(folders)
            let rebuilt = try RunResult(rebuiltFromLog: folders[0] + "/progress.jsonl")
            #expect(result.steps == rebuilt.steps)
            #expect(result.series == rebuilt.series)
            #expect(result.objectives == rebuilt.objectives)
            // Made from a log it is a part of a run; a merged log is the whole of one.
            #expect(!result.partial)
            #expect(rebuilt.partial)
        }
    }

    @Test("a worker that is missing makes the run invalid, and what was measured is shown")
    func missing() throws {
        try Fixtures.withFolder { folder in
            let folders = try RecordedLoad(seed: 5).deal(to: 4, in: folder)
            let result = try Self.merged([folders[3], folders[0]])
            #expect(result.verdict == .invalid)
            #expect(result.partial)
            #expect(result.fleet?.missing == [1, 2])
            #expect(
                result.audit.reasons.map(\.cause) == ["2 of 4 workers left nothing: segments 1, 2"])
            #expect(result.conclusion == .undecided)
            #expect(result.outcomes.values.reduce(0, +) > 400)
            let text = TerminalSummary(result).text()
            #expect(text.hasPrefix("INVALID  signoff: 2 of 4 workers left nothing: segments 1, 2"), "\(text)")
            let line = "Workers  4 workers, 2 of which left something, begun within 0 ms of each other"
            #expect(text.contains(line), "\(text)")
        }
    }

    @Test("a worker that was killed is named with what its log has, and no other's end is taken for its")
    func killed() throws {
        try Fixtures.withFolder { folder in
            let folders = try RecordedLoad(seed: 6).deal(to: 3, in: folder, courses: [1: .init(lives: 5)])
            let result = try Self.merged(folders)
            #expect(result.verdict == .invalid)
            #expect(result.ending == .completed)
            #expect(result.seconds == 12)
            #expect(
                result.audit.reasons[0].cause == "worker 1/3 on node1 did not come to its end: its log has 5 seconds")
            #expect(result.fleet?.workers[1].ending == nil)
            #expect(result.fleet?.workers[1].seconds == 5)
            let html = HTMLReport.text(of: result)
            #expect(html.contains("<td class=\"bad\">lost</td>"))
            #expect(MarkdownReport.text(of: result).contains("| 1/3 | node1 | lost | +0 ms |"))
        }
    }

    @Test("a limit that the target broke stays broken where a worker is missing")
    func broken() throws {
        try Fixtures.withFolder { folder in
            var load = RecordedLoad(seed: 7, bad: 100)
            load.scenario.objectives[1] = Objective(
                source: "availability > 99.99%", statistic: nil, measure: .availability, selector: nil,
                comparison: .greater(0.9999))
            let folders = try load.deal(to: 3, in: folder)
            let result = try Self.merged(Array(folders.prefix(2)))
            #expect(result.objectives[1].verdict == .fail)
            #expect(result.verdict == .fail)
        }
    }

    @Test("a worker that a signal ended makes the whole a part; one that an objective ended ends it")
    func endings() throws {
        try Fixtures.withFolder { folder in
            let load = RecordedLoad(seed: 8)
            let interrupted = try Self.merged(
                load.deal(to: 3, in: folder, courses: [2: .init(ending: .interrupted)]))
            #expect(interrupted.ending == .interrupted)
            #expect(interrupted.partial)
            #expect(interrupted.conclusion == .interrupted)
            let source = load.scenario.objectives[1].source
            let aborted = try Self.merged(
                load.deal(
                    to: 3, in: folder,
                    courses: [0: .init(ending: .interrupted), 1: .init(ending: .aborted(objective: source))]))
            #expect(aborted.ending == .aborted)
            #expect(aborted.abortedBy == source)
        }
    }

    @Test("what is not of one load is refused, with all that is wrong")
    func refused() throws {
        try Fixtures.withFolder { folder in
            func problems(_ folders: [String], skew: Span = Self.skew) -> [String] {
                do {
                    _ = try Self.merged(folders, skew: skew)
                    return []
                } catch let refusal as MergeRefusal {
                    return refusal.problems
                } catch {
                    return ["\(error)"]
                }
            }
            let load = RecordedLoad(seed: 9)
            let three = try load.deal(to: 3, in: folder + "/a")
            let late = try load.deal(
                to: 3, in: folder + "/late", courses: [1: .init(late: Span(nanoseconds: 312_400_000))])
            #expect(
                problems(late) == [
                    "the loads did not begin together: worker 1/3 (\(late[1]) on node1) began 312.4 ms after the first, "
                        + "100 ms is allowed; merge them all the same with --max-skew 313ms, where that is meant"
                ])
            #expect(problems(late, skew: Span(nanoseconds: 313_000_000)) == [])
            #expect(
                problems(three + [three[1]]) == [
                    "segment 1 is there 2 times (\(three[1]), \(three[1])), and 2 of them came to their end: "
                        + "name one of them"
                ])
            let two = try load.deal(to: 2, in: folder + "/b")
            var other = load
            other.scenario.objectives.removeLast()
            let changed = try other.deal(to: 3, in: folder + "/c")
            other.scenario.name = "nightly"
            let named = try other.deal(to: 3, in: folder + "/d")
            let nothing = folder + "/nothing"
            #expect(
                problems([three[0], two[1], changed[1], named[2], nothing]) == [
                    "can't open \(nothing)/progress.jsonl: No such file or directory",
                    "\(two[1]) is of another run than \(three[0]): the load was dealt to 2 instead of 3 segments",
                    "\(changed[1]) is of another run than \(three[0]): its steps, load or objectives differ "
                        + "(was --set or --for other?)",
                    "\(named[2]) is of another run than \(three[0]): its scenario is nightly instead of signoff",
                ])
        }
    }

    @Test("of two processes of one segment the one that came to its end is meant, which is said")
    func twice() throws {
        try Fixtures.withFolder { folder in
            let load = RecordedLoad(seed: 10)
            let whole = try load.deal(to: 2, in: folder + "/a")
            let cut = try load.deal(to: 2, in: folder + "/b", courses: [1: .init(lives: 3)])
            let result = try Self.merged([cut[1]] + whole)
            #expect(Self.bare(result) == Self.bare(try Self.merged(whole)))
            #expect(
                result.fleet?.notes == [
                    "segment 1 was there 2 times (\(cut[1]), \(whole[1])): only \(whole[1]) came to its end, "
                        + "and is meant"
                ])
        }
    }

    @Test("damaged logs are told with the lines that are wrong")
    func damaged() throws {
        try Fixtures.withFolder { folder in
            let folders = try RecordedLoad(seed: 11).deal(to: 2, in: folder)
            let path = folders[1] + "/progress.jsonl"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try text.replacing("\"second\":4,", with: "\"second\":9,")
                .write(toFile: path, atomically: true, encoding: .utf8)
            let error = #expect(throws: ResultFile.Malformed.self) { try Self.merged(folders) }
            #expect(error?.path == path)
            #expect(error?.reason.contains("it is of second 9, expected 4") == true)
        }
    }

    @Test("verifications and probes are those of the first segment; without its result they are missing")
    func besides() throws {
        try Fixtures.withFolder { folder in
            var load = RecordedLoad(seed: 12)
            load.scenario.probes = [
                Probe(name: "pool", source: .command([Text("true")], environment: []), format: NumberFormat())
            ]
            let folders = try load.deal(to: 2, in: folder)
            let without = try Self.merged(folders)
            #expect(without.partial)
            #expect(without.verdict == .inconclusive)
            var own = try RunResult(rebuiltFromLog: folders[0] + "/progress.jsonl")
            own.rebuilt = nil
            own.partial = false
            own.probes = [:]
            own.services = ["web"]
            try ResultFile.write(own, to: folders[0] + "/result.json")
            let result = try Self.merged(folders)
            #expect(!result.partial)
            #expect(result.services == ["web"])
            // A service that ended by itself is seen by the first segment alone.
            var broken = own
            broken.audit.reasons.append(
                .init(kind: .service, cause: "service web exited with 1 by itself", hint: "see its log"))
            try ResultFile.write(broken, to: folders[0] + "/result.json")
            let invalid = try Self.merged(folders)
            #expect(invalid.verdict == .invalid)
            #expect(invalid.audit.reasons.map(\.cause) == ["service web exited with 1 by itself"])
            // A signal while the first segment verified.
            own.partial = true
            try ResultFile.write(own, to: folders[0] + "/result.json")
            #expect(try Self.merged(folders).partial)
        }
    }
}
