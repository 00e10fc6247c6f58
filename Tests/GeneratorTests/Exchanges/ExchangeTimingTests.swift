import Measures
import NIOConcurrencyHelpers
import Scenarios
import TestSupport
import Testing

@testable import Generator

/// When exchanges go out.
@Suite("Exchange timing", .serialized)
struct ExchangeTimingTests {
    private static let ok = ScriptedServer.response("200 OK", "hello")

    @Test("An exchange goes out at its offset, on a connection that was there before")
    func offsets() throws {
        let server = try ArrivalServer()
        defer { server.stop() }
        let run = try SenderRun(server.url)
        let offsets = [0.5, 0, 0.3, 0.4, 0.3]
        let start = ReactorClock.now()
        let observed = run.send(offsets.map { run.exchange(at: $0) })
        #expect(observed.outcomes == [.ok])
        for (offset, exchange) in zip(offsets, observed) {
            #expect(exchange.sent - start >= Span(seconds: offset))
            #expect(exchange.planned.offset == Span(seconds: offset))
        }
        // By their numbers, connections were made in the order of the offsets; by its pieces, each had but one request.
        #expect(server.pieces.count == 5)
        #expect(server.pieces.allSatisfy { $0.text.hasPrefix("GET / HTTP/1.1\r\n") && $0.text.hasSuffix("\r\n\r\n") })
    }

    @Test("An exchange without an offset, or with a negative one, goes out at once; a far one waits")
    func bounds() throws {
        let server = try ScriptedServer(always: Self.ok)
        defer { server.stop() }
        let run = try SenderRun(server.url)
        #expect(run.send([]).isEmpty)
        #expect(run.send([run.exchange(at: -5), run.exchange(at: -1e300)]).outcomes == [.ok])
        let polls = NIOLockedValueBox(0)
        let far = run.exchange { planned in
            planned.offset = Span(nanoseconds: .max)
            planned.timeout = Span(nanoseconds: .max)
        }
        let observed = run.sender.send([far]) {
            polls.withLockedValue { polls in
                polls += 1
                return polls > 3
            }
        }
        #expect(observed.map(\.outcome) == [.closedEarly])
        #expect(server.requestCount == 2)
    }

    @Test("Of a group the last byte of each head goes out together, all else before", arguments: [false, true])
    func groups(isSecure: Bool) throws {
        let certificates = try TestCertificates()
        let server = try ArrivalServer(tls: isSecure ? try ServerTLS(certificates) : nil)
        defer { server.stop() }
        var settings = TLSSettings()
        settings.authorities = certificates.authority
        let run = try SenderRun(server.url, tls: settings)
        let count = 60
        let observed = run.send(
            (0..<count).map { number in
                run.exchange("POST", "/\(number)", at: 0.2, group: 7) { $0.body = Array("body".utf8) }
            })
        #expect(observed.outcomes == [.ok])
        let pieces = server.pieces
        let release = observed.map(\.sent.nanoseconds).min() ?? 0
        // Before the release: each head but its last byte. After it: that and the body.
        let before = pieces.filter { !$0.text.hasSuffix("\nbody") }
        let after = pieces.filter { $0.text.hasSuffix("\nbody") }
        #expect(Set(before.map(\.connection)).count == count)
        #expect(before.allSatisfy { !$0.text.contains("\r\n\r\n") })
        #expect(after.count == count)
        #expect(after.allSatisfy { $0.text == "\nbody" && $0.instant > release })
        // Nothing went to the server between the first release and the last: they follow one another without a pause.
        #expect(observed.spread < Span(seconds: 0.2))
    }

    @Test("A group waits for its slowest member, and not for one that fails")
    func slowMember() throws {
        let server = try ScriptedServer(always: Self.ok)
        defer { server.stop() }
        let full = try FullBacklog()
        defer { full.release() }
        let run = try SenderRun(server.url, "http://127.0.0.1:\(full.port)")
        let start = ReactorClock.now()
        let observed = run.send([
            run.exchange(group: 1), run.exchange(group: 1, server: 1, timeout: 0.3), run.exchange(group: 1),
            run.exchange(),
        ])
        #expect(observed.map(\.outcome) == [.ok, .connectTimeout, .ok, .ok])
        #expect(observed[0].sent - start >= Span(seconds: 0.3))
        #expect(observed[3].sent < observed[0].sent)
    }

