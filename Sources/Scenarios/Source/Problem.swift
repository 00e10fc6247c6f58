/// Something wrong in a scenario or data file.
public struct Problem: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file, as it was named.
    public var file: String
    /// The line, from 1.
    public var line: Int
    /// The column, from 1.
    public var column: Int
    /// What is wrong, and what was expected.
    public var message: String

    /// Makes a problem.
    public init(file: String, line: Int, column: Int, message: String) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
    }

    /// `file:line:column: problem`
    public var description: String { "\(file):\(line):\(column): \(message)" }
}

/// Everything wrong in a scenario and its data, in the order of the files' lines.
public struct InvalidScenario: Error, Sendable, CustomStringConvertible {
    /// The problems, at least one.
    public var problems: [Problem]

    /// Makes the error.
    public init(problems: [Problem]) { self.problems = problems }

    /// A line per problem.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
