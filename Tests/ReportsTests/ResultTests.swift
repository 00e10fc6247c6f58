import Foundation
import Measures
import Objectives
import Scenarios
import Testing
import VerificationKit

@testable import Reports

@Suite struct ResultTests {
    @Test("a result holds what was measured and judged")
    func contents() throws {
        let result = Fixtures.result()
        #expect(result.version == 1)
        // 1,100 exchanges are too few for an availability of 99.9 %.
        #expect(result.verdict == .inconclusive)
        #expect(result.partial == false)
        #expect(result.started == "2026-01-31T12:00:00Z")
        #expect(result.seconds == 10)
        #expect(result.wallSeconds == 10.012)
        #expect(result.outcomes == ["ok": 1_100])
        #expect(result.generator.intendedRate == 100)
        #expect(result.generator.startLag?.p99 == 0.02)
        #expect(result.generator.generatorDelay?.p99 == 0.005)
        let list = try #require(result.steps["list-projects"])
        #expect(list.number == 0)
        #expect(list.flow == "browse")
        #expect(list.count == 1_000)
        #expect(list.rate == 100)
        #expect(list.bytes == StepResult.Bytes(received: 100_000, sent: 20_000))
        // 0.50, 0.51 … 1.49 ms, ten times each: p95 is the 950th of 1,000, the 95th of the hundred.
        #expect(list.responseTime?.min == 0.5)
        #expect(list.responseTime?.p95 == 1.44)
        #expect(list.responseTime?.mean == 0.995)
        #expect(list.responseTime?.max == 1.49)
        #expect(list.connect == nil)
        let show = try #require(result.steps["show-project"])
        #expect(show.responseTime?.max == 2.346)
        #expect(show.connect?.min == 1.235)
        #expect(show.serviceTime == nil)
        // A step that had no exchange stands there with none.
        #expect(result.steps["rare"]?.count == 0)
        #expect(result.steps["rare"]?.responseTime == nil)
        #expect(result.steps["rare"]?.neverRan == "no iteration of its flow was begun")
        #expect(result.steps["list-projects"]?.neverRan == nil)
    }

