import ArgumentParser
import Foundation
import Loadgate
import Scenarios

/// `loadgate fleet slurm FILE`
struct FleetSlurmCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slurm", abstract: "Print the batch script of a Slurm job, or submit it and wait for its verdict.",
        discussion: ManualPage(
            description: """
                One job with one step, whose tasks are the workers; its last command makes the result, and its exit code is the \
                verdict's. The scenario, what it names, loadgate itself and the folder of the results must be on a file system \
                that all nodes see.

                What the scenario reads of the environment (${env:NAME}, also by --set) is handed on by sbatch, in the \
                environment; it stands in no script. Ctrl-C cancels the job, and what it has is reported.
                """,
            examples: [
                ("loadgate fleet slurm signoff.yaml --nodes 4 --submit", "four workers on four nodes"),
                (
                    "loadgate fleet slurm signoff.yaml --nodes 2 --workers 8 --partition short > signoff.sh",
                    "a script, to be submitted with sbatch --wait signoff.sh"
                ),
                (
                    "loadgate fleet slurm signoff.yaml --nodes 2 --sbatch=--constraint=fast --authorise shop.example",
                    "any option of sbatch; a host that isn't this machine"
                ),
            ],
            files: [
                ("DIR/loadgate-JOB/worker-i", "what each worker left"),
                ("DIR/loadgate-JOB/merged", "the result and its reports"),
                ("loadgate-JOB.out", "the job's output, with --submit"),
            ],
            exitCodes: [
                (0, "printed; with --submit, the verdict is pass"), (1, "an objective or a verification failed"),
                (3, "inconclusive, no data, or invalid: a worker was lost"),
                (65, "the scenario, or what it names, is invalid"),
                (69, "there is no sbatch, or it refused the job; the target can't be reached"),
                (70, "the job ended without a result"), (77, "the target is not authorised"), (130, "interrupted"),
            ],
            seeAlso: ["loadgate merge", "docs/fleet.md"]
        ).discussion)

    @Argument(help: ArgumentHelp("The scenario file.", valueName: "file"), completion: .scenarios)
    var file: String

    @Option(help: ArgumentHelp("How many nodes carry the load.", valueName: "n"))
    var nodes = 1

    @Option(help: ArgumentHelp("How many workers. (default: one for each node)", valueName: "n"))
    var workers: Int?

    @Option(help: ArgumentHelp("Processors of each worker.", valueName: "n"))
    var cpus = 1

    @Option(help: ArgumentHelp("The partition to run in.", valueName: "name"))
    var partition: String?

    @Option(help: ArgumentHelp("The account to charge.", valueName: "name"))
    var account: String?

    @Option(
        help: ArgumentHelp(
            "A further option of sbatch, e.g. --sbatch=--constraint=fast; repeatable.", valueName: "option"))
    var sbatch: [String] = []

    @Option(
        help: ArgumentHelp(
            "Where each job makes its folder, on a file system that all nodes see. (default: where it is submitted)",
            valueName: "dir"), completion: .directory)
    var shared: String?

    @Option(help: ArgumentHelp("Which loadgate the nodes run. (default: this one)", valueName: "path"))
    var program: String?

    @Flag(help: "Submit the job, wait for its end, show its report, and end with its exit code.")
    var submit = false

    @OptionGroup var options: FleetOptions

    func validate() throws {
        guard 1...10_000 ~= nodes else { throw ValidationError("--nodes wants 1 to 10000, got \(nodes)") }
        guard 1...256 ~= cpus else { throw ValidationError("--cpus wants 1 to 256, got \(cpus)") }
        for (option, name) in [("--partition", partition), ("--account", account)] {
            guard let name else { continue }
            guard name.wholeMatch(of: #/[A-Za-z0-9_.,@+][A-Za-z0-9_.,@+-]*/#) != nil else {
                throw ValidationError("\(option) wants a name without blanks and quotes, got '\(name)'")
            }
        }
        for option in sbatch where !option.hasPrefix("-") || option.contains(where: \.isNewline) {
            throw ValidationError(
                "--sbatch wants an option of sbatch such as --constraint=fast, in one line, got '\(option)'")
        }
        for (option, path) in [("--shared", shared), ("--program", program)]
        where path.map({ $0.isEmpty || $0.contains(where: \.isNewline) }) ?? false {
            throw ValidationError("\(option) wants a path")
        }
    }

    func run() throws {
        let interruption = submit ? Interruption.bySignals() : Interruption()
        try reportingErrors(interruption) {
            let job = try options.job(file, workers: workers ?? nodes, patience: 60, reactors: cpus)
            var engine = SlurmEngine(nodes: nodes, program: try programPath)
            engine.processors = cpus
            engine.partition = partition
            engine.account = account
            engine.further = sbatch
            engine.folder = shared.map { URL(fileURLWithPath: $0).standardizedFileURL.path }
            let script = try engine.text(of: job)
            guard submit else { return Console.result(script) }
            let folder = engine.folder ?? FileManager.default.currentDirectoryPath
            try SlurmSubmission(
                script: script, environment: options.carriedOut.values.environment, folder: folder,
                interruption: interruption
            ).run()
        }
    }

    private var programPath: String {
        get throws {
            if let program { return URL(fileURLWithPath: program).standardizedFileURL.path }
            return try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        }
    }
}