    @Test("A group on kept connections uses them, and a lane that it names twice once")
    func keptGroup() throws {
        let server = try ScriptedServer(always: Self.ok)
        defer { server.stop() }
        let run = try SenderRun(server.url)
        _ = run.send((0..<4).map { run.exchange(lane: .kept($0)) })
        let group = (0..<4).map { run.exchange(lane: .kept($0), group: 1) } + [run.exchange(lane: .kept(2), group: 1)]
        let observed = run.send(group)
        #expect(observed.outcomes == [.ok])
        #expect(observed.map(\.reusedConnection) == [true, true, true, true, false])
        #expect(server.connectionCount == 5)
    }

    @Test("Groups that share lanes in different orders come one after the other")
    func sharedLanes() throws {
        let server = try ScriptedServer(always: Self.ok)
        defer { server.stop() }
        let run = try SenderRun(server.url)
        let first = run.send([
            run.exchange(lane: .kept(1), group: 1), run.exchange(lane: .kept(2), group: 2),
            run.exchange(lane: .kept(2), group: 1), run.exchange(lane: .kept(1), group: 2),
        ])
        #expect(first.outcomes == [.ok])
        #expect(max(first[0].sent, first[2].sent) < min(first[1].sent, first[3].sent))
    }

    @Test("Of more exchanges than connections can be open, the later ones wait; none is lost")
    func capacity() throws {
        let server = try ScriptedServer { _ in [.wait(seconds: 0.01), .send(Self.ok)] }
        defer { server.stop() }
        let run = try SenderRun(server.url, capacity: 4)
        let lanes = run.send((0..<4).map { run.exchange(lane: .kept($0)) })
        #expect(lanes.outcomes == [.ok])
        // The idle ones make room, a group of ten goes out in parts of four.
        let observed = run.send(
            (0..<10).map { _ in run.exchange(group: 1) } + (0..<10).map { _ in run.exchange() }
                + [run.exchange(lane: .kept(0))])
        #expect(observed.outcomes == [.ok])
        #expect(!observed[20].reusedConnection)
        let waves = observed[..<10].map(\.sent).sorted()
        let ends = observed[..<4].map(\.received).min()
        #expect(waves[3] < ends ?? .distantFuture)
        #expect(waves[4] > ends ?? .distantFuture)
    }

    @Test("A stop ends a batch at once, and keeps what has been answered")
    func stopping() throws {
        let server = try ScriptedServer { request in
            switch request.path {
            case "/hang": [.hang]
            case "/half": [.send("HTTP/1.1 429 No\r\nContent-Length: 5\r\n\r\nab"), .hang]
            default: [.send(Self.ok)]
            }
        }
        defer { server.stop() }
        let run = try SenderRun(server.url)
        let observed = run.sender.send(
            [
                run.exchange(at: 100), run.exchange("GET", "/hang"), run.exchange("GET", "/half"),
                run.exchange("GET", "/now"), run.exchange(at: 100, lane: .kept(1)),
                run.exchange(at: 100, group: 1), run.exchange("GET", "/hang", lane: .kept(2)),
                run.exchange(lane: .kept(2)),
            ]
        ) { server.requestCount == 4 && server.settledCount == 1 }
        let now = ReactorClock.now()
        #expect(
            observed.map(\.outcome) == [
                .closedEarly, .closedEarly, .closedEarly, .ok, .closedEarly, .closedEarly, .closedEarly, .closedEarly,
            ])
        #expect(observed.map(\.status) == [0, 0, 429, 200, 0, 0, 0, 0])
        // What was not sent has no duration.
        #expect(observed.map { $0.sent == $0.received } == [true, false, false, false, true, true, false, true])
        #expect(observed.allSatisfy { $0.received <= now })
        // The sender can go on.
        #expect(run.send([run.exchange(lane: .kept(1)), run.exchange(lane: .kept(2))]).outcomes == [.ok])
        // Before anything: nothing is sent.
        let count = server.connectionCount
        #expect(run.sender.send([run.exchange()]) { true }.map(\.outcome) == [.closedEarly])
        #expect(server.connectionCount == count)
    }
}
