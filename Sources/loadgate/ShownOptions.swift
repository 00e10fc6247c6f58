import ArgumentParser
import Glibc
import Reports

/// What a command that comes to a result prints of it.
struct ShownOptions: ParsableArguments {
    @Option(help: "What to print on standard output at the end.")
    var format: OutputFormat = .text

    @Flag(name: .shortAndLong, help: "Print nothing but errors.")
    var quiet = false

    /// Prints a result, and throws its exit code unless that is 0.
    ///
    /// - Parameter report: Where its report is; nil where none was written.
    func finish(_ result: RunResult, report: String?) throws {
        if !quiet || format != .text {
            let text = try format.text(of: result) {
                let summary = TerminalSummary(
                    result, style: Console.wantsColour(STDOUT_FILENO) ? .colour : .plain, width: Console.width ?? 100)
                return summary.text(reportPath: report)
            }
            Console.result(text)
        }
        try result.conclusion.finish()
    }
}
