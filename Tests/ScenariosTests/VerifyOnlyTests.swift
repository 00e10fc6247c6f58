import Foundation
import Testing

@testable import Scenarios

@Suite struct VerifyOnlyTests {
    private func file(_ lines: String...) -> String {
        (["name: tiny", "target: http://127.0.0.1:8080"] + lines).joined(separator: "\n")
    }

    private static let verify = "verify: [{headers: {paths: [/]}}]"

    @Test("A scenario that only verifies needs no flows and no load")
    func verifies() throws {
        let scenario = try read(file(Self.verify))
        #expect(scenario.load.isEmpty && scenario.flows.isEmpty && scenario.verifications.count == 1)
        #expect(scenario.usesTarget)
    }

    @Test("What needs load or flows says so")
    func needs() {
        let load = "load: [{users: 1, for: 1s}]"
        let flows = "flows: {main: {steps: [{get: /}]}}"
        #expect(problems(file(flows)) == ["s.yaml:3:1: missing key \"load\": without load no flow is run"])
        #expect(problems(file(load)) == ["s.yaml:1:1: missing key \"flows\": load is iterations through them"])
        #expect(
            problems(file(flows, Self.verify)) == ["s.yaml:3:1: missing key \"load\": without load no flow is run"])
        #expect(
            problems(file(Self.verify, "objectives: [errors == 0]")) == [
                "s.yaml:4:1: \"errors == 0\" needs load to be measured, and the scenario has none"
            ])
        #expect(
            problems(file(Self.verify, "login: [{get: /}]", "baseline: {file: b.json}")) == [
                "s.yaml:4:1: \"login\" needs \"flows\" and \"load\" beside it",
                "s.yaml:5:1: \"baseline\" needs \"flows\" and \"load\" beside it",
            ])
        #expect(
            problems(file("verify: []")) == [
                "s.yaml:1:1: missing key \"flows\"",
                "s.yaml:1:1: missing key \"load\" (a scenario without flows and load needs \"verify\")",
            ])
    }

    @Test("--only, --rate and --for refuse the load that isn't there")
    func commandLine() throws {
        var scenario = try read(file(Self.verify))
        #expect(throws: InvalidScenario.self) { try scenario.keepOnly(["load"]) }
        #expect(throws: InvalidScenario.self) { try scenario.override(rate: "5/s") }
        #expect(throws: InvalidScenario.self) { try scenario.override(duration: "5s") }
        try scenario.keepOnly(["verify"])
        try scenario.override()
    }

    @Test("The schema asks for flows and load, or verify")
    func schema() throws {
        let object = try JSONSerialization.jsonObject(with: Data(ScenarioSchema.json.utf8))
        let schema = try #require(object as? [String: Any])
        #expect(schema["required"] as? [String] == ["name", "target"])
        #expect(
            schema["anyOf"] as? [[String: [String]]] == [["required": ["flows", "load"]], ["required": ["verify"]]])
        #expect(
            schema["dependentRequired"] as? [String: [String]]
                == ["flows": ["load"], "load": ["flows"], "login": ["flows"], "baseline": ["load"]])
    }
}
