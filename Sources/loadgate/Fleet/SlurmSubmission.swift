import ArgumentParser
import ChildProcesses
import Foundation
import Glibc
import Loadgate
import Reports

/// A job that is given to Slurm, waited for, and shown.
struct SlurmSubmission {
    /// The batch script.
    var script: String
    /// What sbatch hands on to the job.
    var environment: [String: String]
    /// Where the job makes its folder.
    var folder: String
    /// Cancels the job.
    var interruption: Interruption

    /// How long the result of a job that has ended may take to come here through a network's file system, in seconds.
    private static let arrival = 10.0

    /// Submits it, and waits for its end.
    ///
    /// - Throws: The exit code of the verdict unless that is 0; `EngineRefusal` where sbatch is missing or takes no such job.
    func run() throws {
        let output = try ScratchFile()
        let errors = try ScratchFile()
        // Its standard input is the script; sbatch says the job's number at once, and with --wait ends with the job's code.
        var command = ChildCommand(
            ["sbatch", "--parsable", "--wait", "--output=loadgate-%j.out"], environment: environment)
        command.input = .bytes(Array(script.utf8))
        command.output = output.descriptor
        command.errors = errors.descriptor
        let process: ChildProcess
        do {
            process = try ChildProcess(command)
        } catch {
            throw EngineRefusal(description: "can't run sbatch: is this a machine of a Slurm cluster? (\(error))")
        }
        defer { process.end() }
        var job: String?
        var isCancelled = false
        var ending: ChildEnding?
        while ending == nil {
            ending = process.wait(milliseconds: 200)
            if job == nil, let line = output.firstLine {
                // `number;cluster` where there are several.
                job = line.split(separator: ";").first.map(String.init)
                if let job {
                    Console.note("slurm: job \(job) is submitted; its output goes to loadgate-\(job).out")
                }
            }
            // A controller that does not answer keeps sbatch waiting.
            if interruption.count > 1, job == nil { throw ExitCode.interrupted }
            if interruption.happened, !isCancelled, let job {
                isCancelled = true
                Console.note("slurm: job \(job) is cancelled; what it has is reported")
                _ = try? ChildRun(ChildCommand(["scancel", job]), timeout: 30_000_000_000, maximumOutput: 1 << 16)
                    .outcome()
            }
        }
        guard let job else {
            let message = errors.text.trimmingCharacters(in: .whitespacesAndNewlines)
            throw EngineRefusal(
                description: "sbatch takes no such job: \(message.isEmpty ? "\(ending ?? .unknown)" : message)")
        }
        try finish(job, ending ?? .unknown, isCancelled)
    }

    /// Shows what the job printed, and ends as its result says. Its exit code alone says too little: of a job that was cancelled before
    /// it ran, sbatch says 0.
    private func finish(_ job: String, _ ending: ChildEnding, _ isCancelled: Bool) throws {
        let shared = "\(folder)/\(SlurmEngine.folderName(ofJob: job))"
        let path = "\(shared)/merged/result.json"
        var result = try? ResultFile.read(path)
        let end = Date(timeIntervalSinceNow: Self.arrival)
        while result == nil, FileManager.default.fileExists(atPath: shared), Date() < end {
            usleep(200_000)
            result = try? ResultFile.read(path)
        }
        let printed = (try? String(contentsOfFile: "loadgate-\(job).out", encoding: .utf8)) ?? ""
        Console.result(printed)
        if let result { return try result.conclusion.finish() }
        if isCancelled { throw ExitCode.interrupted }
        Console.note(
            "loadgate: job \(job) left no result: sbatch \(ending); see loadgate-\(job).out and scontrol show job \(job)"
        )
        let known: [Int32] = [65, 69, 77]
        if case .exited(let code) = ending, known.contains(code) { throw ExitCode(code) }
        throw ExitCode.internalError
    }
}
