import ArgumentParser
import Glibc
import Loadgate

/// `loadgate`
@main
struct LoadgateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "loadgate",
        abstract:
            "Send load from a scenario file, check the measurements against its objectives, and answer with a verdict.",
        usage: """
            loadgate run <file> [<options>]
            loadgate <url> [--users <n>] [--rate <n/s>] [--for <duration>]
            loadgate capacity <file> [--from <rate>] [--to <rate>] [--within <duration>]
            loadgate drill <file> [--dry-run] [--yes] [--only <fault>]
            loadgate init --openapi <file> | --har <file> | --curl <command>
            loadgate report [<dir>] [--format <format>]
            loadgate validate <file> ...
            loadgate baseline record <file> | show [<file> ...] | accept <dir> ...
            loadgate gate <file> [--against <url>]
            loadgate compare <a> <b>
            loadgate merge <dir> ... --out <dir>
            loadgate fleet slurm <file> --nodes <n> | kubernetes <file> --workers <n> [--submit]
            loadgate fleet status <dir>
            loadgate recover [<dir>]
            loadgate proxy [--api <host:port>] [--proxy <name=listen=upstream> ...]
            loadgate doctor
            loadgate schema scenario|result
            """,
        discussion: ManualPage(
            description: """
                A scenario file says what users do, how much load there is, and what has to hold. `loadgate run` sends the load to \
                this machine only, unless a host is authorised. Messages go to standard error, results to standard output \
                and to files.
                """,
            examples: [
                ("loadgate run scenarios/signoff.yaml", "run a scenario and print its verdict"),
                ("loadgate http://127.0.0.1:8080/ --rate 500/s --for 10s", "load on one URL, without a file"),
                ("loadgate run --help", "the page of one command"),
            ],
            exitCodes: [
                (0, "the verdict is pass"), (1, "an objective or a verification failed"),
                (2, "a regression against the baseline"),
                (3, "inconclusive, no data, or invalid: the generator was the bottleneck"),
                (64, "wrong command line"),
                (65, "scenario, data, certificates or managed secrets are invalid; every problem is listed"),
                (69, "the target or a service can't be reached"), (70, "internal error"),
                (77, "the target is neither on this machine nor authorised"),
                (130, "interrupted; what was measured is reported, marked partial"),
            ],
            seeAlso: ["docs/tutorial.md", "docs/command.md", "docs/scenario-language.md", "docs/exit-codes.md"]
        ).discussion,
        version: Version.text,
        subcommands: [
            RunCommand.self, LoadCommand.self, ReportCommand.self, BaselineCommand.self, GateCommand.self,
            CompareCommand.self, MergeCommand.self, FleetCommand.self, CapacityCommand.self, InitCommand.self,
            ValidateCommand.self,
            DrillCommand.self,
            RecoverCommand.self,
            ProxyCommand.self, DoctorCommand.self, SchemaCommand.self, GuardianCommand.self,
        ],
        defaultSubcommand: LoadCommand.self)

    /// Looks at the first word before anything else does: what is no command would be taken for a URL.
    static func main() {
        // A file that may grow no further (ulimit -f) is an error of the write, as a full disk is, not the end.
        signal(SIGXFSZ, SIG_IGN)
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.isEmpty {
            // Nothing was done, which no script may take for a verdict.
            Console.write(FirstWord.shortHelp, to: STDERR_FILENO)
            exit(withError: ExitCode.validationFailure)
        }
        if let problem = FirstWord.problem(arguments) { exit(withError: ValidationError(problem)) }
        main(arguments)
    }
}

/// Loadgate's own version.
enum Version {
    static let text = "0.1.0"
}