    @Test("objectives stand in the scenario's order, with their bounds and their place in the sign-off")
    func objectives() {
        #expect(
            Fixtures.result().objectives == [
                ObjectiveResult(
                    objective: "p95 response_time of list-projects < 200ms", verdict: .pass, observed: 1.44,
                    // The bound of p95 of 1,000 is the 962nd, the 97th of the hundred: 0.5 + 0.96.
                    bound: 1.46, samples: 1_000, unit: .milliseconds, severity: .hard, section: "Performance",
                    criterion: "API response time p95 < 200 ms"),
                ObjectiveResult(
                    // 0 bad of 1,100: 0.05^(1/1100) = 0.997280312…; 2,995 − 1,100 = 1,895 are missing.
                    objective: "availability > 99.9%", verdict: .inconclusive, observed: 1, bound: 0.997280312,
                    samples: 1_100, unit: .ratio, severity: .hard,
                    note: "1,895 more samples are needed, if none of them breaks the limit; "
                        + "never ran: \"rare\" (no iteration of its flow was begun)"),
                ObjectiveResult(
                    objective: "rto < 30m", verdict: .noData, samples: 0, severity: .advisory,
                    note: "measured by loadgate drill, while things break"),
            ])
    }

    @Test("the series holds a slice a second with exact counts")
    func series() {
        let series = Fixtures.result(bad: 1).series
        #expect(series.widthSeconds == 1)
        #expect(series.slices.count == 10)
        #expect(series.slices[3].start == 3)
        #expect(series.slices[3].completed == 110)
        #expect(series.slices[3].bad == 1)
        #expect(series.slices[3].outcomes == ["ok": 109, "http_5xx": 1])
        #expect(series.slices[3].max == 2.346)
        #expect(series.slices[3].users == 3)
    }

    @Test("an interrupted or aborted run is partial and says why")
    func endings() {
        let interrupted = Fixtures.result { $1.ending = .interrupted }
        #expect(interrupted.partial)
        #expect(interrupted.ending == .interrupted)
        let aborted = Fixtures.result { $1.ending = .aborted(objective: "p95 x < 1ms") }
        #expect(aborted.partial)
        #expect(aborted.abortedBy == "p95 x < 1ms")
    }

    @Test("no secret stands anywhere in a result or in a line of progress")
    func secrets() throws {
        let result = Fixtures.result(bad: 3) { scenario, _ in
            scenario.name = "with \(Fixtures.secret)"
            scenario.description = Fixtures.secret
            scenario.objectives[0].source += Fixtures.secret
            scenario.objectives[0].section = Fixtures.secret
            scenario.objectives[0].criterion = Fixtures.secret
            scenario.flows[0].name = "flow \(Fixtures.secret)"
            scenario.flows[0].actions = [
                .request(Step(name: Fixtures.secret, url: Text("/"))),
                .request(Step(name: "${env:TOKEN}", url: Text("/"))),
            ]
            scenario.services = [Service(name: Fixtures.secret, command: [])]
        }
        let json = try ResultFile.json(of: result)
        #expect(!json.contains(Fixtures.secret))
        #expect(json.contains("token ${env:TOKEN} is"))
        // Both steps are there, though their names look alike now.
        #expect(Set(result.steps.keys) == ["${env:TOKEN}", "${env:TOKEN}'", "rare"])
        var scenario = Fixtures.scenario
        scenario.name = Fixtures.secret
        let header = ProgressHeader(scenario: scenario, info: Fixtures.info, reactors: 1)
        #expect(header.name == "${env:TOKEN}")
        #expect(header.target == "http://127.0.0.1:8080?key=${env:TOKEN}")
    }

    @Test("numbers are rounded in the JSON text itself: milliseconds and rates to three decimals, ratios to nine")
    func rounding() throws {
        let result = Fixtures.result { _, measurement in
            measurement.measured = Span(nanoseconds: 3_000_000_001)
            measurement.arrivalsInTime = 333
            measurement.openLoad = Span(seconds: 7)
        }
        let json = try ResultFile.json(of: result)
        var decimals = 0
        for line in json.split(separator: "\n") where !line.contains("bound") {
            for match in line.matches(of: /: -?[0-9]+\.([0-9]+)/) { decimals = max(decimals, match.1.count) }
        }
        #expect(decimals == 3)
        #expect(!json.contains(/[0-9]e[-+]?[0-9]/))
        // 1,000 / 3.000000001 and 333 / 7
        #expect(json.contains(#""rate" : 333.333"#))
        #expect(json.contains(#""achieved_rate" : 47.571"#))
        #expect(json.contains(#""bound" : 0.997280312"#))
        // 0.1 + 0.2 is 0.30000000000000004.
        #expect(Rounding.thousandths(0.1 + 0.2).description == "0.3")
        #expect(Rounding.milliseconds(Span(nanoseconds: 1_234_567)).description == "1.235")
        #expect(Rounding.thousandths(.infinity) == 0)
    }

    @Test("absent parts are absent, never null, and keys are sorted")
    func absence() throws {
        let json = try ResultFile.json(of: Fixtures.result())
        #expect(!json.contains("null"))
        for key in [
            "calculation_time_ms", "wrong_answers", "determinism", "iteration_time_ms", "dns_ms", "aborted_by",
            "services", "examples", "description",
        ] {
            #expect(!json.contains("\"\(key)\""))
        }
        let keys = json.split(separator: "\n").filter { $0.hasPrefix("  \"") }.map(String.init)
        #expect(keys == keys.sorted())
        #expect(try ResultFile.json(of: Fixtures.result()) == json)
    }

    @Test("flows stand there with their iterations, share and time")
    func flows() throws {
        let result = Fixtures.result { _, measurement in
            Fixtures.enrich(&measurement)
            var times = LatencyHistogram()
            for _ in 0..<2 { times.record(Span(seconds: 1)) }
            measurement.total.iterationTimes[1] = times
        }
        let flows = try #require(result.flows)
        #expect(Set(flows.keys) == ["browse", "idle"])
        #expect(flows["browse"]?.number == 0)
        #expect(flows["browse"]?.iterations == 100)
        // 100 of 102.
        #expect(flows["browse"]?.share == 0.980392157)
        #expect(flows["browse"]?.iterationTime?.p50 == 50.015)
        #expect(flows["browse"]?.iterationTime?.max == 100)
        #expect(flows["idle"]?.iterationTime?.min == 1_000)
        #expect(result.generator.reconnects == 3)
        // A flow without an iteration has a share of none.
        let idle = Fixtures.result().flows?["idle"]
        #expect(idle == FlowResult(number: 1, begun: 0, givenUp: 0, iterations: 0, share: 0))
        #expect(flows["browse"]?.begun == 104)
        #expect(flows["browse"]?.givenUp == 3)
        #expect(flows["browse"]?.givenUpBy == ["missing_value": 2, "failed_login": 1])
        #expect(result.generator.givenUp == 3)
    }

    @Test("wrong answers and determinism stand with their step, without secrets")
    func wrongAnswers() throws {
        let result = Fixtures.result { Fixtures.enrich(&$1) }
        let step = try #require(result.steps["list-projects"])
        #expect(
            step.determinism == DeterminismResult(inputs: 10, repeated: 90, differing: 1, notCompared: 2))
        #expect(result.steps["show-project"]?.determinism == nil)
        #expect(result.steps["show-project"]?.wrongAnswers == nil)
        let wrong = try #require(step.wrongAnswers)
        #expect(wrong.count == 7)
        #expect(
            wrong[2]
                == WrongAnswerResult(
                    kind: .value, at: 3.123, input: #"{"area": 3, "token": "${env:TOKEN}"}"#, path: "$.total",
                    expected: "10", observed: "13"))
        let json = try ResultFile.json(of: result)
        #expect(!json.contains(Fixtures.secret))
        #expect(json.contains(#""kind" : "not_deterministic""#))
    }

    @Test("the login's steps stand behind the flows', each step with what carried it")
    func login() throws {
        var scenario = Fixtures.scenario
        scenario.login = Flow(name: Scenario.loginName, actions: [.request(Step(name: "sign-in", url: Text("/")))])
        var measurement = RunMeasurement(steps: 4, flows: 2, reactors: 1)
        var tally = StepTally()
        tally.outcomes.count(.ok)
        measurement.total.steps[3] = tally
        var info = Fixtures.info
        info.transports = ["native", "curl", "native", "curl"]
        let judgement = RunJudgement(scenario: scenario, measurement: measurement, watch: ObjectiveWatch(scenario))
        let result = RunResult(scenario: scenario, measurement: measurement, judgement: judgement, info: info)
        #expect(result.steps["sign-in"]?.number == 3)
        #expect(result.steps["sign-in"]?.flow == "login")
        #expect(result.steps["sign-in"]?.count == 1)
        #expect(result.steps["sign-in"]?.transport == "curl")
        #expect(result.steps["list-projects"]?.transport == "native")
        #expect(Set(result.flows?.keys ?? [:].keys) == ["browse", "idle"])
        let header = ProgressHeader(scenario: scenario, info: info, reactors: 1)
        #expect(header.flows == ["browse", "browse", "idle", "login"])
        #expect(header.flowNames == ["browse", "idle"])
    }

    @Test("a result of before flows and reconnects were there is read")
    func older() throws {
        try Fixtures.withFolder { folder in
            let json = try ResultFile.json(of: Fixtures.result())
            let old = json.replacing(#/\ \ "flows" : \{(.|\n)*?\n  \},\n/#, with: "")
                .replacing(#/\ +"reconnects" : 0,\n/#, with: "")
            #expect(!old.contains("flows") && !old.contains("reconnects"))
            let path = folder + "/result.json"
            try Data(old.utf8).write(to: URL(filePath: path))
            let result = try ResultFile.read(path)
            #expect(result.flows == nil)
            #expect(result.generator.reconnects == nil)
        }
    }

    @Test("a result survives writing and reading")
    func roundTrip() throws {
        try Fixtures.withFolder { folder in
            let result = Fixtures.result(bad: 2)
            let path = folder + "/result.json"
            try ResultFile.write(Fixtures.result(), to: path)
            try ResultFile.write(result, to: path)
            #expect(try ResultFile.read(path) == result)
            // The temporary file is gone.
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["result.json"])
        }
    }

    @Test("a later version's additional keys are passed over, another version is refused")
    func foreign() throws {
        try Fixtures.withFolder { folder in
            let path = folder + "/result.json"
            let json = try ResultFile.json(of: Fixtures.result())
            let more = json.replacingOccurrences(of: "  \"audit\"", with: "  \"later\" : {\"rto\" : 1},\n  \"audit\"")
            #expect(more != json)
            try Data(more.utf8).write(to: URL(filePath: path))
            #expect(try ResultFile.read(path) == Fixtures.result())
            let next = json.replacingOccurrences(of: "\"version\" : 1", with: "\"version\" : 2")
            try Data(next.utf8).write(to: URL(filePath: path))
            #expect(
                throws: ResultFile.Malformed(path: path, reason: "its version is 2, this Loadgate reads version 1")
            ) { try ResultFile.read(path) }
            try Data("{\"version\": 1}".utf8).write(to: URL(filePath: path))
            #expect(throws: ResultFile.Malformed.self) { try ResultFile.read(path) }
        }
    }

    @Test("a missing folder, a missing file and a full disk are errors")
    func failures() throws {
        try Fixtures.withFolder { folder in
            let missing = folder + "/nowhere/result.json"
            #expect(throws: FileFailure(path: missing, operation: "open", code: ENOENT)) {
                try ResultFile.write(Fixtures.result(), to: missing)
            }
            #expect(throws: FileFailure(path: missing, operation: "open", code: ENOENT)) {
                _ = try ResultFile.read(missing)
            }
            // A folder stands in the way of the rename; the temporary file is removed again.
            #expect(throws: FileFailure.self) { try ResultFile.write(Fixtures.result(), to: folder) }
        }
        // /dev/full answers every write as a full disk does.
        #expect(throws: FileFailure(path: "/dev/full", operation: "write", code: ENOSPC)) {
            let file = try OutputFile(path: "/dev/full", exclusive: false)
            try file.write([1])
        }
        let failure = FileFailure(path: "a/result.json", operation: "write", code: ENOSPC)
        #expect(failure.description == "can't write a/result.json: No space left on device")
    }
}

