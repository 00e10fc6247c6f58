import Foundation

/// What fuzzing servers found, as it stands in their `index.json`.
struct CaseReport {
    struct Case {
        /// Section, series, number: `12.1.3`.
        var index: [Int]
        /// How the client behaved, and how it closed.
        var behaviour: String
        var closing: String

        var name: String { index.map(String.init).joined(separator: ".") }
        var passed: Bool { CaseReport.passing.contains(behaviour) && CaseReport.passing.contains(closing) }
    }

    static let passing: Set<String> = ["OK", "NON-STRICT", "INFORMATIONAL"]
    private static let columns = ["OK", "NON-STRICT", "INFORMATIONAL", "UNIMPLEMENTED", "FAILED"]
    private static let titles = [
        1: "framing", 2: "pings and pongs", 3: "reserved bits", 4: "opcodes", 5: "fragmentation", 6: "UTF-8",
        7: "closing", 9: "large and many messages", 10: "automatic fragmentation", 12: "compression",
        13: "compression, other parameters",
    ]

    let cases: [Case]

    /// Throws where a report is not there or not in Autobahn's format.
    init(directories: [URL], agent: String) throws {
        struct Entry: Decodable {
            var behavior: String
            var behaviorClose: String
        }
        cases = try directories.flatMap { directory in
            let data = try Data(contentsOf: directory.appendingPathComponent("index.json"))
            let agents = try JSONDecoder().decode([String: [String: Entry]].self, from: data)
            return (agents[agent] ?? [:]).map { name, entry in
                Case(
                    index: name.split(separator: ".").compactMap { Int($0) }, behaviour: entry.behavior,
                    closing: entry.behaviorClose)
            }
        }.sorted { $0.index.lexicographicallyPrecedes($1.index) }
    }

    /// True where there are so many cases and each passed.
    func passes(_ count: Int) -> Bool { count > 0 && cases.count == count && cases.allSatisfy(\.passed) }

    /// A line for each section, then one for each case that did not pass, then how many passed of `count`.
    func table(of count: Int) -> String {
        var lines = [Self.line(["section"] + Self.columns)]
        let sections = Dictionary(grouping: cases) { $0.index.first ?? 0 }
        for (section, members) in sections.sorted(by: { $0.key < $1.key }) {
            let title = "\(section) \(Self.titles[section] ?? "")"
            lines.append(Self.line([title] + Self.counts(members)))
        }
        lines.append(Self.line(["all"] + Self.counts(cases)))
        for item in cases where !item.passed {
            lines.append("did not pass: \(item.name): behaviour \(item.behaviour), close \(item.closing)")
        }
        lines.append("\(cases.filter(\.passed).count) of \(count) cases passed")
        return lines.joined(separator: "\n") + "\n"
    }

    /// A case counts as failed, too, where it closed in a wrong way.
    private static func counts(_ cases: [Case]) -> [String] {
        let results = cases.map { item in
            passing.contains(item.behaviour) && !item.passed || !columns.contains(item.behaviour)
                ? "FAILED" : item.behaviour
        }
        return columns.map { column in String(results.filter { $0 == column }.count) }
    }

    private static func line(_ cells: [String]) -> String {
        let widths = [32, 5, 12, 15, 15, 8]
        return zip(cells, widths).enumerated().map { index, cell in
            let padding = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
            return index == 0 ? cell.0 + padding : padding + cell.0
        }.joined()
    }
}
