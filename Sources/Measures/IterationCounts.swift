/// How many iterations of a flow were begun, and how many of them were given up; warm-up left out.
///
/// Those that came to their end are counted by their times. What is left was cut off by the end of the run.
public struct IterationCounts: Equatable, Sendable {
    /// Why an iteration was given up.
    public enum Reason: String, CaseIterable, Sendable {
        /// A request needed a value that no step before had captured.
        case missingValue = "missing_value"
        /// Its user could not log in.
        case failedLogin = "failed_login"
        /// This machine had no descriptor or port left.
        case exhausted
    }

    /// Iterations begun.
    public var begun: UInt64 = 0
    private var missingValue: UInt64 = 0
    private var failedLogin: UInt64 = 0
    private var exhausted: UInt64 = 0

    /// No iteration yet.
    public init() {}

    /// How many were given up for a reason.
    public subscript(reason: Reason) -> UInt64 {
        get {
            switch reason {
            case .missingValue: missingValue
            case .failedLogin: failedLogin
            case .exhausted: exhausted
            }
        }
        set {
            switch reason {
            case .missingValue: missingValue = newValue
            case .failedLogin: failedLogin = newValue
            case .exhausted: exhausted = newValue
            }
        }
    }

    /// Iterations given up, whatever the reason.
    public var givenUp: UInt64 { missingValue &+ failedLogin &+ exhausted }

    /// Adds other counts.
    public mutating func add(_ other: IterationCounts) {
        begun &+= other.begun
        missingValue &+= other.missingValue
        failedLogin &+= other.failedLogin
        exhausted &+= other.exhausted
    }
}
