import ArgumentParser
import Push

/// `--push KIND=URL`
struct PushOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Push figures to a receiver each second and at the end: otlp[=URL] (OpenTelemetry) or influx=URL (InfluxDB's line "
                + "protocol); repeatable.",
            valueName: "kind=url"))
    var push: [String] = []

    /// The receivers.
    ///
    /// - Parameter environment: Where to find what `${env:NAME}` stands for, and tokens.
    func targets(in environment: [String: String]) throws -> [PushTarget] {
        do throws(UnusablePush) {
            var targets: [PushTarget] = []
            for argument in push { targets.append(try PushTarget(argument, environment: environment)) }
            return targets
        } catch {
            throw ValidationError(error.description)
        }
    }
}
