import Testing

@testable import Scenarios

/// Several loads at once, and stages that send nothing.
@Suite("Loads in a scenario") struct LoadReadingTests {
    /// A scenario with three flows, of which `browse` has two steps.
    private func scenario(_ load: String, _ more: String = "") -> String {
        """
        name: loads
        target: http://127.0.0.1:8080
        flows:
          browse: {weight: 3, steps: [{name: list, get: /}, {name: show, get: /1}]}
          estimate: {steps: [{name: estimate, get: /e}]}
          order: {steps: [{name: place, post: /o}]}
        load:
        \(load)
        \(more)
        """
    }

    @Test("Each load has its name, its flows, its offset and its stages; flows belong to the loads that run them")
    func named() throws {
        let scenario = try read(
            scenario(
                """
                  readers: {flows: [browse, estimate], stages: [{arrivals: 50/s, for: 60s}]}
                  spike: {flows: [browse], start: 20s, max_users: 50, stages: [{arrivals: 0/s to 300/s, for: 5s}]}
                  writers: {flows: [order], stages: [{users: 5, for: 30s}, {iterations: 10, users: 2}]}
                """))
        #expect(scenario.loads.map(\.name) == ["readers", "spike", "writers"])
        #expect(scenario.loads.map(\.start) == [.zero, .seconds(20), .zero])
        #expect(scenario.loads.map(\.maxUsers) == [nil, 50, nil])
        #expect(scenario.loads.map(scenario.maxUsers) == [10_000, 50, 10_000])
        // 20 s + 5 s; iterations have no end that is known.
        #expect(scenario.loads.map(\.end) == [.seconds(60), .seconds(25), nil])
        #expect(scenario.flows.map(\.name) == ["browse", "estimate", "browse", "order"])
        #expect(scenario.flows.map(\.load) == ["readers", "readers", "spike", "writers"])
        #expect(scenario.flows.map(\.weight) == [3, 1, 3, 1])
        #expect(scenario.loadsOfFlows == [0, 0, 1, 2])
        #expect(scenario.loadsOfSteps == [0, 0, 0, 1, 1, 2])
        // Only what several loads run needs the load's name beside its own.
        #expect(scenario.flowLabels == ["browse [readers]", "estimate", "browse [spike]", "order"])
        #expect(
            scenario.stepLabels
                == ["list [readers]", "show [readers]", "estimate", "list [spike]", "show [spike]", "place"])
        #expect(scenario.load.count == 4)
    }

    @Test("Without flows a load runs all of them; a list of stages is one load without a name, as ever")
    func all() throws {
        let scenario = try read(scenario("  a: {stages: [{users: 1, for: 1s}]}"))
        #expect(scenario.flows.map(\.load) == ["a", "a", "a"])
        #expect(scenario.hasNamedLoads && scenario.flowLabels == ["browse", "estimate", "order"])
        let plain = try read(self.scenario("  - {users: 1, for: 1s}"))
        #expect(plain.loads == [Load(stages: plain.load)])
        #expect(!plain.hasNamedLoads && plain.flows.allSatisfy { $0.load == nil })
        #expect(plain.loadsOfSteps == [0, 0, 0, 0])
    }

    @Test("A login belongs to the users of each load")
    func login() throws {
        let scenario = try read(
            scenario(
                """
                  a: {flows: [browse, estimate], stages: [{users: 1, for: 1s}]}
                  b: {flows: [order], stages: [{users: 1, for: 1s}]}
                """, "login: [{name: sign-in, post: /login}]"))
        #expect(scenario.flowsAndLogin.map(\.load) == ["a", "a", "b", "a", "b"])
        #expect(scenario.stepLabels.suffix(2) == ["sign-in [a]", "sign-in [b]"])
        #expect(scenario.steps.count == 4 + 2)
    }

    @Test("Stages may send nothing, but not all that are measured")
    func idle() throws {
        for stages in ["{arrivals: 0/s, for: 5s}", "{arrivals: 0/s to 0/s, for: 5s}", "{users: 0, for: 5s}"] {
            let scenario = try read(minimal().replacing("{users: 1, for: 1s}", with: "{users: 1, for: 1s}, \(stages)"))
            #expect(scenario.load.map(\.isIdle) == [false, true])
        }
        for stage in ["{arrivals: 0/s to 5/s, for: 5s}", "{users: 5 to 0, for: 5s}"] {
            #expect(try read(minimal().replacing("{users: 1, for: 1s}", with: stage)).load.map(\.isIdle) == [false])
        }
        #expect(
            problems(minimal().replacing("{users: 1, for: 1s}", with: "{arrivals: 0/s, for: 1s}")) == [
                "s.yaml:4:7: no stage sends anything: nothing would be measured"
            ])
        let beside = "{users: 1, for: 1s, warmup: true}, {users: 0, for: 1s}"
        #expect(
            problems(minimal().replacing("{users: 1, for: 1s}", with: beside)) == [
                "s.yaml:4:7: every stage is a warm-up or sends nothing: nothing would be measured"
            ])
    }

    @Test("Everything that is wrong with loads is told at once, each at its place, with a suggestion")
    func wrong() {
        let text = scenario(
            """
              readers: {flows: [brwose, browse, browse], stages: [{arrivals: 50, for: 60s}]}
              "two words": {flows: [order], stages: [{users: 1, for: 1s}]}
              spike: {flow: [estimate], starts: 20s, stages: []}
              late: {flows: [], start: -5s, max_users: 3, stages: [{users: 4, for: 1s}]}
              none: {flows: [estimate]}
            """)
        #expect(
            problems(text) == [
                "s.yaml:8:21: no flow is called \"brwose\" (did you mean \"browse\"?)",
                "s.yaml:8:37: the flow \"browse\" is there already: its weight says how often it is run",
                "s.yaml:8:66: \"50\" lacks a unit: expected a rate such as 50/s, 100/min, 10/h",
                "s.yaml:9:3: \"two words\" is not a name for a load: it has letters, digits and - _ . only, 64 bytes at most",
                "s.yaml:10:11: unknown key \"flow\" (did you mean \"flows\"?)",
                "s.yaml:10:29: unknown key \"starts\" (did you mean \"start\"?)",
                "s.yaml:10:50: expected at least one stage of load",
                "s.yaml:11:17: expected at least one flow",
                "s.yaml:11:28: expected a duration such as 250ms, 10s, 5m, found \"-5s\"",
                "s.yaml:11:64: 4 users are more than limits.max_users allows (3)",
                "s.yaml:12:9: missing key \"stages\"",
            ])
    }

    @Test("A flow that no load runs, loads that measure nothing, and loads of no kind are refused")
    func useless() {
        #expect(
            problems(scenario("  a: {flows: [browse, estimate], stages: [{users: 1, for: 1s}]}")) == [
                "s.yaml:6:3: no load runs the flow \"order\": name it in the flows of a load, or leave it out"
            ])
        #expect(
            problems(
                scenario("  a: {stages: [{users: 0, for: 1s}]}\n  b: {stages: [{users: 1, for: 1s, warmup: true}]}"))
                == [
                    "s.yaml:8:3: every stage of every load is a warm-up or sends nothing: nothing would be measured"
                ])
        #expect(problems(scenario("  {}")) == ["s.yaml:8:3: expected at least one load"])
        // What was meant as a stage is told so, not taken for loads called arrivals and for.
        #expect(
            problems(scenario("  {arrivals: 20/s, for: 10s}")) == [
                "s.yaml:8:3: expected a list of stages, found a mapping"
            ])
        #expect(
            problems(minimal().replacing("[{users: 1, for: 1s}]", with: "{a: {stages: [{users: 1, for: 1s}]}, a: {}}"))
                .contains { $0.contains("\"a\"") })
    }

    @Test("Objectives select a load by its name")
    func selectors() throws {
        let loads = """
              readers: {flows: [browse, estimate], stages: [{arrivals: 50/s, for: 60s}]}
              writers: {flows: [order], stages: [{users: 5, for: 30s}]}
            """
        let scenario = try read(
            scenario(
                loads,
                """
                objectives:
                  - p95 response_time of load readers < 200ms
                  - errors of load writers == 0
                  - dropped of load readers <= 3
                  - p95 iteration_time of load writers < 1s in any 10s
                """))
        #expect(scenario.objectives.map(\.selector) == ["readers", "writers", "readers", "writers"].map { .load($0) })
        let wrong = [
            ("errors of load reders == 0", "15: no load is called \"reders\" (did you mean \"readers\"?)"),
            ("errors of load x == 0", "15: no load is called \"x\" (there are: readers, writers)"),
            ("errors of readers == 0", "15: \"readers\" is a load (did you mean \"of load readers\"?)"),
            ("reconnects of load readers == 0", "19: reconnects is not measured of a load: it is of all of them"),
        ]
        for (objective, problem) in wrong {
            #expect(
                problems(self.scenario(loads, "objectives:\n  - \(objective)")) == ["s.yaml:11:\(problem)"],
                "\(objective)")
        }
        #expect(
            problems(minimal("objectives: [errors of load main == 0]")) == [
                "s.yaml:5:24: the load has no name: write it as {main: {stages: […]}} to select it"
            ])
    }

    @Test("A step that was called so before loads had names is still meant by it")
    func olderNames() throws {
        let text = minimal("objectives: [errors of load x == 0]").replacing("name: home", with: "name: load x")
        #expect(try read(text).objectives[0].selector == .name("load x"))
    }

    @Test("--rate and --for change the only load there is, and are refused where there are several")
    func overrides() throws {
        var one = try read(
            scenario("  a: {start: 2s, stages: [{arrivals: 5/s, for: 1s}, {arrivals: 0/s, for: 1s}]}"))
        try one.override(rate: "9/s", duration: "3s")
        // What sends nothing goes on sending nothing.
        #expect(
            one.loads == [
                Load(
                    name: "a", start: .seconds(2),
                    stages: [
                        .arrivals(ArrivalStage(from: 9, to: 9, duration: .seconds(1))),
                        .arrivals(ArrivalStage(from: 0, to: 0, duration: .seconds(3))),
                    ])
            ])
        var two = try read(scenario("  a: {stages: [{users: 1, for: 1s}]}\n  b: {stages: [{users: 1, for: 1s}]}"))
        #expect(throws: InvalidScenario.self) { try two.override(duration: "3s") }
        #expect(throws: InvalidScenario.self) { try two.override(rate: "3/s") }
        let before = two.loads
        try two.override()
        #expect(two.loads == before)
    }

    @Test("A fault that comes while nothing is sent is warned of")
    func idleFault() throws {
        let text = scenario(
            """
              a: {stages: [{arrivals: 5/s, for: 20s}, {arrivals: 0/s, for: 20s}, {users: 1, for: 20s}]}
              b: {flows: [order], start: 30s, stages: [{users: 0, for: 5s}, {users: 1, for: 5s}]}
            """,
            "services: {app: {command: [app]}}\n"
                + "drill: {timeline: [{at: 15s, fault: stop app}, {at: 21s, restore: app}, {at: 34s, fault: pause app}]}"
        )
        let told = try read(text).warnings.map(\.message)
        #expect(told == ["no load is sent at 34s, so nothing will show what the fault does"])
    }

    @Test("A write that is audited is sent by one load only")
    func audited() {
        let audit =
            "drill: {timeline: [{at: 12s, fault: stop app}], audit: {write: place, read: {get: \"/o/${write.id}\"}}}"
        let text = scenario(
            """
              a: {stages: [{users: 1, for: 60s}]}
              b: {stages: [{users: 1, for: 60s}]}
            """, "services: {app: {command: [app]}}\n\(audit)"
        ).replacing("post: /o", with: "post: \"/o/${write.id}\"")
        #expect(
            problems(text).contains {
                $0.contains("several loads send the step \"place\": give its flow to one of them")
            }, "\(problems(text))")
    }
}
