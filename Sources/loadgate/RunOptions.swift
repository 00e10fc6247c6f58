import ArgumentParser
import Foundation
import Generator
import Loadgate

/// What `loadgate run` and `loadgate URL` have in common besides their output: which part of the load, and when.
struct RunOptions: ParsableArguments {
    @OptionGroup var output: OutputOptions

    @Option(help: ArgumentHelp("Carry part i of n of the load: 0/2 and 1/2 together are all of it.", valueName: "i/n"))
    var segment: String?

    @Option(
        help: ArgumentHelp(
            "Begin the load at this time, more than a day ahead only with --yes (RFC 3339, e.g. 2026-01-31T12:00:00Z); "
                + "at once unless given.",
            valueName: "time"))
    var startAt: String?

    @Option(
        help: ArgumentHelp(
            "Let the load be changed while it runs: by keys (+, - and space), or by what a file says. A run that was "
                + "changed is inconclusive.",
            valueName: "keys|file"))
    var control: String?

    @Flag(help: "Wait for --start-at even where it is more than a day ahead.")
    var yes = false

    func validate() throws {
        _ = try parsedSegment
        if control == Self.byKeys, !LoadKeys.isPossible {
            throw ValidationError("--control keys wants a terminal as standard input: name a file instead")
        }
        if control == "" { throw ValidationError("--control wants keys, or the path of a file") }
        guard let ahead = try startDate?.timeIntervalSinceNow else { return }
        if ahead < 0.02 { throw ValidationError("--start-at \(startAt ?? "") is over already") }
        if ahead > Self.furthestStart, !yes {
            throw ValidationError("--start-at \(startAt ?? "") is more than a day ahead: add --yes if it is meant")
        }
    }

    private static let byKeys = "keys"

    /// Takes keys for the load, where they were asked for; nil: they were not.
    func keys(_ settings: RunSettings) -> LoadKeys? {
        guard control == Self.byKeys, let loads = settings.control else { return nil }
        if !output.quiet { Console.note(LoadKeys.hint) }
        return LoadKeys(loads)
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
            var settings = output.settings
            settings.segment = try parsedSegment
            settings.start = try startDate
            if let control { settings.control = LoadControl(file: control == Self.byKeys ? nil : control) }
            return settings
        }
    }
}
