import Measures
import NIOConcurrencyHelpers
import Scenarios
import TestSupport
import Testing

@testable import Generator

/// Conversations over real sockets, against a server whose frames the tests decide.
@Suite("Conversations on WebSockets", .serialized)
struct ConversationTests {
    private static let message = JSONTemplate.object([
        .init(name: "type", value: .text(Text("update"))), .init(name: "id", value: .variable(.messageID)),
    ])

    /// Sends `{"type": "update", "id": …}` and knows its reply by the id.
    private static func conversation(_ change: (inout Conversation) -> Void = { _ in }) throws -> Conversation {
        var conversation = Conversation()
        conversation.message = .json(message)
        conversation.reply = Check(
            subject: .json(try JSONPath(parsing: "$.id")),
            predicate: .text(.equal, Text(pieces: [.variable(.messageID)])), source: "json $.id == ${message.id}")
        change(&conversation)
        return conversation
    }

    private func run(
        _ server: WebSocketServer, _ conversation: Conversation, iterations: Int = 2, users: Int = 1,
        timeout: Duration = .seconds(60), checks: [Check] = [], load: [Stage]? = nil,
        change: (inout Scenario) -> Void = { _ in }
    ) throws -> (outcomes: [String: UInt64], example: String?, tally: StepTally?, total: Interval) {
        var step = Step(name: "live", url: Text("/ws"), timeout: timeout)
        step.conversation = conversation
        step.checks = checks
        let scenario = EngineRun.scenario(
            server.url, steps: [step], load: load ?? EngineRun.iterations(iterations, users: users), change: change)
        let measurement = try EngineRun.run(scenario)
        return (
            measurement.outcomes, measurement.examples[0].first, measurement.total.steps[0], measurement.total
        )
    }

    @Test("Each message has its reply, and the WebSocket is closed in order", arguments: [nil, 2])
    func echo(interval: Int?) throws {
        let server = try WebSocketServer.echo()
        defer { server.stop() }
        let conversation = try Self.conversation {
            $0.count = 10
            $0.interval = interval.map { .milliseconds($0) }
        }
        let result = try run(server, conversation, iterations: 6, users: 3)
        #expect(result.outcomes == ["ok": 60])
        #expect(result.tally?[.roundTrip]?.count == 60)
        #expect(result.tally?[.connect]?.count == 6)
        #expect(result.total.iterations == 6)
        #expect(Wait.until { server.closeCodes.count == 6 })
        #expect(server.closeCodes.allSatisfy { $0 == 1000 })
        #expect(server.heads.allSatisfy { $0.hasPrefix("GET /ws HTTP/1.1\r\n") && $0.contains("Upgrade: websocket") })
    }

    @Test("The same over TLS")
    func secure() throws {
        let certificates = try TestCertificates()
        let server = try WebSocketServer.echo(tls: try ServerTLS(certificates))
        defer { server.stop() }
        let result = try run(server, try Self.conversation { $0.count = 10 }, iterations: 4, users: 2) {
            $0.defaults.tls.authorities = certificates.authority
        }
        #expect(result.outcomes == ["ok": 40])
        #expect(result.tally?[.tls]?.count == 4)
    }

    @Test("Replies in another order, and between other messages, are matched by id")
    func order() throws {
        let held = NIOLockedValueBox<[String]>([])
        let server = try WebSocketServer { event in
            guard case .message(_, let number, let text) = event else { return [] }
            let all = held.withLockedValue { held in
                held.append(text)
                defer { if number % 5 == 4 { held.removeAll() } }
                return held
            }
            return number % 5 == 4 ? [.text("{\"type\":\"noise\"}")] + all.reversed().map { .text($0) } : []
        }
        defer { server.stop() }
        let conversation = try Self.conversation {
            $0.count = 10
            $0.interval = .milliseconds(1)
        }
        #expect(try run(server, conversation, iterations: 1).outcomes == ["ok": 10])
    }

