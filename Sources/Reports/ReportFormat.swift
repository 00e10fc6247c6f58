/// A way to show a result: one file each. What it shows comes from the result alone, so that every report can be made
/// again from `result.json`.
public protocol ReportFormat: Sendable {
    /// The name of its file in a run's folder, e.g. `report.html`.
    static var fileName: String { get }
    /// The whole file.
    static func text(of result: RunResult) -> String
}
