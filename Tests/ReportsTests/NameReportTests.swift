import Failover
import Foundation
import Measures
import Scenarios
import Testing

@testable import Reports

@Suite("Names in results and reports") struct NameReportTests {
    private static func record(_ name: String = "api.test") -> NameRecord {
        var record = NameRecord(name: name, source: .dns)
        record.lifetime = 5
        record.lookUps = 1_204
        record.failures = 3
        record.failure = "no name server answers"
        record.refusals = 1
        record.changeCount = 2
        record.changes = [
            .init(at: Span(seconds: 7.1234), before: ["127.0.0.2"], after: ["127.0.0.3"], isRefused: false),
            .init(at: Span(seconds: 9), before: ["127.0.0.3"], after: ["192.0.2.1"], isRefused: true),
        ]
        record.addresses = [
            .init(address: "127.0.0.2", tally: AddressTally(exchanges: 1_500, failed: 12)),
            .init(address: "127.0.0.3", tally: AddressTally(exchanges: 700, failed: 0)),
        ]
        return record
    }

    private static func result(_ records: [NameRecord]) -> RunResult {
        Fixtures.result { _, measurement in measurement.names = records }
    }

    @Test("A name's addresses, exchanges, changes and failures stand in the result, as its schema has them")
    func contents() throws {
        var proxy = Self.record("proxy.test")
        proxy.addresses = [.init(address: "127.0.0.9")]
        let result = Self.result([Self.record(), proxy])
        let name = try #require(result.names?["api.test"])
        #expect(name.source == .dns && name.ttl == 5 && name.lookUps == 1_204 && name.failures == 3)
        #expect(name.refused == 1 && name.changed == 2 && name.leftOut == nil)
        #expect(
            name.changes == [
                .init(at: 7.123, from: ["127.0.0.2"], to: ["127.0.0.3"], refused: nil),
                .init(at: 9, from: ["127.0.0.3"], to: ["192.0.2.1"], refused: true),
            ])
        #expect(
            name.addresses == [
                .init(address: "127.0.0.2", exchanges: 1_500, failed: 12),
                .init(address: "127.0.0.3", exchanges: 700, failed: 0),
            ])
        // What is not told is absent, not zero.
        #expect(result.names?["proxy.test"]?.addresses == [.init(address: "127.0.0.9", exchanges: nil, failed: nil)])
        let json = try ResultFile.json(of: result)
        #expect(try SchemaCheck(ResultSchema.json).faults(of: json) == [])
        #expect(try JSONDecoder().decode(RunResult.self, from: Data(json.utf8)) == result)
    }

    @Test("People read of a name that had several addresses, or trouble; of others they don't")
    func shown() {
        let terminal = TerminalSummary(Self.result([Self.record()]), width: 200).text()
        let page = HTMLReport.text(of: Self.result([Self.record()]))
        for expected in ["127.0.0.2", "127.0.0.3", "3 look-ups of 1,204 failed", "no name server answers"] {
            #expect(terminal.contains(expected), "\(expected)")
            #expect(page.contains(expected), "\(expected)")
        }
        #expect(page.contains("not authorised: nothing was sent"))
        var quiet = NameRecord(name: "quiet.test", source: .hosts)
        quiet.lookUps = 9
        quiet.addresses = [.init(address: "127.0.0.2", tally: AddressTally(exchanges: 1, failed: 0))]
        let result = Self.result([quiet])
        #expect(result.names?["quiet.test"]?.lookUps == 9)
        #expect(!TerminalSummary(result).text().contains("Names"))
        #expect(!HTMLReport.text(of: result).contains("Addresses of names"))
    }

    @Test("Thousands of addresses and changes are cut, and said to be")
    func many() {
        var record = Self.record()
        record.addresses = (0..<4_096).map { .init(address: "127.1.\($0 / 250).\($0 % 250)", tally: AddressTally()) }
        record.changes = Array(repeating: record.changes[0], count: 500)
        record.leftOut = 12
        let result = Self.result([record])
        let terminal = TerminalSummary(result).text()
        // 20 of 4,096 are shown.
        #expect(terminal.contains("4076 more addresses are in result.json"))
        #expect(terminal.contains("12 addresses more than are told apart were not used"))
        #expect(HTMLReport.text(of: result).utf8.count < 2_000_000)
    }

    @Test("A drill tells where requests went, and when an address got its last one")
    func drill() throws {
        var report = DrillReport(start: Instant(nanoseconds: 5_000_000_000))
        var dead = AddressUse(address: "127.0.0.2")
        (dead.sent, dead.failed, dead.lastFresh) = ([10, 10, 4], [0, 6, 4], Span(seconds: 1.25))
        var other = AddressUse(address: "127.0.0.3")
        (other.sent, other.failed, other.lastPooled) = ([0, 0, 6], [0, 0, 0], Span(seconds: 1.75))
        report.addresses = [dead, other]
        var result = Fixtures.rich
        result.drill = DrillResult(report, scenario: Fixtures.scenario)
        let line =
            "127.0.0.2: 24 requests, 10 failed, the last before the restore 1.25 s after the fault (on a new connection "
            + "1.25 s, on a kept one none)"
        #expect(result.drill?.addressLines.first == line)
        #expect(HTMLReport.text(of: result).contains(line))
        let json = try ResultFile.json(of: result)
        #expect(json.contains("\"last_fresh_after_t0_seconds\""))
        #expect(try SchemaCheck(ResultSchema.json).faults(of: json) == [])
    }
}
