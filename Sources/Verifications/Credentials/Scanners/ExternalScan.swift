internal import Foundation
internal import VerificationKit

/// What another scanner on this machine found.
struct ExternalScan {
    /// A finding as the scanner told it; it never holds the secret.
    struct Finding {
        var rule: String
        /// The file, seen from the root.
        var file: String
        var line: Int
        var commit: String?
    }

    /// The scanner's program: `detect-secrets`.
    var name: String
    var findings: [Finding] = []
    /// Why it gave no answer, or not on all; nil: it did.
    var failure: String?

    /// The scanners that are installed, each run over the files of a root; the history, where it is asked for, by those that
    /// read one.
    static func run(
        over root: SearchRoot, files: [String], history: Bool, _ budget: ScanBudget
    ) throws(ScanEnded) -> [ExternalScan] {
        var scans: [ExternalScan] = []
        if let path = ProgramRun.find("gitleaks") {
            scans.append(try Gitleaks.run(path, root, files, history: history, budget))
        }
        if let path = ProgramRun.find("detect-secrets") {
            scans.append(try DetectSecrets.run(path, root, files, budget))
        }
        return scans
    }

    /// All that a program prints, as JSON; what went wrong in words.
    static func json(
        _ program: String, _ arguments: [String], in folder: String, _ budget: ScanBudget
    ) throws(ScanEnded) -> Result<Any, ProgramRun.Failure> {
        let run: ProgramRun
        do throws(ProgramRun.Failure) {
            run = try ProgramRun(program, arguments, in: folder, environment: ProcessInfo.processInfo.environment)
        } catch {
            return .failure(error)
        }
        defer { run.stop() }
        var reader = OutputReader(run, budget)
        let bytes = try reader.bytes(1 << 28)
        do throws(ProgramRun.Failure) { try run.finish() } catch { return .failure(error) }
        guard let value = try? JSONSerialization.jsonObject(with: Data(bytes)) else {
            return .failure(ProgramRun.Failure(reason: "its answer is not JSON"))
        }
        return .success(value)
    }
}
