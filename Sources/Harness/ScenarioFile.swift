import ChildProcesses
import Reports
import Scenarios
import SecretsManager

/// The scenario file of a request, read once: a file that changes meanwhile must not give the digest of another content.
struct ScenarioFile {
    var path: String
    /// Where the load goes instead of the scenario's target.
    var target: String?
    /// The environment that `${env:…}` sees.
    var environment: [String: String]

    /// Reads it, and tells the listener. The secrets that it names are asked for meanwhile.
    func read(
        _ interruption: Interruption, _ listener: any RunListener, _ kinds: Kinds
    ) throws -> (scenario: Scenario, text: String) {
        // While this process is small, so that its keeper is.
        ProcessKeeper.prepare()
        let reader = ScenarioReader(
            environment: environment,
            secretSource: ManagedSecrets.source(environment: environment) { interruption.happened },
            kinds: kinds.ofScenarios)
        let text = try reader.text(ofFile: path)
        let scenario = try reader.read(text, file: path, target: target)
        listener.didRead(scenario)
        for warning in scenario.warnings { listener.note("\(warning) (a warning)") }
        return (scenario, text)
    }
}
