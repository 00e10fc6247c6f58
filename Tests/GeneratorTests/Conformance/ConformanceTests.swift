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

    private func check(_ entries: [ConformanceEntry], on carrier: Carrier, by gateway: HTTP2Gateway? = nil) throws {
        let certificates = try Self.certificates.get()
        let tls = try Self.tls.get()
        let results = NIOLockedValueBox<[Int: Result<[String], any Error>]>([:])
        SideBySide.run(entries.count, atOnce: 6) { index in
            let run = ConformanceRun(
                entry: entries[index], carrier: carrier, certificates: certificates, tls: tls, gateway: gateway)
            let findings = Result { try run.findings() }
            results.withLockedValue { $0[index] = findings }
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

    @Test(
        "Whole answers are judged so over HTTP/2, too, and requests say the same",
        arguments: [ConformanceGroup.methods, .requests, .bodiless, .judgement],
        [Defaults.Connections.perUser, .shared])
    func overHTTP2(_ group: ConformanceGroup, _ connections: Defaults.Connections) throws {
        let carrier = Carrier(transport: .native, isSecure: false, connections: connections)
        let entries = group.entries.filter { entry in
            // What breaks HTTP/1.1 is between the gateway and the server, and the gateway answers for it.
            entry.course == .plain && entry.expected(on: carrier).isJudged && Self.ownOfHTTP1[entry.name] == nil
        }
        #expect(entries.count > 5)
        try check(entries, on: carrier, by: HTTP2Gateway())
    }

    /// Entries that don't hold over HTTP/2 through the gateway, and why.
    private static let ownOfHTTP1 = [
        "204 with a length": "nghttp2 refuses a 204 with Content-Length, which RFC 9110 §8.6 forbids servers to send",
        "request: over IPv6 Host has brackets (RFC 9110 §7.2, RFC 3986 §3.2.2)":
            "the gateway stands at 127.0.0.1 only, and hands on to 127.0.0.1 only",
    ]

    @Test("The table is large, its names are unique, and each deviation says why")
    func wholeTable() {
        let entries = ConformanceGroup.allCases.flatMap(\.entries)
        #expect(entries.count >= 400, "\(entries.count) entries")
        #expect(Set(entries.map(\.name)).count == entries.count)
        #expect(Self.ownOfHTTP1.keys.allSatisfy { name in entries.contains { $0.name == name } })
        for entry in entries {
            #expect(entry.expected.outcomes.values.reduce(0, +) == entry.count, "\(entry.name)")
            for deviation in entry.deviations {
                #expect(deviation.why.count > 20, "\(entry.name)")
                #expect(deviation.expected != entry.expected, "\(entry.name) deviates from itself")
            }
        }
    }
}
