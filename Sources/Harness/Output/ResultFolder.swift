import Glibc
import Reports

/// Leaves a result in a folder, in all its forms. What can't be written costs neither the verdict nor the exit code: both
/// are given, and what is missing is said.
package enum ResultFolder {
    /// Writes the result and its reports, each at once and whole.
    ///
    /// - Parameters:
    ///   - keepsResult: Whether a `result.json` that is there is one of the same run, so that it is better than none.
    ///   - onProblem: Told what could not be written.
    /// - Returns: The file that a person opens; nil where it could not be written.
    package static func write(
        _ result: RunResult, into folder: String, reports: [ReportFiles.Entry] = ReportFiles.all,
        keepsResult: Bool = false, onProblem: (String) -> Void
    ) -> String? {
        let path = "\(folder)/result.json"
        var failures: [FileFailure] = []
        do {
            try ResultFile.write(result, to: path)
        } catch let failure as FileFailure {
            failures.append(failure)
        } catch {
            onProblem("can't write \(path): \(error)")
        }
        failures += ReportFiles.write(reports, of: result, into: folder)
        // What an earlier run left there would be taken for this one's.
        for failure in failures where !keepsResult || failure.path != path { unlink(failure.path) }
        if let problem = sentence(failures) { onProblem(problem) }
        let report = "\(folder)/\(reports.first?.format.fileName ?? "result.json")"
        return failures.contains { $0.path == report } ? nil : report
    }

    /// Says what could not be written, and why: `can't write out/result.json, out/junit.xml: No space left on device`.
    private static func sentence(_ failures: [FileFailure]) -> String? {
        var reasons: [(reason: String, paths: [String])] = []
        for failure in failures {
            let reason = String(cString: strerror(failure.code))
            if let index = reasons.firstIndex(where: { $0.reason == reason }) {
                reasons[index].paths.append(failure.path)
            } else {
                reasons.append((reason, [failure.path]))
            }
        }
        guard !reasons.isEmpty else { return nil }
        let parts = reasons.map { "\($0.paths.joined(separator: ", ")): \($0.reason)" }
        return "can't write \(parts.joined(separator: "; ")); the verdict and the exit code hold without"
    }
}
