package import Scenarios

/// Reads the number that a probe is after from what a program printed or a server answered. Pure.
package struct SampleReader {
    var format: Probe.Format

    /// A reader of the format.
    package init(format: Probe.Format) { self.format = format }

    /// The number; finite.
    package func number(in bytes: [UInt8]) throws(ProbeFailure) -> Double {
        let value: Double
        switch format {
        case .number:
            let text = try Self.text(bytes)
            guard let number = ProbeNumber.parse(text) else {
                throw ProbeFailure(reason: "\(Self.shown(text)) is not a number")
            }
            value = number
        case .json(let path, let counts): value = try JSONReader(path: path, counts: counts).number(in: bytes)
        case .csv(let columns, let filters):
            value = try CSVReader(columns: columns, filters: filters).number(in: try Self.text(bytes))
        case .lines(let names): value = try LineReader(try Self.text(bytes)).sum(of: names)
        case .linesHold(let filters): value = try LineReader(try Self.text(bytes)).holds(filters) ? 1 : 0
        case .prometheus(let metrics, let labels):
            value = try PrometheusReader(metrics: metrics, labels: labels).number(in: bytes)
        }
        guard value.isFinite else { throw ProbeFailure(reason: "the sum is not a finite number") }
        return value
    }

    /// A text for a message: in quotes and cut, or the word for nothing.
    static func shown(_ text: some StringProtocol) -> String {
        // What is cut off isn't looked at: it may be a megabyte.
        var line = text.drop(while: \.isWhitespace).prefix(80)
        while line.last?.isWhitespace == true { line.removeLast() }
        return line.isEmpty ? "an empty text" : quoted(String(line))
    }

    private static func text(_ bytes: [UInt8]) throws(ProbeFailure) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ProbeFailure(reason: "what was printed is not UTF-8")
        }
        return text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    }
}

extension Suggestion {
    /// ` (did you mean "name"?)`, or nothing.
    static func hint(for word: String, amongSeen names: some Sequence<String>) -> String {
        nearest(to: word, among: names).map { " (did you mean \(quoted($0))?)" } ?? ""
    }
}
