import COpenSSL
import Measures
import Scenarios
import TestSupport
import Testing

@testable import Generator

/// What is said of TLS that went wrong, in the same words whichever transport met it.
@Suite("TLS that goes wrong", .serialized)
struct TLSFailureTests {
    private static let certificates = Result { try TestCertificates() }

    private func run(
        port: Int, on transport: Defaults.Transport, verifies: Bool, tls change: (inout TLSSettings) -> Void = { _ in }
    ) throws -> (outcomes: [String: UInt64], reason: String?) {
        let certificates = try Self.certificates.get()
        let step = Step(name: "step", url: Text("/"), timeout: .seconds(20))
        let scenario = EngineRun.scenario(
            "https://localhost:\(port)", steps: [step], load: EngineRun.iterations(2)
        ) { scenario in
            scenario.defaults.transport = transport
            scenario.defaults.connections = .fresh
            scenario.defaults.tls.verifies = verifies
            if verifies { scenario.defaults.tls.authorities = certificates.authority }
            change(&scenario.defaults.tls)
        }
        let measurement = try EngineRun.run(scenario, reactors: 1)
        return (measurement.outcomes, measurement.examples[0].first)
    }

    private static let expected: [BrokenTLSServer.Fault: (outcome: String, reason: String?)] = [
        .closedInHandshake: ("tls", "the peer closed the connection in the TLS handshake"),
        .resetInHandshake: ("tls", "the peer reset the connection in the TLS handshake"),
        .refusedHandshake: ("tls", "the server refused the TLS handshake by an alert: handshake failure"),
        .unknownName: ("tls", "the server refused the TLS handshake by an alert: unrecognized name"),
        .brokenHandshake: ("tls", "the TLS handshake failed: length mismatch"),
        .plainAnswer: ("tls", "the server answers without TLS: http:// is meant, or another port"),
        .brokenRecord: ("tls", "the TLS connection broke: "),
        .closed: ("closed_early", "closed before the answer was complete"),
        .renegotiation: ("ok", nil),
    ]

    @Test(
        "Each way is named, verified or not, and none is a certificate that was not accepted",
        arguments: BrokenTLSServer.Fault.allCases)
    func faults(_ fault: BrokenTLSServer.Fault) throws {
        var options = ServerTLS.Options()
        options.versions = TLS1_2_VERSION...TLS1_2_VERSION
        let server = try BrokenTLSServer(fault, tls: ServerTLS(Self.certificates.get(), options))
        defer { server.stop() }
        let expected = try #require(Self.expected[fault])
        for transport in Carrier.transports {
            for verifies in [true, false] {
                let run = try run(port: server.port, on: transport, verifies: verifies)
                #expect(run.outcomes == [expected.outcome: 2], "\(transport), verify \(verifies): \(run.reason ?? "")")
                let hasReason = expected.reason.map { run.reason?.hasPrefix($0) ?? false } ?? (run.reason == nil)
                #expect(hasReason, "\(transport), verify \(verifies): \(run.reason ?? "")")
            }
        }
    }

    @Test(
        "OpenSSL's own server: no version, no cipher in common, and a client certificate that is demanded",
        arguments: [
            (
                ["-tls1_3"], TLSSettings.Version.tls12,
                "the server refused the TLS handshake by an alert: protocol version"
            ),
            (["-tls1_2"], .tls13, "the server refused the TLS handshake by an alert: protocol version"),
            (
                ["-tls1_2", "-cipher", "PSK"], .tls12,
                "the server refused the TLS handshake by an alert: handshake failure"
            ),
            (
                ["-tls1_2", "-Verify", "1"], .tls12,
                "the server refused the TLS handshake by an alert: handshake failure"
            ),
            (
                ["-tls1_3", "-Verify", "1"], .tls13,
                "the server demands a client certificate (its alert: certificate required)"
            ),
        ])
    func openssl(options: [String], version: TLSSettings.Version, reason: String) throws {
        let server = try OpenSSLServer(Self.certificates.get(), options)
        for transport in Carrier.transports {
            let run = try run(port: server.port, on: transport, verifies: false) { $0.versions = version...version }
            #expect(run.outcomes == ["tls": 2], "\(transport): \(run.reason ?? "")")
            #expect(run.reason == reason, "\(transport)")
        }
    }

    @Test("A certificate that is not accepted is named as such, and only where it is looked at")
    func certificate() throws {
        let server = try OpenSSLServer(Self.certificates.get(), [])
        for transport in Carrier.transports {
            let unknown = try run(port: server.port, on: transport, verifies: true) { $0.authorities = nil }
            #expect(unknown.outcomes == ["tls": 2])
            #expect(
                unknown.reason == "certificate not accepted: unable to get local issuer certificate"
                    || unknown.reason == "certificate not accepted: unable to verify the first certificate",
                "\(transport): \(unknown.reason ?? "")")
            let other = try run(port: server.port, on: transport, verifies: true) { $0.serverName = "other.test" }
            #expect(other.reason == "certificate not accepted: hostname mismatch", "\(transport)")
            #expect(try run(port: server.port, on: transport, verifies: false).outcomes == ["ok": 2])
        }
    }
}
