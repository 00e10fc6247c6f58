internal import FoundationEssentials

/// `failures.jsonl`: exchanges that failed, whole, in the order in which they ended, then each step's slowest; a line of JSON
/// each. Empty, and then not written, where there was no load.
public enum FailuresFile: ReportFormat {
    /// `failures.jsonl`
    public static let fileName = EvidenceResult.fileName

    /// The whole file.
    public static func text(of result: RunResult) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return result.keptExchanges.compactMap { exchange in
            (try? encoder.encode(exchange)).map { String(decoding: $0, as: UTF8.self) + "\n" }
        }.joined()
    }

    /// The exchanges that a run left in its folder. Lines that are none are passed over; none where there is no such file.
    public static func exchanges(in folder: String) -> [ExchangeResult] {
        guard let bytes = try? InputFile.bytes(of: "\(folder)/\(fileName)") else { return [] }
        return bytes.split(separator: UInt8(ascii: "\n")).compactMap {
            try? JSONDecoder().decode(ExchangeResult.self, from: Data($0))
        }
    }
}
