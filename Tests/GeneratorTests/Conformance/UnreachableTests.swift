import Measures
import Scenarios
import TestSupport
import Testing

@testable import Generator

/// Exchanges that never get a connection, the same for each transport.
@Suite("Conformance without a server", .serialized)
struct UnreachableTests {
    private func outcomes(_ url: String, timeout: Duration, on carrier: Carrier) throws -> [String: UInt64] {
        let step = Step(name: "step", url: Text("/"), timeout: timeout)
        let scenario = EngineRun.scenario(url, steps: [step], load: EngineRun.iterations(3, users: 3)) { scenario in
            scenario.defaults.transport = carrier.transport
            scenario.defaults.connections = carrier.connections
        }
        return try EngineRun.run(scenario, reactors: 1).outcomes
    }

    private func scheme(_ carrier: Carrier) -> String { carrier.isSecure ? "https" : "http" }

    @Test("Nobody listening is refused, on either family", arguments: Carrier.all(.perUser) + Carrier.all(.fresh))
    func refused(_ carrier: Carrier) throws {
        for ipv6 in [false, true] {
            var options = ScriptedServer.Options()
            options.ipv6 = ipv6
            let server = try ScriptedServer(options) { _ in [.send(Answer.ok)] }
            server.stop()
            // Until the listener is closed, a connection to it is reset or closed at once.
            let isRefused = try (0..<200).contains { _ in
                try outcomes("\(scheme(carrier))://\(server.authority)", timeout: .seconds(60), on: carrier)
                    == ["refused": 3]
            }
            #expect(isRefused, "\(carrier), IPv6: \(ipv6)")
        }
    }

    @Test("A connection that nobody accepts is connect_timeout", arguments: Carrier.all(.perUser))
    func connectTimeout(_ carrier: Carrier) throws {
        let full = try FullBacklog()
        defer { full.release() }
        let url = "\(scheme(carrier))://127.0.0.1:\(full.port)"
        #expect(try outcomes(url, timeout: .milliseconds(100), on: carrier) == ["connect_timeout": 3], "\(carrier)")
    }
}
