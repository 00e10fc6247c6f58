import Measures
import Scenarios
import TestSupport
import Testing

@testable import Generator

/// Kept connections.
@Suite("Exchange lanes")
struct ExchangeLaneTests {
    private static let ok = ScriptedServer.response("200 OK", "hello")

    @Test("Requests of a lane go out one after the other on one connection, also in the next batch")
    func order() throws {
        let server = try ScriptedServer { _ in [.wait(seconds: 0.005), .send(Self.ok)] }
        defer { server.stop() }
        let run = try SenderRun(server.url)
        let observed = run.send((0..<20).map { run.exchange("GET", "/\($0)", lane: .kept($0 % 2)) })
        #expect(observed.outcomes == [.ok])
        for lane in 0..<2 {
            let own = observed.enumerated().filter { $0.offset % 2 == lane }.map(\.element)
            for (earlier, later) in zip(own, own.dropFirst()) { #expect(earlier.received <= later.sent) }
            #expect(own.map(\.reusedConnection) == [false] + Array(repeating: true, count: 9))
        }
        #expect(
            run.send([run.exchange(lane: .kept(0)), run.exchange(lane: .kept(1))]).allSatisfy { $0.reusedConnection })
        #expect(server.connectionCount == 2)
        // Whichever lane connected first.
        let evens = stride(from: 0, to: 20, by: 2).map { "/\($0)" } + ["/"]
        let odds = stride(from: 1, to: 20, by: 2).map { "/\($0)" } + ["/"]
        let paths = (0..<2).map { connection in
            server.requests.filter { $0.connection == connection }.map(\.path)
        }
        #expect(paths == [evens, odds] || paths == [odds, evens])
    }

    @Test("A connection that the peer has closed since is not used")
    func closedBetween() throws {
        let server = try ScriptedServer { _ in [.send(Self.ok), .close] }
        defer { server.stop() }
        let run = try SenderRun(server.url)
        for round in 1...3 {
            let observed = run.send([run.exchange("POST", lane: .kept(0)) { $0.body = [1] }])
            #expect(observed.outcomes == [.ok])
            #expect(!observed[0].reusedConnection)
            #expect(Wait.until { server.settledCount == round })
        }
        #expect(server.requestCount == 3)
    }

