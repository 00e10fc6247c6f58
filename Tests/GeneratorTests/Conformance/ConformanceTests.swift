import Dispatch
import NIOConcurrencyHelpers
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
        let certificates = try Self.certificates.get()
        let tls = try Self.tls.get()
        let results = NIOLockedValueBox<[Int: Result<[String], any Error>]>([:])
        // Runs mostly wait, so that some go on beside each other.
        DispatchQueue.concurrentPerform(iterations: entries.count) { place in
            let run = ConformanceRun(entry: entries[place], carrier: carrier, certificates: certificates, tls: tls)
            let findings = Result { try run.findings() }
            results.withLockedValue { $0[place] = findings }
        }
        for (_, result) in results.withLockedValue({ $0 }).sorted(by: { $0.key < $1.key }) {
            for finding in try result.get() { Issue.record("\(finding)") }
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
        #expect(entries.count >= 400, "\(entries.count) entries")
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
