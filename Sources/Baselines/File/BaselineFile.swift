internal import Foundation
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

    /// Bytes at most; whole MiB. A line is some kilobytes, so this holds thousands.
    static let maximumBytes = 64 << 20
    /// Values at most.
    static let maximumNodes = 1_000_000

    /// Reads a file, strictly.
    ///
    /// - Throws: `Unreadable` where there is no such file or it is too large, `Invalid` where it holds no baseline.
    public static func read(_ path: String) throws -> Baseline {
        let bytes: [UInt8]
        do throws(SourceFile.Unreadable) {
            bytes = try SourceFile.read(path, maximumBytes: maximumBytes)
        } catch {
            throw Unreadable(path: path, reason: error.reason)
        }
        switch SourceFile.text(bytes) {
        case .success(let text): return try parse(text, file: path)
        case .failure(let error):
            throw Invalid(problems: [
                Problem(
                    file: path, line: error.location.line, column: error.location.column,
                    message: "the file is not UTF-8")
            ])
        }
    }

    /// Reads a file's text; `file` is its name in problems.
    ///
    /// - Throws: All problems at once.
    public static func parse(_ text: String, file: String) throws(Invalid) -> Baseline {
        var reading = BaselineReading(file: file)
        let node: SourceNode
        do throws(JSONSyntaxError) {
            node = try JSONSource.parse(Array(text.utf8), nodes: maximumNodes, depth: 8)
        } catch {
            let location = error.location
            throw Invalid(problems: [
                Problem(file: file, line: location.line, column: location.column, message: "not JSON: \(error.message)")
            ])
        }
        let baseline = reading.baseline(node)
        if let baseline, reading.problems.isEmpty { return baseline }
        throw Invalid(problems: reading.sortedProblems)
    }

    /// The file's text: the same for the same baseline, each time.
    public static func text(of baseline: Baseline) -> String { BaselineText(baseline).text }

    /// Writes a file in the place of what was there: a reader sees the old one or the new one, never a part.
    ///
    /// - Throws: `Unwritable`, for example where the folder is missing or the disk is full, and for a baseline that could
    ///   not be read again, such as one without runs; then nothing has changed.
    public static func write(_ baseline: Baseline, to path: String) throws(Unwritable) {
        let text = text(of: baseline)
        do {
            _ = try parse(text, file: path)
        } catch {
            throw Unwritable(path: path, reason: error.problems.first?.message ?? "")
        }
        guard text.utf8.count <= maximumBytes else {
            throw Unwritable(path: path, reason: "it would be larger than \(maximumBytes >> 20) MiB: keep fewer runs")
        }
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw Unwritable(path: path, reason: systemWords(for: error) ?? error.localizedDescription)
        }
    }

}
