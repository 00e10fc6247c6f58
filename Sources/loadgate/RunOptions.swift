public import ArgumentParser
import Foundation
import Generator
import Glibc
public import Loadgate
import Reports

/// What `loadgate run` and `loadgate URL` have in common.
struct RunOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Write the results to this folder. (default: reports/<name>-<time>)", valueName: "dir"),
        completion: .directory)
    var out: String?

    @Option(help: ArgumentHelp("How many reactors carry the load. (default: one per usable processor)", valueName: "n"))
    var reactors: Int?

    @Option(help: ArgumentHelp("Carry part i of n of the load: 0/2 and 1/2 together are all of it.", valueName: "i/n"))
    var segment: String?

    @Option(
        help: ArgumentHelp(
            "Begin the load at this time, more than a day ahead only with --yes (RFC 3339, e.g. 2026-01-31T12:00:00Z); "
                + "at once unless given.",
            valueName: "time"))
    var startAt: String?

    @Flag(help: "Wait for --start-at even where it is more than a day ahead.")
    var yes = false

    @Option(help: ArgumentHelp("Allow load to this host besides loopback; repeatable.", valueName: "host"))
    var authorise: [String] = []

    @Option(help: "What to print on standard output at the end.")
    var format: OutputFormat = .text

    @Option(
        help: ArgumentHelp(
            "Serve live metrics for Prometheus here while it runs, e.g. 127.0.0.1:9464; port 0: any free one.",
            valueName: "host:port"))
    var metrics: MetricsAddress?

    @Flag(help: "Don't show the state of the run while it goes on.")
    var noLive = false

    @Flag(name: .shortAndLong, help: "Print nothing but errors.")
    var quiet = false

    func validate() throws {
        if let reactors, !(1...256 ~= reactors) { throw ValidationError("--reactors wants 1 to 256, got \(reactors)") }
        _ = try parsedSegment
        guard let ahead = try startDate?.timeIntervalSinceNow else { return }
        if ahead < 0.02 { throw ValidationError("--start-at \(startAt ?? "") is over already") }
        if ahead > Self.furthestStart, !yes {
            throw ValidationError("--start-at \(startAt ?? "") is more than a day ahead: add --yes if it is meant")
        }
    }

    /// How far ahead the load may be told to begin without --yes, in seconds: whoever means more has mostly mistyped it.
    private static let furthestStart = 86_400.0

    /// The segment; the whole load where none was given.
    var parsedSegment: LoadRun.Segment {
        get throws {
            guard let segment else { return LoadRun.Segment() }
            let parts = segment.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
            guard parts.count == 2, let index = parts[0], let count = parts[1], count >= 1, 0..<count ~= index,
                count <= 10_000
            else { throw ValidationError("--segment wants i/n with 0 <= i < n, such as 0/2, got '\(segment)'") }
            return LoadRun.Segment(index: index, count: count)
        }
    }

    /// When the load is to begin; nil: at once.
    var startDate: Date? {
        get throws {
            guard let startAt else { return nil }
            for style in [Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true)] {
                if let date = try? style.parse(startAt) { return date }
            }
            throw ValidationError("--start-at wants a time such as 2026-01-31T12:00:00Z, got '\(startAt)'")
        }
    }

    /// The settings of the run.
    var settings: RunSettings {
        get throws {
            var settings = RunSettings()
            settings.out = out
            settings.reactors = reactors
            settings.segment = try parsedSegment
            settings.start = try startDate
            settings.authorised = authorise
            settings.metrics = metrics
            return settings
        }
    }

    /// What shows the run while it goes on.
    var listener: TerminalListener { TerminalListener(isQuiet: quiet, isLive: !noLive) }

    /// Prints what came of the run, and throws its exit code unless that is 0.
    func finish(_ outcome: RunOutcome) throws {
        if !quiet || format != .text {
            let text = try format.text(of: outcome.result) {
                let summary = TerminalSummary(
                    outcome.result, style: Console.wantsColour(STDOUT_FILENO) ? .colour : .plain,
                    width: Console.width ?? 100)
                return summary.text(reportPath: outcome.report)
            }
            Console.result(text)
        }
        try outcome.result.conclusion.finish()
    }
}

extension MetricsAddress: ExpressibleByArgument {
    /// The address of an argument.
    public init?(argument: String) { self.init(argument) }
}
