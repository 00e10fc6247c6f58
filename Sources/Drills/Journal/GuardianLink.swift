internal import ChildProcesses
internal import Foundation
internal import Glibc
internal import NIOConcurrencyHelpers

/// Why there is no guardian.
public struct GuardianProblem: Error, Sendable, CustomStringConvertible {
    /// What is missing, and what to do.
    public var description: String
}

/// The run's end of what connects it with its guardian: the process that undoes the run's faults when the run is killed.
final class GuardianLink: Sendable {
    /// Starting a program from a slow disk.
    private static let starting: Int32 = 20_000

    private let program: String
    private let folder: String
    private let process: NIOLockedValueBox<ApartProcess>
    /// What it was told.
    private let told = NIOLockedValueBox<[String: String]>([:])

    /// Starts the guardian of a folder's journal; it is ready when this returns.
    init(folder: String, environment: [String: String]) throws(GuardianProblem) {
        program = try Self.program(environment)
        self.folder = folder.hasPrefix("/") ? folder : FileManager.default.currentDirectoryPath + "/" + folder
        process = NIOLockedValueBox(try Self.start(program, self.folder))
    }

    private static func start(_ program: String, _ folder: String) throws(GuardianProblem) -> ApartProcess {
        let process: ApartProcess
        do throws(ChildFailure) {
            process = try ApartProcess(program, ["guardian", "--journal", folder])
        } catch {
            throw GuardianProblem(description: "the guardian of this drill's faults can't be started: \(error)")
        }
        guard process.receive(milliseconds: starting) == Array(Guardian.ready.utf8) else {
            throw GuardianProblem(
                description: "the guardian of this drill's faults does not start: '\(program) guardian' did not report")
        }
        return process
    }

    /// Starts another one, where somebody has killed it.
    func ensure() throws(GuardianProblem) {
        guard process.withLockedValue({ $0.wait(milliseconds: 0) }) else { return }
        let new = try Self.start(program, folder)
        process.withLockedValue { $0 = new }
        tell(
            told.withLockedValue { told in
                defer { told = [:] }
                return told
            })
    }

    /// This program, where it is `loadgate`; else the one that the environment names, or has on its path.
    private static func program(_ environment: [String: String]) throws(GuardianProblem) -> String {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        // Also where its file was replaced meanwhile.
        if own.split(separator: "/").last?.split(separator: " ").first == "loadgate" { return "/proc/self/exe" }
        if let named = environment["LOADGATE_PROGRAM"], !named.isEmpty { return named }
        for folder in (environment["PATH"] ?? "").split(separator: ":") where access("\(folder)/loadgate", X_OK) == 0 {
            return "\(folder)/loadgate"
        }
        throw GuardianProblem(
            description:
                "this drill has faults that would outlive this process if it were killed, and no loadgate that "
                + "would undo them: put it on the PATH, or name it with LOADGATE_PROGRAM")
    }

    /// Tells it secrets, by where they come from, which it can't find by itself.
    func tell(_ secrets: [String: String]) {
        let new = told.withLockedValue { told in
            let new = secrets.filter { told[$0.key] != $0.value }
            told.merge(new) { $1 }
            return new
        }
        for (source, value) in new {
            guard let packet = try? JSONEncoder().encode([source: value]) else { continue }
            _ = process.withLockedValue { $0.send([UInt8](packet)) }
        }
    }

    /// The run has undone what it could: the guardian ends. It isn't waited for long: it may be stopped.
    func end() {
        let process = process.withLockedValue { $0 }
        guard process.send(Array(Guardian.end.utf8)) else { return }
        _ = process.wait(milliseconds: 500)
    }
}
