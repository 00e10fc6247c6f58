#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The reports that a run leaves beside `result.json`, all made from it.
public enum ReportFiles {
    /// A format and the name by which commands ask for it.
    public struct Entry: Sendable {
        /// The name, e.g. `junit`.
        public let name: String
        /// What makes the file.
        public let format: any ReportFormat.Type

        /// Registers a format.
        public init(name: String, format: any ReportFormat.Type) {
            self.name = name
            self.format = format
        }
    }

    /// All of them. The first one is what a person opens.
    public static let all = [
        Entry(name: "html", format: HTMLReport.self),
        Entry(name: "md", format: MarkdownReport.self),
        Entry(name: "junit", format: JUnitReport.self),
        Entry(name: "csv", format: SeriesCSV.self),
        Entry(name: "prometheus", format: PrometheusReport.self),
        Entry(name: "failures", format: FailuresFile.self),
    ]

    /// The format of a name; nil where there is none.
    public static func format(named name: String) -> (any ReportFormat.Type)? {
        all.first { $0.name == name }?.format
    }

    /// The name of the file that a person opens first.
    public static var firstFile: String { all.first?.format.fileName ?? "result.json" }

    /// Writes all reports of a result into a folder, each at once and whole in the place of what was there.
    ///
    /// - Returns: Why those that are missing could not be written, for example where the disk is full.
    public static func write(
        _ entries: [Entry] = all, of result: RunResult, into folder: String
    ) -> [FileFailure] {
        entries.compactMap { entry in
            let path = "\(folder)/\(entry.format.fileName)"
            let text = entry.format.text(of: result)
            // A format that has nothing to show leaves no file, and none of an earlier run either.
            if text.isEmpty {
                unlink(path)
                return nil
            }
            do throws(FileFailure) {
                try OutputFile.replace(path, with: Array(text.utf8))
                return nil
            } catch {
                return error
            }
        }
    }

    /// Writes a text in the place of what was there, at once and whole.
    ///
    /// - Throws: `FileFailure`.
    public static func write(_ text: String, to path: String) throws {
        try OutputFile.replace(path, with: Array(text.utf8))
    }
}
