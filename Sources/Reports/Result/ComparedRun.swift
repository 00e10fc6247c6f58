public import VerificationKit

/// One of the runs that a result of several stands for.
public struct ComparedRun: Codable, Equatable, Sendable {
    /// Its folder, beside the result.
    public var folder: String
    /// The side of the comparison that it belongs to.
    public var role: Role
    /// When its load began, UTC (RFC 3339).
    public var started: String
    /// What it came to by itself.
    public var verdict: Verdict
    /// True for the one whose steps, objectives and series the result shows.
    public var shown: Bool

    /// A side of a comparison.
    public enum Role: String, Codable, CaseIterable, Sendable {
        /// What is judged.
        case candidate
        /// What it is compared with.
        case reference
    }

    /// Makes a run's entry.
    public init(folder: String, role: Role, started: String, verdict: Verdict, shown: Bool = false) {
        self.folder = folder
        self.role = role
        self.started = started
        self.verdict = verdict
        self.shown = shown
    }
}
