import Foundation
import Measures
import NIOConcurrencyHelpers
import Scenarios
import TestSupport
import Testing

@testable import Generator

/// HTTP/2 on the reactor, against servers whose frames a test decides.
@Suite("HTTP/2 on Loadgate's own sockets", .serialized) struct HTTP2Tests {
    private func run(
        _ server: HTTP2Server, _ count: Int = 1, users: Int = 1, _ connections: Defaults.Connections = .perUser,
        step: Step = Step(name: "step", url: Text("/"), timeout: .seconds(60)),
        change: (inout Scenario) -> Void = { _ in }
    ) throws -> RunMeasurement {
        let load = EngineRun.iterations(count, users: users)
        return try EngineRun.run(
            EngineRun.scenario(server.url, steps: [step], load: load) { scenario in
                scenario.defaults.transport = .native
                scenario.defaults.http.version = .http2
                scenario.defaults.connections = connections
                change(&scenario)
            }, reactors: 1, delay: Span(nanoseconds: 1_000_000))
    }

    private func connects(_ measurement: RunMeasurement) -> UInt64 { measurement.total.steps[0]?[.connect]?.count ?? 0 }

    @Test(
        "Users keep a connection each, share one, or have one for each request",
        arguments: [(.perUser, 4), (.shared, 1), (.fresh, 40)] as [(Defaults.Connections, Int)])
    func policies(_ connections: Defaults.Connections, _ count: Int) throws {
        let server = try HTTP2Server { HTTP2Server.answer($1) }
        defer { server.stop() }
        let measurement = try run(server, 40, users: 4, connections)
        #expect(measurement.outcomes == ["ok": 40], "\(measurement.examples)")
        #expect(server.connectionCount == count)
        #expect(connects(measurement) == UInt64(count))
        let tally = measurement.total.steps[0]
        #expect(tally?.unstamped == 0)
        // A head of one byte and a body of two, each behind 9 bytes: 21.
        #expect(tally?.bytesReceived == 40 * 21)
    }

    @Test("Answers are judged, captured from and kept as those of HTTP/1.1 are")
    func judged() throws {
        let server = try HTTP2Server { _, frames in
            frames.filter { $0.type == 1 }.flatMap { frame in
                [
                    .send(.head(frame.stream, [0x88] + HTTP2Frame.field("x-a", "b"))),
                    .send(.data(frame.stream, "{\"n\": 7}")),
                ] as [HTTP2Server.Action]
            }
        }
        defer { server.stop() }
        var step = Step(name: "step", url: Text("/"), timeout: .seconds(60))
        step.checks = ["status == 200", "header x-a == b", "json $.n == 7"].map(Check.written)
        #expect(try run(server, 5, step: step).outcomes == ["ok": 5])
        step.checks = ["header x-a == c"].map(Check.written)
        #expect(try run(server, 5, step: step).outcomes == ["check_failed": 5])
        step.checks = []
        step.expect = [201...201]
        let measurement = try run(server, 5, step: step)
        #expect(measurement.outcomes == ["check_failed": 5])
        #expect(measurement.excerpts[0].values.contains { $0.contains("\"n\": 7") }, "\(measurement.excerpts)")
    }

