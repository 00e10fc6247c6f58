import ArgumentParser
import Foundation
import Loadgate
import Reports
import Scenarios

/// What `gate --capacity` and `baseline record --capacity` have in common: a search in the place of runs.
struct CapacitySearchOptions: ParsableArguments {
    @Flag(
        help: ArgumentHelp(
            "The scenario's capacity in the place of runs: --rate is the first rate, --for how long a rate is measured at most."
        ))
    var capacity = false

    @Option(help: ArgumentHelp("Of a search for a capacity: no higher rate is sent.", valueName: "rate"))
    var upTo = "10000/s"

    @OptionGroup var search: SearchOptions

    /// Carries a search out.
    ///
    /// - Parameters:
    ///   - what: Part of its folder's name: `reports/<name>-<what>-<time>`.
    ///   - baseline: What to compare with; nothing is sent where that can't be.
    func run(_ file: String, _ series: SeriesOptions, baseline: String? = nil, _ interruption: Interruption) throws
        -> RunOutcome
    {
        var request = CapacityRequest(file: file)
        search.apply(to: &request)
        request.target = series.load.target
        request.to = upTo
        request.from = series.load.rate
        if let length = series.load.duration { request.length = length }
        request.baseline = baseline
        request.needsComparison = true
        request.environment = series.values.environment
        return try request.run(
            settings: try series.runSettings(in: request.environment), interruption: interruption,
            listener: TerminalListener(isQuiet: series.quiet, isLive: false))
    }
}
