import Foundation
import Measures
package import Scenarios

/// A load that an engine carries with several workers, told without any engine: what is run, for how long, with what at hand.
package struct FleetJob: Sendable {
    /// The scenario file, by its absolute path.
    package var file: String
    /// The scenario's name.
    package var name: String
    /// How many workers share the load.
    package var workers: Int
    /// Options of `loadgate run` that all workers get. No secrets: what they need of those is in their environment.
    package var options: [String]
    /// Options of `loadgate merge`.
    package var mergeOptions: [String] = []
    /// How long the job may take before the engine ends it, in seconds.
    package var limit: Double
    /// How long the load may go on after it was told to end, in seconds.
    package var gracefulStop: Double
    /// What the scenario needs besides its own text.
    package var inputs: ScenarioInputs

    /// What the engines give for starting the workers, merging and writing, in seconds.
    package static let margin = 120.0
    /// What verifications may take unless told, in seconds.
    private static let verifying = 300.0

    /// True where the load goes to the machine of each worker.
    package let isLocal: Bool

    /// Reads the scenario of a request, without asking any secrets manager, and holds it against the number of workers.
    ///
    /// - Parameters:
    ///   - patience: How long the workers wait for each other, in seconds.
    ///   - limit: How long the job may take; nil: as long as the scenario says, and a margin.
    /// - Throws: `InvalidScenario` with all problems; `UnusableRunSetting`.
    package init(
        _ request: RunRequest, workers: Int, patience: Double, limit: Double? = nil, kinds: Kinds = .standard
    ) throws {
        var scenario = try ScenarioReader(environment: request.environment, kinds: kinds.ofScenarios)
            .read(path: request.file, target: request.target)
        try scenario.override(rate: request.rate, duration: request.duration)
        try scenario.keepOnly(request.only)
        file = URL(fileURLWithPath: request.file).standardizedFileURL.path
        name = scenario.name
        self.workers = workers
        inputs = scenario.inputs
        guard !scenario.load.isEmpty else {
            throw UnusableRunSetting(
                description: "\(request.file) has no load to share: carry it out with loadgate run")
        }
        if scenario.drill != nil, request.only.isEmpty {
            throw UnusableRunSetting(
                description: "\(request.file) breaks things, which one process does: loadgate drill \(request.file)")
        }
        if let problem = scenario.problem(ofSegments: workers) {
            throw UnusableRunSetting(description: "--workers: \(problem)")
        }
        gracefulStop = Span(scenario.limits.gracefulStop).seconds
        if let limit {
            self.limit = limit
        } else {
            var length = 0.0
            for load in scenario.loads {
                guard let end = load.end else {
                    throw UnusableRunSetting(
                        description:
                            "--time: how long \(request.file) takes depends on its iterations: say how long the job may take"
                    )
                }
                length = max(length, Span(end).seconds)
            }
            let services = scenario.services.reduce(0) { $0 + Span($1.startTimeout).seconds }
            self.limit =
                length + services + gracefulStop + patience + Self.margin
                + (scenario.verifications.isEmpty ? 0 : Self.verifying)
        }
        options = []
        if let target = request.target {
            // It holds no password: a URL of the command line may have none.
            options += ["--target", target]
        }
        if let rate = request.rate { options += ["--rate", rate] }
        if let duration = request.duration { options += ["--for", duration] }
        for part in request.only { options += ["--only", part] }
        isLocal = scenario.targetURL.map { Self.isLoopback($0.endpoint.host) } ?? false
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host == "[::1]" || host.hasPrefix("127.")
    }
}
