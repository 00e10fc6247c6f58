import ArgumentParser

/// `loadgate`
@main
struct LoadgateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "loadgate",
        abstract:
            "Send load from a scenario file, hold what is measured against its objectives, and answer with a verdict.",
        usage: """
            loadgate run <file> [<options>]
            loadgate <url> [--users <n>] [--rate <n/s>] [--for <duration>]
            loadgate init --openapi <file> | --har <file> | --curl <command>
            loadgate validate <file> ...
            loadgate baseline record <file> | show [<file> ...] | accept <dir> ...
            loadgate gate <file> [--against <url>]
            loadgate compare <a> <b>
            loadgate doctor
            loadgate schema scenario|result
            """,
        discussion: """
            EXIT CODES
              0    the verdict is pass
              1    an objective or a verification failed
              2    a regression against the baseline
              3    inconclusive, no data, or invalid: the generator was the bottleneck
              64   wrong command line
              65   scenario, data, certificates or managed secrets are invalid; every problem is listed
              69   the target or a service can't be reached
              70   internal error
              77   the target is neither on this machine nor authorised
              130  interrupted; what was measured is reported, marked partial
            """,
        version: Version.text,
        subcommands: [
            RunCommand.self, LoadCommand.self, InitCommand.self, ValidateCommand.self, DoctorCommand.self,
            SchemaCommand.self, BaselineCommand.self, GateCommand.self, CompareCommand.self,
        ],
        defaultSubcommand: LoadCommand.self)
}

/// Loadgate's own version.
enum Version {
    static let text = "0.1.0"
}
