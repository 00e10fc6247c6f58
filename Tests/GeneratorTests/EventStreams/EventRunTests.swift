import Foundation
import Measures
import NIOConcurrencyHelpers
import Scenarios
import TestSupport
import Testing

@testable import Generator

/// Streams of events on the wire, over each transport, with TLS and without.
@Suite("Streams of events, sent by a server", .serialized) struct EventRunTests {
    private static let plain = Carrier(transport: .native, isSecure: false, connections: .perUser)
    private let certificates: TestCertificates

    init() throws { certificates = try TestCertificates() }

    private static func head(_ type: String = "text/event-stream", status: String = "200 OK") -> String {
        "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nTransfer-Encoding: chunked\r\n\r\n"
    }

    private static func chunk(_ text: String) -> String { "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n" }
    private static let end = "0\r\n\r\n"

    private func server(
        _ carrier: Carrier, _ actions: [ScriptedServer.Action]
    ) throws -> ScriptedServer {
        let tls = carrier.isSecure ? try ServerTLS(certificates) : nil
        return try ScriptedServer(tls: tls) { _ in actions }
    }

    private func run(
        _ url: String, _ end: EventStream.End? = nil,
        _ carrier: Carrier = plain,
        iterations: Int = 1, users: Int = 1, checks: [String] = [], captures: [Capture] = [],
        timeout: Duration = .seconds(60),
        step change: (inout Step) -> Void = { _ in }, scenario changeAll: (inout Scenario) -> Void = { _ in }
    ) throws -> RunMeasurement {
        var step = Step(name: "step", url: Text("/"), timeout: timeout)
        var stream = EventStream()
        (stream.end, stream.endSource) = (end, end == nil ? "" : "its end")
        step.events = stream
        step.expect = [200...299]
        step.checks = checks.map(Check.written)
        step.captures = captures
        if case .time(let time)? = end { step.timeout = time }
        change(&step)
        return try EngineRun.run(
            EngineRun.scenario(url, steps: [step], load: EngineRun.iterations(iterations, users: users)) { scenario in
                scenario.defaults.transport = carrier.transport
                scenario.defaults.connections = carrier.connections
                scenario.defaults.tls.authorities = certificates.authority
                changeAll(&scenario)
            }, reactors: 1, delay: Span(nanoseconds: 1_000_000))
    }

    private func milliseconds(_ measurement: RunMeasurement, _ measure: LatencyMeasure) -> [Double] {
        guard let histogram = measurement.total.steps[0]?[measure] else { return [] }
        return (1...histogram.count).map { histogram.value(atRank: $0)?.milliseconds ?? 0 }
    }

    // MARK: Times

