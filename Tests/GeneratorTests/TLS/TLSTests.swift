import COpenSSL
import Measures
import Scenarios
import TestSupport
import Testing

@testable import Generator

/// TLS on the native transport, against a server whose TLS is OpenSSL's own.
@Suite("TLS", .serialized)
struct TLSTests {
    private static let certificates = Result { try TestCertificates() }
    private static let ok = ScriptedServer.response("200 OK", "hello")

    private let certificates: TestCertificates

    init() throws { certificates = try Self.certificates.get() }

    private func run(
        _ server: ScriptedServer, count: Int = 4, host: String = "localhost", timeout: Duration = .seconds(60),
        connections: Defaults.Connections = .fresh, tls change: (inout TLSSettings) -> Void = { _ in }
    ) throws -> (outcomes: [String: UInt64], example: String?, tally: StepTally?) {
        let step = Step(name: "step", url: Text("/"), timeout: timeout)
        var settings = TLSSettings()
        settings.authorities = certificates.authority
        change(&settings)
        let scenario = EngineRun.scenario(
            "https://\(host):\(server.port)", steps: [step], load: EngineRun.iterations(count)
        ) { scenario in
            scenario.defaults.tls = settings
            scenario.defaults.connections = connections
        }
        let measurement = try EngineRun.run(scenario, reactors: 1)
        return (measurement.outcomes, measurement.examples[0].first, measurement.total.steps[0])
    }

    private func server(
        _ actions: [ScriptedServer.Action] = [.send(Self.ok)],
        options: (inout ServerTLS.Options) -> Void = { _ in }
    ) throws -> ScriptedServer {
        var chosen = ServerTLS.Options()
        options(&chosen)
        return try ScriptedServer(tls: try ServerTLS(certificates, chosen)) { _ in actions }
    }

    @Test("A verified server answers, with the phases of each new connection")
    func phases() throws {
        let server = try server()
        defer { server.stop() }
        let result = try run(server)
        #expect(result.outcomes == ["ok": 4])
        #expect(result.tally?[.connect]?.count == 4)
        #expect(result.tally?[.tls]?.count == 4)
        #expect(server.requests.allSatisfy { $0.serverName == "localhost" })
    }

    @Test("A kept connection shakes hands once, whatever pieces the answers come in")
    func kept() throws {
        let body = String(repeating: "0123456789", count: 30_000)
        for actions: [ScriptedServer.Action] in [
            [.send(Self.ok)], [.sendBytewise(Self.ok)], [.send(ScriptedServer.response("200 OK", body))],
        ] {
            let server = try server(actions)
            defer { server.stop() }
            let result = try run(server, count: 20, connections: .perUser)
            #expect(result.outcomes == ["ok": 20])
            #expect(result.tally?[.tls]?.count == 1)
            #expect(server.connectionCount == 1)
        }
    }

    @Test("An authority that isn't trusted, or another name, is tls with OpenSSL's reason")
    func verification() throws {
        let server = try server()
        defer { server.stop() }
        let unknown = try run(server) { $0.authorities = nil }
        #expect(unknown.outcomes == ["tls": 4])
        #expect(unknown.example == "certificate not accepted: self-signed certificate in certificate chain")
        let other = try run(server) { $0.serverName = "other.test" }
        #expect(other.outcomes == ["tls": 4])
        #expect(other.example == "certificate not accepted: hostname mismatch")
        #expect(server.requestCount == 0)
    }

    @Test("Without verification anything is taken")
    func noVerification() throws {
        let server = try server()
        defer { server.stop() }
        let result = try run(server) {
            $0.authorities = nil
            $0.verifies = false
            $0.serverName = "other.test"
        }
        #expect(result.outcomes == ["ok": 4])
        #expect(server.requests.allSatisfy { $0.serverName == "other.test" })
    }

    @Test("Addresses are verified, and not asked for by name")
    func addresses() throws {
        let server = try server()
        defer { server.stop() }
        #expect(try run(server, host: "127.0.0.1").outcomes == ["ok": 4])
        #expect(server.requests.allSatisfy { $0.serverName == nil })
        let other = try run(server) { $0.serverName = "127.0.0.2" }
        #expect(other.example == "certificate not accepted: IP address mismatch")
    }

