import Measures
import NIOConcurrencyHelpers
import Scenarios
import TestSupport
import Testing

@testable import Generator

/// WebSockets that end while they are held, with nothing under way on them.
@Suite("Held WebSockets", .serialized)
struct HeldWebSocketTests {
    /// How a server ends a WebSocket, and what is told of it.
    private static let ends: [(WebSocketServer.Action, String)] = [
        (.cut, "closed without a close frame (1006)"), (.reset, "Connection reset by peer"),
        (.close(1011, "out of paint"), "closed by the server with 1011 (out of paint)"),
        (.close(1000, ""), "closed by the server with 1000"),
        (.bytes([0x88, 0x00]), "closed by the server with no code"),
    ]

    /// Sends a text, awaits its echo, then holds; `count` 0: only holds.
    private func conversation(count: Int = 1, hold: Duration = .seconds(60)) throws -> Conversation {
        var conversation = Conversation()
        conversation.hold = hold
        guard count > 0 else { return conversation }
        conversation.message = .text(Text("hello"))
        conversation.count = count
        conversation.reply = Check(subject: .body, predicate: .text(.equal, Text("hello")), source: "body == hello")
        return conversation
    }

    private func run(
        _ server: WebSocketServer, _ conversation: Conversation, iterations: Int = 2, load: [Stage]? = nil,
        change: (inout Scenario) -> Void = { _ in }
    ) throws -> RunMeasurement {
        var step = Step(name: "live", url: Text("/ws"), timeout: .seconds(60))
        step.conversation = conversation
        return try EngineRun.run(
            EngineRun.scenario(
                server.url, steps: [step], load: load ?? EngineRun.iterations(iterations, users: iterations),
                change: change))
    }

    /// Answers each message, and ends the WebSocket a moment after one of a number.
    private func server(
        _ end: WebSocketServer.Action, after last: Int = 0, tls: ServerTLS? = nil
    ) throws -> WebSocketServer {
        try WebSocketServer(tls: tls) { event in
            switch event {
            case .opened: []
            case .message(_, let number, let text):
                number == last ? [.text(text), .wait(seconds: 0.02), end] : [.text(text)]
            }
        }
    }

    @Test("One that dies after its last reply is ws_closed, however it dies", arguments: [false, true])
    func dies(secure: Bool) throws {
        let certificates = try TestCertificates()
        for (end, reason) in Self.ends {
            let server = try server(end, tls: secure ? try ServerTLS(certificates) : nil)
            defer { server.stop() }
            let measurement = try run(server, try conversation()) {
                $0.defaults.tls.authorities = certificates.authority
            }
            #expect(measurement.outcomes == ["ok": 2, "ws_closed": 2])
            #expect(measurement.examples[0] == [reason])
            // The message's own latency, and none of what nobody waited for.
            #expect(measurement.total.steps[0]?[.responseTime]?.count == 2)
            #expect(measurement.total.iterations == 2)
        }
    }

    @Test("One that was only opened, and one with messages to come, are ws_closed likewise")
    func diesEarlier() throws {
        for (end, reason) in Self.ends {
            let opened = try WebSocketServer { event in
                if case .opened = event { [.wait(seconds: 0.02), end] } else { [] }
            }
            defer { opened.stop() }
            let held = try run(opened, try conversation(count: 0))
            #expect(held.outcomes == ["ok": 2, "ws_closed": 2])
            #expect(held.examples[0] == [reason])
            let between = try server(end, after: 1)
            defer { between.stop() }
            var conversation = try conversation(count: 5)
            conversation.interval = .milliseconds(100)
            #expect(try run(between, conversation).outcomes == ["ok": 4, "ws_closed": 2])
        }
    }

    @Test("An end that is declared is planned: with messages to come, while it is held, and it isn't opened again")
    func declared() throws {
        for (code, end) in [(UInt16(1000), WebSocketServer.Action.close(1000, "bye")), (1005, .bytes([0x88, 0x00]))] {
            let held = try server(end)
            defer { held.stop() }
            var conversation = try conversation()
            conversation.closes = [4000, code]
            conversation.reconnects = 2
            let measurement = try run(held, conversation)
            #expect(measurement.outcomes == ["ok": 2])
            #expect(measurement.total.reconnects == 0)
            #expect(measurement.total.iterations == 2)
            let between = try server(end, after: 1)
            defer { between.stop() }
            conversation.count = 5
            conversation.interval = .milliseconds(100)
            #expect(try run(between, conversation).outcomes == ["ok": 4])
        }
    }

    @Test("Another code than the declared one, or a reply that is owed, is no planned end")
    func notDeclared() throws {
        let other = try server(.close(1011, ""))
        defer { other.stop() }
        var conversation = try conversation()
        conversation.closes = [1000]
        #expect(try run(other, conversation).outcomes == ["ok": 2, "ws_closed": 2])
        let owing = try WebSocketServer { event in
            if case .message = event { [.close(1000, "")] } else { [] }
        }
        defer { owing.stop() }
        #expect(try run(owing, conversation).outcomes == ["ws_closed": 2])
    }

    @Test("One that dies while it is held is opened again where it may be, and held for the rest of the time")
    func reopened() throws {
        let server = try WebSocketServer { event in
            switch event {
            case .opened: []
            case .message(let connection, _, let text): connection == 0 ? [.text(text), .cut] : [.text(text)]
            }
        }
        defer { server.stop() }
        var conversation = try conversation(hold: .milliseconds(300))
        conversation.reconnects = 3
        let measurement = try run(server, conversation, iterations: 1)
        #expect(measurement.outcomes == ["ok": 1, "ws_closed": 1])
        #expect(measurement.total.reconnects == 1)
        #expect(server.connectionCount == 2)
    }

    @Test("One that dies after the load's end, within the graceful stop, is ws_closed too")
    func gracefulStop() throws {
        let server = try WebSocketServer { event in
            if case .message(_, _, let text) = event { [.text(text), .wait(seconds: 0.4), .cut] } else { [] }
        }
        defer { server.stop() }
        // 100 ms of load; the server dies about 400 ms after the reply, of the 1 s that it is to be held.
        let load = [Stage.users(UserStage(from: 1, to: 1, duration: .milliseconds(100)))]
        let measurement = try run(server, try conversation(hold: .seconds(1)), load: load) {
            $0.limits.gracefulStop = .seconds(5)
        }
        #expect(measurement.outcomes == ["ok": 1, "ws_closed": 1])
    }

    @Test("One that is held as long as it was to be, and one that the load's end cuts short, are well")
    func heldToTheEnd() throws {
        let server = try WebSocketServer.echo()
        defer { server.stop() }
        #expect(try run(server, try conversation(hold: .milliseconds(50))).outcomes == ["ok": 2])
        let load = [Stage.users(UserStage(from: 2, to: 2, duration: .milliseconds(100)))]
        let cut = try run(server, try conversation(hold: .seconds(60)), load: load) {
            $0.limits.gracefulStop = .milliseconds(500)
        }
        #expect(cut.outcomes == ["ok": 2])
    }
}
