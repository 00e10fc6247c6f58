public import ArgumentParser
import Loadgate
public import Measures

/// What the threads that send are told, and where they may send to.
struct SendingOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How many reactors carry the load. (default: one per usable processor)", valueName: "n"))
    var reactors: Int?

    @Option(
        help: ArgumentHelp(
            "Scheduling of the threads that send: auto (real-time where granted), realtime (or no run) or normal."))
    var scheduling: SchedulingMode = .auto

    @Option(help: ArgumentHelp("Allow load to this host besides loopback; repeatable.", valueName: "host"))
    var authorise: [String] = []

    func validate() throws {
        if let reactors, !(1...256 ~= reactors) { throw ValidationError("--reactors wants 1 to 256, got \(reactors)") }
    }

    func apply(to settings: inout RunSettings) {
        settings.reactors = reactors
        settings.scheduling = scheduling
        settings.authorised = authorise
    }
}

extension SchedulingMode: ExpressibleByArgument {}
