internal import Foundation

/// The `git` program, run so that a repository can make it start nothing, ask nothing and fetch nothing.
struct Git: Sendable {
    private let path: String
    private let environment: [String: String]

    /// Settings that would start programs are taken back. So the repository of another user, as CI machines often have it,
    /// may be read, too: what git protects from there are just these programs (git-config(1), safe.directory).
    private static let settings = [
        "--no-pager", "--no-replace-objects", "--no-optional-locks", "-c", "safe.directory=*", "-c",
        "core.fsmonitor=false", "-c",
        "core.hooksPath=/dev/null", "-c", "core.quotePath=false", "-c", "protocol.allow=never", "-c",
        "log.showSignature=false",
    ]

    /// The program on the path; nil where there is none.
    init?() {
        guard let path = ProgramRun.find("git") else { return nil }
        self.path = path
        // Inside a hook these name a repository, which need not be the one that is searched.
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("GIT_") }
        environment["LC_ALL"] = "C"
        environment["GIT_TERMINAL_PROMPT"] = "0"
        environment["GIT_NO_LAZY_FETCH"] = "1"
        environment["GIT_ATTR_NOSYSTEM"] = "1"
        self.environment = environment
    }

    /// Starts a command in a folder.
    func start(_ arguments: [String], in folder: String, input: ProgramRun? = nil) throws(ProgramRun.Failure)
        -> ProgramRun
    {
        try ProgramRun(path, Self.settings + arguments, in: folder, environment: environment, input: input)
    }

    /// The lines that a command prints; nil where it fails. For commands that print little.
    func lines(_ arguments: [String], in folder: String, _ budget: ScanBudget) throws(ScanEnded) -> [String]? {
        guard let run = try? start(arguments, in: folder) else { return nil }
        defer { run.stop() }
        var reader = OutputReader(run, budget)
        var lines: [String] = []
        while let line = try reader.text(upTo: 0x0A) { lines.append(String(decoding: line, as: UTF8.self)) }
        do {
            try run.finish()
            return lines
        } catch {
            return nil
        }
    }
}
