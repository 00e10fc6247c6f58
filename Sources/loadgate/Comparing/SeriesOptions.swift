import ArgumentParser
import Foundation
import Loadgate
import Measures
import Scenarios

/// What the commands that carry out several runs have in common.
struct SeriesOptions: ParsableArguments {
    @OptionGroup var load: LoadOptions

    @OptionGroup var values: ValueOptions

    @Option(
        help: ArgumentHelp(
            "Write the runs' results to this folder, which must be new or empty. (default: reports/<name>-<what>-<time>)",
            valueName: "dir"), completion: .directory)
    var out: String?

    @OptionGroup var sending: SendingOptions

    @Option(
        help: ArgumentHelp(
            "How long the load is that measures the machine itself, before each run.", valueName: "duration"))
    var calibrateFor = "2s"

    @OptionGroup var receivers: PushOption

    @Flag(name: .shortAndLong, help: "Print nothing but errors and the comparison.")
    var quiet = false

    func validate() throws {
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
        _ = try receivers.targets(in: values.environment)
        var scenario = try ScenarioReader(environment: values.environment, kinds: Kinds.standard.ofScenarios)
            .read(path: file, target: load.target)
        guard !scenario.load.isEmpty else {
            throw InvalidScenario(problems: [
                Problem(
                    file: file, line: 1, column: 1,
                    message: "the scenario sends no load, \(scenario.whatItDoes): there is nothing to compare")
            ])
        }
        if !isSearch { try scenario.override(rate: load.rate, duration: load.duration) }
        try scenario.keepOnly(["load"])
        return scenario
    }

    /// The options for `loadgate run`, to another target where one is given. The values of `--set` are not among them: a
    /// command line is read by every user of the machine.
    func options(target other: String? = nil) -> [String] {
        var words: [String] = []
        func add(_ name: String, _ value: String?) { if let value { words.append("--\(name)=\(value)") } }
        add("target", other ?? load.target)
        add("rate", load.rate)
        add("for", load.duration)
        add("reactors", sending.reactors.map(String.init))
        if sending.scheduling != .auto { add("scheduling", sending.scheduling.rawValue) }
        for host in sending.authorise { add("authorise", host) }
        for receiver in receivers.push { add("push", receiver) }
        return words
    }

    /// The settings of what is carried out in this process.
    ///
    /// - Parameter environment: Where `--push` finds what `${env:NAME}` stands for, and tokens.
    func runSettings(in environment: [String: String]) throws -> RunSettings {
        var settings = RunSettings()
        settings.push = try receivers.targets(in: environment)
        settings.out = out
        sending.apply(to: &settings)
        return settings
    }
}
