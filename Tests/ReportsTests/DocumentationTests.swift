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
        var live = RunMetrics(ProgressHeader(scenario: Fixtures.scenario, info: Fixtures.info, reactors: 2))
        live.take(Fixtures.second(), load: .init())
        let families = try PrometheusCheck(
            live.text + PrometheusReport.text(of: DrillReportTests.crowded())
                + PrometheusReport.text(of: CapacityReportTests.result())
        ).types.keys
        #expect(families.count > 20)
        for family in families { #expect(named.contains(family), "\(family)") }
        // And nothing that there is not.
        let metrics = named.filter { $0.hasPrefix("loadgate_") }
        let rare = [
            "loadgate_calculation_time_seconds", "loadgate_round_trip_seconds", "loadgate_load_started_total",
            "loadgate_load_dropped_total", "loadgate_load_users", "loadgate_changes_total",
        ]
        #expect(metrics.subtracting(families).subtracting(rare) == [])
        let columns = named.filter { $0.hasPrefix("outcome_") }
        #expect(columns.subtracting(SeriesCSV.columns) == [])
    }
}
