import Foundation
import Measures
import TestSupport
import Testing

@testable import Reports

@Suite("Documentation of reports") struct DocumentationTests {
    @Test("every file, column, key and metric stands in docs/reports.md")
    func complete() throws {
        let path = Binary.package.path + "/docs/reports.md"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let named = Set(text.matches(of: #/`([^`\n]+)`/#).map { String($0.1) })
        for entry in ReportFiles.all {
            #expect(named.contains(entry.format.fileName))
            #expect(named.contains(entry.name))
        }
        for column in SeriesCSV.columns { #expect(named.contains(column), "\(column)") }
        let schema = try SchemaCheck(ResultSchema.json).root
        let keys = try #require(schema["properties"] as? [String: Any]).keys
        for key in keys { #expect(named.contains(key), "\(key)") }
        // Each metric with its type and its labels, and nothing that there is not.
        var rows: [String: (kind: String, labels: String)] = [:]
        for row in text.matches(of: #/(?m)^\| (`loadgate_.+`) \| ([a-z]+)[^|]*\| (.+) \|$/#) {
            for name in row.1.matches(of: #/`([^`]+)`/#) {
                rows[String(name.1)] = (String(row.2), String(row.3))
            }
        }
        for metric in Metric.all {
            let row = try #require(rows[metric.prometheusName], "\(metric.prometheusName)")
            #expect(row.kind == metric.kind.rawValue, "\(metric.prometheusName)")
            // The load, and whether a step is a part, stand with the first metric of steps.
            for label in metric.labels where !["load", "part"].contains(label) || metric.labels == ["load"] {
                #expect(row.labels.contains("`\(label)`"), "\(metric.prometheusName) \(label)")
            }
        }
        #expect(Set(rows.keys) == Set(Metric.all.map(\.prometheusName)))
        let columns = named.filter { $0.hasPrefix("outcome_") }
        #expect(columns.subtracting(SeriesCSV.columns) == [])
    }
}
