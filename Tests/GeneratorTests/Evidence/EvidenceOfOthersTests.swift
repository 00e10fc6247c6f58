import Measures
import Scenarios
import TestSupport
import Testing

@testable import Generator

/// What is kept of exchanges over HTTP/2 on Loadgate's own sockets, and of messages on WebSockets.
@Suite("Evidence of failures over HTTP/2 and WebSockets", .serialized) struct EvidenceOfOthersTests {
    @Test("A bad answer over HTTP/2 is kept as HTTP/1.1 would write it")
    func http2() throws {
        // 0x8e: :status 500 of the static table (RFC 7541 A).
        let server = try HTTP2Server { _, frames in
            frames.filter { $0.type == 1 }.flatMap { frame in
                [
                    .send(.head(frame.stream, [0x8e] + HTTP2Frame.field("x-a", "b"))),
                    .send(.data(frame.stream, "no <b>")),
                ] as [HTTP2Server.Action]
            }
        }
        defer { server.stop() }
        let step = Step(
            name: "step", method: .post, url: Text(pieces: [.literal("/a/"), .variable(.uuid)]),
            body: .text(Text(pieces: [.literal("n="), .variable(.iteration)])), timeout: .seconds(60))
        let measurement = try EngineRun.run(
            EngineRun.scenario(server.url, steps: [step], load: EngineRun.iterations(5)) {
                $0.defaults.transport = .native
                $0.defaults.http.version = .http2
                $0.defaults.http.trace = .w3c
            }, reactors: 1)
        #expect(measurement.evidence.count == 3)
        let first = try #require(measurement.evidence.first)
        #expect(first.status == 500 && first.body == "no <b>" && first.head == "HTTP/2 500\nx-a: b")
        let request = try #require(first.request)
        #expect(request.hasPrefix("POST /a/") && request.hasSuffix("\n\nn=0"), "\(request)")
        #expect(request.contains(" HTTP/2\nhost: 127.0.0.1:"))
        #expect(request.contains("content-length: 3"))
        #expect(first.curl?.contains("--http2-prior-knowledge") == true)
        #expect(first.connection == 1 && first.traceID != nil)
        // The second goes as a stream of the same connection.
        #expect(measurement.evidence[1].connection == 1 && measurement.evidence[1].connectionAge != nil)
    }

    @Test("A slow answer over HTTP/2 has its head; a stream that is reset says so")
    func http2Others() throws {
        let server = try HTTP2Server { _, frames in
            frames.filter { $0.type == 1 }.flatMap { frame in
                frame.stream == 1
                    ? [
                        .send(.head(frame.stream, [0x88] + HTTP2Frame.field("x-a", "b"))),
                        .send(.data(frame.stream, "ok")),
                    ]
                    : [.send(.reset(frame.stream, code: 2))] as [HTTP2Server.Action]
            }
        }
        defer { server.stop() }
        let measurement = try EngineRun.run(
            EngineRun.scenario(server.url, load: EngineRun.iterations(2)) {
                $0.defaults.transport = .native
                $0.defaults.http.version = .http2
            }, reactors: 1)
        let failed = try #require(measurement.evidence.first { $0.kind == .failed })
        #expect(failed.outcome == .reset && failed.status == nil)
        #expect(failed.reason == "the server reset the stream: INTERNAL_ERROR")
        #expect(failed.request?.hasPrefix("GET / HTTP/2\nhost: ") == true)
        let slow = try #require(measurement.evidence.first { $0.kind == .slow })
        #expect(slow.head == "HTTP/2 200\nx-a: b" && slow.body == nil)
    }

    private func conversation(_ server: WebSocketServer, _ check: String? = nil) throws -> [ExchangeEvidence] {
        var conversation = Conversation()
        conversation.message = .text(
            Text(pieces: [.literal("m"), .variable(.messageID), .literal(" "), .variable(.uuid)]))
        conversation.reply = Check(
            subject: .body, predicate: .contains(Text(pieces: [.variable(.messageID)])),
            source: "body contains ${message.id}")
        var step = Step(name: "ws", url: Text("/ws"), timeout: .seconds(60))
        step.conversation = conversation
        step.checks = try check.map { [try Check(parsing: $0)] } ?? []
        let scenario = EngineRun.scenario(server.url, steps: [step], load: EngineRun.iterations(1)) {
            $0.defaults.http.trace = .w3c
        }
        return try EngineRun.run(scenario).evidence.filter { $0.kind == .failed }
    }

    @Test("A reply that is wrong is kept with the message as it was sent")
    func reply() throws {
        let server = try WebSocketServer.echo()
        defer { server.stop() }
        let first = try #require(try conversation(server, "body contains absent").first)
        #expect(first.outcome == .checkFailed && first.curl == nil)
        // The server sends back what it got.
        #expect(first.request == first.body && first.request?.hasPrefix("m") == true, "\(first)")
        #expect(first.reason?.hasPrefix("body contains absent: got m") == true)
    }

    @Test("A conversation that breaks is kept with the message that waits, and an opening that fails with its answer")
    func broken() throws {
        let cut = try WebSocketServer { event in
            if case .message = event { return [.close(1011, "oops")] }
            return []
        }
        defer { cut.stop() }
        let first = try #require(try conversation(cut).first)
        #expect(first.outcome == .webSocketClosed && first.reason == "closed by the server with 1011 (oops)")
        #expect(first.request?.hasPrefix("m") == true && first.connection != nil)
        let refusing = try WebSocketServer(
            answer: { _ in "HTTP/1.1 403 No\r\nContent-Length: 4\r\n\r\nnope" }, script: { _ in [] })
        defer { refusing.stop() }
        let opening = try #require(try conversation(refusing).first)
        #expect(opening.status == 403 && opening.body == "nope")
        #expect(opening.request?.hasPrefix("GET /ws HTTP/1.1\n") == true)
        // The key of this very handshake, and the id of its trace.
        let key = try #require(
            refusing.heads.first?.split(separator: "\r\n").first { $0.lowercased().hasPrefix("sec-websocket-key") })
        #expect(opening.request?.contains(key) == true)
        #expect(opening.traceID.map { refusing.heads.first?.contains($0) == true } == true)
        #expect(opening.curl?.contains("--http1.1") == true)
    }
}
