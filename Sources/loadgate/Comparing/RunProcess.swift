import ArgumentParser
import Drills
import Foundation
import Glibc
import Reports
import Scenarios

/// One run as a process of its own, so that none inherits memory, connections or looked-up names from the one before.
/// What the scenario starts, it starts and ends itself.
struct RunProcess {
    /// A run that left no result to compare.
    struct Failure: Error, CustomStringConvertible {
        /// What the process ended with.
        var code: ExitCode
        /// Its messages.
        var description: String
    }

    /// The scenario file.
    var file: String
    /// Further options of `loadgate run`.
    var options: [String]
    /// Values of `--set`.
    var values: [String] = []
    /// Where it leaves its results.
    var folder: String
    var interruption: Interruption

    /// The most that is shown of a failed run's messages.
    private static let messageLimit = 20

    /// Carries it out and gives its result. Call it from the main thread (see `RunningService`).
    ///
    /// - Throws: `Failure` where the run could not begin or broke off, `ExitCode.interrupted` after a signal.
    func run() throws -> RunResult {
        if interruption.happened { throw ExitCode.interrupted }
        let log = folder + "/run.log"
        // The program as it was when this process began, even where it was built anew since.
        let command =
            ["/proc/self/exe", "run", "--out", folder, "--only", "load", "--no-baseline", "--no-live", "--quiet"]
            + options + ["--", file]
        let process = try ValueOptions.handing(values) {
            try RunningService(Service(name: "run", command: command.map { Text($0) }).logging(to: log)) { _ in }
        }
        // The first signal asks for an end in order, the next cuts off what is under way, as in a single run.
        interruption.onSignal { _ in kill(process.process, SIGTERM) }
        process.waitUntilExit()
        interruption.onSignal { _ in }
        let messages = Self.messages(log)
        if interruption.happened { throw ExitCode.interrupted }
        guard let code = process.exitCode, [0, 1, 3].contains(code) else {
            let ending = messages.isEmpty ? "the run \(process.ending ?? "ended")" : messages
            throw Failure(code: process.exitCode.map { ExitCode($0) } ?? .internalError, description: ending)
        }
        return try ResultFile.read(folder + "/result.json")
    }

    /// What the run had to say; an empty log is removed.
    private static func messages(_ log: String) -> String {
        let text = ((try? String(contentsOfFile: log, encoding: .utf8)) ?? "")
            .trimmingCharacters(in: .whitespacesAndNewlines)
        if text.isEmpty { unlink(log) }
        let lines = text.split(separator: "\n")
        let more = lines.count > messageLimit ? ["… \(lines.count - messageLimit) more in \(log)"] : []
        return (lines.prefix(messageLimit).map(String.init) + more).joined(separator: "\n")
    }
}

extension Service {
    /// The service with its outputs going to a file.
    func logging(to path: String) -> Service {
        var service = self
        service.log = Text(path)
        return service
    }
}
