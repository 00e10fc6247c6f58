import Testing

@testable import Scenarios

@Suite struct RunPartsTests {
    private static let text = """
        name: parts
        target: http://127.0.0.1:1
        flows: {main: {steps: [{get: /}]}}
        load: [{arrivals: 1/s, for: 1s}]
        verify:
          - cors: {path: /, allow: ["https://app.example"]}
          - cache: {name: cdn, get: "/a-${n}", catalogue: 2, requests: 4}
          - credentials: {name: source, paths: [.]}
        objectives: [p95 response_time < 1s, hit_ratio of cdn > 80%, byte_hit_ratio > 50%]
        """

    private func scenario(_ parts: [String]) throws -> Scenario {
        var scenario = try read(Self.text)
        try scenario.keepOnly(parts)
        return scenario
    }

    private func sources(_ scenario: Scenario) -> [String] { scenario.objectives.map(\.source) }

    @Test("Without parts everything is carried out")
    func all() throws {
        let scenario = try scenario([])
        #expect(scenario.verifications.map(\.name) == ["cors", "cdn", "source"])
        #expect(scenario.load.count == 1)
        #expect(scenario.objectives.count == 3)
    }

    @Test("The load alone has no objectives that only verifications could show")
    func load() throws {
        let scenario = try scenario(["load"])
        #expect(scenario.verifications.isEmpty)
        #expect(sources(scenario) == ["p95 response_time < 1s"])
    }

    @Test("Verifications alone have no objectives on latencies, and one alone only its own")
    func verifications() throws {
        let all = try scenario(["verify"])
        #expect(all.load.isEmpty)
        #expect(sources(all) == ["hit_ratio of cdn > 80%", "byte_hit_ratio > 50%"])
        let one = try scenario(["verify.cors"])
        #expect(one.verifications.map(\.name) == ["cors"])
        #expect(sources(one) == ["byte_hit_ratio > 50%"])
        #expect(one.usesServices)
        #expect(!(try scenario(["verify.source"]).usesServices))
        #expect(try scenario(["load", "verify.source"]).usesServices)
    }

    @Test("A part that isn't there is refused, with what was probably meant")
    func unknown() {
        #expect {
            _ = try scenario(["verify.cnd", "laod"])
        } throws: { error in
            (error as? InvalidScenario)?.problems.map(\.message) == [
                "--only \"verify.cnd\": the scenario has no such part (did you mean \"verify.cdn\"?)",
                "--only \"laod\": the scenario has no such part (did you mean \"load\"?)",
            ]
        }
    }

    @Test("A ratio is of a verification that is there")
    func ratios() {
        let text = Self.text.replacing("hit_ratio of cdn", with: "hit_ratio of cnd")
        #expect(
            problems(text).map { String($0.split(separator: ": ", maxSplits: 1).last ?? "") } == [
                "hit_ratio is of a cache's verification, and none is called \"cnd\" (did you mean \"cdn\"?)"
            ])
    }
}