    @Test(
        "Ends of streams and connections have their outcomes",
        arguments: [
            ([.send(.reset(1, code: 2))], "reset", "the server reset the stream: INTERNAL_ERROR"),
            ([.send(.reset(1, code: 13))], "reset", "the server reset the stream: HTTP_1_1_REQUIRED"),
            ([.send(.head(1)), .close], "closed_early", "closed before the answer was complete"),
            ([.reset], "reset", "Connection reset by peer"),
            (
                [.send(.goAway(last: 1, code: 11)), .close], "closed_early",
                "closed before the answer was complete, after GOAWAY (ENHANCE_YOUR_CALM)"
            ),
            (
                [.send(HTTP2Frame(5, flags: 4, stream: 1, [0, 0, 0, 2, 0x82, 0x86, 0x84]))], "protocol",
                "the server breaks HTTP/2: PUSH_PROMISE: push disabled"
            ),
            (
                [.send(.head(1, [0x88] + HTTP2Frame.field("x-a", "b\n")))], "protocol",
                "a header field of the answer is malformed"
            ),
            ([.bytes(Array(repeating: 0, count: 300_000))], "protocol", nil),
        ] as [([HTTP2Server.Action], String, String?)])
    func ends(_ actions: [HTTP2Server.Action], _ outcome: String, _ reason: String?) throws {
        let server = try HTTP2Server { _, frames in frames.contains { $0.type == 1 } ? actions : [] }
        defer { server.stop() }
        for policy in [Defaults.Connections.perUser, .shared, .fresh] {
            let measurement = try run(server, 1, users: 1, policy)
            #expect(measurement.outcomes == [outcome: 1])
            if let reason { #expect(measurement.examples[0] == [reason]) }
        }
    }

    @Test("An exchange that takes too long is reset alone; its connection stays")
    func timeout() throws {
        let resets = NIOLockedValueBox(0)
        let server = try HTTP2Server { _, frames in
            resets.withLockedValue { $0 += frames.filter { $0 == .reset($0.stream, code: 8) }.count }
            return HTTP2Server.answer(frames.filter { $0.stream != 1 })
        }
        defer { server.stop() }
        for policy in [Defaults.Connections.perUser, .shared] {
            resets.withLockedValue { $0 = 0 }
            let before = server.connectionCount
            let measurement = try run(
                server, 6, users: 1, policy, step: Step(name: "step", url: Text("/"), timeout: .milliseconds(200)))
            #expect(measurement.outcomes == ["ok": 5, "response_timeout": 1])
            #expect(measurement.examples[0] == ["no complete answer within 0.2 s"])
            #expect(server.connectionCount == before + 1)
            #expect(resets.withLockedValue { $0 } == 1)
        }
    }

    @Test("GOAWAY after every tenth request loses none", arguments: [Defaults.Connections.perUser, .shared])
    func leaving(_ policy: Defaults.Connections) throws {
        let answered = NIOLockedValueBox([Int: Int]())
        let server = try HTTP2Server { connection, frames in
            var actions: [HTTP2Server.Action] = []
            for frame in frames where frame.type == 1 {
                let count = answered.withLockedValue { counts in
                    counts[connection, default: 0] += 1
                    return counts[connection, default: 0]
                }
                if count > 10 { continue }
                actions += HTTP2Server.answer([frame])
                if count == 10 { actions.append(.send(.goAway(last: frame.stream))) }
            }
            return actions
        }
        defer { server.stop() }
        let measurement = try run(server, 200, users: 8, policy)
        #expect(measurement.outcomes == ["ok": 200], "\(measurement.examples)")
        // 200 answers, 10 a connection.
        #expect(server.connectionCount >= 20)
    }

    @Test("A request that the server refuses for ever is sent a bounded number of times")
    func refused() throws {
        let requests = NIOLockedValueBox(0)
        let server = try HTTP2Server { _, frames in
            let heads = frames.filter { $0.type == 1 }
            requests.withLockedValue { $0 += heads.count }
            return heads.map { .send(.reset($0.stream, code: 7)) }
        }
        defer { server.stop() }
        let measurement = try run(server, 2)
        #expect(measurement.outcomes == ["reset": 2])
        #expect(measurement.examples[0] == ["the server refused the stream (REFUSED_STREAM), 11 times"])
        #expect(requests.withLockedValue { $0 } == 2 * (Reactor.replays + 1))
    }

    @Test("A server that allows two streams at once never sees a third, and all requests are answered")
    func bound() throws {
        let most = NIOLockedValueBox(0)
        let server = try HTTP2Server(settings: [(3, 2)]) { _, frames in
            let heads = frames.filter { $0.type == 1 }
            most.withLockedValue { $0 = max($0, heads.count) }
            return HTTP2Server.answer(frames)
        }
        defer { server.stop() }
        for policy in [Defaults.Connections.perUser, .shared] {
            let measurement = try run(server, 300, users: 20, policy)
            #expect(measurement.outcomes == ["ok": 300], "\(measurement.examples)")
            #expect(most.withLockedValue { $0 } <= 2)
        }
    }

    @Test("Without a stream that is free a request waits, and its time counts from its intended start")
    func closedBound() throws {
        // No streams at first; the bound grows when the client has acknowledged that.
        let server = try HTTP2Server(settings: [(3, 1)]) { _, frames in
            var actions: [HTTP2Server.Action] = []
            for frame in frames {
                if frame.type == 1, frame.stream == 1 {
                    actions += [.send(.settings([(3, 0)])), .send(.head(1, ends: true))]
                } else if frame.type == 4, frame.flags & 1 == 1 {
                    actions.append(.send(HTTP2Frame(6, Array(repeating: 1, count: 8))))
                }
                if frame.type == 6, frame.flags & 1 == 1 { actions.append(.send(.settings([(3, 10)]))) }
            }
            return actions + HTTP2Server.answer(frames.filter { $0.stream > 1 })
        }
        defer { server.stop() }
        for policy in [Defaults.Connections.perUser, .shared] {
            #expect(try run(server, 3, users: 1, policy).outcomes == ["ok": 3], "\(policy)")
        }
    }

    @Test("Where no stream gets free in time, that is the reason")
    func noStream() throws {
        let server = try HTTP2Server(settings: [(3, 1)]) { _, frames in
            frames.filter { $0.type == 1 }.flatMap {
                [.send(.settings([(3, 0)])), .send(.head($0.stream, ends: true))] as [HTTP2Server.Action]
            }
        }
        defer { server.stop() }
        let measurement = try run(
            server, 2, users: 1, .shared, step: Step(name: "step", url: Text("/"), timeout: .milliseconds(300)))
        #expect(measurement.outcomes == ["ok": 1, "response_timeout": 1])
        #expect(measurement.examples[0] == ["no free stream within 0.3 s: the server allows no more at once"])
    }

    @Test("No more streams at once go on a connection than the scenario says")
    func streams() throws {
        let most = NIOLockedValueBox(0)
        let server = try HTTP2Server { _, frames in
            most.withLockedValue { $0 = max($0, frames.filter { $0.type == 1 }.count) }
            return HTTP2Server.answer(frames)
        }
        defer { server.stop() }
        let measurement = try run(server, 200, users: 40, .shared) { $0.defaults.http.streams = 10 }
        #expect(measurement.outcomes == ["ok": 200])
        #expect(most.withLockedValue { $0 } <= 10)
        #expect((1...40).contains(server.connectionCount))
    }

    @Test("Request bodies go out as the server's windows let them, whole")
    func upload() throws {
        let received = NIOLockedValueBox([UInt32: Int]())
        let server = try HTTP2Server { _, frames in
            var actions: [HTTP2Server.Action] = []
            for frame in frames where frame.type == 0 {
                let count = received.withLockedValue { sizes in
                    sizes[frame.stream, default: 0] += frame.payload.count
                    return sizes[frame.stream, default: 0]
                }
                if frame.payload.count > 0 {
                    let size = UInt32(frame.payload.count)
                    actions += [.send(.window(0, by: size)), .send(.window(frame.stream, by: size))]
                }
                if frame.flags & 1 == 1 {
                    actions += [.send(.head(frame.stream)), .send(.data(frame.stream, "\(count)"))]
                }
            }
            return actions
        }
        defer { server.stop() }
        var step = Step(name: "step", method: .post, url: Text("/"), timeout: .seconds(60))
        step.body = .text(Text(String(repeating: "x", count: 300_000)))
        step.checks = [Check.written("body == 300000")]
        #expect(try run(server, 3, step: step).outcomes == ["ok": 3])
    }

    @Test("A server of HTTP/1.1 is named as such")
    func other() throws {
        let server = try ScriptedServer { _ in [.send(ScriptedServer.response())] }
        defer { server.stop() }
        let scenario = EngineRun.scenario(server.url, load: EngineRun.iterations(2)) {
            $0.defaults.transport = .native
            $0.defaults.http.version = .http2
        }
        let measurement = try EngineRun.run(scenario, reactors: 1)
        #expect(measurement.outcomes == ["protocol": 2])
        #expect(measurement.examples[0].first?.hasPrefix("the server's answer is not HTTP/2") == true)
    }

    @Test("A port that refuses, refuses each request once")
    func unreachable() throws {
        let server = try HTTP2Server { HTTP2Server.answer($1) }
        let url = server.url
        server.stop()
        for policy in [Defaults.Connections.perUser, .shared, .fresh] {
            let scenario = EngineRun.scenario(url, load: EngineRun.iterations(20, users: 5)) {
                $0.defaults.transport = .native
                $0.defaults.http.version = .http2
                $0.defaults.connections = policy
            }
            #expect(try EngineRun.run(scenario, reactors: 1).outcomes == ["refused": 20])
        }
    }
}
