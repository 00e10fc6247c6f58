internal import Glibc

/// What is wrong with a journal of faults, or stands against its use.
public enum JournalProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// The folder has none.
    case missing(folder: String)
    /// The file can't be opened, read or written.
    case file(path: String, code: Int32)
    /// A line is not what Loadgate writes.
    case damaged(path: String, line: Int, reason: String)
    /// Another process has it: a run that is alive, its guardian, or `loadgate recover`.
    case held(folder: String, by: JournalHolder?)
    /// Faults of a run before are still in force.
    case openFaults(folder: String, sources: [String])

    /// What is wrong, and what to do.
    public var description: String {
        switch self {
        case .missing(let folder): "\(folder) has no \(JournalFile.name): no fault was begun there"
        case .file(let path, let code): "\(path): \(String(cString: strerror(code)))"
        case .damaged(let path, let line, let reason):
            "\(path):\(line): the journal of faults is damaged: \(reason); look at what the lines name, and undo it by hand"
        case .held(let folder, let holder): Self.held(folder, holder)
        case .openFaults(let folder, let sources):
            "faults of a run before are still in force (\(sources.joined(separator: "; "))): "
                + "undo them with 'loadgate recover \(folder)'"
        }
    }

    private static func held(_ folder: String, _ holder: JournalHolder?) -> String {
        // One that took it up a moment ago has not signed yet.
        guard let holder, let process = ProcessState(of: holder.process), !process.hasEnded else {
            return "another process has the faults of \(folder) in hand: wait for its end"
        }
        let hint = process.isStopped ? "; it is stopped: kill -CONT \(holder.process)" : ""
        return switch holder.role {
        case "run":
            "the run in \(folder) is alive (process \(holder.process)): end it, and it undoes its faults itself\(hint)"
        case "guardian":
            "the guardian of the run in \(folder) undoes its faults already (process \(holder.process)): wait for it\(hint)"
        default: "'loadgate recover' is at work in \(folder) already (process \(holder.process)): wait for it\(hint)"
        }
    }
}
