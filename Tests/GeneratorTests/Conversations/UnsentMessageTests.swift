import Measures
import Scenarios
import TestSupport
import Testing

@testable import Generator

/// Messages that wait to be sent, on open WebSockets whose servers take them slowly or not at all.
@Suite("Messages that wait to be sent", .serialized)
struct UnsentMessageTests {
    private func run(
        _ server: WebSocketServer, bytes: Int, count: Int, timeout: Duration
    ) throws -> (outcomes: [String: UInt64], example: String?) {
        var conversation = Conversation()
        conversation.message = .binary(bytes: bytes)
        conversation.count = count
        conversation.interval = .milliseconds(20)
        var step = Step(name: "live", url: Text("/ws"), timeout: timeout)
        step.conversation = conversation
        let measurement = try EngineRun.run(
            EngineRun.scenario(server.url, steps: [step], load: EngineRun.iterations(1)))
        return (measurement.outcomes, measurement.examples[0].first)
    }

    @Test("A server that takes large messages more slowly than they come is not accused")
    func slow() throws {
        // Eight messages of 4 MiB within 160 ms are far more than the sockets' buffers hold; a debug build of the server
        // takes longer than that for each.
        let server = try WebSocketServer { _ in [] }
        defer { server.stop() }
        let result = try run(server, bytes: 4 << 20, count: 8, timeout: .seconds(60))
        #expect(result.outcomes == ["ok": 8], "\(result.example ?? "")")
    }

    @Test("A server that takes nothing fails the messages that can't be sent to it, in their time")
    func silent() throws {
        let server = try WebSocketServer { event in
            // Longer than the twenty messages take; then it ends by itself.
            if case .opened = event { [.wait(seconds: 2), .cut] } else { [] }
        }
        defer { server.stop() }
        // 20 messages of 2 MiB, one each 20 ms: 400 ms, of which a quarter is their timeout.
        let result = try run(server, bytes: 2 << 20, count: 20, timeout: .milliseconds(100))
        #expect(result.outcomes["response_timeout"] ?? 0 > 0, "\(result.outcomes)")
        #expect(result.example == "not sent: the server has taken nothing for 0.1 s", "\(result.example ?? "")")
    }
}
