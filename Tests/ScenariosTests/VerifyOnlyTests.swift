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
        #expect(scenario.usesServices)
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
                "s.yaml:1:1: missing key \"load\" (a scenario without flows and load needs \"verify\", or \"probes\" and \"objectives\")",
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
        let object = try JSONSerialization.jsonObject(with: Data(ScenarioSchema.json(.all).utf8))
        let schema = try #require(object as? [String: Any])
        #expect(schema["required"] as? [String] == ["name"])
        #expect(
            schema["anyOf"] as? [[String: [String]]] == [
                ["required": ["flows", "load"]], ["required": ["verify"]], ["required": ["probes", "objectives"]],
            ])
        #expect(
            schema["dependentRequired"] as? [String: [String]]
                == [
                    "flows": ["load", "target"], "load": ["flows"], "login": ["flows"], "baseline": ["load"],
                    "watch": ["probes"], "drill": ["load"], "proxies": ["drill"], "names": ["drill"],
                ])
    }

    private static let probes = "probes: {pool: {command: [echo, \"3\"]}}"
    private static let objectives = "objectives: [max pool < 5]"

    @Test("Probes alone are watched for 60 s, or as long as the file or the command line says")
    func probesAlone() throws {
        let plain = try read(file(Self.probes, Self.objectives))
        #expect(plain.watch == .seconds(60) && plain.usesServices && plain.load.isEmpty)
        var given = try read(file(Self.probes, "watch: 90s", Self.objectives))
        #expect(given.watch == .seconds(90))
        try given.override(duration: "5s")
        #expect(given.watch == .seconds(5))
        #expect(throws: InvalidScenario.self) { try given.override(rate: "5/s") }
        // Verifications ask for probes by themselves: nothing is watched unless it is said.
        #expect(try read(file(Self.probes, Self.verify)).watch == nil)
        #expect(try read(file(Self.probes, Self.verify, "watch: 2s", Self.objectives)).watch == .seconds(2))
    }

    @Test("Probes alone need objectives, a length where verifications stand beside them, and no load")
    func probeProblems() {
        #expect(
            problems(file(Self.probes)) == [
                "s.yaml:1:1: missing key \"objectives\": probes alone show numbers, objectives judge them"
            ])
        #expect(
            problems(file(Self.probes, Self.verify, Self.objectives)) == [
                "s.yaml:5:1: \"max pool < 5\" needs a probe that is read over time: say how long, for example \"watch: 60s\""
            ])
        #expect(
            problems(file(Self.probes, "objectives: [errors == 0]")) == [
                "s.yaml:4:1: \"errors == 0\" needs load to be measured, and the scenario has none"
            ])
        let load = ["load: [{users: 1, for: 1s}]", "flows: {main: {steps: [{get: /}]}}", "watch: 5s"]
        #expect(
            problems(file(Self.probes, load[0], load[1], load[2])) == [
                "s.yaml:6:1: \"watch\" is for scenarios without load: beside load, probes are read as long as it lasts"
            ])
        #expect(
            problems(file(Self.verify, "watch: 5s")) == [
                "s.yaml:4:1: \"watch\" needs \"probes\" beside it: it is how long they are read"
            ])
    }

    @Test("A target is needed where a request may go to it, and only there")
    func target() {
        func missing(_ lines: String...) -> Bool {
            problems((["name: tiny"] + lines).joined(separator: "\n")).contains {
                $0.hasSuffix("missing key \"target\"")
            }
        }
        #expect(!missing("verify: [{credentials: {paths: [.]}}]"))
        #expect(!missing(Self.probes, Self.objectives))
        #expect(!missing("probes: {pool: {get: \"http://127.0.0.1:9/metrics\"}}", Self.objectives))
        #expect(missing("probes: {pool: {get: /metrics}}", Self.objectives))
        #expect(missing("verify: [{credentials: {paths: [.]}}, {headers: {paths: [/]}}]"))
        #expect(missing("load: [{users: 1, for: 1s}]", "flows: {main: {steps: [{get: /}]}}"))
        #expect(missing("description: nothing else"))
    }
}
