import Foundation
import Reports

/// What a run left in its folder.
enum StoredRun {
    /// The run's result, or the one that its progress log makes where it has none of its own.
    ///
    /// A folder may hold the result of one run and the log of a later one that was killed: the later one is meant.
    ///
    /// - Throws: `FileFailure` and `ResultFile.Malformed`, `Missing` where there is neither.
    static func result(in folder: String) throws -> RunResult {
        let (resultPath, logPath) = ("\(folder)/result.json", "\(folder)/progress.jsonl")
        let files = FileManager.default
        guard files.fileExists(atPath: resultPath) || files.fileExists(atPath: logPath) else {
            throw Missing(folder: folder, isFolder: files.fileExists(atPath: folder))
        }
        guard files.fileExists(atPath: resultPath) else {
            return try RunResult(rebuiltFromLog: logPath)
        }
        var result = try ResultFile.read(resultPath)
        if result.evidence != nil { result.keptExchanges = FailuresFile.exchanges(in: folder) }
        // What is no log takes nothing from the result; one of a later run that is damaged must not pass for this one.
        guard let header = try? ProgressLog.header(of: logPath) else { return result }
        // A result that was made of this log, perhaps while the run went on, is made again: the log may have grown.
        guard header.started > result.started || (result.rebuilt != nil && header.started == result.started) else {
            return result
        }
        return try RunResult(rebuiltFromLog: logPath)
    }

    /// A folder that no run left.
    struct Missing: Error, CustomStringConvertible {
        var folder: String
        var isFolder: Bool

        var description: String {
            isFolder
                ? "\(folder) holds neither result.json nor progress.jsonl: expected the folder of a run, such as reports/latest"
                : "there is no folder \(folder): expected the folder of a run, such as reports/latest"
        }
    }
}
