import ArgumentParser
import Reports
import Scenarios

/// What a command prints on standard output of a result.
enum OutputFormat: ExpressibleByArgument, Equatable {
    /// The summary for people.
    case text
    /// The content of result.json.
    case json
    /// One of the report files, by its format's name.
    case report(String)

    init?(argument: String) {
        switch argument {
        case "text": self = .text
        case "json": self = .json
        default:
            guard ReportFiles.format(named: argument) != nil else { return nil }
            self = .report(argument)
        }
    }

    static var allValueStrings: [String] { ["text", "json"] + ReportFiles.all.map(\.name) }

    static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }

    var defaultValueDescription: String {
        switch self {
        case .text: "text"
        case .json: "json"
        case .report(let name): name
        }
    }

    /// The whole output.
    ///
    /// - Parameters:
    ///   - summary: Makes the summary for people.
    ///   - link: Where the full report is; formats that have no place for it leave it out.
    func text(of result: RunResult, link: String? = nil, summary: () -> String) throws -> String {
        switch self {
        case .text: return summary()
        case .json: return try ResultFile.json(of: result)
        case .report(let name):
            let format = ReportFiles.format(named: name)
            if let link, format is MarkdownReport.Type { return MarkdownReport.text(of: result, link: link) }
            return format?.text(of: result) ?? ""
        }
    }
}
