import Scenarios
import TestSupport
import Testing

@testable import Generator

/// One table of HTTP exchanges, the same for each transport, with TLS and without.
@Suite("Conformance", .serialized)
struct ConformanceTests {
    private static let certificates = Result { try TestCertificates() }
    private static let tls = Result { try ServerTLS(certificates.get()) }

    private func check(_ entries: [ConformanceEntry], on carrier: Carrier) throws {
        for entry in entries {
            let run = ConformanceRun(
                entry: entry, carrier: carrier, certificates: try Self.certificates.get(), tls: try Self.tls.get())
            for finding in try run.findings() { Issue.record("\(finding)") }
        }
    }

    @Test("Every exchange of the table ends as it must", arguments: ConformanceGroup.allCases, Carrier.all(.perUser))
    func table(_ group: ConformanceGroup, _ carrier: Carrier) throws { try check(group.entries, on: carrier) }

    @Test(
        "What doesn't hang on a kept connection ends so on fresh ones, too", arguments: ConformanceGroup.allCases,
        Carrier.all(.fresh))
    func fresh(_ group: ConformanceGroup, _ carrier: Carrier) throws {
        try check(group.entries.filter { $0.course == .plain && $0.expected.connections != 2 }, on: carrier)
    }

    @Test("The table is large, its names are unique, and each deviation says why")
    func wholeTable() {
        let entries = ConformanceGroup.allCases.flatMap(\.entries)
        #expect(entries.count >= 150)
        #expect(Set(entries.map(\.name)).count == entries.count)
        for entry in entries {
            #expect(entry.expected.outcomes.values.reduce(0, +) == entry.count, "\(entry.name)")
            for deviation in entry.deviations {
                #expect(deviation.why.count > 20, "\(entry.name)")
                #expect(deviation.expected != entry.expected, "\(entry.name) deviates from itself")
            }
        }
    }
}
