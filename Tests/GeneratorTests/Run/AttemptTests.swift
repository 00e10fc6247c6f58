import Foundation
import Measures
import NIOConcurrencyHelpers
import Scenarios
import TestSupport
import Testing

@testable import Generator

@Suite("Attempts of a drill") struct AttemptTests {
    /// A server that answers 200 with the path's first letter as its name, and 503 to what holds `bad`.
    private func server() throws -> ScriptedServer {
        try ScriptedServer { request in
            let isBad = request.path.hasPrefix("/bad")
            let status = isBad ? "503 Service Unavailable" : "200 OK"
            return [.send(ScriptedServer.response(status, headers: ["X-Region: \(isBad ? "b" : "a")"]))]
        }
    }

    private func attempts(
        _ url: String, path: Text, transport: Defaults.Transport, answeredBy: String? = "X-Region",
        drill isDrill: Bool = true
    ) throws -> (attempts: [Attempt], names: [String], measurement: RunMeasurement) {
        let step = Step(name: "step", url: path, timeout: .seconds(60))
        let scenario = EngineRun.scenario(url, steps: [step], load: EngineRun.iterations(40, users: 4)) { scenario in
            scenario.defaults.transport = transport
            guard isDrill else { return }
            var drill = Drill(timeline: [])
            drill.answeredBy = answeredBy
            scenario.drill = drill
        }
        let plan = try RunPlan(scenario, userAgent: "loadgate-test")
        let destinations = try Destinations(plan.endpoints, authorised: [], http: scenario.defaults.http)
        let run = try LoadRun(plan, destinations: destinations, reactors: 2)
        let all = NIOLockedValueBox<[Attempt]>([])
        let measurement = run.run(onAttempts: { attempts in all.withLockedValue { $0 += attempts } }) { _ in }
        return (all.withLockedValue { $0 }, plan.answerers?.all ?? [], measurement)
    }

    @Test("Each exchange is an attempt, whatever carries it", arguments: [Defaults.Transport.native, .curl])
    func each(transport: Defaults.Transport) throws {
        let server = try server()
        defer { server.stop() }
        let (attempts, names, measurement) = try attempts(server.url, path: Text("/good"), transport: transport)
        #expect(attempts.count == 40)
        #expect(measurement.total.tally(of: [0]).outcomes.total == 40)
        // Iterations have numbers of their own, over all reactors.
        #expect(Set(attempts.map(\.iteration)) == Set(0..<40))
        #expect(attempts.allSatisfy { $0.outcome == .ok && $0.step == 0 && $0.isMeasured && !$0.isStalled })
        #expect(attempts.allSatisfy { $0.intended <= $0.finished && $0.sent <= $0.finished })
        #expect(names == ["a"])
        #expect(attempts.allSatisfy { $0.answeredBy == 1 && $0.status == 200 })
        // Each of four users opens one connection and keeps it.
        #expect(attempts.count(where: \.isFresh) == 4)
    }

    @Test(
        "Failures are attempts, too, and without a field nobody is told apart",
        arguments: [Defaults.Transport.native, .curl])
    func failures(transport: Defaults.Transport) throws {
        let server = try server()
        defer { server.stop() }
        let (bad, names, _) = try attempts(server.url, path: Text("/bad"), transport: transport)
        #expect(bad.count == 40)
        #expect(bad.allSatisfy { $0.outcome == .http5xx && $0.answeredBy == 1 && $0.status == 503 })
        #expect(names == ["b"])
        let (plain, none, _) = try attempts(server.url, path: Text("/bad"), transport: transport, answeredBy: nil)
        #expect(plain.allSatisfy { $0.answeredBy == 0 })
        #expect(none == [])
    }

    @Test(
        "An attempt whose connection is refused is one on a new connection",
        arguments: [Defaults.Transport.native, .curl])
    func refused(transport: Defaults.Transport) throws {
        let server = try server()
        let url = server.url
        server.stop()
        let (attempts, _, _) = try attempts(url, path: Text("/good"), transport: transport)
        #expect(attempts.count == 40)
        #expect(attempts.allSatisfy { $0.outcome == .refused && $0.isFresh && $0.status == 0 })
    }

    @Test("A run without a drill hands none over") func without() throws {
        let server = try server()
        defer { server.stop() }
        let (attempts, _, measurement) = try attempts(
            server.url, path: Text("/good"), transport: .native, drill: false)
        #expect(attempts.isEmpty)
        #expect(measurement.total.tally(of: [0]).outcomes.total == 40)
    }

    @Test("A write's id is sent as the ledger makes it of the iteration's number")
    func writeIDs() throws {
        let server = try server()
        defer { server.stop() }
        let path = Text(pieces: [.literal("/orders/"), .variable(.writeID)])
        let (attempts, _, _) = try attempts(server.url, path: path, transport: .native)
        #expect(attempts.count == 40)
        let ids = server.requests.map { String($0.path.suffix(36)) }
        #expect(Set(ids).count == 40)
        // The run's 60 bits are the same in all; the number is the iteration's.
        let numbers = ids.compactMap { UInt64($0.suffix(12), radix: 16) }
        #expect(Set(numbers) == Set(attempts.map(\.iteration)))
        #expect(Set(ids.map { $0.prefix(18) }).count == 1)
    }

    @Test("Who answered is told by the bytes of the head as it is by its text")
    func answerers() {
        let answerers = Answerers(field: "X-Region")
        var cache = AnswererCache()
        func number(_ fields: String...) -> UInt8 {
            let head = Array(("HTTP/1.1 200 OK\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n").utf8)
            return head.withUnsafeBufferPointer { cache.number(in: $0, answerers) }
        }
        // By name regardless of case, by value without the blanks around it, again and again.
        for _ in 0..<2 {
            #expect(number("X-Region: iad") == 1)
            #expect(number("x-region:ord  ", "Server: x") == 2)
            #expect(number("Server: x", "X-REGION: iad") == 1)
            #expect(number("X-Regional: iad") == 0)
            #expect(number("Server: x") == 0)
            // Several lines are one value (RFC 9110 §5.3), and a folded one is joined.
            #expect(number("X-Region: a", "X-Region: b") == 3)
            #expect(number("X-Region: a", " c", "Server: x") == 4)
            #expect(number("X-Region:") == 5)
        }
        #expect(answerers.all == ["iad", "ord", "a, b", "a c", ""])
        // So many are told apart, and no more.
        for index in 0..<300 { _ = number("X-Region: r\(index)") }
        #expect(answerers.all.count == 250)
        #expect(number("X-Region: another") == 0)
        #expect(number("X-Region: ord") == 2)
    }
}
