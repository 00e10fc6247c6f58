import ArgumentParser

/// `--target`, `--rate` and `--for`: where the load goes, how much and how long it is, instead of what the scenario says.
struct LoadOptions: ParsableArguments {
    @OptionGroup var destination: TargetOption

    @Option(help: ArgumentHelp("Replace the rate of all measured arrival stages, e.g. 500/s.", valueName: "rate"))
    var rate: String?

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp("Replace the length of the last stage, e.g. 30s.", valueName: "duration"))
    var duration: String?

    var target: String? { destination.target }
}
