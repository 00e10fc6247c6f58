/// Everything for which a file or command line can't be imported.
public struct InvalidSource: Error, Equatable, Sendable, CustomStringConvertible {
    /// Something wrong at a location.
    public struct Problem: Equatable, Sendable, CustomStringConvertible {
        /// `file:line:column`, `file#/json/pointer` (RFC 6901), or `curl: word 3`.
        public var location: String
        /// What is wrong, and what to do about it.
        public var message: String

        /// `place: problem`
        public var description: String { "\(location): \(message)" }

        /// Makes a problem.
        public init(location: String, message: String) {
            self.location = location
            self.message = message
        }
    }

    /// The problems, at least one, in the order of the source.
    public var problems: [Problem]

    /// A line per problem.
    public var description: String { problems.map(\.description).joined(separator: "\n") }

    /// Some problems, at least one.
    public init(problems: [Problem]) { self.problems = problems }

    /// One problem.
    public init(_ location: String, _ message: String) { problems = [Problem(location: location, message: message)] }
}

/// Problems while they are gathered: each once, and no more than anyone reads.
struct SourceProblems {
    private static let maximum = 200

    private var problems: [InvalidSource.Problem] = []
    private var seen: Set<String> = []
    private var isCut = false

    mutating func report(_ location: String, _ message: String) {
        guard seen.count < Self.maximum else {
            isCut = true
            return
        }
        let problem = InvalidSource.Problem(location: location, message: message)
        if seen.insert(problem.description).inserted { problems.append(problem) }
    }

    /// Throws the problems, if there are any.
    func throwIfAny() throws(InvalidSource) {
        guard let last = problems.last else { return }
        let more = InvalidSource.Problem(location: last.location, message: "more problems follow, which are not shown")
        throw InvalidSource(problems: problems + (isCut ? [more] : []))
    }
}