    @Test("Each event is timed as it comes", arguments: Carrier.all(.perUser))
    func timed(carrier: Carrier) throws {
        let server = try server(
            carrier,
            [
                .send(Self.head()), .wait(seconds: 0.06), .send(Self.chunk("data: 1\n\n")), .wait(seconds: 0.03),
                .send(Self.chunk("data: 2\n")), .wait(seconds: 0.03), .send(Self.chunk("\ndata: 3\n\n")),
                .wait(seconds: 0.12), .send(Self.chunk("data: 4\n\n") + Self.end),
            ])
        defer { server.stop() }
        let measurement = try run(
            server.url, nil, carrier, iterations: 2,
            checks: ["events == 4", "first_event > 50ms", "event_gap > 100ms", "body == 4"])
        #expect(measurement.outcomes == ["ok": 2], "\(measurement.examples)")
        let tally = measurement.total.steps[0]
        #expect(tally?.events.streams == 2 && tally?.events.total == 8)
        #expect(tally?.events.fewest == 4 && tally?.events.most == 4 && tally?.events.silent == 0)
        let first = milliseconds(measurement, .firstEvent)
        #expect(first.count == 2 && first.allSatisfy { $0 > 55 }, "\(first)")
        // Of each stream 60 ms from 1 to 2, whose end came with all of 3, and 120 ms to 4.
        let gaps = milliseconds(measurement, .eventGap)
        #expect(gaps.count == 6, "\(gaps)")
        #expect(gaps.prefix(2).allSatisfy { $0 == 0 } && gaps[2...3].allSatisfy { $0 > 50 }, "\(gaps)")
        #expect(gaps.suffix(2).allSatisfy { $0 > 110 }, "\(gaps)")
        // A stream that ended by itself leaves its connection for the next one.
        #expect(server.connectionCount == 1)
        if carrier.transport == .native { #expect(tally?.unstamped == 0) }
    }

    @Test("A stream may come byte by byte, and up to the close", arguments: Carrier.all(.fresh))
    func bytewise(carrier: Carrier) throws {
        let text =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n\u{FEFF}data: {\"n\": 1}\r\n\r\n: x\r\rdata: {\"n\": 2}\n\ndata: lost\n"
        let server = try server(carrier, [.sendBytewise(text), .close])
        defer { server.stop() }
        let measurement = try run(
            server.url, nil, carrier, checks: ["events == 2", "every json $.n > 0", "json $.n == 2"])
        #expect(measurement.outcomes == ["ok": 1], "\(measurement.examples)")
    }

    // MARK: Ends

    private static let four =
        chunk("event: a\ndata: {\"n\": 1}\n\n") + chunk("data: {\"n\": 2}\n\ndata: {\"n\": 3}\n\ndata: [DONE]\n\n")

    @Test(
        "A stream is left when what ends it comes",
        arguments: [
            (.count(2), 2), (.event("a"), 1), (.data("[DONE]"), 3), (.json(Check.written("json $.n == 3")), 3),
            (.time(.milliseconds(300)), 4),
        ] as [(EventStream.End, Int)])
    func left(_ end: EventStream.End, _ count: Int) throws {
        for carrier in Carrier.all(.perUser) {
            let server = try server(carrier, [.send(Self.head() + Self.four), .hang])
            defer { server.stop() }
            let measurement = try run(server.url, end, carrier, iterations: 2, checks: ["events == \(count)"])
            #expect(measurement.outcomes == ["ok": 2], "\(carrier): \(measurement.examples)")
            // It can't be used again.
            #expect(server.connectionCount == 2, "\(carrier)")
            #expect(measurement.total.iterations == 2)
            let longest = milliseconds(measurement, .responseTime).last ?? 0
            if case .time = end { #expect(longest >= 300, "\(carrier)") } else { #expect(longest < 30_000) }
        }
    }

    @Test("A server that ends it before is told by a label of its own", arguments: Carrier.all(.perUser))
    func endedEarly(carrier: Carrier) throws {
        let server = try server(carrier, [.send(Self.head() + Self.four + Self.end)])
        defer { server.stop() }
        for end in [EventStream.End.count(5), .event("b"), .data("x"), .time(.seconds(30))] {
            let measurement = try run(server.url, end, carrier)
            #expect(measurement.outcomes == ["stream_ended": 1], "\(end)")
            #expect(measurement.examples[0] == ["the server ended the stream before its end: 4 events came"])
            #expect(measurement.total.steps[0]?.events.total == 4)
        }
    }

    @Test("One that does not end in time is a timeout, and its last gap is open", arguments: Carrier.all(.perUser))
    func late(carrier: Carrier) throws {
        let server = try server(
            carrier,
            [
                .send(Self.head() + Self.chunk("data: 1\n\n")), .wait(seconds: 0.02), .send(Self.chunk("data: 2\n\n")),
                .hang,
            ])
        defer { server.stop() }
        let measurement = try run(server.url, .count(5), carrier, timeout: .milliseconds(400))
        #expect(measurement.outcomes == ["response_timeout": 1])
        #expect(measurement.examples[0] == ["the stream did not end within 0.4 s: 2 events came"])
        let gaps = milliseconds(measurement, .eventGap)
        #expect(gaps.count == 2 && gaps[0] < 300 && gaps[1] > 300, "\(gaps)")
        #expect(measurement.total.steps[0]?.events.streams == 1)
    }

    @Test("One that is cut is what any answer is that is cut", arguments: Carrier.all(.perUser))
    func cut(carrier: Carrier) throws {
        let server = try server(carrier, [.send(Self.head() + Self.chunk("data: 1\n\n") + "ff\r\ndata"), .close])
        defer { server.stop() }
        let measurement = try run(server.url, nil, carrier)
        #expect(measurement.outcomes == ["closed_early": 1], "\(measurement.examples)")
        #expect(milliseconds(measurement, .firstEvent).count == 1)
    }

    @Test("What the run's end cuts off is unfinished, and counted as such", arguments: Carrier.all(.perUser))
    func cutOff(carrier: Carrier) throws {
        let server = try server(carrier, [.send(Self.head() + Self.chunk("data: 1\n\n")), .hang])
        defer { server.stop() }
        let measurement = try run(
            server.url, nil, carrier,
            scenario: { scenario in
                scenario.load = [.users(UserStage(from: 2, to: 2, duration: .milliseconds(200)))]
                scenario.limits.gracefulStop = .milliseconds(100)
            })
        #expect(measurement.outcomes == ["unfinished": 2])
        #expect(milliseconds(measurement, .firstEvent).count == 2)
        let events = measurement.total.steps[0]?.events
        #expect(events?.cutOff == 2 && events?.streams == 0 && events?.silent == 0)
    }

    // MARK: What is no stream

    @Test("What is no stream fails, and is shown", arguments: Carrier.all(.perUser))
    func noStream(carrier: Carrier) throws {
        let answers = [
            (
                ScriptedServer.response("200 OK", "<html>data: a</html>", headers: ["Content-Type: text/html"]),
                "check_failed",
                "the answer is text/html: no stream of events (text/event-stream, application/x-ndjson)"
            ),
            (
                ScriptedServer.response("200 OK", "data: a\n\n"), "check_failed",
                "the answer has no Content-Type: no stream of events (text/event-stream, application/x-ndjson)"
            ),
            (
                ScriptedServer.response("503 Busy", "data: busy\n\n", headers: ["Content-Type: text/event-stream"]),
                "http_5xx", "status 503"
            ),
            (
                "HTTP/1.1 204 No Content\r\n\r\n", "check_failed",
                "the answer has no Content-Type: no stream of events (text/event-stream, application/x-ndjson)"
            ),
        ]
        for (answer, outcome, reason) in answers {
            let server = try server(carrier, [.send(answer)])
            defer { server.stop() }
            let measurement = try run(server.url, nil, carrier, iterations: 3)
            #expect(measurement.outcomes == [outcome: 3])
            #expect(measurement.examples[0] == [reason])
            if answer.contains("data:") {
                #expect(measurement.excerpts[0][reason]?.contains("data: ") == true, "\(carrier): \(reason)")
            }
            let events = measurement.total.steps[0]?.events
            #expect(events?.streams == 0 && events?.silent == 3)
        }
        // Said by the scenario, the type doesn't matter.
        let server = try server(
            carrier, [.send(ScriptedServer.response("200 OK", "1\n2", headers: ["Content-Type: text/plain"]))])
        defer { server.stop() }
        let said = try run(
            server.url, nil, carrier, checks: ["events == 2", "json $ == 2"], step: { $0.events?.format = .ndjson })
        #expect(said.outcomes == ["ok": 1], "\(said.examples)")
    }

    @Test("An event without end is refused before it fills the memory", arguments: Carrier.all(.perUser))
    func endless(carrier: Carrier) throws {
        let piece = Self.chunk(String(repeating: "x", count: 256 * 1024))
        let server = try server(
            carrier,
            [.send(Self.head() + Self.chunk("data: a\n\ndata: "))] + Array(repeating: .send(piece), count: 200) + [
                .hang
            ])
        defer { server.stop() }
        let measurement = try run(server.url, nil, carrier)
        #expect(measurement.outcomes == ["body_too_large": 1])
        #expect(measurement.examples[0] == ["an event is larger than 1 MiB, after 1 event"])
    }

    @Test("A flood of events is counted to the last", arguments: Carrier.all(.perUser))
    func flood(carrier: Carrier) throws {
        let many = Self.chunk(String(repeating: "data:\n\n", count: 20_000))
        let server = try server(
            carrier, [.send(Self.head())] + Array(repeating: .send(many), count: 10) + [.send(Self.end)])
        defer { server.stop() }
        let measurement = try run(server.url, nil, carrier, checks: ["events == 200000"])
        #expect(measurement.outcomes == ["ok": 1], "\(measurement.examples)")
        #expect(measurement.total.steps[0]?[.eventGap]?.count == 199_999)
    }

    // MARK: What its events hold

    @Test("Checks look at the last event, or at every one")
    func checks() throws {
        let stream = Self.head() + Self.chunk("data: {\"n\": 1}\n\ndata: {\"n\": 2, \"key\": \"k\"}\n\n") + Self.end
        let lines = Self.head("application/x-ndjson") + Self.chunk("{\"n\": 1}\n{\"n\": 2, \"key\": \"k\"") + Self.end
        func outcome(_ text: String, _ check: String) throws -> String? {
            let server = try server(Self.plain, [.send(text)])
            defer { server.stop() }
            let measurement = try run(server.url, checks: [check])
            return measurement.outcomes == ["ok": 1] ? nil : measurement.examples[0].first
        }
        for check in [
            "json $.n == 2", "every json $.n > 0", "every body contains n", "body contains key", "events < 3",
        ] {
            #expect(try outcome(stream, check) == nil, "\(check)")
        }
        #expect(try outcome(stream, "json $.n == 1") == "json $.n == 1: got 2")
        #expect(try outcome(stream, "every json $.n == 1") == "every json $.n == 1: got 2, event 2")
        #expect(try outcome(stream, "every json $.key exists") == "every json $.key exists: there is none, event 1")
        #expect(try outcome(stream, "events >= 3") == "events >= 3: got 2")
        // JSON that is none is told where it is looked at, and only there.
        #expect(try outcome(lines, "events == 2") == nil)
        #expect(
            try outcome(lines, "json $.n == 2") == "json $.n == 2: the last event is not JSON: it ends within a value")
        #expect(
            try outcome(lines, "every json $.n > 0")
                == "every json $.n > 0: the event is not JSON: it ends within a value, event 2")
        let silent = Self.head() + Self.end
        #expect(try outcome(silent, "status == 200") == nil)
        for (check, told) in [
            ("json $.n absent", "no event came"), ("every body contains a", "no event came"),
            ("body contains a", "there is none"), ("first_event < 1s", "there is none"),
            ("event_gap < 1s", "there is none"), ("events > 0", "got 0"),
        ] {
            #expect(try outcome(silent, check) == "\(check): \(told)")
        }
        // One event has kept nobody waiting for the next.
        #expect(try outcome(Self.head() + Self.chunk("data: a\n\n") + Self.end, "event_gap < 1s") == nil)
    }

    @Test("What is captured is of the last event, and a secret shows nowhere")
    func captured() throws {
        let text =
            Self.head() + Self.chunk("data: {\"id\": \"first\"}\n\ndata: {\"id\": \"tell-nobody\"}\n\ndata: [DONE]\n\n")
        let server = try ScriptedServer { request in
            request.path == "/" ? [.send(text), .hang] : [.send(ScriptedServer.response())]
        }
        defer { server.stop() }
        let capture = Capture(name: "id", source: .json(try JSONPath(parsing: "$.id")), isSecret: true)
        let measurement = try run(
            server.url, .data("[DONE]"), captures: [capture],
            scenario: { scenario in
                let next = Step(name: "next", url: Text(pieces: [.literal("/next/"), .variable(.capture("id"))]))
                scenario.flows[0].actions.append(.request(next))
            })
        #expect(measurement.outcomes == ["ok": 2], "\(measurement.examples)")
        #expect(server.requests.map(\.path) == ["/", "/next/tell-nobody"])
        // A check that fails before the value is captured.
        let failing = try run(server.url, .data("[DONE]"), iterations: 3, checks: ["events > 5"], captures: [capture])
        #expect(failing.outcomes == ["check_failed": 3])
        let shown = "\(failing.examples) \(failing.excerpts)"
        #expect(!shown.contains("tell-nobody"), "\(shown)")
    }

    // MARK: HTTP/2, redirects

    private static func streamHead(_ stream: UInt32) -> HTTP2Server.Action {
        .send(.head(stream, [0x88] + HTTP2Frame.field("content-type", "text/event-stream")))
    }

    private func run(
        _ server: HTTP2Server, _ end: EventStream.End?, _ connections: Defaults.Connections = .perUser,
        transport: Defaults.Transport = .native, iterations: Int = 1, users: Int = 1, checks: [String] = [],
        timeout: Duration = .seconds(60)
    ) throws -> RunMeasurement {
        try run(
            server.url, end, Carrier(transport: transport, isSecure: false, connections: connections),
            iterations: iterations, users: users, checks: checks, timeout: timeout,
            scenario: { $0.defaults.http.version = .http2 })
    }

    @Test(
        "A stream of HTTP/2 is left by a reset of its own, and its connection stays",
        arguments: [.perUser, .shared] as [Defaults.Connections])
    func left2(connections: Defaults.Connections) throws {
        let resets = Counter()
        let server = try HTTP2Server { _, frames in
            resets.add(frames.count { $0.type == 3 && $0.payload == HTTP2Frame.number(8) })
            return frames.filter { $0.type == 1 }.flatMap { frame in
                [
                    Self.streamHead(frame.stream), .send(.data(frame.stream, "data: 1\n\ndata: ", ends: false)),
                    .send(.data(frame.stream, "2\n\ndata: 3\n\n", ends: false)),
                ] as [HTTP2Server.Action]
            }
        }
        defer { server.stop() }
        for end in [EventStream.End.count(2), .time(.milliseconds(200))] {
            let count = end == .count(2) ? 2 : 3
            let measurement = try run(
                server, end, connections, iterations: 3, checks: ["events == \(count)", "body == \(count)"])
            #expect(measurement.outcomes == ["ok": 3], "\(measurement.examples)")
            #expect(measurement.total.steps[0]?[.connect]?.count == 1)
            #expect(measurement.total.steps[0]?.unstamped == 0)
        }
        #expect(resets.value >= 4)
    }

    @Test("Ends of a stream of HTTP/2 are those of any stream", arguments: [.native, .curl] as [Defaults.Transport])
    func ends2(transport: Defaults.Transport) throws {
        let whole = try HTTP2Server { _, frames in
            frames.filter { $0.type == 1 }.flatMap { frame in
                [Self.streamHead(frame.stream), .send(.data(frame.stream, "data: 1\n\ndata: 2\n\n"))]
            }
        }
        defer { whole.stop() }
        let ok = try run(whole, nil, transport: transport, iterations: 4, users: 2, checks: ["events == 2"])
        #expect(ok.outcomes == ["ok": 4], "\(ok.examples)")
        #expect(ok.total.steps[0]?.events.total == 8)
        #expect(try run(whole, .count(3), transport: transport).outcomes == ["stream_ended": 1])
        let open = try HTTP2Server { _, frames in
            frames.filter { $0.type == 1 }.flatMap { frame in
                [Self.streamHead(frame.stream), .send(.data(frame.stream, "data: 1\n\n", ends: false))]
            }
        }
        defer { open.stop() }
        let late = try run(open, .count(3), transport: transport, timeout: .milliseconds(300))
        #expect(late.outcomes == ["response_timeout": 1])
        #expect(late.examples[0] == ["the stream did not end within 0.3 s: 1 event came"])
        #expect(try run(open, .count(1), transport: transport, iterations: 3).outcomes == ["ok": 3])
    }

    @Test("A redirect leads to the stream, and an answer on the way is none")
    func redirected() throws {
        let server = try ScriptedServer { request in
            request.path == "/"
                ? [
                    .send(
                        "HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Type: text/event-stream\r\nContent-Length: 9\r\n\r\ndata: 0\n\n"
                    )
                ] : [.send(Self.head() + Self.chunk("data: 1\n\n") + Self.end)]
        }
        defer { server.stop() }
        let followed = try run(
            server.url, nil, Carrier(transport: .auto, isSecure: false, connections: .perUser),
            checks: ["events == 1", "body == 1"], step: { $0.redirects = 1 })
        #expect(followed.outcomes == ["ok": 1], "\(followed.examples)")
        let refused = try run(server.url)
        #expect(refused.outcomes == ["check_failed": 1] && refused.examples[0] == ["status 302"])
    }
}

/// Counts what threads do.
private final class Counter: Sendable {
    private let count = NIOLockedValueBox(0)
    var value: Int { count.withLockedValue { $0 } }
    func add(_ more: Int) { count.withLockedValue { $0 += more } }
}
