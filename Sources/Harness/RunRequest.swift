import Foundation
import Generator
import Reports
public import Scenarios

/// A scenario file that is to be carried out, with what is said of it elsewhere.
public struct RunRequest: Sendable {
    /// The scenario's file.
    public var file: String
    /// Where the load goes instead of the scenario's target; services marked `unless: --target` are not started then.
    public var target: String?
    /// The rate of all measured arrival stages instead of theirs, such as `500/s`.
    public var rate: String?
    /// The length of the last stage instead of its own, such as `30s`.
    public var duration: String?
    /// The parts to carry out: `load`, `verify`, `verify.NAME`; empty: all.
    public var only: [String] = []
    /// The environment that `${env:…}` sees.
    public var environment: [String: String] = ProcessInfo.processInfo.environment
    /// How the scenario's drill is carried out; nil: the scenario must have none, so that nothing is broken unasked.
    public var drill: DrillRequest?
    /// Whether the run is compared with the scenario's baseline.
    public var comparesWithBaseline = true

    /// Makes a request of a file as it is.
    public init(file: String) { self.file = file }

    /// Carries it out, and returns at its end.
    ///
    /// - Throws: `InvalidScenario` with all problems; what keeps the run from beginning (`Destinations.NotAuthorised`,
    ///   `Destinations.Unreachable`, `ServiceFailure`, `UnusableRunSetting`, `SystemError` …); `Interrupted`.
    public func run(
        settings: RunSettings = RunSettings(), interruption: Interruption = Interruption(),
        listener: any RunListener = SilentListener(), kinds: Kinds = .standard
    ) throws -> RunOutcome {
        let read = try ScenarioFile(path: file, target: target, environment: environment)
            .read(interruption, listener, kinds)
        var scenario = read.scenario
        try scenario.override(rate: rate, duration: duration)
        try scenario.keepOnly(only)
        for objective in scenario.objectives where objective.measure == .capacity {
            listener.note("\(objective.source) is judged by loadgate capacity, not by a run")
        }
        scenario.objectives.removeAll { $0.measure == .capacity }
        scenario.takeDefaultObjective()
        if target != nil { scenario.services.removeAll(where: \.unlessTarget) }
        try checkDrill(&scenario)
        let placement =
            comparesWithBaseline && !scenario.load.isEmpty
            ? try scenario.baseline.map { try RunPlacement($0, scenario: file, onProblem: listener.problem) } : nil
        return try Session(
            scenario: scenario, file: file, digest: Digest.sha256(Data(read.text.utf8)), text: read.text,
            environment: environment, settings: settings, interruption: interruption, listener: listener, kinds: kinds,
            drillRequest: drill, placement: placement
        ).run()
    }

    /// A drill is carried out only where it was asked for.
    private func checkDrill(_ scenario: inout Scenario) throws {
        if scenario.drill == nil {
            if drill != nil {
                throw UnusableRunSetting(description: "\(file) has no section drill: there is nothing to break")
            }
        } else if drill == nil {
            // Parts of it are carried out with everything whole.
            guard !only.isEmpty else {
                throw UnusableRunSetting(
                    description: "\(file) breaks things: carry it out with loadgate drill \(file)")
            }
            scenario.drill = nil
        }
    }
}

extension Scenario {
    /// Carries out a scenario that stands in no file, and returns at its end; otherwise as
    /// ``RunRequest/run(settings:interruption:listener:kinds:)``.
    public func run(
        settings: RunSettings = RunSettings(), interruption: Interruption = Interruption(),
        listener: any RunListener = SilentListener()
    ) throws -> RunOutcome {
        listener.didRead(self)
        return try Session(
            scenario: self, file: nil, digest: nil, environment: [:], settings: settings, interruption: interruption,
            listener: listener, kinds: .standard
        ).run()
    }
}