    @Test("A reply that doesn't come in time is response_timeout, and the conversation goes on")
    func lateReply() throws {
        let server = try WebSocketServer { event in
            guard case .message(_, let number, let text) = event else { return [] }
            return number == 1 ? [] : [.text(text)]
        }
        defer { server.stop() }
        let result = try run(
            server, try Self.conversation { $0.count = 4 }, iterations: 1, timeout: .milliseconds(150))
        #expect(result.outcomes == ["ok": 3, "response_timeout": 1])
        #expect(result.example == "no reply within 0.15 s")
    }

    @Test("Checks are held against each reply")
    func checks() throws {
        let server = try WebSocketServer.echo()
        defer { server.stop() }
        let check = Check(
            subject: .json(try JSONPath(parsing: "$.type")), predicate: .text(.equal, Text("ack")),
            source: "json $.type == ack")
        let result = try run(server, try Self.conversation { $0.count = 3 }, iterations: 1, checks: [check])
        #expect(result.outcomes == ["check_failed": 3])
        #expect(result.example == "json $.type == ack: got update")
    }

    @Test("A WebSocket that the server closes is ws_closed with code and reason")
    func closedByServer() throws {
        let server = try WebSocketServer { event in
            guard case .message(_, let number, let text) = event else { return [] }
            return number == 2 ? [.close(1011, "out of paint")] : [.text(text)]
        }
        defer { server.stop() }
        let result = try run(server, try Self.conversation { $0.count = 5 }, iterations: 2)
        #expect(result.outcomes == ["ok": 4, "ws_closed": 2])
        #expect(result.example == "closed by the server with 1011 (out of paint)")
        #expect(result.total.iterations == 2)
    }

    @Test("A connection that ends without a close frame is ws_closed, be it closed or reset")
    func cut() throws {
        for action in [WebSocketServer.Action.cut, .reset] {
            let server = try WebSocketServer { event in
                if case .message = event { [action] } else { [] }
            }
            defer { server.stop() }
            #expect(try run(server, try Self.conversation(), iterations: 3).outcomes == ["ws_closed": 3])
        }
    }

    @Test("A broken WebSocket is opened again as often as it may be, and goes on where it was")
    func reconnects() throws {
        let server = try WebSocketServer { event in
            guard case .message(let connection, let number, let text) = event else { return [] }
            return connection < 2 && number == 1 ? [.cut] : [.text(text)]
        }
        defer { server.stop() }
        let conversation = try Self.conversation {
            $0.count = 6
            $0.reconnects = 3
        }
        let result = try run(server, conversation, iterations: 1)
        #expect(result.outcomes == ["ok": 4, "ws_closed": 2])
        #expect(result.total.reconnects == 2)
        #expect(server.connectionCount == 3)
    }

    @Test("Frames that break the protocol are protocol, and the server is told")
    func protocolFailures() throws {
        let server = try WebSocketServer { event in
            if case .message = event { [.bytes([0xC1, 0x01, 0x61])] } else { [] }
        }
        defer { server.stop() }
        let result = try run(server, try Self.conversation(), iterations: 1)
        #expect(result.outcomes == ["protocol": 1])
        #expect(result.example == "a frame has a reserved bit set that nothing negotiated gives a meaning")
        #expect(Wait.until { server.closeCodes == [1002] })
    }

