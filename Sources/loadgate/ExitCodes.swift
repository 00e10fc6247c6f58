import ArgumentParser
import Reports

/// The exit codes of the command; docs/exit-codes.md has them for users. A wrong command line is 64, by the argument
/// parser.
extension ExitCode {
    /// An objective, verification or drill failed.
    static let failed = ExitCode(1)
    /// A regression against the baseline, or against another target.
    static let regression = ExitCode(2)
    /// Inconclusive, no data, or an invalid run.
    static let undecided = ExitCode(3)
    /// The scenario or a data file is invalid.
    static let invalidScenario = ExitCode(65)
    /// Target or service not reachable before the run began.
    static let unreachable = ExitCode(69)
    /// Something that only this program or its machine can be blamed for.
    static let internalError = ExitCode(70)
    /// The target is not authorised.
    static let notAuthorised = ExitCode(77)
    /// Ended by a signal; what was measured is reported.
    static let interrupted = ExitCode(130)
}

extension Conclusion {
    /// The exit code of a command that ends with it.
    var exitCode: ExitCode {
        switch self {
        case .passed: .success
        case .failed: .failed
        case .regression: .regression
        case .undecided: .undecided
        case .interrupted: .interrupted
        }
    }

    /// Ends the command with it: throws its exit code unless that is 0.
    func finish() throws {
        if self != .passed { throw exitCode }
    }
}