@Suite struct ResultSchemaTests {
    @Test("results of every kind fit the published schema, which names every key in them")
    func valid() throws {
        let check = try SchemaCheck(ResultSchema.json)
        let rich = Fixtures.result(bad: 5) { scenario, measurement in
            scenario.description = "All of it"
            scenario.services = [Service(name: "paintbox", command: [])]
            measurement.ending = .aborted(objective: "p95 x < 1ms")
            measurement.total.dropped = 7
            measurement.total.exhausted = 1
            measurement.total.heldUp = Span(seconds: 1)
            var tally = StepTally()
            tally.stalled = 1
            for measure in LatencyMeasure.allCases { tally.record(Span(seconds: 0.25), as: measure) }
            for outcome in Outcome.allCases { tally.outcomes.count(outcome) }
            measurement.total.steps[2] = tally
            Fixtures.enrich(&measurement)
        }
        let empty = Fixtures.result { $1 = RunMeasurement(steps: 3, flows: 2, reactors: 1) }
        #expect(empty.verdict == .noData)
        for result in [Fixtures.result(), rich, empty] {
            #expect(try check.faults(of: ResultFile.json(of: result)) == [])
        }
    }

    @Test("documents that are no results don't fit")
    func invalid() throws {
        let check = try SchemaCheck(ResultSchema.json)
        let json = try ResultFile.json(of: Fixtures.result())
        func faults(_ old: String, _ new: String) throws -> [String] {
            #expect(json.contains(old))
            return try check.faults(of: json.replacingOccurrences(of: old, with: new))
        }
        #expect(try faults("\"version\" : 1", "\"version\" : 2") == ["$.version: not 1"])
        #expect(try faults("\"loadgate\" : \"0.1.0\",", "") == ["$: loadgate is missing"])
        #expect(try faults("\"partial\" : false", "\"partial\" : \"no\"") == ["$.partial: not of type boolean"])
        #expect(try faults("\"dropped\" : 0", "\"dropped\" : -1").contains("$.generator.dropped: below 0.0"))
        #expect(
            try faults("\"loadgate\" : ", "\"extra\" : 1, \"loadgate\" : ") == ["$: extra is not described"])
    }

    @Test("the schema's labels are those of the code")
    func labels() throws {
        let schema = try SchemaCheck(ResultSchema.json).root
        let definitions = try #require(schema["$defs"] as? [String: Any])
        let verdict = try #require(definitions["verdict"] as? [String: Any])
        #expect(verdict["enum"] as? [String] == Verdict.allCases.map(\.rawValue))
        let outcomes = try #require(definitions["outcomes"] as? [String: Any])
        let names = try #require(outcomes["propertyNames"] as? [String: Any])
        #expect(names["enum"] as? [String] == Outcome.allCases.map(\.label))
        let kinds = GeneratorAudit.Kind.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        #expect(ResultSchema.json.contains("\"kind\": {\"enum\": [\(kinds)]}"))
        let units = MeasuredUnit.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        #expect(ResultSchema.json.contains("\"unit\": {\"enum\": [\(units)]}"))
        let wrong = WrongAnswer.Kind.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        #expect(ResultSchema.json.contains("\"kind\": {\"enum\": [\(wrong)]}"))
    }
}
