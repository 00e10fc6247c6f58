import Scenarios
import TestSupport
import Testing

@testable import Generator

@Suite("Defaults that a login gives", .serialized)
struct LoginAuthenticationTests {
    private func scenario(_ url: String, transport: String, auth: String, steps: String) throws -> Scenario {
        try ScenarioReader(environment: [:], kinds: ScenarioKinds()).read(
            """
            name: defaults
            target: \(url)
            defaults:
              transport: \(transport)
              timeout: 60s
              http: {auth: \(auth), headers: {X-Token: "${token}"}}
            login:
              - {name: sign-in, post: /login, capture: {token: header x-token}}
              - {name: profile, get: /profile, headers: {X-Own: "${token}"}}
            flows:
              main: {steps: \(steps)}
            load: [{iterations: 3}]
            """, file: "s.yaml")
    }

    private func server() throws -> ScriptedServer {
        try ScriptedServer { request in
            let headers = request.path == "/login" ? ["X-Token: t0"] : []
            return [.send(ScriptedServer.response("200 OK", "x", headers: headers))]
        }
    }

    @Test("A captured token goes with every request behind the login", arguments: ["native", "curl"])
    func bearer(transport: String) throws {
        let server = try server()
        defer { server.stop() }
        let measurement = try EngineRun.run(
            scenario(
                server.url, transport: transport, auth: "{bearer: \"${token}\"}",
                steps: "[{get: /use}, {get: /open, auth: none}]"))
        #expect(measurement.outcomes == ["ok": 8])
        for request in server.requests {
            let isOfLogin = ["/login", "/profile"].contains(request.path)
            #expect(request.header("Authorization") == (request.path == "/use" ? "Bearer t0" : nil))
            #expect(request.header("X-Token") == (isOfLogin ? nil : "t0"))
            if request.path == "/profile" { #expect(request.header("X-Own") == "t0") }
        }
    }

    @Test("So does a captured password, which libcurl encodes")
    func basic() throws {
        let server = try server()
        defer { server.stop() }
        let measurement = try EngineRun.run(
            scenario(
                server.url, transport: "auto", auth: "{basic: {user: me, password: \"${token}\"}}",
                steps: "[{get: /use}]"))
        #expect(measurement.outcomes == ["ok": 5])
        // me:t0
        let uses = server.requests.filter { $0.path == "/use" }.map { $0.header("Authorization") }
        #expect(uses == ["Basic bWU6dDA=", "Basic bWU6dDA=", "Basic bWU6dDA="])
        #expect(server.requests.filter { $0.path != "/use" }.allSatisfy { $0.header("Authorization") == nil })
    }

    @Test("And the opening handshake of a WebSocket carries it")
    func webSocket() throws {
        let server = try server()
        defer { server.stop() }
        let sockets = try WebSocketServer.echo()
        defer { sockets.stop() }
        let measurement = try EngineRun.run(
            scenario(
                server.url, transport: "auto", auth: "{bearer: \"${token}\"}",
                steps: "[{websocket: \"ws://127.0.0.1:\(sockets.port)/ws\"}]"))
        #expect(measurement.outcomes == ["ok": 5])
        #expect(sockets.heads.count == 3)
        #expect(
            sockets.heads.allSatisfy { $0.contains("\r\nAuthorization: Bearer t0") && $0.contains("\r\nX-Token: t0") })
    }
}
