import Loadgate
import Reports

/// A kind of report from outside the product: the verdict in a word.
enum WordReport: ReportFormat {
    static let fileName = "verdict.txt"

    static func text(of result: RunResult) -> String { "\(result.verdict.rawValue)\n" }
}
