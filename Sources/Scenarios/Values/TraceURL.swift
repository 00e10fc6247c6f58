/// A page of a tracing system for each trace: `https://traces.example/${trace.id}`.
public struct TraceURL: Sendable, Equatable {
    /// What stands for the id in the scenario.
    static let location = "${trace.id}"

    private let parts: [String]

    /// Nil for a text without a place for the id, one that is no `http[s]://` URL, or one with another place.
    init?(parsing text: String) {
        let parts = text.components(at: Self.location)
        guard parts.count > 1, !parts.contains(where: { $0.contains("${") || Reading.hasForbiddenCharacter($0) }),
            let start = parts.first?.lowercased(), start.hasPrefix("https://") || start.hasPrefix("http://"),
            (try? Endpoint(parsing: parts.joined(separator: "0"))) != nil
        else { return nil }
        self.parts = parts
    }

    /// The page of a trace.
    public func url(of id: String) -> String { parts.joined(separator: id) }
}

extension String {
    /// The parts between the occurrences of a text.
    fileprivate func components(at mark: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let range = rest.firstRange(of: mark) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest)]
    }
}

extension KeyForm where Value == TraceURL {
    /// A URL with a place for the id of a trace.
    static var traceURL: KeyForm {
        let expected = "expected a URL such as https://traces.example/${trace.id}"
        return KeyForm(.pattern("[Hh][Tt][Tt][Pp][Ss]?://.+")) { reading, node, _ in
            // As it stands: the id is known when a run is over.
            guard let text = reading.grammar(node, "a URL such as https://traces.example/${trace.id}") else {
                return nil
            }
            if let url = TraceURL(parsing: text) { return url }
            reading.report(node.location, "\(expected), found \(quoted(text))")
            return nil
        }
    }
}
