public import Reports

/// What came of a run: its result, and where it was left.
public struct RunOutcome: Sendable {
    /// What was measured and judged.
    public var result: RunResult
    /// The folder with `result.json`, the reports and `progress.jsonl`.
    public var folder: String
    /// The report that a person opens; nil where it could not be written.
    public var report: String?
}
