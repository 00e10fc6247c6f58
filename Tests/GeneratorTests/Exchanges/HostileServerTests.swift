import Measures
import Scenarios
import TestSupport
import Testing

@testable import Generator

/// Servers that do anything at all.
@Suite("Exchanges with hostile servers", .serialized)
struct HostileServerTests {
    private static let ok = ScriptedServer.response("200 OK", "hello")

    /// What a server does with the request or connection of the number, made up from the seed.
    private static func actions(_ seed: UInt64, _ number: Int, greets: Bool) -> [ScriptedServer.Action] {
        var random = SeededRandom(seed: SeededRandom.number(seed: seed, index: UInt64(number) * 2 + (greets ? 1 : 0)))
        let garbage = (0..<random.below(300)).map { _ in UInt8(random.below(256)) }
        let cut = String(ok.prefix(Int(random.below(UInt64(ok.count)))))
        switch random.below(greets ? 40 : 16) {
        case 0: return [.close]
        case 1: return [.reset]
        case 2: return [.sendBytes(garbage), .close]
        case 3: return [.send(cut), .reset]
        case 4: return [.send(cut), .close]
        case 5: return [.hang]
        case 6: return [.sendBytes(garbage), .hang]
        case 7: return greets ? [.cut] : [.send(ok + ok), .close]
        case 8: return [.send(cut), .hang]
        case 9: return [.wait(seconds: 0.01), greets ? .cut : .send(ok)]
        case 10 where !greets: return [.send(ok), .wait(seconds: 0.005), .sendBytes(garbage)]
        case 11 where !greets: return [.send(ok), .close]
        case 12 where !greets: return [.send("HTTP/1.1 100 C\r\n\r\n"), .sendBytewise(ok)]
        default: return greets ? [] : [.send(ok)]
        }
    }

    @Test("Every exchange ends, in its time, whatever the server does", arguments: [false, true])
    func anything(isSecure: Bool) throws {
        let certificates = try TestCertificates()
        var settings = TLSSettings()
        settings.authorities = certificates.authority
        for seed in UInt64(1)...2 {
            var options = ScriptedServer.Options()
            options.records = false
            options.tls = isSecure ? try ServerTLS(certificates) : nil
            options.onAccept = { Self.actions(seed, $0, greets: true) }
            let server = try ScriptedServer(options) { Self.actions(seed, $0.number, greets: false) }
            defer { server.stop() }
            let run = try SenderRun(server.url, tls: settings, capacity: 12)
            var random = SeededRandom(seed: seed)
            for _ in 0..<3 {
                let batch = (0..<60).map { index in
                    run.exchange(
                        index % 7 == 0 ? "HEAD" : "POST", at: Double(random.below(300)) / 1000,
                        lane: random.below(2) == 0 ? .fresh : .kept(Int(random.below(6))),
                        group: random.below(3) == 0 ? Int(random.below(4)) : nil, timeout: 0.15
                    ) { $0.body = Array(repeating: 65, count: Int(random.below(3)) * 40_000) }
                }
                let before = ReactorClock.now()
                let observed = run.send(batch)
                let after = ReactorClock.now()
                #expect(observed.map(\.planned) == batch)
                for exchange in observed {
                    #expect(exchange.sent <= exchange.received)
                    #expect(exchange.sent >= before)
                    #expect(exchange.received <= after)
                    #expect(exchange.outcome != .ok || exchange.status == 200)
                }
            }
        }
    }

    @Test("A server that sends without end is cut off by the timeout, with bounded memory")
    func flood() throws {
        let megabyte = String(repeating: "x", count: 1 << 20)
        let server = try ScriptedServer { _ in
            [.send("HTTP/1.1 200 OK\r\n\r\n")] + Array(repeating: .send(megabyte), count: 10_000)
        }
        defer { server.stop() }
        let observed = try SenderRun(server.url).one(timeout: 0.5) { $0.keptBody = 10 }
        #expect(observed.outcome == .responseTimeout)
        #expect(observed.text == "xxxxxxxxxx")
        #expect(observed.bodyLength > 1 << 20)
    }

    @Test("A sender that is gone leaves no connection open")
    func release() throws {
        let server = try ScriptedServer { _ in [.send(Self.ok), .hang] }
        defer { server.stop() }
        do {
            let run = try SenderRun(server.url)
            #expect(run.send((0..<3).map { run.exchange(lane: .kept($0)) }).outcomes == [.ok])
            #expect(server.settledCount == 0)
        }
        #expect(Wait.until { server.settledCount == 3 })
    }
}
