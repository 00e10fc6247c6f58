import Foundation
import Glibc

/// The user as whom servers run that refuse to run as root.
struct ServerUser {
    private let identity: passwd

    /// The user, where this process is root and may become it; nil: the process's own user will do.
    ///
    /// `postgres` comes with its package, `nobody` is everywhere.
    init?() {
        guard getuid() == 0, let found = getpwnam("postgres") ?? getpwnam("nobody") else { return nil }
        identity = found.pointee
    }

    /// A command that runs another one as the user: the process stays the same.
    func command(_ command: [String]) -> [String] {
        ["/usr/bin/setpriv", "--reuid=\(identity.pw_uid)", "--regid=\(identity.pw_gid)", "--clear-groups"] + command
    }

    /// Gives the user a folder and all in it.
    func own(_ folder: String) throws {
        let inside = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        for path in [folder] + inside.map({ "\(folder)/\($0)" })
        where chown(path, identity.pw_uid, identity.pw_gid) != 0 {
            throw TestFailure("chown \(path): errno \(errno)")
        }
    }
}

extension Process {
    /// What it runs, from the program's path on.
    func setCommand(_ command: [String]) {
        executableURL = URL(fileURLWithPath: command[0])
        arguments = Array(command.dropFirst())
    }
}

/// A command of the system.
enum SystemCommand {
    /// Runs it to its end, as `user` where one is needed; what it printed. Throws where it doesn't exit with 0, with what
    /// it complained of.
    static func run(_ command: [String], as user: ServerUser? = nil, seconds: Double = 60) throws -> String {
        let command = [try ServerProcess.path(of: command[0])] + command.dropFirst()
        let folder = try TemporaryFolder()
        let (output, errors) = (try folder.write("out", ""), try folder.write("err", ""))
        let process = Process()
        process.setCommand(user?.command(command) ?? command)
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: output)
        process.standardError = FileHandle(forWritingAtPath: errors)
        try process.run()
        if !Wait.until(within: seconds, { !process.isRunning }) { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            let message = try String(contentsOfFile: errors, encoding: .utf8)
            throw TestFailure("\(command.joined(separator: " ")): \(process.terminationStatus): \(message)")
        }
        return try String(contentsOfFile: output, encoding: .utf8)
    }
}
