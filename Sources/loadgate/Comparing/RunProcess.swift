import ArgumentParser
import ChildProcesses
import Foundation
import Generator
import Glibc
import Loadgate
import Reports

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
    /// What `--set` gave, as NAME=VALUE. It may be secret, so it stands in no command line.
    var values: [String] = []
    /// Where it leaves its results.
    var folder: String
    var interruption: Interruption

    /// The most that is shown of a failed run's messages.
    private static let messageLimit = 20

    /// Carries it out and gives its result.
    ///
    /// - Throws: `Failure` where the run could not begin or broke off, `ExitCode.interrupted` after a signal.
    func run() throws -> RunResult {
        if interruption.happened { throw ExitCode.interrupted }
        let log = folder + "/run.log"
        // The program as it was when this process began, even where it was built again since.
        let command =
            ["/proc/self/exe", "run", "--out", folder, "--only", "load", "--no-baseline", "--no-live", "--quiet"]
            + (values.isEmpty ? [] : ["--set-from-input"]) + options + ["--", file]
        let process = try ChildProcess(command, values: values, log: log)
        // The first signal asks for an end in order, the next cuts off what is under way, as in a single run.
        interruption.onInterrupt { _ in process.signal(SIGTERM) }
        let ending = process.wait() ?? .unknown
        interruption.onInterrupt { _ in }
        // What the run left behind, where it was killed.
        process.end()
        let messages = Self.messages(log)
        if interruption.happened { throw ExitCode.interrupted }
        guard case .exited(let code) = ending, [0, 1, 3].contains(code) else {
            let description = messages.isEmpty ? "the run \(ending)" : messages
            if case .exited(let code) = ending { throw Failure(code: ExitCode(code), description: description) }
            throw Failure(code: .internalError, description: description)
        }
        do {
            return try ResultFile.read(folder + "/result.json")
        } catch let failure as FileFailure {
            // The run says better why it left none.
            throw Failure(code: .internalError, description: messages.isEmpty ? "\(failure)" : messages)
        }
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

extension ChildProcess {
    /// Starts a program whose outputs go to a new file, in a folder that is made; it reads the values, each closed by a zero
    /// byte.
    ///
    /// - Throws: `ChildFailure`, or `SystemError` where the file can't be made.
    convenience init(_ arguments: [String], values: [String] = [], log: String) throws {
        try OutputDirectory.make((log as NSString).deletingLastPathComponent)
        let output = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard output >= 0 else { throw SystemError(code: errno, doing: "can't write \(log)") }
        defer { close(output) }
        var command = ChildCommand(arguments)
        command.input = .bytes(values.flatMap { Array($0.utf8) + [0] })
        command.output = output
        command.errors = output
        try self.init(command)
    }
}
