import Baselines
import Foundation
import Reports
import Scenarios

/// A scenario file whose capacity is to be found: the highest arrival rate at which every objective on its load holds.
public struct CapacityRequest: Sendable {
    /// The scenario's file.
    public var file: String
    /// Where the load goes instead of the scenario's target; services marked `unless: --target` are not started then.
    public var target: String?
    /// The first rate, such as `10/s`; nil: the highest rate of the scenario's measured load, or 10/s where that is of users.
    public var from: String?
    /// The highest rate that is sent.
    public var to = "10000/s"
    /// How long the search may take.
    public var within = "10m"
    /// How long a rate is measured at most.
    public var length = "30s"
    /// How long each rate is sent before it is measured.
    public var settle = "2s"
    /// How near a rate that holds and one that does not have to come.
    public var resolution = "3%"
    /// Whether the target is overloaded at the end.
    public var looksForHysteresis = true
    /// What to compare with: an earlier search's folder or `result.json`, or a baseline's file; nil: none.
    public var baseline: String?
    /// Whether nothing is sent where no comparison would be possible.
    public var needsComparison = false
    /// The environment that `${env:…}` sees.
    public var environment: [String: String] = ProcessInfo.processInfo.environment

    /// Makes a request of a file as it is.
    public init(file: String) { self.file = file }

    /// Carries it out, and returns at its end.
    ///
    /// - Throws: As ``RunRequest/run(settings:interruption:listener:kinds:)``; `Interrupted` where no rate was measured yet;
    ///   `UnusableReference` where there is nothing to compare with, `Incomparable` where `needsComparison`.
    public func run(
        settings: RunSettings = RunSettings(), interruption: Interruption = Interruption(),
        listener: any RunListener = SilentListener(), kinds: Kinds = .standard
    ) throws -> RunOutcome {
        let (whole, text) = try ScenarioFile(path: file, target: target, environment: environment)
            .read(interruption, listener, kinds)
        let plan = try CapacityPlan(whole, request: self)
        let before = try baseline.map { path in
            (try CapacityReference.read(path), whole.baseline?.tolerance ?? ComparisonSettings().tolerance)
        }
        if let (reference, _) = before, let difference = reference.difference(from: plan.environment) {
            let words = "this can't be compared with \(whole.secrets.redact(reference.name)): \(difference)"
            guard !needsComparison else { throw Incomparable(description: words) }
            listener.note(words)
        }
        for note in plan.notes { listener.note(note) }
        return try CapacitySession(
            plan: plan, file: file, text: text, settings: settings, interruption: interruption, listener: listener,
            kinds: kinds, environment: environment, before: before
        ).run()
    }
}
