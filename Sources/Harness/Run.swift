import Dispatch
public import Reports

/// Runs a scenario file and gives its result: `let result = try await Loadgate.run("signoff.yaml")`.
///
/// A run that fails its objectives is no error: look at `result.verdict`. A task that is cancelled ends the load in order, and
/// its result is marked partial. The results' folder is `reports/<name>-<time>` unless `settings.out` names another.
///
/// - Parameters:
///   - file: The scenario's file.
///   - target: Where the load goes instead of the scenario's target.
///   - values: Values for `${env:NAME}`, besides those of the environment.
///   - only: The parts to carry out: `load`, `verify`, `verify.NAME`; empty: all.
/// - Throws: What keeps the run from beginning; see ``RunRequest/run(settings:interruption:listener:kinds:)``.
public func run(
    _ file: String, target: String? = nil, values: [String: String] = [:], only: [String] = [],
    settings: RunSettings = RunSettings(), listener: any RunListener = SilentListener(), kinds: Kinds = .standard
) async throws -> RunResult {
    var request = RunRequest(file: file)
    request.target = target
    request.only = only
    request.environment.merge(values) { _, value in value }
    let interruption = Interruption()
    return try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { [request] continuation in
            // A run takes a thread for itself until it ends, so it may not take one of the tasks'.
            DispatchQueue(label: "loadgate.run").async {
                continuation.resume(
                    with: Result {
                        try request.run(
                            settings: settings, interruption: interruption, listener: listener, kinds: kinds
                        ).result
                    })
            }
        }
    } onCancel: {
        interruption.interrupt()
    }
}
