import Testing

@testable import Scenarios

@Suite("Blocks of steps: repeat, group and until") struct BlockTests {
    /// A scenario whose flow `main` has the steps given, each on a line, from column 9 on.
    private static func scenario(_ steps: String..., more: String = "") -> String {
        """
        name: tiny
        target: http://127.0.0.1:8080
        load: [{users: 1, for: 1s}]
        flows:
          main:
            steps:
        \(steps.map { "      - \($0)" }.joined(separator: "\n"))
        \(more)
        """
    }

    private func block(_ text: String) throws -> Block {
        guard case .block(let block)? = try read(text).flows[0].actions.last else {
            throw Missing()
        }
        return block
    }

    private struct Missing: Error {}

    // MARK: What is read

    @Test("A repeat has a number, a range that is drawn, or a text with a bound")
    func repeats() throws {
        func rounds(_ keys: String) throws -> Block.Rounds {
            let block = try block(
                Self.scenario("{get: /count, capture: {count: json $.count}}", "{\(keys), steps: [{get: /poll}]}"))
            guard case .repeated(let rounds) = block.kind else { throw Missing() }
            #expect(block.name == nil && block.measured == nil)
            return rounds
        }
        #expect(try rounds("repeat: 3") == .drawn(3...3))
        #expect(try rounds("repeat: 2..5") == .drawn(2...5))
        #expect(try rounds("repeat: \"${env:N:-7}\"") == .drawn(7...7))
        let count = Text(pieces: [.variable(.capture("count"))])
        #expect(try rounds("repeat: \"${count}\", most: 20") == .filled(count, most: 20))
    }

