import ArgumentParser
import Foundation
import Generator
import Glibc
import Loadgate
import Measures
import Reports
import Scenarios

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

    @Option(
        help: ArgumentHelp(
            "Begin and end together with the other segments, by way of this folder that all of them share; a new one for each "
                + "run. The results go to DIR/worker-i, for loadgate merge DIR.",
            valueName: "dir"),
        completion: .directory)
    var fleet: String?

    @Option(help: ArgumentHelp("How long to wait for the other segments. (default: 60s)", valueName: "duration"))
    var fleetWait: String?

    @Flag(
        help: ArgumentHelp(
            "With --fleet: segment 0 waits for the others at its end, makes one result of all in DIR/merged, and ends with its exit "
                + "code. A second process of a segment takes no part, and ends as the first does."))
    var merge = false

    @Option(
        help: ArgumentHelp(
            "With --merge: how far apart the starts of the workers may be. (default: 100ms)", valueName: "duration"))
    var maxSkew: String?

    @Flag(help: "Wait for --start-at even where it is more than a day ahead.")
    var yes = false

    func validate() throws {
        _ = try parsedSegment
        _ = try fleetMembership
        if merge, fleet == nil {
            throw ValidationError("--merge wants --fleet: where do the others leave their parts?")
        }
        if maxSkew != nil, !merge { throw ValidationError("--max-skew wants --merge") }
        _ = try allowedSkew
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
        if !output.shown.quiet { Console.note(LoadKeys.hint) }
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

    /// Prints what came of the run, and throws its exit code. A worker of a fleet has done its part once its result is written:
    /// the verdict is the merged run's.
    func finish(_ outcome: RunOutcome, _ interruption: Interruption) throws {
        guard let fleet else { return try output.finish(outcome) }
        if merge, try parsedSegment.index == 0 { return try finishMerged(fleet, interruption) }
        // Of its own verdict nothing follows, so it isn't shown.
        if output.shown.format != .text {
            do { try output.finish(outcome) } catch is ExitCode {}
        }
        guard !output.shown.quiet else { return }
        Console.note(
            "this worker's part is in \(outcome.folder); the verdict is that of all: loadgate merge \(fleet) --out DIR")
    }

    private var allowedSkew: Span {
        get throws {
            guard let maxSkew else { return Span(seconds: 0.1) }
            guard let seconds = OptionValue.seconds(maxSkew) else {
                throw ValidationError("--max-skew wants a duration such as 250ms, got '\(maxSkew)'")
            }
            return Span(seconds: seconds)
        }
    }

    /// Makes the one result, once the others have left their parts. A further signal ends the wait.
    private func finishMerged(_ fleet: String, _ interruption: Interruption) throws {
        let before = interruption.count
        _ = FleetEnding(folder: fleet).wait { interruption.count > before }
        try MergedParts(fleet).write(into: "\(fleet)/\(Self.merged)", allowedSkew: allowedSkew, shown: output.shown)
    }

    private static let merged = "merged"

    /// What a process does whose segment is carried by another one already: an engine started it twice. It ends as the other does,
    /// so that the engine takes neither for a failure of its own.
    func follow(_ interruption: Interruption) throws {
        guard let fleet, merge else { return }
        let segment = try parsedSegment.index
        Console.note(
            "fleet: segment \(segment) is carried by another process already: this one takes no part, and ends with it")
        let ending = FleetEnding(folder: fleet)
        let patience = (try fleetMembership?.patience ?? 60) + 10
        if case .notBegun = ending.wait(
            forSegment: segment, atMostBegun: patience, shouldStop: { interruption.happened })
        {
            throw ExitCode.unreachable
        }
        if interruption.happened { throw ExitCode.interrupted }
        guard segment == 0 else { return }
        let file = "\(fleet)/\(Self.merged)/result.json"
        let end = Date(timeIntervalSinceNow: 60)
        while Date() < end, !interruption.happened {
            if let result = try? ResultFile.read(file) { return try output.finish(result, report: nil) }
            usleep(200_000)
        }
        // The first one is lost: what the workers left is all there will be.
        try finishMerged(fleet, interruption)
    }

    /// Where the other segments are found; nil: nowhere.
    private var fleetMembership: FleetMembership? {
        get throws {
            guard let fleet else {
                if fleetWait != nil {
                    throw ValidationError("--fleet-wait wants --fleet: which folder do the workers share?")
                }
                return nil
            }
            guard !fleet.isEmpty else { throw ValidationError("--fleet wants a folder that all workers share") }
            if segment == nil { throw ValidationError("--fleet wants --segment i/n: which part of the load is this?") }
            if startAt != nil {
                throw ValidationError(
                    "--fleet and --start-at: the workers agree on a start in the folder, so name one of both")
            }
            var location = FleetMembership(folder: fleet)
            if let fleetWait {
                guard let seconds = OptionValue.seconds(fleetWait), seconds <= 86_400 else {
                    throw ValidationError("--fleet-wait wants a duration up to 24h such as 5m, got '\(fleetWait)'")
                }
                location.patience = seconds
            }
            return location
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
    ///
    /// - Parameter environment: The environment, with the values of `--set` where the command takes them.
    func settings(in environment: [String: String]) throws -> RunSettings {
        var settings = try output.settings(in: environment)
        settings.segment = try parsedSegment
        settings.start = try startDate
        settings.fleet = try fleetMembership
        if let control { settings.control = LoadControl(file: control == Self.byKeys ? nil : control) }
        return settings
    }
}
