public import Scenarios

/// A baseline's file: JSON that people review in a diff, a line for each step and run.
public enum BaselineFile {
    /// A file that could not be read at all.
    public struct Unreadable: Error, Equatable, Sendable, CustomStringConvertible {
        /// The file as it was named.
        public var path: String
        /// Why.
        public var reason: String

        /// `can't read baselines/signoff.json: no such file`
        public var description: String { "can't read \(path): \(reason)" }
    }

    /// A file that could not be written; nothing has changed.
    public struct Unwritable: Error, Equatable, Sendable, CustomStringConvertible {
        /// The file as it was named.
        public var path: String
        /// Why.
        public var reason: String

        /// `can't write baselines/signoff.json: No space left on device`
        public var description: String { "can't write \(path): \(reason)" }
    }

    /// Everything wrong in a baseline's file.
    public struct Invalid: Error, Equatable, Sendable, CustomStringConvertible {
        /// The problems in the order of their places, at least one.
        public var problems: [Problem]

        /// A line per problem.
        public var description: String { problems.map(\.description).joined(separator: "\n") }
    }

    /// Reads a file, strictly.
    ///
    /// - Throws: `Unreadable` where there is no such file or it is too large, `Invalid` where it holds no baseline.
    public static func read(_ path: String) throws -> Baseline { throw Unreadable(path: path, reason: "") }

    /// Reads a file's text; `file` is its name in problems.
    public static func parse(_ text: String, file: String) throws(Invalid) -> Baseline { throw Invalid(problems: []) }

    /// The file's text: the same for the same baseline, each time.
    public static func text(of baseline: Baseline) -> String { "" }

    /// Writes a file in the place of what was there: a reader sees the old one or the new one, never a part.
    public static func write(_ baseline: Baseline, to path: String) throws(Unwritable) {}
}