    @Test("A group has its steps, conditions and a name, which selects them in objectives")
    func groups() throws {
        let scenario = try read(
            Self.scenario(
                "{group: checkout, when: \"${user} == 1\", steps: [{post: /cart}, {pause: 1s}, {post: /pay}]}",
                more: """
                    objectives: [p95 group_time of checkout < 1s, group_errors of checkout < 1%, p95 response_time of checkout < 1s]
                    """))
        guard case .block(let block) = scenario.flows[0].actions[0], case .group = block.kind else { throw Missing() }
        #expect(block.name == "checkout")
        #expect(block.actions.count == 3)
        #expect(block.conditions.map(\.source) == ["${user} == 1"])
        #expect(scenario.steps.map(\.name) == ["POST /cart", "POST /pay"])
        #expect(
            scenario.objectives.map(\.measure) == [.groupTime, .groupErrors, .responseTime])
        #expect(scenario.objectives.allSatisfy { $0.selector == .name("checkout") })
        #expect(
            scenario.measuredBlocks == [
                MeasuredBlock(name: "checkout", kind: .group, flow: 0, steps: 0..<2, label: "checkout")
            ])
        #expect(scenario.steps.allSatisfy { !$0.isRepeated })
    }

    @Test("An until has a check of the last answer or a condition on captured values, a bound, and a name")
    func untils() throws {
        let polled = try block(
            Self.scenario("{until: json $.state == done, most: 20, every: 500ms, steps: [{name: job, get: /jobs/1}]}"))
        guard case .until(.answer(let check), let most) = polled.kind else { throw Missing() }
        #expect(check.source == "json $.state == done" && most == 20)
        #expect(polled.every == .milliseconds(500) && polled.pause == nil)
        #expect(polled.name == "job" && polled.measured == .until)
        let waited = try block(
            Self.scenario(
                """
                {until: "${state} == done", most: 5, pause: 100ms..200ms, name: wait, steps: [{get: /a, capture: {state: json $.s}}, {pause: 1s}]}
                """))
        guard case .until(.value(let condition), 5) = waited.kind else { throw Missing() }
        #expect(condition.source == "${state} == done" && !condition.isNegated)
        #expect(waited.pause == .milliseconds(100) ... .milliseconds(200))
        #expect(waited.name == "wait")
    }

    @Test("Blocks stand in blocks; measured ones are numbered from outside to inside, flow by flow, the login last")
    func nested() throws {
        let scenario = try read(
            Self.scenario(
                "{get: /first}",
                "{repeat: 2, steps: [{group: outer, steps: [{get: /a}, {until: status == 200, most: 2, steps: [{get: /b}]}]}]}",
                "{get: /last}",
                more: "login: [{group: sign-in, steps: [{post: /login}]}]"))
        #expect(scenario.steps.map(\.name) == ["GET /first", "GET /a", "GET /b", "GET /last", "POST /login"])
        #expect(
            scenario.measuredBlocks == [
                MeasuredBlock(name: "outer", kind: .group, flow: 0, steps: 1..<3, label: "outer"),
                MeasuredBlock(name: "GET /b", kind: .until, flow: 0, steps: 2..<3, label: "GET /b"),
                MeasuredBlock(name: "sign-in", kind: .group, flow: 1, steps: 4..<5, label: "sign-in"),
            ])
        #expect(scenario.steps.map(\.isRepeated) == [false, true, true, false, false])
        #expect(scenario.stepsOfOptionalBlocks.isEmpty)
    }

    @Test("Of several loads that run a flow each has its own group, told apart in results")
    func loads() throws {
        let scenario = try read(
            """
            name: tiny
            target: http://127.0.0.1:8080
            flows: {main: {steps: [{group: checkout, steps: [{get: /}]}]}}
            load: {a: {stages: [{users: 1, for: 1s}]}, b: {stages: [{users: 1, for: 1s}]}}
            """)
        #expect(scenario.measuredBlocks.map(\.label) == ["checkout [a]", "checkout [b]"])
        #expect(scenario.measuredBlocks.map(\.steps) == [0..<1, 1..<2])
    }

    @Test("The round's number is there within loops, also in a block's own condition as that of the loop around it")
    func round() throws {
        let scenario = try read(
            Self.scenario(
                """
                {repeat: 2, steps: [{get: "/p?n=${loop.round}"}, {repeat: 2, when: "${loop.round} == 1", steps: [{get: /q}]}]}
                """))
        #expect(scenario.steps[0].url.variables == [.round])
        // A table may have had the name before.
        let folder = try TemporaryFolder()
        try folder.write("loop.csv", "round\n7\n")
        let table = try read(
            Self.scenario("{get: \"/${loop.round}\"}", more: "data: {loop: {file: loop.csv}}"),
            file: folder.path + "/s.yaml")
        #expect(table.steps[0].url.variables == [.column(table: "loop", column: "round")])
    }

    @Test("What a block's steps capture is there behind it, and in its own until")
    func captures() throws {
        let scenario = try read(
            Self.scenario(
                "{group: g, steps: [{post: /jobs, capture: {job: header Location}}]}", "{get: \"/jobs/${job}\"}"))
        #expect(scenario.steps[1].url.variables == [.capture("job")])
    }

    // MARK: What is wrong

    @Test(
        "What is wrong with a block is said where it stands",
        arguments: [
            (
                "{repeat: 0, steps: [{get: /}]}",
                "s.yaml:7:18: expected a number of rounds such as 3, 2..5 or ${count}, each from 1 to 1000000, found \"0\""
            ),
            ("{repeat: 5..2, steps: [{get: /}]}", "s.yaml:7:18: \"5..2\" is empty: the first is the greater"),
            (
                "{repeat: often, steps: [{get: /}]}",
                "s.yaml:7:18: expected a number of rounds such as 3, 2..5 or ${count}, each from 1 to 1000000, found \"often\""
            ),
            (
                "{repeat: \"${user}\", steps: [{get: /}]}",
                "s.yaml:7:10: missing key \"most\": where a text says how often, a bound is needed, such as most: 20"
            ),
            (
                "{repeat: 3, most: 5, steps: [{get: /}]}",
                "s.yaml:7:21: \"most\" is for a repeat whose number comes from a text, such as ${count}"
            ),
            (
                "{repeat: 3, until: status == 200, most: 5, steps: [{get: /}]}",
                "s.yaml:7:21: a block is one thing: \"until\" can't stand beside \"repeat\": put one into the steps of the other"
            ),
            ("{repeat: 3}", "s.yaml:7:9: missing key \"steps\""),
            ("{repeat: 3, steps: []}", "s.yaml:7:21: expected at least one step"),
            ("{repeat: 3, steps: [{pause: 1s}]}", "s.yaml:7:9: the block sends no request"),
            ("{steps: [{get: /}]}", "s.yaml:7:9: expected repeat, group or until beside steps"),
            (
                "{repeat: 3, get: /, steps: [{get: /a}]}",
                "s.yaml:7:21: \"get\" belongs to a step: put it into the block's steps"
            ),
            ("{repat: 3, steps: [{get: /}]}", "s.yaml:7:10: unknown key \"repat\" (did you mean \"repeat\"?)"),
            (
                "{repeat: 3, name: pages, steps: [{get: /}]}",
                "s.yaml:7:21: a repeat is not measured: give the name to a group around it"
            ),
            (
                "{repeat: 3, every: 1s, pause: 1s, steps: [{get: /}]}",
                "s.yaml:7:32: \"pause\" can't stand beside \"every\": one of them says when a round begins"
            ),
            (
                "{group: g, every: 1s, steps: [{get: /}]}",
                "s.yaml:7:20: \"every\" doesn't fit a group, whose steps are done once"
            ),
            (
                "{group: g, name: h, steps: [{get: /}]}",
                "s.yaml:7:20: \"name\" doesn't fit a group: what follows group is its name"
            ),
            (
                "{until: status == 200, steps: [{get: /}]}",
                "s.yaml:7:9: missing key \"most\": until needs a bound, such as most: 20"
            ),
            (
                "{until: ready, most: 3, steps: [{get: /}]}",
                "s.yaml:7:17: unknown subject \"ready\" of a check (expected: status, header, body, hex, json, "
                    + "response_time, service_time, events, first_event, event_gap)"
            ),
            (
                "{until: \"${state} == done\", most: 3, steps: [{get: /}]}",
                "s.yaml:7:18: unknown variable \"state\"; available here: loop.round, iteration, user, uuid, random.int(low,high), env:NAME, file:PATH"
            ),
            (
                "{until: json $.a == 1, most: 3, steps: [{name: live, websocket: /ws}]}",
                "s.yaml:7:10: until looks at the answer of its last step, and \"live\" is a websocket step: end its steps with a request"
            ),
            (
                "{until: json $.a == 1, most: 3, steps: [{name: job, get: /, when: \"${user} == 1\"}]}",
                "s.yaml:7:10: until looks at the answer of its last step, and \"job\" has a condition: end its steps with a request that is always sent"
            ),
            (
                "{until: json $.a == 1, most: 3, steps: [{group: g, unless: \"${user} == 1\", steps: [{get: /}]}]}",
                "s.yaml:7:10: until looks at the answer of its last step, and the block there may be left out: end its steps with a request"
            ),
            (
                "{repeat: 2, steps: [{repeat: 2, steps: [{repeat: 2, steps: [{repeat: 2, steps: [{repeat: 2, steps: [{get: /}]}]}]}]}]}",
                "s.yaml:7:89: blocks stand in each other at most 4 deep"
            ),
            (
                "{repeat: 1000, steps: [{repeat: 1001, steps: [{get: /}]}]}",
                "s.yaml:7:32: an iteration has at most 1000000 rounds, and with the blocks around it this one could have more"
            ),
            ("{get: \"/${loop.round}\"}", "s.yaml:7:17: ${loop.round} has a value within a repeat or an until only"),
        ])
    func problem(step: String, expected: String) {
        let problems = problems(Self.scenario(step))
        #expect(problems.contains(expected), "\(problems)")
    }

    @Test("Names of groups and untils are there once, and a group's is no step's or flow's")
    func names() {
        #expect(
            problems(
                Self.scenario(
                    "{group: g, steps: [{get: /a}]}", "{group: g, steps: [{get: /b}]}",
                    "{group: main, steps: [{get: /c}]}", "{group: late, steps: [{get: /d}]}", "{name: late, get: /e}",
                    "{until: status == 200, most: 2, steps: [{until: status == 201, most: 2, steps: [{name: job, get: /f}]}]}"
                )) == [
                    "s.yaml:8:17: another group or until is called \"g\" (line 7)",
                    "s.yaml:9:17: a flow is called \"main\", too: choose another name for the group",
                    "s.yaml:10:17: a step is called \"late\", too (line 11): choose another name for the group",
                    "s.yaml:12:9: another group or until is called \"job\" (line 12): give one of them a name",
                ])
    }

    @Test("Objectives on groups name one that is there")
    func objectives() {
        let group = "{group: checkout, steps: [{name: pay, post: /}]}"
        func problem(_ objective: String, _ step: String = group) -> String? {
            problems(Self.scenario(step, more: "objectives: [\(objective)]")).first
        }
        #expect(problem("p95 group_time of checkout < 1s") == nil)
        #expect(
            problem("p95 group_time of checkuot < 1s")
                == "s.yaml:8:32: group_time is of a group or an until, and none is called \"checkuot\" (did you mean \"checkout\"?)"
        )
        #expect(
            problem("group_errors of pay == 0")
                == "s.yaml:8:30: group_errors is of a group or an until, and none is called \"pay\" (there are: checkout)"
        )
        #expect(problem("p95 group_time < 1s") == "s.yaml:8:29: say of which group or until: group_time of checkout")
        #expect(
            problem("group_time of checkout < 1s")
                == "s.yaml:8:14: say which group_time: min, mean, max or a percentile such as p95")
        #expect(
            problem("max rounds of checkout < 1s") == "s.yaml:8:39: expected a number such as 1 or 0.5, found \"1s\"")
        #expect(
            problem("p95 group_time of x < 1s", "{get: /}")
                == "s.yaml:8:32: group_time is of a group or an until, and there is none")
    }

    @Test("A drill's audited write can't be repeated: an iteration has one id for it")
    func audit() {
        let text = """
            name: tiny
            target: http://127.0.0.1:8080
            services: {primary: {command: [sleep, "60"]}}
            flows:
              order:
                steps:
                  - repeat: 2
                    steps: [{name: place, post: /orders, json: {id: "${write.id}"}}]
            load: [{users: 1, for: 60s}]
            drill:
              timeline: [{at: 10s, fault: kill primary}, {at: 20s, restore: primary}]
              audit: {write: place, read: {get: "/orders/${write.id}"}}
            """
        #expect(
            problems(text).contains(
                "s.yaml:12:11: the step \"place\" is repeated within an iteration, which has one ${write.id}: its second write would look like a duplicate"
            ))
    }
}
