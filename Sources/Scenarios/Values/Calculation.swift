/// What a calculation endpoint must answer.
public struct Calculation: Sendable, Equatable {
    /// One expected value.
    public struct Answer: Sendable, Equatable {
        /// Where in the JSON answer it stands.
        public var path: JSONPath
        /// What it must be.
        public var expected: Text

        /// Makes an expected value.
        public init(path: JSONPath, expected: Text) {
            self.path = path
            self.expected = expected
        }
    }

    /// How far a number may be off.
    public enum Tolerance: Sendable, Equatable {
        /// |observed − expected| ≤ the number.
        case absolute(Double)
        /// |observed − expected| ≤ the fraction × |expected|; `0.1%` is 0.001.
        case relative(Double)
    }

    /// Where the server says how long it calculated.
    public enum ServerTime: Sendable, Equatable {
        /// A metric of the `Server-Timing` header, its `dur` in milliseconds (W3C Server Timing §3).
        case serverTiming(metric: String)
        /// Another header field, in milliseconds.
        case header(String)
        /// A number of milliseconds in the JSON answer.
        case json(JSONPath)
    }

    /// The values to verify.
    public var answers: [Answer]
    /// How far numbers may be off.
    public var tolerance: Tolerance
    /// Where the server's own time stands.
    public var serverTime: ServerTime?
    /// Whether the same request must get the same values each time of a run.
    public var isDeterministic: Bool

    /// Makes a calculation.
    public init(
        answers: [Answer], tolerance: Tolerance = .absolute(0), serverTime: ServerTime? = nil,
        isDeterministic: Bool = true
    ) {
        self.answers = answers
        self.tolerance = tolerance
        self.serverTime = serverTime
        self.isDeterministic = isDeterministic
    }
}
