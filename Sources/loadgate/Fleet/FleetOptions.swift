import ArgumentParser
import Foundation
import Loadgate
import Measures
import Scenarios

/// What all engines are told: which scenario, how many workers, which load, for how long.
struct FleetOptions: ParsableArguments {
    @OptionGroup var carriedOut: RequestOptions

    @Option(help: ArgumentHelp("Allow load to this host besides loopback; repeatable.", valueName: "host"))
    var authorise: [String] = []

    @Option(
        help: ArgumentHelp("How many reactors each worker has. (default: as many as its processors)", valueName: "n"))
    var reactors: Int?

    @Option(
        help: ArgumentHelp(
            "How long the workers wait for each other. (default: 60s, for pods 10m)", valueName: "duration"))
    var fleetWait: String?

    @Option(help: ArgumentHelp("How far apart the starts of the workers may be.", valueName: "duration"))
    var maxSkew = "100ms"

    @Option(
        help: ArgumentHelp(
            "How long the job may take before the engine ends it. (default: the scenario's length and some minutes)",
            valueName: "duration"))
    var time: String?

    func validate() throws {
        if let reactors, !(1...256 ~= reactors) { throw ValidationError("--reactors wants 1 to 256, got \(reactors)") }
        guard OptionValue.seconds(maxSkew) != nil else {
            throw ValidationError("--max-skew wants a duration such as 250ms, got '\(maxSkew)'")
        }
        if let fleetWait, !(OptionValue.seconds(fleetWait).map { $0 <= 86_400 } ?? false) {
            throw ValidationError("--fleet-wait wants a duration up to 24h such as 5m, got '\(fleetWait)'")
        }
        if let time, !(OptionValue.seconds(time).map { 60...8_640_000 ~= $0 } ?? false) {
            throw ValidationError("--time wants a duration from 1m to 100 days such as 30m, got '\(time)'")
        }
    }

    /// The job that an engine is to carry out.
    ///
    /// - Parameters:
    ///   - patience: How long workers wait for each other where nothing is said, in seconds.
    ///   - reactors: How many reactors a worker has where nothing is said.
    func job(_ file: String, workers: Int, patience: Double, reactors: Int) throws -> FleetJob {
        guard 1...10_000 ~= workers else { throw ValidationError("--workers wants 1 to 10000, got \(workers)") }
        let patience = fleetWait.flatMap(OptionValue.seconds) ?? patience
        var job = try FleetJob(
            carriedOut.request(file), workers: workers, patience: patience, limit: time.flatMap(OptionValue.seconds))
        for host in authorise { job.options += ["--authorise", host] }
        job.options += [
            "--reactors", "\(self.reactors ?? reactors)", "--fleet-wait", fleetWait ?? "\(Int(patience))s",
        ]
        job.mergeOptions = ["--max-skew", maxSkew]
        if job.isLocal, workers > 1 {
            Console.note("loadgate: the target is loopback, which on each node is that node itself (a warning)")
        }
        return job
    }
}
