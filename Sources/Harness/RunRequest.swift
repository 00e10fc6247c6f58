import ChildProcesses
import Foundation
import Generator
import Reports
public import Scenarios
import SecretsManager

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
        // While this process is small, so that its keeper is.
        ProcessKeeper.prepare()
        let reader = ScenarioReader(
            environment: environment,
            secretSource: ManagedSecrets.source(environment: environment) { interruption.happened },
            kinds: VerificationKinds(kinds.verifications))
        // Once: a file that changes meanwhile must not give the digest of another content.
        let text = try reader.text(ofFile: file)
        var scenario = try reader.read(text, file: file, target: target)
        listener.didRead(scenario)
        for warning in scenario.warnings { listener.note("\(warning) (a warning)") }
        try scenario.override(rate: rate, duration: duration)
        try scenario.keepOnly(only)
        scenario.takeDefaultObjective()
        if target != nil { scenario.services.removeAll(where: \.unlessTarget) }
        let placement =
            comparesWithBaseline && !scenario.load.isEmpty
            ? try scenario.baseline.map { try RunPlacement($0, scenario: file, onProblem: listener.problem) } : nil
        return try Session(
            scenario: scenario, file: file, digest: Digest.sha256(Data(text.utf8)), text: text,
            environment: environment, settings: settings, interruption: interruption, listener: listener, kinds: kinds,
            placement: placement
        ).run()
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