    @Test("A kept connection that is closed at the request is tried once more, a new one is not")
    func retry() throws {
        // The second request on a connection is never answered.
        for ending in [ScriptedServer.Action.close, .reset] {
            let server = try ScriptedServer { request in request.path == "/first" ? [.send(Self.ok)] : [ending] }
            defer { server.stop() }
            let run = try SenderRun(server.url)
            let observed = run.send([
                run.exchange("GET", "/first", lane: .kept(0)), run.exchange("GET", "/second", lane: .kept(0)),
                run.exchange("GET", "/third", lane: .kept(0)), run.exchange("GET", "/fourth"),
            ])
            let failure: Set<Outcome> = [.closedEarly, .reset]
            #expect(observed[0].outcome == .ok)
            #expect(observed.dropFirst().allSatisfy { failure.contains($0.outcome) && $0.status == 0 })
            // The third has a new connection.
            #expect(
                server.requests.map(\.path).filter { $0 != "/fourth" } == ["/first", "/second", "/second", "/third"])
        }
    }

    @Test("A request that is sent again has its answer, and the later instant")
    func retrySucceeds() throws {
        let server = try ScriptedServer { request in
            request.number == 1 ? [.wait(seconds: 0.1), .close] : [.send(Self.ok)]
        }
        defer { server.stop() }
        let run = try SenderRun(server.url)
        let start = ReactorClock.now()
        let observed = run.send([run.exchange(lane: .kept(0)), run.exchange(lane: .kept(0))])
        #expect(observed.outcomes == [.ok])
        #expect(observed.map(\.reusedConnection) == [false, false])
        #expect(observed[1].sent - start >= Span(seconds: 0.1))
        #expect(server.requestCount == 3)
        // Likewise as a member of a group, after the others.
        let second = try ScriptedServer { request in request.number == 2 ? [.close] : [.send(Self.ok)] }
        defer { second.stop() }
        let other = try SenderRun(second.url)
        _ = other.send([other.exchange(lane: .kept(0)), other.exchange(lane: .kept(1))])
        let group = other.send([other.exchange(lane: .kept(0), group: 1), other.exchange(lane: .kept(1), group: 1)])
        #expect(group.outcomes == [.ok])
        #expect(group.filter { $0.reusedConnection }.count == 1)
    }

    @Test("Once a part of the answer has come, nothing is sent again")
    func partialAnswer() throws {
        let server = try ScriptedServer { request in
            request.number == 0 ? [.send(Self.ok)] : [.send("HTTP/1.1 200 OK\r\n"), .close]
        }
        defer { server.stop() }
        let run = try SenderRun(server.url)
        let observed = run.send([run.exchange(lane: .kept(0)), run.exchange(lane: .kept(0))])
        #expect(observed.map(\.outcome) == [.ok, .closedEarly])
        #expect(server.requestCount == 2)
    }

    @Test("A connection that was made ahead and lost before its request is made again")
    func lostAhead() throws {
        var options = ScriptedServer.Options()
        options.onAccept = { $0 == 0 ? [.close] : [] }
        for group in [nil, 1] {
            let server = try ScriptedServer(options) { _ in [.send(Self.ok)] }
            defer { server.stop() }
            let run = try SenderRun(server.url)
            let observed = run.send([run.exchange(at: 0.2, group: group)])
            #expect(observed.outcomes == [.ok])
            #expect(server.connectionCount == 2)
        }
    }

    @Test("A server that closes each connection at once is closed_early, and asked a few times only")
    func neverThere() throws {
        var options = ScriptedServer.Options()
        options.onAccept = { _ in [.close] }
        let server = try ScriptedServer(options) { _ in [.send(Self.ok)] }
        defer { server.stop() }
        let run = try SenderRun(server.url)
        let observed = run.send([run.exchange(at: 0.2), run.exchange(at: 0.2, group: 1), run.exchange()])
        let failure: Set<Outcome> = [.closedEarly, .reset]
        #expect(observed.allSatisfy { failure.contains($0.outcome) })
        #expect(server.connectionCount <= 9)
    }

    @Test("A server that answers before it was asked is taken at its word on a new connection")
    func unasked() throws {
        var options = ScriptedServer.Options()
        options.onAccept = { _ in [.send("HTTP/1.1 503 Full\r\nRetry-After: 1\r\n\r\n"), .finish] }
        let server = try ScriptedServer(options) { _ in [] }
        defer { server.stop() }
        let run = try SenderRun(server.url)
        let start = ReactorClock.now()
        let observed = run.send([run.exchange(at: 0.2), run.exchange(at: 0.2, group: 1)])
        for exchange in observed {
            #expect(exchange.outcome == .ok)
            #expect(exchange.status == 503)
            #expect(exchange.sent >= start)
            #expect(exchange.sent <= exchange.received)
        }
    }

    @Test("Bytes that nobody asked for on a kept connection belong to no exchange")
    func chatter() throws {
        let server = try ScriptedServer { request in
            request.number == 0
                ? [.send(Self.ok), .wait(seconds: 0.05), .send("HTTP/1.1 500 Late\r\nContent-Length: 0\r\n\r\n")]
                : [.send(Self.ok)]
        }
        defer { server.stop() }
        let run = try SenderRun(server.url)
        #expect(run.send([run.exchange(lane: .kept(0))]).outcomes == [.ok])
        #expect(Wait.until { server.settledCount == 1 })
        let observed = run.send([run.exchange(lane: .kept(0))])
        #expect(observed.map(\.status) == [200])
        #expect(observed.map(\.reusedConnection) == [false])
    }
}
