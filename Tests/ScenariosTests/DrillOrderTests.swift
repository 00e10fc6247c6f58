import Testing

@testable import Scenarios

@Suite("What a drill breaks, in its order") struct DrillOrderTests {
    private func found(_ timeline: String..., objectives: String = "[]", drill: String = "") -> [String] {
        problems(
            """
            name: d
            target: http://127.0.0.1:9000
            services: {primary: {command: [app]}}
            proxies: {database: {listen: 127.0.0.1:15432, upstream: 127.0.0.1:5432}}
            flows: {main: {steps: [{name: one, post: "/orders\(drill.isEmpty ? "" : "/${write.id}")"}]}}
            load: [{arrivals: 10/s, for: 60s}]
            objectives: \(objectives)
            drill:
              \(drill)
              timeline:
            \(timeline.map { "    - \($0)" }.joined(separator: "\n"))
            """)
    }

    @Test("A service that is broken is not broken again before it is restored, by its name or the fault's")
    func twice() {
        let kill = "{at: 12s, fault: kill primary}"
        #expect(
            found(kill, "{at: 20s, fault: pause primary}") == [
                "s.yaml:12:7: \"primary\" is broken already: restore it first"
            ])
        #expect(found(kill, "{at: 15s, restore: primary}", "{at: 20s, fault: pause primary}") == [])
        let named = "{at: 12s, name: first, fault: kill primary}"
        #expect(found(named, "{at: 15s, restore: first}", "{at: 20s, fault: kill primary}") == [])
        #expect(found(named, "{at: 15s, restore: primary}", "{at: 20s, fault: kill primary}") == [])
        #expect(found(named, "{at: 20s, name: second, fault: kill primary}").count == 1)
        // Restored once, nothing is left to restore.
        #expect(
            found(named, "{at: 15s, restore: first}", "{at: 20s, restore: primary}") == [
                "s.yaml:13:7: nothing called \"primary\" is broken by then"
            ])
    }

    @Test("A restart leaves nothing broken, and of a proxy several faults may be in force") func several() {
        #expect(found("{at: 12s, fault: restart primary}", "{at: 20s, fault: kill primary}") == [])
        #expect(
            found("{at: 12s, fault: restart primary}", "{at: 20s, restore: primary}") == [
                "s.yaml:12:7: nothing called \"primary\" is broken by then"
            ])
        #expect(
            found(
                "{at: 12s, fault: latency database 1s}", "{at: 13s, fault: bandwidth database 1KiB/s}",
                "{at: 20s, restore: database}") == [])
    }

    @Test(
        "A fault that can have no effect is refused",
        arguments: [
            ("latency database 0s", "expected a duration above 0s, found \"0s\""),
            ("slow_close database 0s", "expected a duration above 0s, found \"0s\""),
            ("blackhole database toxicity 0%", "a toxicity of 0% strikes no connection: expected more than 0%"),
        ])
    func nothing(fault: String, problem: String) {
        let found = found("{at: 12s, fault: \(fault)}")
        #expect(found.count == 1 && found[0].hasSuffix(problem), "\(found)")
    }

    @Test("Measures of a drill have no windows and end no run; duplicates are counted where the read tells them")
    func measures() {
        let kill = "{at: 12s, fault: kill primary}"
        #expect(
            found(kill, objectives: "[rto < 30s in any 10s]") == [
                "s.yaml:7:24: rto is measured once in a drill, not in any window"
            ])
        let abort = found(kill, objectives: "[{objective: rto < 30s, abort: after 5s}]")
        #expect(abort.count == 1 && abort[0].hasSuffix("can't end it: the drill's limits can"), "\(abort)")
        func audit(_ more: String) -> String {
            "audit: {write: one, read: {get: \"/orders/${write.id}\"\(more)}}"
        }
        let untold = found(kill, objectives: "[duplicates == 0]", drill: audit(""))
        #expect(untold.count == 1 && untold[0].contains("\"duplicates == 0\" needs \"applied\""), "\(untold)")
        #expect(found(kill, objectives: "[duplicates == 0]", drill: audit(", applied: json $.count")) == [])
    }
}
