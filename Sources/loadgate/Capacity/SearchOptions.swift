import ArgumentParser
import Loadgate

/// How a capacity is looked for, besides the rates and the length of a measurement.
struct SearchOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Of a search for a capacity: how long it may take in all.", valueName: "duration"))
    var within = "10m"

    @Option(
        help: ArgumentHelp(
            "Of a search for a capacity: how long a rate is sent before it is measured.", valueName: "duration"))
    var settle = "2s"

    @Option(
        help: ArgumentHelp(
            "Of a search for a capacity: how near a rate that holds and one that does not have to come.",
            valueName: "ratio"))
    var resolution = "3%"

    @Flag(help: "Of a search for a capacity: don't overload the target at the end.")
    var noOverload = false

    /// Asks for a search by these options.
    func apply(to request: inout CapacityRequest) {
        request.within = within
        request.settle = settle
        request.resolution = resolution
        request.looksForHysteresis = !noOverload
    }
}
