internal import Glibc

/// A program that could not be started.
public struct ChildFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was not possible.
    public enum Kind: Equatable, Sendable {
        /// The program is missing, is no program, or may not be run.
        case program
        /// The folder that it was to work in can't be entered.
        case folder(String)
        /// This process has no descriptors, memory or processes left.
        case resources
    }

    /// The program as it was named.
    public var program: String
    /// What was not possible.
    public var kind: Kind
    /// The error's number (errno).
    public var code: Int32

    /// The system's words, e.g. "No such file or directory".
    public var reason: String {
        let words = String(cString: strerror(code))
        return switch kind {
        case .program, .resources: words
        case .folder(let folder): "\(folder): \(words)"
        }
    }

    /// "can't start psql: No such file or directory"
    public var description: String { "can't start \(program): \(reason)" }
}
