import Foundation
import Generator

/// Slurm: a job of one step, whose tasks are the workers; the batch script makes the result.
///
/// Options and their meaning are those of sbatch(1) and srun(1), version 22.05.
package struct SlurmEngine: FleetEngine, Sendable {
    /// How many nodes the workers are spread over.
    package var nodes: Int
    /// Processors for each worker, and so its reactors.
    package var processors = 1
    /// The partition; nil: the cluster's own choice.
    package var partition: String?
    /// The account; nil: the user's own.
    package var account: String?
    /// Further options of sbatch, each as it stands behind `#SBATCH`.
    package var further: [String] = []
    /// The folder in which each job makes its own; nil: the one that the job was submitted from.
    package var folder: String?
    /// The path of the program on the nodes.
    package var program: String

    /// Makes it.
    package init(nodes: Int, program: String) {
        self.nodes = nodes
        self.program = program
    }

    /// How long before the end of its time the workers are told to end, in seconds. It may be another minute sooner (sbatch(1)).
    private static let notice = 60

    /// The name of a job's folder.
    package static func folderName(ofJob job: String) -> String { "loadgate-\(job)" }

    package func text(of job: FleetJob) throws -> String {
        guard nodes <= job.workers else {
            throw UnusableRunSetting(description: "--nodes: \(job.workers) workers can't be spread over \(nodes) nodes")
        }
        var lines = [
            "#!/bin/bash",
            "# Made by Loadgate \(Version.text): \(job.workers) workers share a load, one verdict is made of what they measured.",
            "# sbatch --wait FILE ends with its exit code: 0 pass, 1 fail, 3 inconclusive or invalid (docs/exit-codes.md);",
            "# but with 0 where the job is cancelled before it runs: then there is no merged/result.json.",
        ]
        lines += directives(job).map { "#SBATCH \($0)" }
        lines += ["", "scenario=\(ShellWord.quoted(job.file))", "loadgate=\(ShellWord.quoted(program))"]
        let base = folder.map(ShellWord.quoted) ?? "\"${SLURM_SUBMIT_DIR:-$PWD}\""
        lines += ["fleet=\(base)/\(Self.folderName(ofJob: "\"$SLURM_JOB_ID\""))"]
        if !job.inputs.variables.isEmpty {
            lines += [
                "",
                "# What the scenario reads of the environment, which sbatch hands on (--export=ALL). Values stand nowhere here.",
                "for name in \(job.inputs.variables.map(ShellWord.quoted).joined(separator: " ")); do",
                "    [ -n \"${!name+x}\" ] || { echo \"loadgate: export $name before sbatch: the scenario reads it\" >&2; exit 65; }",
                "done",
            ]
        }
        let options = job.options.map { " \(ShellWord.quoted($0))" }.joined()
        lines += [
            "",
            "# A folder that all nodes see, a new one for each job.",
            "mkdir -p \(base) && mkdir \"$fleet\" || exit 70",
            "",
            "# scancel and the end of the job's time reach the workers; the result is made of what they have until then.",
            "trap : INT TERM HUP",
            "",
            "# A worker that dies ends no other: they see it, and end in order.",
            "srun --ntasks=\"$SLURM_NTASKS\" --cpus-per-task=\(processors) --kill-on-bad-exit=0 --wait=0 --mpi=none \\",
            "    bash -c 'exec \"$@\" --segment \"$SLURM_PROCID/$SLURM_NTASKS\"' worker \\",
            "    \"$loadgate\" run \"$scenario\" --fleet \"$fleet\" --no-baseline --quiet \\",
            "       \(options)",
            "step=$?",
            "",
            "left=(\"$fleet\"/worker-*/progress.jsonl)",
            "if [ ! -e \"${left[0]}\" ]; then",
            "    echo \"loadgate: no worker sent anything: srun ended with $step\" >&2",
            "    exit $((step > 0 ? step : 70))",
            "fi",
            "\"$loadgate\" merge \"$fleet\" --out \"$fleet/merged\" --wait 25s"
                + job.mergeOptions.map { " \(ShellWord.quoted($0))" }.joined(),
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    private func directives(_ job: FleetJob) -> [String] {
        var options = [
            "--job-name=\(Self.name(job.name))", "--nodes=\(nodes)", "--ntasks=\(job.workers)",
            "--cpus-per-task=\(processors)",
            // Slurm counts in minutes.
            "--time=\(Int((job.limit / 60).rounded(.up)) + 2 * Self.notice / 60)", "--signal=TERM@\(Self.notice)",
            // A second run of the same job would not be the same load.
            "--no-requeue", "--export=ALL",
        ]
        if let partition { options.append("--partition=\(partition)") }
        if let account { options.append("--account=\(account)") }
        return options + further
    }

    /// A job's name that needs no quotes.
    private static func name(_ text: String) -> String {
        let safe = text.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) ? $0 : "-" }
        return "loadgate-" + String(safe.prefix(40))
    }
}
