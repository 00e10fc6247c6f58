import Measures
import Scenarios
import TestSupport
import Testing

@testable import Generator

/// The same requests over each transport against servers as they are run in earnest.
@Suite("Conformance with real servers", .serialized)
struct RealServerTests {
    private static let certificates = Result { try TestCertificates() }
    private let certificates: TestCertificates

    init() throws { certificates = try Self.certificates.get() }

    private func check(
        _ entries: [RealServerEntry], _ url: String, on carrier: Carrier, version: HTTPSettings.Version = .http1,
        connections: Int? = nil
    ) throws {
        for entry in entries {
            let scenario = EngineRun.scenario(url, steps: [entry.step], load: EngineRun.iterations(5)) { scenario in
                scenario.defaults.transport = carrier.transport
                scenario.defaults.connections = carrier.connections
                scenario.defaults.tls.authorities = certificates.authority
                scenario.defaults.http.version = version
            }
            let measurement = try EngineRun.run(scenario, reactors: 1, delay: Span(nanoseconds: 1_000_000))
            let what = "\(entry.name) [\(carrier), \(url)]"
            let reason = measurement.examples[0].first ?? "no reason"
            #expect(measurement.outcomes == [entry.outcome.label: 5], "\(what): \(reason)")
            let made = measurement.total.steps[0]?[.connect]?.count
            let wanted = carrier.connections == .fresh ? 5 : connections ?? entry.connections
            #expect(made == UInt64(wanted), "\(what): connections")
        }
    }

    private func nginx() throws -> Nginx {
        try Nginx(certificates, locations: RealServerEntry.nginxLocations)
    }

    @Test("nginx", arguments: Carrier.all(.perUser) + Carrier.all(.fresh))
    func nginx(_ carrier: Carrier) throws {
        let server = try nginx()
        try check(
            RealServerEntry.nginx + RealServerEntry.nginxClosing, server.url(isSecure: carrier.isSecure), on: carrier)
    }

    @Test(
        "HAProxy before nginx changes nothing, and gives its own answers",
        arguments: Carrier.all(.perUser) + Carrier.all(.fresh))
    func haproxy(_ carrier: Carrier) throws {
        let server = try nginx()
        let silent = try ScriptedServer { _ in [.hang] }
        defer { silent.stop() }
        let sections = RealServerEntry.haproxySections.replacing("SILENT", with: "\(silent.port)")
        let proxy = try HAProxyServer(
            certificates, backend: server.port, rules: RealServerEntry.haproxyRules, sections: sections)
        try check(RealServerEntry.nginx, proxy.url(isSecure: carrier.isSecure), on: carrier)
        try check(RealServerEntry.haproxy, proxy.url(isSecure: carrier.isSecure), on: carrier)
        if !carrier.isSecure { try check(RealServerEntry.nginx, proxy.closing, on: carrier, connections: 5) }
    }

    @Test("HTTP/2 of nginx and nghttpd", arguments: Carrier.all(.perUser) + Carrier.all(.shared) + Carrier.all(.fresh))
    func http2(_ carrier: Carrier) throws {
        let nghttpd = try NghttpdServer(certificates)
        try check(RealServerEntry.http2, nghttpd.url(isSecure: carrier.isSecure), on: carrier, version: .http2)
        guard carrier.isSecure else { return }
        let server = try nginx()
        // libcurl 7.88 takes an answer that comes before the request's body is sent for a broken stream, or goes on sending
        // without end; RFC 9113 §8.1 lets servers answer so, and nginx does.
        let entries = RealServerEntry.nginx.filter { $0.step.body == nil || carrier.transport == .native }
        try check(entries, server.http2, on: carrier, version: .http2)
    }

    @Test("nghttpd's helper serves HTTP/2")
    func nghttpd() throws {
        let server = try NghttpdServer(certificates)
        // What is not HTTP/2's preface is answered by a frame, which is no HTTP/1.1.
        for carrier in Carrier.all(.perUser) where carrier.transport == .native && !carrier.isSecure {
            let entry = RealServerEntry("HTTP/1.1 to an HTTP/2 server", "/megabyte", .protocolError, connections: 5)
            try check([entry], server.url(isSecure: false), on: carrier)
        }
    }
}
