import ArgumentParser
import Foundation
import Loadgate
import Measures
import Push
import Scenarios

/// What the commands that carry out several runs have in common.
struct SeriesOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Send the load here; services marked unless: --target are not started.", valueName: "url"))
    var target: String?

    @Option(help: ArgumentHelp("Replace the rate of all measured arrival stages, e.g. 500/s.", valueName: "rate"))
    var rate: String?

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp("Replace the length of the last stage, e.g. 30s.", valueName: "duration"))
    var duration: String?

    @OptionGroup var values: ValueOptions

    @Option(
        help: ArgumentHelp(
            "Write the runs' results to this folder, which must be new or empty. (default: reports/<name>-<what>-<time>)",
            valueName: "dir"), completion: .directory)
    var out: String?

    @Option(help: ArgumentHelp("How many reactors carry the load. (default: one per usable processor)", valueName: "n"))
    var reactors: Int?

    @Option(
        help: ArgumentHelp(
            "Scheduling of the threads that send: auto (real-time where granted), realtime (or no run) or normal."))
    var scheduling: SchedulingMode = .auto

    @Option(help: ArgumentHelp("Allow load to this host besides loopback; repeatable.", valueName: "host"))
    var authorise: [String] = []

    @Option(
        help: ArgumentHelp(
            "How long the load is that measures the machine itself, before each run.", valueName: "duration"))
    var calibrateFor = "2s"

    @Option(
        help: ArgumentHelp(
            "Push the figures of each run to a receiver, as loadgate run does: otlp[=URL] or influx=URL; repeatable.",
            valueName: "kind=url"))
    var push: [String] = []

    @Flag(name: .shortAndLong, help: "Print nothing but errors and the comparison.")
    var quiet = false

    func validate() throws {
        if let reactors, !(1...256 ~= reactors) { throw ValidationError("--reactors wants 1 to 256, got \(reactors)") }
        _ = try calibrationSeconds
        if let out, let content = try? FileManager.default.contentsOfDirectory(atPath: out), !content.isEmpty {
            throw ValidationError("--out \(out) is not empty: runs of another series would be taken for this one's")
        }
    }

    /// The length of a calibration, 0.1 to 60 seconds.
    var calibrationSeconds: Double {
        get throws {
            guard let seconds = OptionValue.seconds(calibrateFor), 0.1...60 ~= seconds else {
                throw ValidationError("--calibrate-for wants a duration from 100ms to 60s, got '\(calibrateFor)'")
            }
            return seconds
        }
    }

    /// The scenario as its runs carry it out. Managed secrets are read by the runs themselves: here nobody asks for them.
    ///
    /// - Parameter isSearch: Whether a capacity is looked for, which `--rate` and `--for` are about then.
    func scenario(_ file: String, isSearch: Bool = false) throws -> Scenario {
        // What can't be pushed to is said before any run.
        _ = try pushTargets(in: values.environment)
        var scenario = try ScenarioReader(environment: values.environment, kinds: Kinds.standard.ofScenarios)
            .read(path: file, target: target)
        guard !scenario.load.isEmpty else {
            throw InvalidScenario(problems: [
                Problem(
                    file: file, line: 1, column: 1,
                    message: "the scenario sends no load, \(scenario.whatItDoes): there is nothing to compare")
            ])
        }
        if !isSearch { try scenario.override(rate: rate, duration: duration) }
        try scenario.keepOnly(["load"])
        return scenario
    }

    /// The options for `loadgate run`, to another target where one is given. The values of `--set` are not among them: a
    /// command line is read by every user of the machine.
    func options(target other: String? = nil) -> [String] {
        var words: [String] = []
        func add(_ name: String, _ value: String?) { if let value { words.append("--\(name)=\(value)") } }
        add("target", other ?? target)
        add("rate", rate)
        add("for", duration)
        add("reactors", reactors.map(String.init))
        if scheduling != .auto { add("scheduling", scheduling.rawValue) }
        for host in authorise { add("authorise", host) }
        for receiver in push { add("push", receiver) }
        return words
    }

    /// The settings of what is carried out in this process.
    ///
    /// - Parameter environment: Where `--push` finds what `${env:NAME}` stands for, and tokens.
    func runSettings(in environment: [String: String]) throws -> RunSettings {
        var settings = RunSettings()
        settings.push = try pushTargets(in: environment)
        settings.out = out
        settings.reactors = reactors
        settings.scheduling = scheduling
        settings.authorised = authorise
        return settings
    }

    private func pushTargets(in environment: [String: String]) throws -> [PushTarget] {
        do throws(UnusablePush) {
            var targets: [PushTarget] = []
            for argument in push { targets.append(try PushTarget(argument, environment: environment)) }
            return targets
        } catch {
            throw ValidationError(error.description)
        }
    }
}
