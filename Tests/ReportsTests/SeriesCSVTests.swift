import Measures
import Testing

@testable import Reports

@Suite("CSV") struct SeriesCSVTests {
    @Test("a row a slice, every value under its column")
    func rows() throws {
        let result = Fixtures.result(bad: 1)
        let text = SeriesCSV.text(of: result)
        #expect(text.hasSuffix("\r\n"))
        let rows = text.split(separator: "\r\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        #expect(rows.count == 11)
        #expect(rows.allSatisfy { $0.count == SeriesCSV.columns.count })
        #expect(Set(SeriesCSV.columns).count == SeriesCSV.columns.count)
        let row = Dictionary(uniqueKeysWithValues: zip(rows[0].map(String.init), rows[4].map(String.init)))
        #expect(row["start_seconds"] == "3")
        #expect(row["completed"] == "110")
        #expect(row["bad"] == "1")
        #expect(row["outcome_ok"] == "109")
        #expect(row["outcome_http_5xx"] == "1")
        #expect(row["outcome_reset"] == "0")
        #expect(row["received_bytes"] == "10000")
        #expect(row["max_ms"] == "2.346")
    }

    @Test("a slice without exchanges has no latencies, which is not a latency of zero")
    func empty() {
        let result = Fixtures.result { _, measurement in
            measurement.series = TimeSeries()
            measurement.series.append(Interval(steps: 3, flows: 2))
        }
        let row = SeriesCSV.text(of: result).split(separator: "\r\n")[1]
        #expect(row.hasPrefix("0,1,0,0,0,0,0,0,0,0,0,,,,,0,0,"))
    }
}