    @Test("A server that demands a client certificate gets it")
    func clientCertificate() throws {
        for version in [TLS1_2_VERSION, TLS1_3_VERSION] {
            let server = try server {
                $0.demandsClient = true
                $0.versions = version...version
            }
            defer { server.stop() }
            let without = try run(server)
            #expect(without.outcomes == ["tls": 4])
            #expect(without.example?.contains("alert") == true)
            let with = try run(server) {
                $0.certificate = certificates.client
                $0.key = certificates.clientKey
            }
            #expect(with.outcomes == ["ok": 4])
        }
    }

    @Test("An encrypted key is opened with its passphrase, and nobody is asked for one")
    func encryptedKey() throws {
        let server = try server { $0.demandsClient = true }
        defer { server.stop() }
        func outcomes(_ passphrase: String?) throws -> [String: UInt64] {
            try run(server) {
                $0.certificate = certificates.client
                $0.key = certificates.encryptedClientKey
                $0.keyPassphrase = passphrase
            }.outcomes
        }
        #expect(try outcomes(TestCertificates.passphrase) == ["ok": 4])
        // The scenario's reader refuses these; whoever gets by it must not wait for an answer on the terminal.
        for wrong in [nil, "another"] { #expect(throws: UnusableSetting.self) { try outcomes(wrong) } }
    }

    @Test("Versions are those that both sides have")
    func versions() throws {
        let old = try server { $0.versions = TLS1_2_VERSION...TLS1_2_VERSION }
        defer { old.stop() }
        #expect(try run(old) { $0.versions = .tls12 ... .tls12 }.outcomes == ["ok": 4])
        #expect(try run(old) { $0.versions = .tls13 ... .tls13 }.outcomes == ["tls": 4])
        let new = try server { $0.versions = TLS1_3_VERSION...TLS1_3_VERSION }
        defer { new.stop() }
        #expect(try run(new).outcomes == ["ok": 4])
        #expect(try run(new) { $0.versions = .tls12 ... .tls12 }.outcomes == ["tls": 4])
    }

    @Test("A session is resumed on the next connection, unless that is switched off", arguments: [true, false])
    func resumption(resumes: Bool) throws {
        for version in [TLS1_2_VERSION, TLS1_3_VERSION] {
            let server = try server { $0.versions = version...version }
            defer { server.stop() }
            #expect(try run(server, count: 5) { $0.resumes = resumes }.outcomes == ["ok": 5])
            #expect(server.requests.map(\.isResumed) == [false] + Array(repeating: resumes, count: 4))
        }
    }

    @Test("A handshake that gets no answer is connect_timeout")
    func silence() throws {
        // The ClientHello has no empty line, so the plain server goes on waiting for its request.
        let plain = try ScriptedServer { _ in [.send(Self.ok)] }
        defer { plain.stop() }
        #expect(try run(plain, timeout: .milliseconds(80)).outcomes == ["connect_timeout": 4])
    }

    @Test("An answer up to the close counts only with close_notify")
    func truncation() throws {
        let unbounded = "HTTP/1.1 200 OK\r\n\r\nto the end"
        let whole = try server([.send(unbounded), .close])
        defer { whole.stop() }
        #expect(try run(whole).outcomes == ["ok": 4])
        let cut = try server([.send(unbounded), .cut])
        defer { cut.stop() }
        let result = try run(cut)
        #expect(result.outcomes == ["closed_early": 4])
        #expect(result.example == "closed without TLS's close_notify: the answer may be cut")
        let short = try server([.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), .close])
        defer { short.stop() }
        #expect(try run(short).outcomes == ["closed_early": 4])
    }

    @Test("Certificates that are none are refused before the run")
    func unusable() throws {
        let server = try server()
        defer { server.stop() }
        #expect(throws: UnusableSetting.self) {
            try run(server) {
                $0.certificate = certificates.clientKey
                $0.key = certificates.clientKey
            }
        }
        #expect(throws: UnusableSetting.self) {
            try run(server) {
                $0.certificate = certificates.client
                $0.key = certificates.serverKey
            }
        }
        #expect(throws: UnusableSetting.self) { try run(server) { $0.authorities = certificates.clientKey } }
    }
}
