import COpenSSL
import Measures
import Scenarios
import TestSupport
import Testing

@testable import Generator

/// Exchanges over TLS.
@Suite("Exchanges over TLS", .serialized)
struct ExchangeTLSTests {
    private static let ok = ScriptedServer.response("200 OK", "hello")
    private let certificates: TestCertificates
    private let settings: TLSSettings

    init() throws {
        certificates = try TestCertificates()
        var settings = TLSSettings()
        settings.authorities = certificates.authority
        self.settings = settings
    }

    private func server(
        _ options: ServerTLS.Options = ServerTLS.Options(),
        script: @escaping @Sendable (ScriptedServer.Request) -> [ScriptedServer.Action]
    ) throws -> ScriptedServer {
        try ScriptedServer(tls: try ServerTLS(certificates, options), script: script)
    }

    @Test("New and kept connections, groups and large bodies, with both versions")
    func all() throws {
        for version in [TLS1_2_VERSION, TLS1_3_VERSION] {
            var options = ServerTLS.Options()
            options.versions = version...version
            let server = try server(options) { request in
                [.send(ScriptedServer.response("200 OK", "\(request.body.utf8.count)"))]
            }
            defer { server.stop() }
            let run = try SenderRun("https://localhost:\(server.port)", tls: settings)
            let observed = run.send(
                [run.exchange(lane: .kept(1)), run.exchange(lane: .kept(1)), run.exchange()]
                    + (0..<5).map { _ in run.exchange("POST", at: 0.1, group: 1) { $0.body = Array("body".utf8) } }
                    + [run.exchange("PUT") { $0.body = Array(repeating: 97, count: 3_000_000) }])
            #expect(observed.outcomes == [.ok])
            #expect(observed.map(\.text) == ["0", "0", "0"] + Array(repeating: "4", count: 5) + ["3000000"])
            #expect(observed[1].reusedConnection)
            #expect(run.send([run.exchange(lane: .kept(1))]).allSatisfy { $0.reusedConnection })
            #expect(server.requests.allSatisfy { $0.serverName == "localhost" })
        }
    }

    @Test("A certificate that isn't accepted, no TLS at all, or a close in the handshake is tls")
    func failures() throws {
        let server = try server { _ in [.send(Self.ok)] }
        defer { server.stop() }
        #expect(try SenderRun(server.url).one().outcome == .tls)
        let plain = try ScriptedServer { _ in [.close] }
        defer { plain.stop() }
        var options = ScriptedServer.Options()
        options.onAccept = { $0 == 0 ? [.send("HTTP/1.1 400 Bad\r\n\r\n"), .finish] : [.close] }
        let odd = try ScriptedServer(options) { _ in [] }
        defer { odd.stop() }
        let run = try SenderRun("https://127.0.0.1:\(odd.port)", tls: settings)
        #expect(run.one().outcome == .tls)
        #expect(run.one().outcome == .tls)
        #expect(server.requestCount == 0)
    }

    @Test("A handshake that doesn't end is connect_timeout")
    func silence() throws {
        var options = ScriptedServer.Options()
        options.onAccept = { _ in [.hang] }
        let server = try ScriptedServer(options) { _ in [] }
        defer { server.stop() }
        let observed = try SenderRun("https://127.0.0.1:\(server.port)", tls: settings).one(timeout: 0.2)
        #expect(observed.outcome == .connectTimeout)
        #expect(observed.sent == observed.received)
    }

    @Test("An answer up to the close is whole only where TLS says so")
    func closes() throws {
        let server = try server { request in
            [.send("HTTP/1.1 200 OK\r\n\r\nabc"), request.path == "/cut" ? .cut : .close]
        }
        defer { server.stop() }
        let run = try SenderRun(server.url, tls: settings)
        let observed = run.send([run.exchange("GET", "/cut"), run.exchange("GET", "/whole")])
        #expect(observed.map(\.outcome) == [.closedEarly, .ok])
        #expect(observed.map(\.text) == ["abc", "abc"])
    }

    @Test("A kept connection that the peer closed, with or without a word, is not used again")
    func closedBetween() throws {
        for ending in [ScriptedServer.Action.close, .cut] {
            let server = try server { _ in [.send(Self.ok), ending] }
            defer { server.stop() }
            let run = try SenderRun(server.url, tls: settings)
            for round in 1...2 {
                #expect(run.send([run.exchange(lane: .kept(0))]).map(\.reusedConnection) == [false])
                #expect(Wait.until { server.settledCount == round })
            }
            #expect(server.requestCount == 2)
        }
    }

    @Test("nginx answers with and without TLS, kept, new and in groups")
    func nginx() throws {
        let nginx = try Nginx(certificates, locations: "location / { } location = /small { return 200 small; }")
        for isSecure in [false, true] {
            let run = try SenderRun(nginx.url(isSecure: isSecure), tls: settings)
            let observed = run.send(
                (0..<50).map { run.exchange("GET", "/small", lane: .kept($0 % 5)) }
                    + (0..<50).map { _ in run.exchange("GET", "/small", at: 0.1, group: 1) }
                    + (0..<10).map { _ in run.exchange("GET", "/megabyte") }
                    + [run.exchange("HEAD", "/megabyte"), run.exchange("GET", "/absent")])
            #expect(observed.outcomes == [.ok])
            #expect(observed[..<100].allSatisfy { $0.status == 200 && $0.text == "small" })
            #expect(observed[100..<110].allSatisfy { $0.bodyLength == 1_048_576 && $0.body.count == 65_536 })
            #expect(observed[110].value("Content-Length") == "1048576")
            #expect(observed[111].status == 404)
            #expect(observed[..<50].filter { $0.reusedConnection }.count == 45)
        }
    }
}
