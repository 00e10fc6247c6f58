import ArgumentParser

/// `loadgate baseline record|show|accept`
struct BaselineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "baseline", abstract: "Record, show and accept the runs that later ones are compared with.",
        discussion: """
            A baseline is a JSON file, a line for each step and run, to be committed beside the scenario and reviewed in a \
            diff. loadgate gate compares new runs with it.
            """,
        subcommands: [BaselineRecordCommand.self, BaselineShowCommand.self, BaselineAcceptCommand.self])
}