    @Test("An opening that fails has the outcome of its answer")
    func openings() throws {
        for (answer, outcome) in [
            ("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "http_4xx"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "check_failed"),
            ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", "protocol"),
            ("SSH-2.0-OpenSSH\r\n", "protocol"),
        ] {
            let server = try WebSocketServer(answer: { _ in answer }) { _ in [] }
            defer { server.stop() }
            #expect(try run(server, try Self.conversation(), iterations: 2).outcomes == [outcome: 2])
        }
    }

    @Test("A conversation without messages holds the WebSocket open and counts its opening; pings are answered")
    func hold() throws {
        let server = try WebSocketServer { _ in [] }
        defer { server.stop() }
        var conversation = Conversation()
        conversation.hold = .milliseconds(100)
        conversation.ping = .milliseconds(20)
        let result = try run(server, conversation, iterations: 3, users: 3)
        #expect(result.outcomes == ["ok": 3])
        #expect((result.tally?[.ping]?.count ?? 0) >= 3)
    }

    @Test("Broadcasts are timed by the sender's id, whoever sent it")
    func fanOut() throws {
        let server = try WebSocketServer { event in
            guard case .message(_, _, let text) = event else { return [] }
            // The reply, and the same as a broadcast.
            return [.text(text), .wait(seconds: 0.02), .text(text)]
        }
        defer { server.stop() }
        let conversation = try Self.conversation {
            $0.count = 5
            $0.fanOut = try? JSONPath(parsing: "$.id")
        }
        let result = try run(server, conversation, iterations: 2)
        #expect(result.outcomes == ["ok": 10])
        // The last one comes after the conversation's end.
        #expect((result.tally?[.fanOut]?.count ?? 0) >= 8)
        #expect((result.tally?[.fanOut]?.minimum?.milliseconds ?? 0) >= 20)
    }

    @Test("A reply that the run's end cuts off is unfinished, and so is an opening")
    func cutOff() throws {
        let silent = try WebSocketServer { event in
            guard case .message(_, let number, let text) = event else { return [] }
            return number == 0 ? [.text(text)] : []
        }
        defer { silent.stop() }
        let load = [Stage.users(UserStage(from: 2, to: 2, duration: .milliseconds(200)))]
        let result = try run(silent, try Self.conversation { $0.count = 2 }, load: load) {
            $0.limits.gracefulStop = .milliseconds(100)
        }
        #expect(result.outcomes == ["ok": 2, "unfinished": 2])
        #expect(result.total.unfinished == 2)
        #expect(result.tally?[.roundTrip]?.count == 2)
        let mute = try ScriptedServer { _ in [.hang] }
        defer { mute.stop() }
        var step = Step(name: "live", url: Text("/ws"), timeout: .seconds(60))
        step.conversation = try Self.conversation { $0.count = 2 }
        let opening = try EngineRun.run(
            EngineRun.scenario(mute.url, steps: [step], load: load) { $0.limits.gracefulStop = .milliseconds(100) })
        #expect(opening.outcomes == ["unfinished": 2])
    }

    @Test("A conversation that would outlast the load ends with it")
    func cutByTheEnd() throws {
        let server = try WebSocketServer.echo()
        defer { server.stop() }
        let conversation = try Self.conversation {
            $0.count = 100_000
            $0.interval = .milliseconds(20)
        }
        let load = [Stage.users(UserStage(from: 2, to: 2, duration: .milliseconds(500)))]
        let result = try run(server, conversation, load: load) { $0.limits.gracefulStop = .seconds(5) }
        #expect(result.outcomes["unfinished"] == nil)
        #expect((result.outcomes["ok"] ?? 0) >= 2)
        #expect(Wait.until { server.closeCodes.count == 2 })
    }

    @Test("Ids are unique, ordered and say when they were made")
    func ids() {
        let start = Instant(nanoseconds: 1_000)
        var all: [Int] = []
        for part in 0..<3 {
            var ids = MessageIDs(start: start, part: part, stride: 3)
            for microsecond in [0, 0, 0, 5, 5, 700] {
                let now = start + Span(nanoseconds: Int64(microsecond) * 1000 + 1)
                let id = ids.next(at: now)
                #expect(
                    ids.sent(id, before: now + Span(nanoseconds: 1_000_000)) == start
                        + Span(
                            nanoseconds: Int64(microsecond) * 1000))
                all.append(id)
            }
            #expect(ids.sent(-1, before: start) == nil)
            #expect(ids.sent(1 << 60, before: start) == nil)
        }
        #expect(Set(all).count == all.count)
    }
}
