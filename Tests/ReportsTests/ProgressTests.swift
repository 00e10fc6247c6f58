import Foundation
import Measures
import Testing

@testable import Reports

@Suite struct ProgressTests {
    private static func lines(_ count: Int) -> [ProgressLine] {
        var lines: [ProgressLine] = []
        for second in 0..<count {
            lines.append(
                ProgressLine(
                    second: second, measured: true, stage: "1/1 100/s", interval: Fixtures.second(bad: second),
                    before: lines.last?.total))
        }
        return lines
    }

    private static let header = ProgressHeader(scenario: Fixtures.scenario, info: Fixtures.info, reactors: 2)

    @Test("a line holds the second's figures and the totals so far")
    func figures() throws {
        let line = try #require(Self.lines(3).last)
        #expect(line.second == 2)
        #expect(line.started == 100)
        #expect(line.completed == 110)
        #expect(line.bad == 2)
        #expect(line.outcomes == ["ok": 108, "http_5xx": 2])
        // 100 values of 0.5 … 1.49 ms and 10 of 2.346 ms: the 55th, the 105th and the 109th of 110.
        #expect(line.p50 == 1.04)
        #expect(line.p95 == 2.346)
        #expect(line.p99 == 2.346)
        #expect(line.max == 2.346)
        #expect(line.users == 3)
        var totals = ProgressLine.Totals()
        totals.started = 300
        totals.iterations = 300
        totals.exchanges = 330
        totals.completed = 330
        totals.bad = 3
        #expect(line.total == totals)
        // The third step had no exchange.
        #expect(line.steps.map(\.step) == [0, 1])
        #expect(Set(line.steps[0].latencies.keys) == ["response_time", "service_time"])
        #expect(line.steps[1].latencies["connect"]?.counts == [1_235, 10])
    }

    /// A second with what steps and flows have besides exchanges.
    private static func second(_ number: Int) -> Interval {
        var interval = Fixtures.second(bad: number)
        interval.reconnects = 2
        var times = LatencyHistogram()
        times.record(Span(nanoseconds: 1_234_567 * Int64(number + 1)))
        interval.iterationTimes[0] = times
        interval.steps[0]?.determinism.inputs = UInt64(number)
        interval.steps[0]?.determinism.repeated = 5
        interval.steps[0]?.determinism.differing = 1
        interval.steps[0]?.determinism.notCompared = 7
        return interval
    }

    @Test("the seconds read from a log make the whole run again, exactly")
    func rebuilt() throws {
        try Fixtures.withFolder { folder in
            let path = folder + "/progress.jsonl"
            let lines = (0..<3).map { ProgressLine(second: $0, measured: true, interval: Self.second($0)) }
            let log = try ProgressLog(path: path, header: Self.header)
            for line in lines { try log.append(line) }
            let contents = try ProgressLog.read(path)
            #expect(contents == ProgressLog.Contents(header: Self.header, lines: lines))

            var rebuilt = Interval(steps: 3, flows: 2)
            var original = Interval(steps: 3, flows: 2)
            for (second, line) in contents.lines.enumerated() {
                rebuilt.add(line.interval(steps: contents.header.steps.count, flows: 2))
                original.add(Self.second(second))
            }
            #expect(rebuilt.started == original.started)
            #expect(rebuilt.iterations == original.iterations)
            #expect(rebuilt.startLag.buckets == original.startLag.buckets)
            #expect(rebuilt.generatorDelay.buckets == original.generatorDelay.buckets)
            #expect(rebuilt.reconnects == 6)
            #expect(rebuilt.iterationTimes[0]?.buckets == original.iterationTimes[0]?.buckets)
            #expect(rebuilt.iterationTimes[0]?.count == 3)
            #expect(rebuilt.iterationTimes[1] == nil)
            for step in 0..<3 {
                #expect(rebuilt.steps[step]?.determinism == original.steps[step]?.determinism)
                #expect(rebuilt.steps[step]?.outcomes == original.steps[step]?.outcomes)
                #expect(rebuilt.steps[step]?.bytesReceived == original.steps[step]?.bytesReceived)
                for measure in LatencyMeasure.allCases {
                    let (left, right) = (rebuilt.steps[step]?[measure], original.steps[step]?[measure])
                    #expect(left?.buckets == right?.buckets)
                    #expect(left?.minimum == right?.minimum)
                    #expect(left?.maximum == right?.maximum)
                    #expect(left?.totalTime == right?.totalTime)
                }
            }
        }
    }

    @Test("a line that a killed run left unfinished is passed over")
    func cutOff() throws {
        try Fixtures.withFolder { folder in
            let path = folder + "/progress.jsonl"
            let log = try ProgressLog(path: path, header: Self.header)
            for line in Self.lines(3) { try log.append(line) }
            let whole = try Data(contentsOf: URL(filePath: path))
            try whole.dropLast(10).write(to: URL(filePath: path))
            #expect(try ProgressLog.read(path).lines == Self.lines(2))
            // A fault before the last line is one.
            try Data("{}\n".utf8).write(to: URL(filePath: path))
            #expect(throws: ResultFile.Malformed.self) { try ProgressLog.read(path) }
            try Data("{\"version\"".utf8).write(to: URL(filePath: path))
            #expect(throws: ResultFile.Malformed(path: path, reason: "it has no complete line")) {
                try ProgressLog.read(path)
            }
        }
    }

    @Test("each line is one line, and stands in the file as soon as it was appended")
    func flushed() throws {
        try Fixtures.withFolder { folder in
            let path = folder + "/progress.jsonl"
            let log = try ProgressLog(path: path, header: Self.header)
            for (index, line) in Self.lines(3).enumerated() {
                try log.append(line)
                let text = try String(contentsOfFile: path, encoding: .utf8)
                #expect(text.split(separator: "\n").count == index + 2)
                #expect(text.hasSuffix("}\n"))
            }
        }
    }

    @Test("a full disk is an error")
    func full() {
        #expect(throws: FileFailure(path: "/dev/full", operation: "write", code: ENOSPC)) {
            _ = try ProgressLog(path: "/dev/full", header: Self.header)
        }
    }
}
