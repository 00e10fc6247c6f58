import Foundation
import TestSupport
import Testing

/// What the command makes of TLS, HTTP/2, WebSockets, redirects and proxies.
@Suite("Transports", .serialized)
struct TransportTests {
    private func step(_ folder: TemporaryFolder) throws -> [String: Any] {
        let steps = try #require(try folder.json("result.json")["steps"] as? [String: [String: Any]])
        return try #require(steps.values.first)
    }

    @Test(
        "loadgate https://…: certificates are verified, by --ca or not at all, and the result names the transport",
        arguments: [
            ([], "native", "tls"), (["--http2"], "native", "tls"), (["--insecure"], "native", "ok"),
            (["--http2", "--insecure"], "native", "ok"), (["--ca", "ca.pem"], "native", "ok"),
            (["--http2", "--ca", "ca.pem"], "native", "ok"),
            (["--http2", "--transport", "curl", "--ca", "ca.pem"], "curl", "ok"),
            (["--transport", "curl", "--ca", "ca.pem"], "curl", "ok"),
        ])
    func oneLine(options: [String], transport: String, outcome: String) throws {
        let certificates = try TestCertificates()
        let nginx = try Nginx(
            """
            \(certificates.nginx)
            location /1 { if ($server_protocol != HTTP/1.1) { return 505; } return 200; }
            location /2 { if ($server_protocol != HTTP/2.0) { return 505; } return 200; }
            """, listening: "ssl http2")
        let url = nginx.url + (options.contains("--http2") ? "/2" : "/1")
        let folder = try TemporaryFolder()
        let options = options.map { $0 == "ca.pem" ? certificates.authority : $0 }
        let result = try Binary(
            "loadgate", [url, "--iterations", "10", "--users", "2", "--out", folder.path] + options
        ).wait()
        // Without a limit of its own, so short a run may be invalid for its start lag.
        #expect(outcome == "ok" ? [0, 3].contains(result.code) : result.code == 1, "\(result.output)\(result.errors)")
        let step = try step(folder)
        #expect(step["transport"] as? String == transport)
        #expect(step["outcomes"] as? [String: Int] == [outcome: 10])
        #expect((step["tls_ms"] != nil) == (outcome == "ok"))
        if outcome == "tls" { #expect(result.output.contains("unable to get local issuer certificate")) }
    }

    @Test("65: certificates that can't be used are named before anything is sent", arguments: [[], ["--http2"]])
    func unusableCertificates(options: [String]) throws {
        let server = try ScriptedServer(always: ScriptedServer.response())
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let garbage = try folder.write("garbage.pem", "no certificate")
        let url = server.url.replacing("http://", with: "https://")
        let common = ["--iterations", "1", "--out", folder.path] + options
        let unusable = try Binary("loadgate", [url, "--ca", garbage] + common).wait()
        #expect(unusable.code == 65)
        #expect(unusable.errors == "loadgate: defaults.tls.ca \(garbage): no certificate or crl found\n")
        let missing = try Binary("loadgate", [url, "--ca", "/nowhere/ca.pem"] + common).wait()
        #expect(missing.code == 65)
        #expect(missing.errors.contains(#"--ca: the file "/nowhere/ca.pem" can't be read: no such file"#))
        #expect(server.requestCount == 0)
    }

    @Test("65: a client certificate that doesn't belong to its key")
    func foreignKey() throws {
        let certificates = try TestCertificates()
        let server = try ScriptedServer(always: ScriptedServer.response())
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let scenario = try folder.write(
            "foreign.yaml",
            """
            name: foreign
            target: https://127.0.0.1:\(server.port)
            defaults: {tls: {certificate: \(certificates.client), key: \(certificates.serverKey)}}
            flows: {main: {steps: [{get: /}]}}
            load: [{iterations: 1, users: 1}]
            """)
        let result = try Binary.run("run", scenario, "--out", folder.path)
        #expect(result.code == 65)
        #expect(result.errors.hasPrefix("loadgate: defaults.tls.key \(certificates.serverKey): "))
        #expect(server.requestCount == 0)
    }

    @Test("A WebSocket that breaks is opened again, and the result says how often")
    func reconnects() throws {
        let server = try WebSocketServer { event in
            switch event {
            // Connection 0 is the question whether anybody is there. The first WebSocket breaks at its second message.
            case .message(connection: 1, number: 1, _): [.cut]
            case .message(_, _, let text): [.text(text)]
            case .opened: []
            }
        }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let scenario = try folder.write(
            "live.yaml",
            """
            name: live
            target: \(server.url)
            flows:
              main:
                steps:
                  - websocket: /ws
                    name: talk
                    send: {id: "${message.id}"}
                    reply: json $.id == ${message.id}
                    messages: 5
                    reconnect: 3
            load: [{iterations: 2, users: 1}]
            objectives: [reconnects == 0, max round_trip < 100s]
            """)
        let result = try Binary.run("run", scenario, "--out", folder.path)
        #expect(result.code == 1)
        let json = try folder.json("result.json")
        #expect((json["generator"] as? [String: Any])?["reconnects"] as? Int == 1)
        #expect(result.output.contains(" · reconnects 1 · "))
        #expect(try step(folder)["transport"] as? String == "native")
        #expect(server.connectionCount == 4)
        // Nine of ten messages were answered; the one under way went down with its connection.
        #expect((try step(folder)["outcomes"] as? [String: Int])?["ok"] == 9)
    }

    @Test("A redirect to a host that isn't authorised is not followed, and nothing is sent there")
    func redirect() throws {
        let server = try ScriptedServer { _ in
            [.send(ScriptedServer.response("302 Found", headers: ["Location: http://192.0.2.1/away"]))]
        }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let scenario = try folder.write(
            "redirect.yaml",
            """
            name: redirect
            target: \(server.url)
            defaults: {http: {redirects: 5}, timeout: 60s}
            flows: {main: {steps: [{name: away, get: /}]}}
            load: [{iterations: 3, users: 1}]
            objectives: [errors == 0, max response_time < 30s]
            """)
        let result = try Binary.run("run", scenario, "--out", folder.path)
        #expect(result.code == 1)
        #expect(result.output.contains("redirected to 192.0.2.1, which is not authorised"))
        // Nobody is there (RFC 5737): for an answer the exchange would have waited.
        let objectives = try #require(try folder.json("result.json")["objectives"] as? [[String: Any]])
        #expect(objectives.last?["verdict"] as? String == "pass")
        #expect(server.requestCount == 3)
    }

    @Test("77: a proxy that isn't authorised gets nothing")
    func proxy() throws {
        let server = try ScriptedServer(always: ScriptedServer.response())
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let scenario = try folder.write(
            "proxy.yaml",
            """
            name: proxy
            target: \(server.url)
            defaults: {http: {proxy: "http://192.0.2.1:3128"}}
            flows: {main: {steps: [{get: /}]}}
            load: [{iterations: 1, users: 1}]
            """)
        let result = try Binary.run("run", scenario, "--out", folder.path)
        #expect(result.code == 77)
        #expect(result.errors.contains("192.0.2.1"))
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/result.json"))
        #expect(server.requestCount == 0)
    }
}
